//! Finds documents, puts documents behind a file's last and takes documents
//! out.

use super::error::EditError;
use super::lines::Lines;
use super::print::Lead;
use super::print::print;
use super::style::LongTexts;
use super::style::Style;
use super::style::line_break;
use super::trivia::is_in_block_text;
use super::trivia::lead_start;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::ResourceId;
use crate::model::Value;
use crate::model::documents;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;
use crate::text::TextEdit;
use serde::Serialize;

/// Names a document of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum DocumentRef {
    /// By its place, from 0.
    Index(usize),
    /// By the resource it holds.
    Resource(ResourceId),
}

impl FromValue for DocumentRef {
    fn from_value(value: Value) -> Result<DocumentRef, Misfit> {
        match value {
            Value::Int(_) => usize::from_value(value).map(DocumentRef::Index),
            Value::Map(_) => ResourceId::from_value(value).map(DocumentRef::Resource),
            other => Err(Misfit::expected("the number of a document or a resource", &other)),
        }
    }
}

/// Finds the document that is meant; the only one if none is named.
pub fn find_document(tree: &Tree, document: Option<&DocumentRef>) -> Result<NodeId, EditError> {
    let meant: Vec<NodeId> = match document {
        None => tree.documents().collect(),
        Some(DocumentRef::Index(index)) => tree.documents().nth(*index).into_iter().collect(),
        Some(DocumentRef::Resource(id)) => {
            let documents = documents(tree).into_iter();
            documents
                .filter(|document| document.id.as_ref() == Some(id))
                .map(|document| document.node)
                .collect()
        }
    };
    match meant.as_slice() {
        [] => Err(EditError::NoSuchDocument),
        [document] => Ok(*document),
        _ => Err(EditError::AmbiguousDocument),
    }
}

/// Returns the edit that puts a document behind the last.
pub fn append_document(tree: &Tree, value: &Value, long_texts: LongTexts) -> TextEdit {
    let text = tree.text();
    let last = tree.documents().last();
    let measured = last.map(|document| Style::of(tree, document)).unwrap_or_default();
    let style = Style { line_break: line_break(text), long_texts, ..measured };
    let break_line = style.line_break;
    let is_empty = text.trim_start_matches('\u{FEFF}').is_empty();
    let ends_open = !is_empty && !text.ends_with(['\n', '\r']);
    let mut added = String::new();
    if ends_open {
        added.push_str(break_line);
    }
    if last.is_some() {
        added.push_str("---");
        added.push_str(break_line);
    }
    added.push_str(&print(value, &style, 0, Lead::Line).joined());
    if !ends_open {
        added.push_str(break_line);
    }
    TextEdit::insert(text.len() as u32, added)
}

/// Returns the edit that takes a document out: from its beginning to the
/// beginning of the next one.
pub fn remove_document(tree: &Tree, document: NodeId) -> TextEdit {
    let lines = Lines::new(tree.text());
    let start_of = |document: NodeId| {
        let start = tree.span(document).start;
        match tree.has_start_marker(document) {
            true => lines.start(start),
            false => lead_start(tree, start),
        }
    };
    let next = tree.documents().skip_while(|&other| other != document).nth(1);
    let end = next.map_or(tree.text().len() as u32, start_of);
    let mut start = start_of(document);
    if next.is_none() && !tree.text().ends_with(['\n', '\r']) {
        let border = lines.break_before(start);
        start = if is_in_block_text(tree, border) { start } else { border };
    }
    TextEdit::cut(Span::new(start, end))
}
