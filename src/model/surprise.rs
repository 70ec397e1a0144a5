//! Tells whether a document can be read without finding anything worth saying,
//! from its nodes alone and without making its value.

use super::reading::is_text_to_all;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::syntax::Tree;

/// Says whether reading the node may give findings: it holds aliases, tags,
/// merge keys, keys that are no text, or numbers that JSON does not have.
///
/// Costs one walk over the nodes.
pub fn may_surprise(tree: &Tree, node: NodeId) -> bool {
    tree.tag(node).is_some()
        || match tree.kind(node) {
            Kind::Document | Kind::Sequence => tree.children(node).any(|child| may_surprise(tree, child)),
            Kind::Mapping => {
                tree.entries(node).any(|(key, value)| !is_text_key(tree, key) || may_surprise(tree, value))
            }
            Kind::Scalar => tree.style(node) == Style::Plain && looks_like_special_float(tree.raw(node)),
            Kind::Alias => true,
            Kind::Error => false,
        }
}

fn is_text_key(tree: &Tree, key: NodeId) -> bool {
    if tree.kind(key) != Kind::Scalar || tree.tag(key).is_some() {
        return false;
    }
    tree.style(key) != Style::Plain
        || is_word(tree.raw(key))
        || (tree.raw(key) != "<<" && is_text_to_all(tree.raw(key)))
}

/// Says whether a key cannot be anything but text: it begins with a letter and
/// is longer than `false`, or no truth value or null begins with that letter.
fn is_word(text: &str) -> bool {
    match text.as_bytes() {
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O', ..] => text.len() > 5,
        [first, ..] => first.is_ascii_alphabetic(),
        [] => false,
    }
}

fn looks_like_special_float(text: &str) -> bool {
    text.trim_start_matches(['+', '-']).starts_with('.')
}
