//! Says which lines and comments belong to an entry of a collection.
//!
//! A comment block that stands directly above an entry, in the entry's column,
//! leads it. A comment behind the entry on its last line, and comment lines
//! below it that stand further in than the entry, belong to it too.
//!
//! **Invariant:** two entries of one collection never share a comment.

use super::lines::Lines;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::syntax::Tree;
use crate::text::Span;

/// An entry of a collection: an item, or a key with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The key; none for an item.
    pub key: Option<NodeId>,
    /// The value or the item.
    pub value: NodeId,
}

impl Entry {
    /// Returns the entry's own span, from its key or its dash to the end of its
    /// value, without comments.
    pub fn span(self, tree: &Tree) -> Span {
        let first = self.key.unwrap_or(self.value);
        let node = tree.full_span(first);
        let start = tree.indicator(first).map_or(node.start, |indicator| {
            if node.is_empty() { indicator } else { indicator.min(node.start) }
        });
        Span::new(start, self.end(tree))
    }

    fn end(self, tree: &Tree) -> u32 {
        let value = tree.full_span(self.value);
        let sign = self.sign(tree).map_or(0, |sign| sign + 1);
        let key_end = self.key.map_or(0, |key| key_end(tree, key));
        if value.is_empty() { sign.max(key_end) } else { value.end }
    }

    /// Returns the offset of the `:` or the `-` before the value, if it is
    /// written.
    pub fn sign(self, tree: &Tree) -> Option<u32> {
        tree.indicator(self.value).or_else(|| {
            let key_end = key_end(tree, self.key?);
            let rest = tree.text().get(key_end as usize..)?;
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            rest.get(blanks..)?.starts_with(':').then_some(key_end + blanks as u32)
        })
    }
}

/// Returns where a key ends; one that is not written, behind its `?`.
fn key_end(tree: &Tree, key: NodeId) -> u32 {
    let span = tree.full_span(key);
    match tree.indicator(key) {
        Some(indicator) if span.is_empty() => indicator + 1,
        _ => span.end,
    }
}

/// Returns the blank that an entry in braces needs before a sign behind it: a
/// lone `?` would take the sign for its own.
pub fn gap_behind(tree: &Tree, entry: Entry) -> &'static str {
    if tree.source().slice(entry.span(tree)).ends_with('?') { " " } else { "" }
}

/// Lists the entries of a mapping or a sequence.
pub fn entries(tree: &Tree, collection: NodeId) -> Vec<Entry> {
    match tree.kind(collection) {
        Kind::Mapping => {
            tree.entries(collection).map(|(key, value)| Entry { key: Some(key), value }).collect()
        }
        Kind::Sequence => tree.items(collection).map(|value| Entry { key: None, value }).collect(),
        _ => Vec::new(),
    }
}

/// Says whether nothing but blanks stands before the entry on its line.
pub fn begins_its_line(tree: &Tree, entry: Entry) -> bool {
    let start = entry.span(tree).start;
    Lines::new(tree.text()).first_sign(start) == start
}

/// Returns the stretch from the beginning of the first line of an entry of a
/// block collection, its leading comments included, to the end of its last
/// line before the line break. An entry that shares its first line with a dash
/// before it begins behind that.
pub fn lines_of(tree: &Tree, entry: Entry) -> Span {
    let start = entry.span(tree).start;
    let start = if begins_its_line(tree, entry) { lead_start(tree, start) } else { start };
    Span::new(start, last_line_end(tree, entry))
}

/// Returns where the comments that lead what stands at `offset` begin: the
/// beginning of a line.
pub fn lead_start(tree: &Tree, offset: u32) -> u32 {
    let lines = Lines::new(tree.text());
    let column = lines.column(offset);
    let mut start = lines.start(offset);
    while let Some(above) = lines.previous(start) {
        let sign = lines.first_sign(above);
        if !is_comment(tree, sign) || lines.column(sign) != column {
            break;
        }
        start = above;
    }
    start
}

/// Returns the end of the last line that belongs to an entry of a block
/// collection, before the line break.
pub fn last_line_end(tree: &Tree, entry: Entry) -> u32 {
    let span = entry.span(tree);
    let lines = Lines::new(tree.text());
    let column = lines.column(span.start);
    let mut end = lines.end(span.end);
    let mut at = end;
    loop {
        let next = lines.next(at);
        let is_last = next == at || next as usize >= tree.text().len();
        let sign = lines.first_sign(next);
        if !is_last && lines.is_blank(next) {
            at = lines.end(next);
            continue;
        }
        if is_last || !is_comment(tree, sign) || lines.column(sign) <= column {
            return end;
        }
        end = lines.end(next);
        at = end;
    }
}

/// Says whether a comment begins at `offset`.
pub fn is_comment(tree: &Tree, offset: u32) -> bool {
    tree.comments().binary_search_by_key(&offset, |comment| comment.start).is_ok()
}

/// Says whether `offset` lies in a block scalar or at its end, where a line
/// break counts.
pub fn is_in_block_text(tree: &Tree, offset: u32) -> bool {
    tree.node_at(offset).is_some_and(|node| matches!(tree.style(node), Style::Literal | Style::Folded))
}

/// Returns the comment that ends the line of `offset`, if there is one.
pub fn comment_on_line(tree: &Tree, offset: u32) -> Option<Span> {
    let line = Lines::new(tree.text()).span(offset);
    let after = tree.comments().partition_point(|comment| comment.start < line.start);
    tree.comments().get(after).copied().filter(|comment| comment.start <= line.end)
}

/// Returns where what is written on the line of `offset` ends: before its
/// comment and the blanks before that.
pub fn content_end(tree: &Tree, offset: u32) -> u32 {
    let line = Lines::new(tree.text()).span(offset);
    let end = comment_on_line(tree, offset).map_or(line.end, |comment| comment.start);
    let content = Span::new(line.start, end).of(tree.text());
    line.start + content.trim_end_matches([' ', '\t']).len() as u32
}

/// Says whether a collection is written in brackets or braces.
pub fn is_flow(tree: &Tree, collection: NodeId) -> bool {
    matches!(tree.style(collection), Style::Flow | Style::FlowPair)
}
