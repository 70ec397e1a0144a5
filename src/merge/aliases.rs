//! Says where anchors and their uses make a merge unsafe: a change of an
//! anchor would reach a use that was written for what it said before.
//!
//! **Invariant:** a document in which neither side touched an anchor that the
//! other newly uses is never asked about.

use super::hash;
use super::shape::Form;
use super::shape::Shape;
use super::versions::Versions;
use crate::order;
use crate::order::Map;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;

/// What a document has under one name.
#[derive(Debug, Clone, Default, PartialEq)]
struct Anchor {
    /// The numbers of what the anchors of that name stand for, aliases in it
    /// followed.
    values: Vec<u64>,
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

/// Costs one pass: a node is read when its children have been, and an anchor
/// before its aliases, so an alias of aliases costs no more than any other.
fn anchors(shape: &Shape<'_>) -> Map<String, Anchor> {
    let mut found: Map<String, Anchor> = Map::new();
    if !shape.has_aliases {
        return found;
    }
    let tree = shape.tree;
    let mut targets: Map<NodeId, u64> = Map::new();
    let mut note = |id: NodeId, value: u64| {
        if let Some(name) = tree.anchor(id) {
            targets.insert(id, value);
            found.entry(name.to_owned()).or_default().values.push(value);
        }
        let Some(name) = tree.alias_name(id) else { return value };
        found.entry(name.to_owned()).or_default().uses += 1;
        tree.alias_target(id).and_then(|target| targets.get(&target)).copied().unwrap_or(value)
    };
    let mut values: Vec<u64> = Vec::new();
    for node in shape.nodes() {
        let parts = shape.slots_of(node).iter().map(|slot| {
            let value = values.get(slot.value.place()).copied().unwrap_or(hash::NULL);
            (slot.key, &slot.name, value)
        });
        let value = match node.form {
            Form::Map => hash::of_map(parts.map(|(key, name, value)| {
                if let Some(key) = key {
                    note(key, hash::of_text(name));
                }
                hash::of_entry(name, value)
            })),
            Form::List => hash::of_list(parts.map(|(_, _, value)| value)),
            _ => node.value,
        };
        values.push(note(node.id, value));
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
