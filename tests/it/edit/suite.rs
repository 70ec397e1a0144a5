//! Edits in texts that use all that YAML has.

use super::generate::get;
use super::generate::pointers;
use super::tree;
use crate::syntax::suite::cases;
use hedgerow::edit::DocumentRef;
use hedgerow::edit::Edit;
use hedgerow::edit::apply;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Of a document with more fields than this only some are edited.
const MOST_FIELDS: usize = 20;

/// Tries edits of the fields of every document of a text. Returns what was
/// printed anew or refused as broken, and collects the codes of other refusals.
fn try_all(name: &str, text: &str, refused: &mut BTreeSet<&'static str>) -> String {
    let before = tree(text);
    let mut wrong = String::new();
    for (place, document) in before.documents().enumerate() {
        let value = read(&before, document, Reading::Kubernetes);
        let document = Some(DocumentRef::Index(place));
        let fields = pointers(&value);
        for field in fields.iter().step_by(fields.len() / MOST_FIELDS + 1) {
            let own = get(&value, field).unwrap().clone();
            let map = Value::Map(vec![(
                "k".to_owned(),
                Value::List(vec![Value::Int(1), Value::from("two\nlines\n")]),
            )]);
            let texts = [
                Value::from("new"),
                Value::from("- a: b #"),
                Value::from("two\nlines\n"),
                Value::Int(7),
                map,
            ];
            let set = |value| Edit::Set { document: document.clone(), field: field.clone(), value };
            let mut edits: Vec<Edit> = texts.into_iter().map(set).collect();
            let key = field.key("new key");
            edits.push(Edit::Set { document: document.clone(), field: key, value: Value::from("v") });
            edits.push(Edit::Insert {
                document: document.clone(),
                field: field.clone(),
                index: Some(0),
                value: Value::from("v"),
            });
            edits.push(Edit::Insert {
                document: document.clone(),
                field: field.clone(),
                index: None,
                value: Value::Null,
            });
            edits.push(Edit::Remove { document: document.clone(), field: field.clone() });
            edits.push(Edit::Rename {
                document: document.clone(),
                field: field.clone(),
                to: "other: key".to_owned(),
            });
            for edit in edits {
                match apply(&before, std::slice::from_ref(&edit), &Limits::DEFAULT) {
                    Ok(edited) if edited.reprinted == 0 => {}
                    Ok(edited) => {
                        wrong += &format!("{name}: {edit:?} printed anew:\n{text}\n>>>\n{}\n", edited.text)
                    }
                    Err(error) if error.code() == "broken-text" => {
                        wrong += &format!("{name}: {edit:?} {error}:\n{text}\n");
                    }
                    Err(error) => {
                        refused.insert(error.code());
                    }
                }
            }
            let unchanged = apply(&before, &[set(own)], &Limits::DEFAULT);
            if unchanged.is_ok_and(|edited| edited.text != text) {
                wrong += &format!("{name}: {field} set to what it is changes:\n{text}\n");
            }
        }
    }
    wrong
}

#[test]
fn every_field_of_the_yaml_test_suite_can_be_edited() {
    let mut refused = BTreeSet::new();
    let mut wrong = String::new();
    for case in cases().into_iter().filter(|case| !case.fail) {
        wrong += &try_all(&case.name, &case.yaml, &mut refused);
    }
    assert!(wrong.is_empty(), "{wrong}");
    let codes: Vec<&str> = refused.into_iter().collect();
    assert_eq!(codes, ["anchor-in-use", "bad-request", "no-such-field", "not-a-list", "through-alias"]);
}

/// Lists the YAML files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(path);
        }
    }
}

#[test]
fn real_fabrics_are_edited_field_by_field() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/hedgehog/samples");
    if !root.is_dir() {
        eprintln!("SKIPPED real_fabrics_are_edited_field_by_field: {} is not there", root.display());
        return;
    }
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut wrong = String::new();
    let mut edited = 0;
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let before = tree(&text);
        // A few documents of each file, from its front, its middle and its end.
        let count = before.documents().count();
        for place in BTreeSet::from([0, count / 2, count.saturating_sub(1)]) {
            let Some(document) = before.documents().nth(place) else { continue };
            // The document alone, so that a large file costs no more than a small one.
            let text = before.source().slice(before.span(document));
            let value = read(&before, document, Reading::Kubernetes);
            if text.len() < 4_000 && matches!(value, Value::Map(_)) && before.diagnostics().is_empty() {
                wrong += &try_all(&path.display().to_string(), text, &mut BTreeSet::new());
                edited += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(edited > 50, "only {edited} documents");
}
