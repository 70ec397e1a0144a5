//! Reads what a scalar says.

use super::tree::NodeId;
use super::tree::Tree;
use std::borrow::Cow;

/// Returns the content of a scalar.
pub(super) fn read(tree: &Tree, id: NodeId) -> Cow<'_, str> {
    Cow::Borrowed(tree.raw(id))
}

/// Resolves a tag.
pub(super) fn resolve_tag(_tree: &Tree, _id: NodeId, tag: &str) -> Option<String> {
    Some(tag.to_owned())
}
