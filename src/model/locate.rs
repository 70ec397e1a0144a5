//! Finds the nodes of a field, and the field of a node.

use super::pointer::Pointer;
use super::pointer::Step;
use super::read::Reader;
use super::read::read_key;
use super::reading::Reading;
use crate::limits::Limits;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;

/// Where a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Its key; none for the root and for items of a list.
    pub key: Option<NodeId>,
    /// Its value.
    pub value: NodeId,
    /// The alias or the merge key that led away from where the path points to.
    /// An edit here would change another place too.
    pub through: Option<NodeId>,
}

/// The deepest field on a path that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    /// The field.
    pub located: Located,
    /// How many steps of the path lead to it.
    pub steps: usize,
}

/// Finds a field of a document as the cluster reads it: `on:` has the key
/// `true`, a repeated key counts where it stands last, aliases are followed and
/// merge keys searched.
///
/// An index used on a mapping is the key it spells.
pub fn locate(tree: &Tree, document: NodeId, pointer: &Pointer) -> Option<Located> {
    let nearest = locate_nearest(tree, document, pointer)?;
    (nearest.steps == pointer.0.len()).then_some(nearest.located)
}

/// Finds as much of a path as is there. None in an empty document.
pub fn locate_nearest(tree: &Tree, document: NodeId, pointer: &Pointer) -> Option<Nearest> {
    let mut reader = Reader::new(tree, Reading::Kubernetes, &Limits::DEFAULT);
    let mut located = Located { key: None, value: tree.root(document)?, through: None };
    for (steps, step) in pointer.0.iter().enumerate() {
        match next(&mut reader, located, step) {
            Some(next) => located = next,
            None => return Some(Nearest { located, steps }),
        }
    }
    Some(Nearest { located, steps: pointer.0.len() })
}

/// Returns the path from its document's root to a node. A key has the path of
/// its value.
pub fn pointer_of(tree: &Tree, node: NodeId) -> Pointer {
    let mut steps = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        match tree.kind(parent) {
            Kind::Mapping => {
                let key = tree.entries(parent).find(|&(key, value)| key == at || value == at);
                if let Some((key, _)) = key {
                    steps.push(step_of_key(read_key(tree, key, Reading::Kubernetes).into_owned()));
                }
            }
            Kind::Sequence => {
                steps.extend(tree.items(parent).position(|item| item == at).map(Step::Index));
            }
            _ => {}
        }
        at = parent;
    }
    steps.reverse();
    Pointer(steps)
}

/// Spells a key as reading its text form back does.
fn step_of_key(key: String) -> Step {
    match key.parse::<usize>() {
        Ok(index) if index.to_string() == key => Step::Index(index),
        _ => Step::Key(key),
    }
}

fn next(reader: &mut Reader<'_>, from: Located, step: &Step) -> Option<Located> {
    let tree = reader.tree;
    let (node, through) = match tree.kind(from.value) {
        Kind::Alias => (reader.alias(from.value)?, from.through.or(Some(from.value))),
        _ => (from.value, from.through),
    };
    match (tree.kind(node), step) {
        (Kind::Mapping, Step::Key(key)) => entry(reader, node, through, key),
        (Kind::Mapping, Step::Index(index)) => entry(reader, node, through, &index.to_string()),
        (Kind::Sequence, Step::Index(index)) => {
            let value = tree.items(node).nth(*index)?;
            Some(Located { key: None, value, through })
        }
        _ => None,
    }
}

/// Finds the entry that counts: the last one that has the key.
fn entry(reader: &mut Reader<'_>, mapping: NodeId, through: Option<NodeId>, wanted: &str) -> Option<Located> {
    let (tree, reading) = (reader.tree, reader.reading);
    let mut found = None;
    for (key, value) in tree.entries(mapping) {
        if reader.is_merge_key(key) {
            let through = through.or(Some(key));
            for source in reader.merge_sources(value) {
                let merged = reader.expanded(|reader| match reader.spend(tree.len(source) + 1) {
                    true => entry(reader, source, through, wanted),
                    false => None,
                });
                found = merged.flatten().or(found);
            }
        } else if read_key(tree, key, reading) == wanted {
            found = Some(Located { key: Some(key), value, through });
        }
    }
    found
}
