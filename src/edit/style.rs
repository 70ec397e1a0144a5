//! Measures how a file is written, so that new nodes look like the old ones.
//!
//! Each habit is looked for around the place first, then in the document, then
//! in the file; where nothing shows it, the common one is taken.
//!
//! **Invariant:** a style depends on the file alone, never on the new value.

use super::lines::Lines;
use super::print::Place;
use super::print::is_plain;
use super::trivia::entries;
use super::trivia::is_flow;
use crate::model::Plain;
use crate::model::Reading;
use crate::model::read_plain;
use crate::syntax;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use std::cell::OnceCell;

/// What stands around a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quotes {
    /// Nothing.
    None,
    /// `'`
    Single,
    /// `"`
    Double,
}

/// Whether braces are padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Padding {
    /// `{a: 1}`
    Tight,
    /// `{ a: 1 }`
    Spaced,
}

/// How texts of several lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LongTexts {
    /// As `|` blocks where they can be.
    Blocks,
    /// In quotes.
    Quoted,
}

/// How new nodes are written. All widths are in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// From a key to the keys of the mapping below it.
    pub map_indent: usize,
    /// From a key to the dashes of the list below it.
    pub list_indent: usize,
    /// From a dash to its item.
    pub item_indent: usize,
    /// Around texts that need no quotes.
    pub texts: Quotes,
    /// Around texts that need quotes; never [`Quotes::None`].
    pub needed: Quotes,
    /// Around keys that need no quotes.
    pub keys: Quotes,
    /// Inside braces.
    pub padding: Padding,
    /// Texts of several lines.
    pub long_texts: LongTexts,
    /// The line break.
    pub line_break: &'static str,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            map_indent: 2,
            list_indent: 2,
            item_indent: 2,
            texts: Quotes::None,
            needed: Quotes::Double,
            keys: Quotes::None,
            padding: Padding::Tight,
            long_texts: LongTexts::Blocks,
            line_break: "\n",
        }
    }
}

impl Style {
    /// Measures the style of a file around a node.
    pub fn of(tree: &Tree, near: NodeId) -> Style {
        let places = Places::around(tree, near);
        let default = Style::default();
        let map_indent = places.first(|node| map_indent(tree, node)).unwrap_or(default.map_indent);
        let texts = places.habit(|node| text_quotes(tree, node));
        Style {
            map_indent,
            list_indent: places.first(|node| list_indent(tree, node)).unwrap_or(default.list_indent),
            item_indent: places.first(|node| item_indent(tree, node)).unwrap_or(default.item_indent),
            texts: texts.unwrap_or(default.texts),
            needed: places.habit(|node| any_quotes(tree, node)).unwrap_or(default.needed),
            keys: places.habit(|node| key_quotes(tree, node)).unwrap_or(default.keys),
            padding: places.first(|node| padding(tree, node)).unwrap_or(default.padding),
            long_texts: default.long_texts,
            line_break: line_break(tree.text()),
        }
    }
}

/// Returns the line break of a text: its first one.
pub fn line_break(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(at) if text.as_bytes().get(at..at + 2) == Some(b"\r\n") => "\r\n",
        Some(at) if text.as_bytes().get(at) == Some(&b'\r') => "\r",
        _ => "\n",
    }
}

/// Nodes to look at, in three rings: around the place, in its document, in the
/// file. The outer two are listed only if they are needed.
struct Places<'a> {
    tree: &'a Tree,
    around: Vec<NodeId>,
    document: OnceCell<Vec<NodeId>>,
    file: OnceCell<Vec<NodeId>>,
}

/// More nodes than show a habit are not looked at.
const ENOUGH: usize = 2000;

impl<'a> Places<'a> {
    fn around(tree: &'a Tree, near: NodeId) -> Places<'a> {
        let mut around = vec![near];
        while let Some(parent) = around.last().and_then(|&node| tree.parent(node)) {
            around.push(parent);
        }
        Places { tree, around, document: OnceCell::new(), file: OnceCell::new() }
    }

    fn document(&self) -> &[NodeId] {
        self.document.get_or_init(|| below(self.tree, self.around.last().copied().into_iter()))
    }

    fn file(&self) -> &[NodeId] {
        self.file.get_or_init(|| below(self.tree, self.tree.documents()))
    }

    fn first<T>(&self, probe: impl Fn(NodeId) -> Option<T>) -> Option<T> {
        let in_ring = |ring: &[NodeId]| ring.iter().find_map(|&node| probe(node));
        in_ring(&self.around).or_else(|| in_ring(self.document())).or_else(|| in_ring(self.file()))
    }

    /// Returns the most frequent answer of the first place that gives one:
    /// each node around by itself, then the outer rings as wholes.
    fn habit(&self, probe: impl Fn(NodeId) -> Vec<Quotes>) -> Option<Quotes> {
        let nearby = self.around.iter().find_map(|&node| most_frequent(&probe(node)));
        let of_ring = |ring: &[NodeId]| {
            let all: Vec<Quotes> = ring.iter().flat_map(|&node| probe(node)).collect();
            most_frequent(&all)
        };
        nearby.or_else(|| of_ring(self.document())).or_else(|| of_ring(self.file()))
    }
}

/// Lists the nodes below some, the first [`ENOUGH`] in text order.
fn below(tree: &Tree, roots: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut found = Vec::new();
    for root in roots {
        let mut open = vec![tree.children(root)];
        while let Some(siblings) = open.last_mut() {
            match siblings.next() {
                Some(node) if found.len() < ENOUGH => {
                    found.push(node);
                    open.push(tree.children(node));
                }
                Some(_) => return found,
                None => {
                    open.pop();
                }
            }
        }
    }
    found
}

fn most_frequent(quotes: &[Quotes]) -> Option<Quotes> {
    let count = |wanted: Quotes| quotes.iter().filter(|&&found| found == wanted).count();
    let all = [Quotes::None, Quotes::Double, Quotes::Single];
    // On a tie the earlier of the three wins, so look from the end.
    all.into_iter().rev().filter(|&quotes| count(quotes) > 0).max_by_key(|&quotes| count(quotes))
}

fn is_block(tree: &Tree, node: NodeId, kind: Kind) -> bool {
    tree.kind(node) == kind && !is_flow(tree, node)
}

fn first_column(tree: &Tree, collection: NodeId) -> Option<usize> {
    let first = entries(tree, collection).into_iter().next()?;
    Some(Lines::new(tree.text()).column(first.span(tree).start))
}

/// Measures a block mapping that holds another one on later lines.
fn map_indent(tree: &Tree, node: NodeId) -> Option<usize> {
    below_key(tree, node, Kind::Mapping).filter(|&indent| indent > 0)
}

fn list_indent(tree: &Tree, node: NodeId) -> Option<usize> {
    below_key(tree, node, Kind::Sequence)
}

fn below_key(tree: &Tree, node: NodeId, kind: Kind) -> Option<usize> {
    if !is_block(tree, node, Kind::Mapping) {
        return None;
    }
    let lines = Lines::new(tree.text());
    let column = first_column(tree, node)?;
    let mut values = tree.entries(node).filter(|&(key, value)| {
        is_block(tree, value, kind) && !lines.same(tree.span(key).start, tree.span(value).start)
    });
    values.find_map(|(_, value)| first_column(tree, value)?.checked_sub(column))
}

fn item_indent(tree: &Tree, node: NodeId) -> Option<usize> {
    if !is_block(tree, node, Kind::Sequence) {
        return None;
    }
    let lines = Lines::new(tree.text());
    tree.items(node).find_map(|item| {
        let dash = tree.indicator(item)?;
        let start = tree.full_span(item).start;
        let is_beside = !tree.is_missing(item) && lines.same(dash, start);
        is_beside.then(|| lines.column(start).saturating_sub(lines.column(dash)))
    })
}

fn padding(tree: &Tree, node: NodeId) -> Option<Padding> {
    let is_braces = tree.kind(node) == Kind::Mapping && tree.style(node) == syntax::Style::Flow;
    if !is_braces || tree.len(node) == 0 {
        return None;
    }
    Some(if tree.raw(node).starts_with("{ ") { Padding::Spaced } else { Padding::Tight })
}

/// Returns the quotes around the values of a collection that could do without.
fn text_quotes(tree: &Tree, node: NodeId) -> Vec<Quotes> {
    let values = entries(tree, node).into_iter().map(|entry| entry.value);
    values.filter_map(|value| free_quotes(tree, value)).collect()
}

fn key_quotes(tree: &Tree, node: NodeId) -> Vec<Quotes> {
    tree.entries(node).filter_map(|(key, _)| free_quotes(tree, key)).collect()
}

fn free_quotes(tree: &Tree, node: NodeId) -> Option<Quotes> {
    let quotes = quotes_of(tree, node)?;
    let is_free = match quotes {
        Quotes::None => read_plain(tree.raw(node), Reading::Kubernetes) == Plain::Text,
        _ => is_plain(&tree.scalar(node), Place::Block),
    };
    is_free.then_some(quotes)
}

/// Returns the quotes around the keys and values of a collection, where there
/// are some.
fn any_quotes(tree: &Tree, node: NodeId) -> Vec<Quotes> {
    let quotes = tree.children(node).filter_map(|child| quotes_of(tree, child));
    quotes.filter(|&quotes| quotes != Quotes::None).collect()
}

/// Returns the quotes around a scalar; none for other nodes and block scalars.
pub fn quotes_of(tree: &Tree, node: NodeId) -> Option<Quotes> {
    match (tree.kind(node), tree.style(node)) {
        (Kind::Scalar, syntax::Style::Plain) => Some(Quotes::None),
        (Kind::Scalar, syntax::Style::SingleQuoted) => Some(Quotes::Single),
        (Kind::Scalar, syntax::Style::DoubleQuoted) => Some(Quotes::Double),
        _ => None,
    }
}
