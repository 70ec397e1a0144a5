//! Times the validation of a fabric natively, step by step.
//!
//! ```text
//! node tests/bench/fabric-file.mjs /tmp/fabric.yaml 5000
//! cargo bench --bench fabric -- /tmp/fabric.yaml
//! ```
//!
//! A line `--- # path` begins a file of its own, as in a fabric's directory;
//! any other YAML is one file. The times are the least of several runs.

#![allow(missing_docs)]

use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use std::time::Duration;
use std::time::Instant;

const RUNS: usize = 3;

fn main() {
    let paths: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if paths.is_empty() {
        println!("Name a YAML file: cargo bench --bench fabric -- <file>");
    }
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(text) => run(&files(&path, &text)),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
}

/// Cuts a text into the files that it is made of.
fn files(path: &str, text: &str) -> Vec<(String, String)> {
    if !text.starts_with("--- # ") {
        return vec![(path.to_owned(), text.to_owned())];
    }
    let parts = text.split("--- # ").filter_map(|part| part.split_once('\n'));
    parts.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn run(files: &[(String, String)]) {
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {bytes} bytes", files.len());
    let trees = time("parse", || files.iter().map(|(_, text)| tree(text)).collect::<Vec<_>>());
    let values = time("read", || trees.iter().map(values).collect::<Vec<_>>());
    let named = || files.iter().map(|(path, _)| path.clone()).zip(values.iter().cloned());
    let prepared: Vec<Vec<_>> = (0..RUNS).map(|_| named().collect()).collect();
    let mut prepared = prepared.into_iter();
    let mut session = time("open", || {
        let files = prepared.next().unwrap_or_default();
        Session::open(files, Options::default(), &Limits::DEFAULT)
            .unwrap_or_else(|problem| panic!("{problem}"))
    });
    let report = session.report();
    for found in report.findings.iter().take(5) {
        println!("    {} {:?}", found.path, found.finding);
    }
    println!("    {} findings", report.findings.len());
    let (path, text) = files.iter().find(|(path, _)| path.starts_with("vpcs/")).cloned().unwrap_or_default();
    let edited = text.replace("vlan: 1000", "vlan: 2999");
    let mut is_edited = false;
    let revalidated = time("one edit", || {
        is_edited = !is_edited;
        let text = if is_edited { &edited } else { &text };
        session.replace(&path, Some(values_of(text))).revalidated
    });
    println!("    {revalidated} validated again");
}

fn time<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let mut best = Duration::MAX;
    let mut last = None;
    for _ in 0..RUNS {
        let start = Instant::now();
        let answer = work();
        best = best.min(start.elapsed());
        last = Some(answer);
    }
    println!("  {name}: {:.2} ms", best.as_secs_f64() * 1e3);
    last.unwrap_or_else(|| panic!("it ran"))
}

fn tree(text: &str) -> Tree {
    parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT)
}

fn values(tree: &Tree) -> Vec<Value> {
    tree.documents().map(|document| read(tree, document, Reading::Kubernetes)).collect()
}

fn values_of(text: &str) -> Vec<Value> {
    values(&tree(text))
}
