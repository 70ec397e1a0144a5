//! Turns a path into a span of a file: the last step of a finding.

use super::finding::Part;
use crate::model::Pointer;
use crate::model::locate_nearest;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;

/// Returns the span of what `field` names in a document: its key or its value.
///
/// What is not there is shown at what should hold it: at the key of the
/// nearest field that is there, else in the first line of the item or document.
/// What comes in through an alias or a merge key is shown where that is used.
pub fn locate(tree: &Tree, document: NodeId, field: &Pointer, part: Part) -> Span {
    let Some(nearest) = locate_nearest(tree, document, field) else {
        return first_line(tree, tree.span(document));
    };
    let found = nearest.located;
    if let Some(through) = found.through {
        return tree.span(through);
    }
    let is_there = nearest.steps == field.0.len();
    let value = tree.span(found.value);
    match found.key {
        Some(key) if !is_there || part == Part::Key || value.is_empty() => tree.span(key),
        None if !is_there || part == Part::Key => first_line(tree, value),
        _ => value,
    }
}

fn first_line(tree: &Tree, span: Span) -> Span {
    let line = span.of(tree.text()).split(['\n', '\r']).next().unwrap_or_default();
    Span::new(span.start, span.start + line.len() as u32)
}
