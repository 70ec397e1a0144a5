//! Reports keys that stand twice in one mapping.

use super::tree::Kind;
use super::tree::NodeId;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use std::borrow::Cow;

/// Up to here, comparing each key with each is faster than sorting.
const FEW: usize = 12;

/// Adds a finding at the second use of each repeated key.
pub(super) fn check(tree: &mut Tree, limits: &Limits) {
    let mut found = Vec::new();
    let mut keys = Vec::new();
    for index in 0..tree.nodes.len() as u32 {
        let mapping = NodeId(index);
        let node = tree.node(mapping);
        if node.kind != Kind::Mapping || node.len < 4 {
            continue;
        }
        keys.clear();
        keys.extend(tree.entries(mapping).map(|(key, _)| key).filter(|&key| counts(tree, key)));
        if keys.len() <= FEW {
            compare(tree, &keys, &mut found);
        } else {
            sort(tree, &keys, &mut found);
        }
    }
    let space = limits.findings.saturating_sub(tree.diagnostics.len());
    found.truncate(space);
    let findings: Vec<Diagnostic> =
        found.into_iter().map(|(first, second)| finding(tree, first, second)).collect();
    tree.diagnostics.extend(findings);
}

/// A merge key may stand more than once; keys that are collections are left
/// to the reader.
fn counts(tree: &Tree, key: NodeId) -> bool {
    tree.kind(key) == Kind::Scalar && tree.raw(key) != "<<" && !tree.is_missing(key)
}

fn compare(tree: &Tree, keys: &[NodeId], found: &mut Vec<(NodeId, NodeId)>) {
    for (index, &second) in keys.iter().enumerate() {
        let before = keys.get(..index).unwrap_or(&[]);
        if let Some(&first) = before.iter().find(|&&first| same(tree, first, second)) {
            found.push((first, second));
        }
    }
}

fn same(tree: &Tree, first: NodeId, second: NodeId) -> bool {
    let (one, other) = (tree.node(first), tree.node(second));
    if one.style == other.style && one.end - one.start != other.end - other.start && is_verbatim(tree, first)
    {
        return false;
    }
    text(tree, first) == text(tree, second)
}

fn is_verbatim(tree: &Tree, key: NodeId) -> bool {
    tree.style(key) == super::tree::Style::Plain
}

/// Reads a key. Plain keys stand on one line and are what they say.
fn text(tree: &Tree, key: NodeId) -> Cow<'_, str> {
    if is_verbatim(tree, key) { Cow::Borrowed(tree.raw(key)) } else { tree.scalar(key) }
}

fn sort(tree: &Tree, keys: &[NodeId], found: &mut Vec<(NodeId, NodeId)>) {
    let mut order: Vec<(Cow<'_, str>, NodeId)> = keys.iter().map(|&key| (text(tree, key), key)).collect();
    order.sort();
    let mut first = None;
    for (text, key) in &order {
        match first {
            Some((known, at)) if known == text => found.push((at, *key)),
            _ => first = Some((text, *key)),
        }
    }
}

fn finding(tree: &Tree, first: NodeId, second: NodeId) -> Diagnostic {
    let key = tree.scalar(second);
    Diagnostic::error("yaml-duplicate-key", tree.span(second), format!("the key `{key}` is already used"))
        .help("Remove or rename one of the two")
        .related(tree.span(first), "first used here")
}
