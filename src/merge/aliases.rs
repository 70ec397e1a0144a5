//! Says where anchors and their uses make a merge unsafe: a change of an
//! anchor would reach a use that was written for what it said before.
//!
//! **Invariant:** a document in which neither side touched an anchor that the
//! other newly uses is never asked about.

use super::shape::Shape;
use super::versions::Versions;
use crate::model::Reading;
use crate::model::Value;
use crate::model::read;
use crate::order;
use crate::order::Map;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;

/// What a document has under one name.
#[derive(Debug, Clone, Default, PartialEq)]
struct Anchor {
    /// What the anchors of that name stand for.
    values: Vec<Value>,
    uses: usize,
}

/// Returns the names whose change on one side would reach new uses of the
/// other.
pub(super) fn unsafe_names(shapes: &Versions<Option<&Shape<'_>>>) -> Vec<String> {
    let known = shapes.map(|shape| shape.map(anchors).unwrap_or_default());
    let nothing = Anchor::default();
    let mut names: Vec<&String> = known.ours.keys().chain(known.theirs.keys()).collect();
    order::sort(&mut names);
    names.dedup();
    let is_unsafe = |name: &&String| {
        let of = |map: &Map<String, Anchor>| map.get(*name).cloned().unwrap_or(nothing.clone());
        let (base, ours, theirs) = (of(&known.base), of(&known.ours), of(&known.theirs));
        let reaches = |changed: &Anchor, user: &Anchor| {
            changed.values != base.values && changed.values != user.values && user.uses > base.uses
        };
        reaches(&ours, &theirs) || reaches(&theirs, &ours)
    };
    names.into_iter().filter(is_unsafe).cloned().collect()
}

fn anchors(shape: &Shape<'_>) -> Map<String, Anchor> {
    let mut found: Map<String, Anchor> = Map::new();
    if shape.has_aliases
        && let Some(root) = shape.root
    {
        for node in nodes(shape.tree, shape.node(root).id) {
            if let Some(name) = shape.tree.anchor(node) {
                let value = read(shape.tree, node, Reading::Kubernetes);
                found.entry(name.to_owned()).or_default().values.push(value);
            }
            if let Some(name) = shape.tree.alias_name(node) {
                found.entry(name.to_owned()).or_default().uses += 1;
            }
        }
    }
    found
}

/// Says whether an alias of a document stands for nothing.
pub(super) fn is_dangling(tree: &Tree, document: NodeId) -> bool {
    nodes(tree, document)
        .into_iter()
        .any(|node| tree.kind(node) == Kind::Alias && tree.alias_target(node).is_none())
}

fn nodes(tree: &Tree, from: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        found.push(node);
        open.extend(tree.children(node));
    }
    found
}
