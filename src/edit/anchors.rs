//! Finds out whether other places use what is to be changed.
//!
//! **Invariant:** an edit that passes here changes no field but its own.

use super::error::EditError;
use crate::model::pointer_of;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;

/// Refuses to change a node that has, or stands inside what has, an anchor in
/// use.
pub fn refuse_used(tree: &Tree, node: NodeId) -> Result<(), EditError> {
    let mut at = Some(node);
    while let Some(anchored) = at {
        if tree.anchor(anchored).is_some() {
            refuse_alias_of(tree, anchored, Span::at(0), node)?;
        }
        at = tree.parent(anchored);
    }
    Ok(())
}

/// Refuses to take away a node if an anchor in it is used outside of it.
pub fn refuse_used_inside(tree: &Tree, node: NodeId) -> Result<(), EditError> {
    let span = tree.full_span(node);
    if !span.of(tree.text()).contains('&') {
        return Ok(());
    }
    let anchored = walk(tree, node).into_iter().filter(|&inner| tree.anchor(inner).is_some());
    for inner in anchored {
        refuse_alias_of(tree, inner, span, node)?;
    }
    Ok(())
}

/// Refuses if an alias outside of `inside` stands for `anchored`.
fn refuse_alias_of(tree: &Tree, anchored: NodeId, inside: Span, field: NodeId) -> Result<(), EditError> {
    let document = tree.document_of(anchored);
    if !tree.raw(document).contains('*') {
        return Ok(());
    }
    let is_used = walk(tree, document).into_iter().any(|alias| {
        tree.kind(alias) == Kind::Alias
            && !inside.contains(tree.span(alias).start)
            && tree.alias_target(alias) == Some(anchored)
    });
    match tree.anchor(anchored) {
        Some(anchor) if is_used => {
            Err(EditError::AnchorInUse { field: pointer_of(tree, field), anchor: anchor.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Lists a node and all below it.
fn walk(tree: &Tree, node: NodeId) -> Vec<NodeId> {
    let mut found = vec![node];
    let mut open = vec![tree.children(node)];
    while let Some(siblings) = open.last_mut() {
        match siblings.next() {
            Some(child) => {
                found.push(child);
                open.push(tree.children(child));
            }
            None => {
                open.pop();
            }
        }
    }
    found
}
