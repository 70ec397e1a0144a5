//! Random edits of a valid fabric, for a while: `HEDGEROW_FUZZ_SECONDS` says
//! how long, and without it 20 seconds in CI and 2 elsewhere.
//!
//! Nothing panics, and what an open fabric says after any edits is what a fresh
//! one says, however little room its report has.

use super::validate_properties::Change;
use super::validate_properties::FABRIC;
use super::validate_properties::apply;
use super::validate_properties::change;
use super::validate_properties::documents;
use super::validate_properties::open_within;
use super::validate_properties::path;
use super::validate_properties::pool;
use hedgerow::api;
use hedgerow::api::FileInput;
use hedgerow::api::ValidateOptions;
use hedgerow::limits::Limits;
use hedgerow::model::Value;
use hedgerow::validate::Session;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use proptest::test_runner::TestRunner;
use std::fmt::Debug;
use std::time::Duration;
use std::time::Instant;

/// Half of the time, for there are two tests here.
fn time() -> Duration {
    let in_ci = std::env::var_os("CI").is_some();
    let named = std::env::var("HEDGEROW_FUZZ_SECONDS").ok().map(|text| text.parse().unwrap());
    Duration::from_secs_f64(named.unwrap_or(if in_ci { 20.0 } else { 2.0 }) / 2.0)
}

/// Tries what `strategy` makes until the time is over.
fn for_a_while<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    let end = Instant::now() + time();
    let mut rounds = 0;
    while Instant::now() < end || rounds == 0 {
        let config = ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() };
        if let Err(error) = TestRunner::new(config).run(strategy, &test) {
            panic!("{error}");
        }
        rounds += 1;
    }
    println!("{} cases", rounds * 8);
}

fn said(session: &Session) -> Vec<String> {
    let report = session.report();
    let findings = report.findings.iter().map(|found| format!("{found:?}"));
    let not_checked = report.not_checked.iter().map(|unchecked| format!("{unchecked:?}"));
    let counts = format!("{} {} {:?}", report.resources, report.documents, report.omitted);
    findings.chain(not_checked).chain([counts]).collect()
}

#[test]
fn values_that_are_edited_at_random() {
    let edit = (any::<usize>(), any::<usize>(), prop::option::weighted(0.9, change()));
    let limits = (prop_oneof![Just(1_usize), 2_usize..20, Just(3_000)], prop_oneof![1_usize..4, Just(100)]);
    let strategy = (prop::collection::vec(edit, 1..10), limits);
    let originals = documents();
    let pool = pool(&originals);
    for_a_while(&strategy, |(edits, (report_findings, rule_findings))| {
        let limits = Limits { report_findings, rule_findings, ..Limits::DEFAULT };
        let mut current: Vec<Option<Value>> = originals.iter().cloned().map(Some).collect();
        let all: Vec<_> = originals.iter().cloned().enumerate().collect();
        let mut session = open_within(&all, &limits);
        for (which, place, change) in edits {
            edit_document(&mut current, &originals, &pool, (which, place), change.as_ref());
            let which = which % current.len();
            session.replace(&path(which), current[which].clone().map(|value| vec![value]));
            let left = current.iter().cloned().enumerate().filter_map(|(at, value)| Some((at, value?)));
            let fresh = open_within(&left.collect::<Vec<_>>(), &limits);
            prop_assert_eq!(said(&session), said(&fresh));
        }
        Ok(())
    });
}

fn edit_document(
    current: &mut [Option<Value>],
    originals: &[Value],
    pool: &[Value],
    (which, place): (usize, usize),
    change: Option<&Change>,
) {
    let which = which % current.len();
    current[which] = change.map(|change| {
        let mut document = current[which].clone().unwrap_or_else(|| originals[which].clone());
        apply(&mut document, place, change, pool);
        document
    });
}

#[test]
fn text_that_is_edited_at_random() {
    let inserted = prop_oneof![
        "[ -~]{0,6}",
        prop::sample::select(vec![
            "\n", "---\n", "  ", ": ", "- ", "&a ", "*a", "{", "}", "[", "]", "|\n", "\"", "#", "on"
        ])
        .prop_map(str::to_owned),
        ".{0,3}",
    ];
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..12, inserted);
    let strategy = prop::collection::vec(edit, 1..8);
    let parts: Vec<&str> = FABRIC.split("---\n").collect();
    let options = ValidateOptions::default();
    for_a_while(&strategy, |edits| {
        let mut files: Vec<FileInput> = parts.iter().enumerate().map(|(at, text)| file(at, text)).collect();
        let mut fabric = api::Fabric::open(files.clone(), &options, &[]).unwrap();
        for (which, at, gone, inserted) in edits {
            let file = which.get(&files).clone();
            let mut text: Vec<char> = String::from_utf8_lossy(&file.content).chars().collect();
            let at = at.index(text.len() + 1);
            let end = (at + gone).min(text.len());
            text.splice(at..end, inserted.chars());
            let content = text.into_iter().collect::<String>().into_bytes();
            fabric.replace(&file.path, Some(&content));
            files
                .iter_mut()
                .filter(|other| other.path == file.path)
                .for_each(|file| file.content = content.clone());
        }
        let fresh = api::Fabric::open(files, &options, &[]).unwrap();
        prop_assert_eq!(fabric.report(), fresh.report());
        Ok(())
    });
}

fn file(at: usize, text: &str) -> FileInput {
    FileInput { path: path(at), content: text.as_bytes().to_vec() }
}
