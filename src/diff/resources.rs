//! Finds which resources differ between two states of files.

use super::leaves::LeafChange;
use super::leaves::leaves;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::model::documents;
use crate::model::read;
use crate::model::same_value;
use crate::order;
use crate::order::Map;
use crate::schema::Catalogue;
use crate::syntax;
use crate::text::Source;

/// A thing before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// A file of one state.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its text.
    pub source: &'a Source,
}

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It says the same in another file.
    Moved,
}

/// A resource that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceChange {
    /// The resource; none for a document that names none.
    pub resource: Option<ResourceId>,
    /// What became of it.
    pub what: What,
    /// Its file on each side that has it.
    pub paths: Sides<Option<String>>,
    /// The leaves that differ, of one that changed.
    pub leaves: Vec<LeafChange>,
}

/// What differs between two states.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diff {
    /// The resources that differ: in the order of what is after, then what is
    /// gone.
    pub changes: Vec<ResourceChange>,
    /// What is wrong with a file as YAML: side, path, finding.
    pub findings: Vec<(Sides<bool>, String, Diagnostic)>,
}

/// A document without identity is known by its file and its place among such.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Resource(ResourceId, usize),
    Place(String, usize),
}

struct Found {
    path: String,
    order: usize,
    api_version: Option<String>,
    value: Value,
}

/// Compares two states.
pub fn diff(files: &Sides<&[File<'_>]>, catalogue: &Catalogue, limits: &Limits) -> Diff {
    let mut answer = Diff::default();
    let is_before = Sides { before: true, after: false };
    let is_after = Sides { before: false, after: true };
    let before = index(files.before, is_before, limits, &mut answer);
    let after = index(files.after, is_after, limits, &mut answer);
    let mut order: Vec<(&Key, &Found)> = after.iter().collect();
    order::sort_by_key(&mut order, |(_, found)| found.order);
    for (key, new) in order {
        let old = before.get(key);
        answer.changes.extend(change(key, old, Some(new), catalogue));
    }
    let mut gone: Vec<(&Key, &Found)> = before.iter().filter(|(key, _)| !after.contains_key(key)).collect();
    order::sort_by_key(&mut gone, |(_, found)| found.order);
    for (key, old) in gone {
        answer.changes.extend(change(key, Some(old), None, catalogue));
    }
    answer
}

fn index(files: &[File<'_>], side: Sides<bool>, limits: &Limits, answer: &mut Diff) -> Map<Key, Found> {
    let mut found = Map::new();
    let mut met: Map<ResourceId, usize> = Map::new();
    let mut order = 0;
    for file in files {
        let tree = syntax::parse(file.source.clone(), limits);
        let findings = tree.diagnostics().iter().cloned();
        answer.findings.extend(findings.map(|finding| (side, file.path.to_owned(), finding)));
        let mut nameless = 0;
        for document in documents(&tree) {
            let key = match document.id {
                Some(id) => {
                    let count = met.entry(id.clone()).or_default();
                    *count += 1;
                    Key::Resource(id, *count)
                }
                None => {
                    nameless += 1;
                    Key::Place(file.path.to_owned(), nameless)
                }
            };
            let value = read(&tree, document.node, Reading::Kubernetes);
            order += 1;
            let api_version = document.api_version;
            found.insert(key, Found { path: file.path.to_owned(), order, api_version, value });
        }
    }
    found
}

fn change(
    key: &Key,
    before: Option<&Found>,
    after: Option<&Found>,
    catalogue: &Catalogue,
) -> Option<ResourceChange> {
    let resource = match key {
        Key::Resource(id, _) => Some(id.clone()),
        Key::Place(..) => None,
    };
    let mut leaves_found = Vec::new();
    let what = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => What::Added,
        (Some(_), None) => What::Removed,
        (Some(before), Some(after)) if same_value(&before.value, &after.value) => {
            if before.path == after.path {
                return None;
            }
            What::Moved
        }
        (Some(before), Some(after)) => {
            let schema = resource.as_ref().and_then(|id| {
                let exact =
                    after.api_version.as_deref().and_then(|version| catalogue.find(version, &id.kind));
                exact.or_else(|| catalogue.find_any_version(&id.group, &id.kind)).map(|entry| &entry.schema)
            });
            leaves_found = leaves(&Sides { before: &before.value, after: &after.value }, schema);
            match (leaves_found.is_empty(), before.path == after.path) {
                (true, true) => return None,
                (true, false) => What::Moved,
                (false, _) => What::Changed,
            }
        }
    };
    let path = |found: Option<&Found>| found.map(|found| found.path.clone());
    let paths = Sides { before: path(before), after: path(after) };
    Some(ResourceChange { resource, what, paths, leaves: leaves_found })
}
