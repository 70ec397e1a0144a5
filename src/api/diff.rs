//! `diff`: what differs between two states of files.

use super::error::Error;
use super::file::Lines;
use super::json::Json;
use super::shapes::Finding;
use super::validate::FileInput;
use crate::diff;
use crate::diff::Sides;
use crate::diff::What;
use crate::limits::Limits;
use crate::model::ResourceId;
use crate::order::Map;
use crate::schema::Catalogue;
use crate::text::Source;
use serde::Serialize;

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum ChangeType {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It says the same in another file.
    Moved,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct LeafChange {
    /// The field, as a JSON Pointer into the document after; before, where it
    /// is gone.
    pub field: String,
    /// The path a person reads, with list items by what tells them apart.
    pub label: String,
    /// The value before; left out where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// The value after; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
}

/// A resource that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ResourceChange {
    /// What became of it.
    #[serde(rename = "type")]
    pub change: ChangeType,
    /// Who it is; left out for a document that does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// Its file before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its file after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The fields that differ, of one that changed.
    pub leaves: Vec<LeafChange>,
}

/// What differs between two states.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct DiffAnswer {
    /// The resources that differ.
    pub changes: Vec<ResourceChange>,
    /// What is wrong with the files as YAML.
    pub findings: Vec<Finding>,
}

/// Compares two states of files.
pub fn diff(before: &[FileInput], after: &[FileInput]) -> Result<DiffAnswer, Error> {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST)
        .ok_or_else(|| Error::new("internal", "the catalogue cannot be read"))?;
    let sources = Sides { before: read(before)?, after: read(after)? };
    let (before, after) = (files(&sources.before), files(&sources.after));
    let found = diff::diff(&Sides { before: &*before, after: &*after }, &catalogue, &Limits::DEFAULT);
    let changes = found.changes.into_iter().map(|change| ResourceChange {
        change: match change.what {
            What::Added => ChangeType::Added,
            What::Removed => ChangeType::Removed,
            What::Changed => ChangeType::Changed,
            What::Moved => ChangeType::Moved,
        },
        resource: change.resource,
        before: change.paths.before,
        after: change.paths.after,
        leaves: change.leaves.into_iter().map(leaf).collect(),
    });
    let (before, after) = (texts(&sources.before), texts(&sources.after));
    let findings = found.findings.into_iter().map(|(side, path, finding)| {
        let texts = if side.before { &before } else { &after };
        let text = texts.get(path.as_str()).map(|(text, lines)| (*text, lines));
        Finding::of(&finding, Some(path), text)
    });
    Ok(DiffAnswer { changes: changes.collect(), findings: findings.collect() })
}

fn read(files: &[FileInput]) -> Result<Map<&str, Source>, Error> {
    let mut sources = Map::new();
    for file in files {
        if sources.insert(file.path.as_str(), Source::from_bytes(&file.content)).is_some() {
            return Err(Error::bad_request(format!("diff: the file `{}` is given twice", file.path)));
        }
    }
    Ok(sources)
}

fn files<'a>(sources: &'a Map<&'a str, Source>) -> Vec<diff::File<'a>> {
    sources.iter().map(|(path, source)| diff::File { path, source }).collect()
}

/// Returns each text with its lines, which are found once.
fn texts<'a>(sources: &'a Map<&'a str, Source>) -> Map<&'a str, (&'a str, Lines)> {
    sources.iter().map(|(path, source)| (*path, (source.text(), Lines::default()))).collect()
}

fn leaf(leaf: diff::LeafChange) -> LeafChange {
    let pointer = leaf.pointers.after.or(leaf.pointers.before).unwrap_or_default();
    LeafChange {
        field: pointer.to_string(),
        label: leaf.field.to_string(),
        before: leaf.values.before.map(Json),
        after: leaf.values.after.map(Json),
    }
}
