//! Reports keys that stand twice in one mapping.

use super::tree::Kind;
use super::tree::Node;
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
        let mut at = index + 1;
        while let Some(key) = tree.nodes.get(at) {
            if at >= node.past as usize {
                break;
            }
            if let Some(print) = known(tree, key, NodeId(at as u32)) {
                keys.push(Key { print, id: NodeId(at as u32) });
            }
            at = tree.nodes.get(key.past as usize).map_or(usize::MAX, |value| value.past as usize);
        }
        if keys.len() <= FEW {
            compare(tree, &keys, &mut found);
        } else {
            sort(tree, &keys, &mut found);
        }
    }
    let space = limits.findings.saturating_sub(tree.diagnostics.len());
    tree.omitted += found.len().saturating_sub(space);
    found.truncate(space);
    let findings: Vec<Diagnostic> =
        found.into_iter().map(|(first, second)| finding(tree, first, second)).collect();
    tree.diagnostics.extend(findings);
}

/// Makes a number of a key. A merge key may stand more than once; keys that are
/// collections are left to the reader.
#[inline(always)]
fn known(tree: &Tree, key: &Node, id: NodeId) -> Option<u64> {
    match (key.kind, key.style) {
        (Kind::Scalar, Style::Plain) => {
            let text = tree.text().as_bytes().get(key.start as usize..key.end as usize)?;
            (!text.is_empty() && text != b"<<").then(|| print(text))
        }
        (Kind::Scalar, _) => Some(print(tree.scalar(id).as_bytes())),
        _ => None,
    }
}

/// Makes a number of a text: of its length, its beginning and its end.
#[inline(always)]
fn print(text: &[u8]) -> u64 {
    let four = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let ends = match text.len() {
        0..4 => text.iter().fold(0, |print, &byte| (print << 8) | u64::from(byte)),
        _ => four(text.first_chunk()) | (four(text.last_chunk()) << 32),
    };
    ends.wrapping_add((text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn compare(tree: &Tree, keys: &[Key], found: &mut Vec<(NodeId, NodeId)>) {
    let mut rest = keys;
    while let Some((second, before)) = rest.split_last() {
        rest = before;
        for first in before {
            if first.print == second.print && text(tree, first.id) == text(tree, second.id) {
                found.push((first.id, second.id));
                break;
            }
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
