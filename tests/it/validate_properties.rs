//! What holds of validation for all input.

use hedgerow::limits::Limits;
use hedgerow::model::Pointer;
use hedgerow::model::Reading;
use hedgerow::model::Step;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Admission;
use hedgerow::validate::Operation;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use hedgerow::validate::Settings;
use hedgerow::validate::locate;
use proptest::prelude::*;

/// A small fabric of our own with every kind that rules know.
pub const FABRIC: &str = include_str!("../fixtures/validate/whole-fabric/fabric.yaml");

pub fn documents() -> Vec<Value> {
    let tree = parse(Source::from_bytes(FABRIC.as_bytes()), &Limits::DEFAULT);
    tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect()
}

pub fn options() -> Options {
    let settings = serde_json::from_str(r#"{"enableGateway":true}"#).unwrap();
    Options { settings: Settings::read(&settings).unwrap(), ..Options::default() }
}

fn open(documents: &[(usize, Value)]) -> Session {
    open_within(documents, &Limits::DEFAULT)
}

pub fn open_within(documents: &[(usize, Value)], limits: &Limits) -> Session {
    let files = documents.iter().map(|(at, value)| (path(*at), vec![value.clone()]));
    Session::open(files, options(), limits).unwrap()
}

pub fn path(at: usize) -> String {
    format!("{at:02}.yaml")
}

fn report(session: &Session) -> Vec<String> {
    let findings = session.report().findings.into_iter();
    findings.map(|found| format!("{} {} {:?}", found.path, found.document, found.finding)).collect()
}

/// Collects the places of all leaves and of all entries.
fn places(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries {
                found.push(at.key(key.as_str()));
                places(value, &at.key(key.as_str()), found);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                found.push(at.index(index));
                places(item, &at.index(index), found);
            }
        }
        _ => {}
    }
}

fn child<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match (value, step) {
        (Value::List(items), Step::Index(index)) => items.get_mut(*index),
        (value, Step::Key(key)) => value.get_mut(key),
        _ => None,
    }
}

/// What a change puts in the place of a value.
#[derive(Debug, Clone)]
pub enum Change {
    Remove,
    Put(Value),
    /// The value of another place of the fabric.
    Copy(usize),
    Rename(String),
}

pub fn change() -> impl Strategy<Value = Change> {
    let values = prop_oneof![
        Just(Value::Null),
        Just(Value::Bool(true)),
        (0i128..5000).prop_map(Value::Int),
        any::<i64>().prop_map(|number| Value::Int(number.into())),
        any::<f64>().prop_map(Value::Float),
        "[a-z0-9./:-]{0,12}".prop_map(Value::String),
        ".{0,4}".prop_map(Value::String),
        Just(Value::List(vec![Value::Null])),
        Just(Value::Map(Vec::new())),
    ];
    prop_oneof![
        Just(Change::Remove),
        values.prop_map(Change::Put),
        any::<usize>().prop_map(Change::Copy),
        "[a-zA-Z]{0,3}".prop_map(Change::Rename),
    ]
}

/// Changes the place that `at` picks of a document.
pub fn apply(document: &mut Value, at: usize, change: &Change, pool: &[Value]) {
    let mut found = Vec::new();
    places(document, &Pointer::root(), &mut found);
    let Some(place) = found.get(at % found.len().max(1)) else { return };
    let Some((holder, last)) = place.split_last() else { return };
    let mut value = document;
    for step in &holder.0 {
        let Some(next) = child(value, step) else { return };
        value = next;
    }
    match (change, value, last) {
        (Change::Remove, Value::Map(entries), Step::Key(key)) => entries.retain(|(name, _)| name != key),
        (Change::Remove, Value::List(items), Step::Index(index)) => drop(items.remove(*index)),
        (Change::Rename(name), Value::Map(entries), Step::Key(key)) => {
            entries.iter_mut().filter(|(old, _)| old == key).for_each(|(old, _)| old.push_str(name));
        }
        (Change::Put(new), value, last) => {
            child(value, last).into_iter().for_each(|value| *value = new.clone());
        }
        (Change::Copy(from), value, last) => {
            let new = &pool[from % pool.len()];
            child(value, last).into_iter().for_each(|value| *value = new.clone());
        }
        _ => {}
    }
}

/// All scalars of the fabric: names, addresses and numbers that mean something
/// in it.
pub fn pool(documents: &[Value]) -> Vec<Value> {
    fn collect(value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Map(entries) => entries.iter().for_each(|(_, value)| collect(value, found)),
            Value::List(items) => items.iter().for_each(|item| collect(item, found)),
            scalar => found.push(scalar.clone()),
        }
    }
    let mut found = Vec::new();
    documents.iter().for_each(|document| collect(document, &mut found));
    found
}

#[test]
fn the_whole_fabric_has_no_findings() {
    let documents: Vec<_> = documents().into_iter().enumerate().collect();
    assert_eq!(report(&open(&documents)), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_report_is_that_of_a_fresh_session(
        edits in prop::collection::vec((any::<usize>(), any::<usize>(), prop::option::weighted(0.85, change())), 1..8),
    ) {
        let originals = documents();
        let pool = pool(&originals);
        let mut current: Vec<Option<Value>> = originals.iter().cloned().map(Some).collect();
        let all: Vec<_> = originals.iter().cloned().enumerate().collect();
        let mut session = open(&all);
        for (which, place, change) in edits {
            let which = which % current.len();
            match change {
                None => current[which] = None,
                Some(change) => {
                    let mut document = current[which].clone().unwrap_or_else(|| originals[which].clone());
                    apply(&mut document, place, &change, &pool);
                    current[which] = Some(document);
                }
            }
            session.replace(&path(which), current[which].clone().map(|value| vec![value]));
        }
        let left: Vec<_> = current.iter().cloned().enumerate().filter_map(|(at, value)| Some((at, value?))).collect();
        prop_assert_eq!(report(&session), report(&open(&left)));
    }

    #[test]
    fn whatever_is_offered_is_answered_and_changes_nothing(
        which: usize,
        changes in prop::collection::vec((any::<usize>(), change()), 1..4),
        operation in prop_oneof![Just(Operation::Create), Just(Operation::Update), Just(Operation::Delete)],
    ) {
        let originals = documents();
        let pool = pool(&originals);
        let all: Vec<_> = originals.iter().cloned().enumerate().collect();
        let mut session = open(&all);
        let mut object = originals[which % originals.len()].clone();
        for (place, change) in &changes {
            apply(&mut object, *place, change, &pool);
        }
        let without = vec![("VPC".to_owned(), "front".to_owned()), ("SwitchProfile".to_owned(), "vs".to_owned())];
        let with = vec![object.clone(), originals[(which / 7) % originals.len()].clone()];
        let old = Some(originals[which % originals.len()].clone());
        let request = Admission { operation, object: Some(object), old, without, with };
        let verdict = session.admit(&request);
        prop_assert_eq!(&session.admit(&request), &verdict);
        // All is validated again by taking a file away and putting it back.
        for (at, value) in all {
            session.replace(&path(at), None);
            session.replace(&path(at), Some(vec![value]));
        }
        prop_assert_eq!(report(&session), Vec::<String>::new());
    }

    #[test]
    fn a_finding_lies_in_the_document_it_is_about(
        which: usize,
        changes in prop::collection::vec((any::<usize>(), change()), 1..4),
    ) {
        let originals = documents();
        let pool = pool(&originals);
        let which = which % originals.len();
        let mut all: Vec<_> = originals.into_iter().enumerate().collect();
        for (place, change) in &changes {
            apply(&mut all[which].1, *place, change, &pool);
        }
        // JSON is YAML, so the text needs no writer of its own.
        let text = serde_json::to_string_pretty(&all[which].1).unwrap();
        let tree = parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT);
        let document = tree.documents().next().unwrap();
        all[which].1 = read(&tree, document, Reading::Kubernetes);
        let session = open(&all);
        for found in session.report().findings.iter().filter(|found| found.path == path(which)) {
            let span = locate(&tree, document, &found.finding.field, found.finding.part);
            prop_assert!(!span.is_empty(), "{:?}", found.finding);
            prop_assert!(!span.of(&text).is_empty());
            prop_assert!(found.finding.help.is_some());
        }
    }
}
