//! Tells whether a document can be read without finding anything worth saying,
//! from its nodes alone and without making its value.

use super::tree::Kind;
use super::tree::NONE;
use super::tree::Node;
use super::tree::NodeId;
use super::tree::Style;
use super::tree::Tree;

/// How many nodes aliases may stand for in a document without being looked at
/// closely. Far below any limit.
const EXPANSION: usize = 1000;

/// Words that some reader of YAML takes for a truth value or for nothing.
const NO_TEXT: [&[u8]; 9] = [b"y", b"n", b"yes", b"no", b"on", b"off", b"true", b"false", b"null"];

impl Tree {
    /// Says whether reading the document may give findings: it holds tags,
    /// aliases of nothing or of each other, keys that are not surely text in one
    /// line, or numbers that begin with a sign or a point, of which JSON does
    /// not have all.
    ///
    /// Costs one pass over the nodes.
    pub fn may_surprise(&self, document: NodeId) -> bool {
        let start = document.0 as usize;
        let nodes = self.nodes.get(start..self.node(document).past as usize).unwrap_or(&[]);
        let text = self.text().as_bytes();
        let mut expansion = 0;
        nodes.iter().enumerate().any(|(index, node)| match node.kind {
            _ if node.has_props && self.tag(NodeId((start + index) as u32)).is_some() => true,
            Kind::Alias => self.is_odd_alias(node, &mut expansion),
            Kind::Scalar => {
                node.style == Style::Plain && matches!(first(text, node), Some(b'+' | b'-' | b'.'))
            }
            Kind::Mapping => self.has_odd_key(start + index),
            Kind::Document | Kind::Sequence | Kind::Error => false,
        })
    }

    /// Says whether an alias has no target, or one that may cost much.
    fn is_odd_alias(&self, alias: &Node, expansion: &mut usize) -> bool {
        let start = alias.len as usize;
        let target = self.nodes.get(start).map_or(0..0, |node| start..node.past as usize);
        *expansion += target.len();
        *expansion > EXPANSION
            || start == 0
            || self.nodes.get(target).unwrap_or(&[]).iter().any(|node| node.kind == Kind::Alias)
    }

    #[inline(always)]
    fn has_odd_key(&self, mapping: usize) -> bool {
        let text = self.text().as_bytes();
        let Some(node) = self.nodes.get(mapping) else { return false };
        let end = node.past as usize;
        // Inside brackets and behind a `?` even a plain key may have several
        // lines.
        let is_flow = node.style != Style::Block;
        let mut at = mapping + 1;
        while at < end
            && let Some(key) = self.nodes.get(at)
        {
            let is_plain = key.style == Style::Plain;
            let may_break = is_flow || key.indicator != NONE;
            if key.kind != Kind::Scalar
                || (is_plain && (!is_word(text, key) || (may_break && has_break(text, key))))
            {
                return true;
            }
            at = self.nodes.get(key.past as usize).map_or(end, |value| value.past as usize);
        }
        false
    }
}

#[inline(always)]
fn first(text: &[u8], node: &Node) -> Option<u8> {
    if node.start < node.end { text.get(node.start as usize).copied() } else { None }
}

fn has_break(text: &[u8], node: &Node) -> bool {
    let text = text.get(node.span().range()).unwrap_or(&[]);
    memchr::memchr2(b'\n', b'\r', text).is_some()
}

/// Says whether a plain scalar can be nothing but text.
#[inline(always)]
fn is_word(text: &[u8], node: &Node) -> bool {
    first(text, node).is_some_and(|first| first.is_ascii_alphabetic())
        && (node.end - node.start > 5 || !is_no_text(text.get(node.span().range()).unwrap_or(&[])))
}

fn is_no_text(word: &[u8]) -> bool {
    NO_TEXT.iter().any(|known| known.eq_ignore_ascii_case(word))
}
