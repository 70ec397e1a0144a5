//! Reports keys that stand twice in one mapping.

use super::tree::Kind;
use super::tree::NodeId;
use super::tree::Style;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::order;
use std::borrow::Cow;

/// Up to here, comparing each key with each is faster than sorting.
const FEW: usize = 24;

/// A key, and a number that is the same for keys that read the same.
#[derive(Clone, Copy)]
struct Key {
    print: u64,
    id: NodeId,
}

/// Adds a finding at the second use of each repeated key.
pub(super) fn check(tree: &mut Tree, limits: &Limits) {
    let mut found = Vec::new();
    let mut keys = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        if node.kind != Kind::Mapping || node.len < 4 {
            continue;
        }
        keys.clear();
        let entries = tree.entries(NodeId(index as u32));
        keys.extend(entries.filter_map(|(key, _)| known(tree, key)));
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
fn known(tree: &Tree, id: NodeId) -> Option<Key> {
    if tree.kind(id) != Kind::Scalar || tree.is_missing(id) {
        return None;
    }
    let text = text(tree, id);
    let is_merge = &*text == "<<" && is_verbatim(tree, id);
    (!is_merge).then(|| Key { print: print(text.as_bytes()), id })
}

/// Makes a number of a text: of its length, its beginning and its end.
fn print(text: &[u8]) -> u64 {
    let four = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let ends = match text.len() {
        0..4 => text.iter().fold(0, |print, &byte| (print << 8) | u64::from(byte)),
        _ => four(text.first_chunk()) | (four(text.last_chunk()) << 32),
    };
    ends.wrapping_add((text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn compare(tree: &Tree, keys: &[Key], found: &mut Vec<(NodeId, NodeId)>) {
    for (index, second) in keys.iter().enumerate() {
        let mut before = keys.iter().take(index);
        let same =
            |first: &&Key| first.print == second.print && text(tree, first.id) == text(tree, second.id);
        if let Some(first) = before.find(same) {
            found.push((first.id, second.id));
        }
    }
}

fn is_verbatim(tree: &Tree, key: NodeId) -> bool {
    tree.style(key) == Style::Plain
}

/// Reads a key. Plain keys stand on one line and are what they say.
fn text(tree: &Tree, key: NodeId) -> Cow<'_, str> {
    if is_verbatim(tree, key) { Cow::Borrowed(tree.raw(key)) } else { tree.scalar(key) }
}

fn sort(tree: &Tree, keys: &[Key], found: &mut Vec<(NodeId, NodeId)>) {
    let mut order: Vec<(u64, Cow<'_, str>, NodeId)> =
        keys.iter().map(|key| (key.print, text(tree, key.id), key.id)).collect();
    order::sort(&mut order);
    let mut first = None;
    for (print, text, key) in &order {
        match first {
            Some((known, at)) if known == (print, text) => found.push((at, *key)),
            _ => first = Some(((print, text), *key)),
        }
    }
}

fn finding(tree: &Tree, first: NodeId, second: NodeId) -> Diagnostic {
    let key = tree.scalar(second);
    Diagnostic::error("yaml-duplicate-key", tree.span(second), format!("the key `{key}` is already used"))
        .help("Remove or rename one of the two")
        .related(tree.span(first), "first used here")
}
