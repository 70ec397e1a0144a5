//! The tree of a YAML text: an arena of spans in document order.
//!
//! A node's subtree is the run of nodes that follows it, so a walk over the
//! tree is a walk over one array. Scalars stay spans; what they say is read on
//! request.
//!
//! **Invariant:** the tree's text is the text it was made from. Every span
//! lies inside it, a child's inside its parent's, siblings' in text order.

use crate::diagnostic::Diagnostic;
use crate::text::Source;
use crate::text::Span;
use std::borrow::Cow;

/// A node of a [`Tree`]. Only of use with the tree it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// One YAML document. Its only child, if any, is its root.
    Document,
    /// A mapping. Its children are key, value, key, value …
    Mapping,
    /// A sequence. Its children are its items.
    Sequence,
    /// A scalar. A node that is not written (`key:` alone) is a plain scalar
    /// with an empty span.
    Scalar,
    /// A use of an anchor.
    Alias,
    /// Text that is not YAML. Stands where a value was to be.
    Error,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Style {
    /// A block collection, or a document.
    Block,
    /// A collection in brackets or braces.
    Flow,
    /// The one-pair mapping `a: b` inside flow brackets.
    FlowPair,
    /// A scalar without quotes.
    Plain,
    /// A scalar in single quotes.
    SingleQuoted,
    /// A scalar in double quotes.
    DoubleQuoted,
    /// A `|` block scalar.
    Literal,
    /// A `>` block scalar.
    Folded,
}

/// No offset or no node.
pub(super) const NONE: u32 = u32::MAX;

/// 28 bytes a node; measured as the size that keeps 5 MB of text in cache
/// reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub kind: Kind,
    pub style: Style,
    /// Has an entry in the table of properties.
    pub has_props: bool,
    /// For documents: the `---` is there, the `...` is there.
    pub explicit: u8,
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The node behind this node's subtree.
    pub past: u32,
    /// Offset of the `-`, `?` or `:` that leads to this node.
    pub indicator: u32,
    /// Number of children; of a block scalar, the indentation of its text; of
    /// an alias, the node it stands for, or 0.
    pub len: u32,
}

impl Node {
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// The anchor and the tag of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Props {
    pub node: u32,
    /// With the `&`; empty if there is none.
    pub anchor: Span,
    /// With the `!`; empty if there is none.
    pub tag: Span,
    /// Both, and what stands between them.
    pub all: Span,
}

/// A `%TAG` line: the handle, and the prefix it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct TagHandle {
    pub document: u32,
    pub handle: Span,
    pub prefix: Span,
}

/// The tree of one text, with what is wrong in it.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(super) source: Source,
    pub(super) nodes: Vec<Node>,
    pub(super) props: Vec<Props>,
    pub(super) comments: Vec<Span>,
    pub(super) tag_handles: Vec<TagHandle>,
    /// Where byte order marks stand that lead a document.
    pub(super) marks: Vec<u32>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Diagnostics behind the limit.
    pub(super) omitted: usize,
}

/// Stands in for a node that is not there, so that reading never panics.
static NOWHERE: Node = Node {
    kind: Kind::Error,
    style: Style::Plain,
    has_props: false,
    explicit: 0,
    start: 0,
    end: 0,
    parent: NONE,
    past: 0,
    indicator: NONE,
    len: 0,
};

impl Tree {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&NOWHERE)
    }

    /// Returns the source the tree was made from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns the text the tree was made from.
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// Returns what is wrong with the text as YAML, in text order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns how many more there are that have not been kept.
    pub fn omitted_diagnostics(&self) -> usize {
        self.omitted
    }

    /// Returns the number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the documents in order.
    pub fn documents(&self) -> Siblings<'_> {
        Siblings { tree: self, next: 0, end: self.nodes.len() as u32 }
    }

    /// Returns the root node of a document; none in an empty one.
    pub fn root(&self, document: NodeId) -> Option<NodeId> {
        self.children(document).next()
    }

    /// Returns the document a node stands in; of a document, itself.
    pub fn document_of(&self, id: NodeId) -> NodeId {
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            at = parent;
        }
        at
    }

    /// Says whether the document begins with `---`.
    pub fn has_start_marker(&self, document: NodeId) -> bool {
        self.node(document).explicit & EXPLICIT_START != 0
    }

    /// Says whether the document ends with `...`.
    pub fn has_end_marker(&self, document: NodeId) -> bool {
        self.node(document).explicit & EXPLICIT_END != 0
    }

    /// Returns what the node is.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Returns how the node is written.
    pub fn style(&self, id: NodeId) -> Style {
        self.node(id).style
    }

    /// Returns the span of the node without its anchor and tag.
    ///
    /// A block scalar begins at its `|` or `>` and ends before the line break
    /// of its last line, blank lines included only where they count (`|+`). A
    /// document spans its markers and its directives.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span()
    }

    /// Returns the span of the node with its anchor and tag.
    pub fn full_span(&self, id: NodeId) -> Span {
        match self.props(id) {
            Some(props) if self.span(id).is_empty() => props.all,
            Some(props) => props.all.cover(self.span(id)),
            None => self.span(id),
        }
    }

    /// Returns the text of the node without its anchor and tag.
    pub fn raw(&self, id: NodeId) -> &str {
        self.source.slice(self.span(id))
    }

    /// Returns the offset of the sign that leads to the node: `-` of an item,
    /// `:` of a value, `?` of a key. None for a flow item, a simple key, a
    /// missing value, or the root.
    pub fn indicator(&self, id: NodeId) -> Option<u32> {
        Some(self.node(id).indicator).filter(|&offset| offset != NONE)
    }

    /// Returns the node this one is a child of.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        Some(self.node(id).parent).filter(|&parent| parent != NONE).map(NodeId)
    }

    /// Returns the number of children: items, or keys and values together.
    pub fn len(&self, id: NodeId) -> usize {
        match self.kind(id) {
            Kind::Scalar | Kind::Alias => 0,
            _ => self.node(id).len as usize,
        }
    }

    /// Returns the node's children: a mapping's keys and values by turns.
    pub fn children(&self, id: NodeId) -> Siblings<'_> {
        Siblings { tree: self, next: id.0.saturating_add(1), end: self.node(id).past }
    }

    /// Returns a node and all nodes inside it, in text order.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        (id.0..self.node(id).past).map(NodeId)
    }

    /// Returns a mapping's pairs of key and value; nothing for other nodes.
    pub fn entries(&self, id: NodeId) -> Entries<'_> {
        let is_mapping = self.kind(id) == Kind::Mapping;
        let end = if is_mapping { self.node(id).past } else { 0 };
        Entries { children: Siblings { tree: self, next: id.0.saturating_add(1), end } }
    }

    /// Returns a sequence's items; nothing for other nodes.
    pub fn items(&self, id: NodeId) -> Siblings<'_> {
        let is_sequence = self.kind(id) == Kind::Sequence;
        let end = if is_sequence { self.node(id).past } else { 0 };
        Siblings { tree: self, next: id.0.saturating_add(1), end }
    }

    /// Returns the value of the first key that reads `key`.
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entry(mapping, key).map(|(_, value)| value)
    }

    /// Returns the first key that reads `key`, and its value.
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        self.entries(mapping).find(|&(at, _)| self.kind(at) == Kind::Scalar && self.scalar(at) == key)
    }

    /// Returns what a scalar says, escapes and folding undone. Empty for other
    /// nodes.
    pub fn scalar(&self, id: NodeId) -> Cow<'_, str> {
        super::scalar::read(self, id)
    }

    /// Says whether the node is not written at all, like the value of `key:`.
    pub fn is_missing(&self, id: NodeId) -> bool {
        self.kind(id) == Kind::Scalar && self.style(id) == Style::Plain && self.span(id).is_empty()
    }

    /// Returns all comments in text order, each from its `#` to its last
    /// character.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn props(&self, id: NodeId) -> Option<&Props> {
        if !self.node(id).has_props {
            return None;
        }
        let at = self.props.binary_search_by_key(&id.0, |props| props.node).ok()?;
        self.props.get(at)
    }

    /// Returns the `%TAG` lines of a document.
    pub(super) fn tag_handles(&self, document: NodeId) -> &[TagHandle] {
        let start = self.tag_handles.partition_point(|known| known.document < document.0);
        let end = self.tag_handles.partition_point(|known| known.document <= document.0);
        self.tag_handles.get(start..end).unwrap_or(&[])
    }

    /// Returns the name of the node's anchor, without its `&`.
    pub fn anchor(&self, id: NodeId) -> Option<&str> {
        let anchor = self.props(id)?.anchor;
        self.source.slice(anchor).strip_prefix('&')
    }

    /// Returns the node's tag as it is written, with its `!`.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        let tag = self.props(id)?.tag;
        Some(self.source.slice(tag)).filter(|tag| !tag.is_empty())
    }

    /// Returns the node's tag with its handle resolved and its escapes undone:
    /// `!!str` is `tag:yaml.org,2002:str`.
    pub fn resolved_tag(&self, id: NodeId) -> Option<String> {
        super::scalar::resolve_tag(self, id, self.tag(id)?)
    }

    /// Returns the name an alias uses, without its `*`.
    pub fn alias_name(&self, id: NodeId) -> Option<&str> {
        if self.kind(id) == Kind::Alias { self.raw(id).strip_prefix('*') } else { None }
    }

    /// Returns the node an alias stands for: the last one before it in its
    /// document with that anchor.
    pub fn alias_target(&self, id: NodeId) -> Option<NodeId> {
        let is_alias = self.kind(id) == Kind::Alias;
        Some(self.node(id).len).filter(|&target| is_alias && target > 0).map(NodeId)
    }

    /// Returns the deepest node whose full span holds `offset`.
    pub fn node_at(&self, offset: u32) -> Option<NodeId> {
        let mut found = self.documents().find(|&document| {
            let span = self.span(document);
            span.start <= offset && offset <= span.end
        })?;
        'deeper: loop {
            for child in self.children(found) {
                let span = self.full_span(child);
                if span.start <= offset && offset <= span.end && !span.is_empty() {
                    found = child;
                    continue 'deeper;
                }
            }
            return Some(found);
        }
    }
}

pub(super) const EXPLICIT_START: u8 = 1;
pub(super) const EXPLICIT_END: u8 = 2;

/// Nodes side by side.
#[derive(Debug, Clone)]
pub struct Siblings<'a> {
    tree: &'a Tree,
    next: u32,
    end: u32,
}

impl Iterator for Siblings<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.node(id).past.max(self.next + 1);
        Some(id)
    }
}

/// The pairs of a mapping.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    children: Siblings<'a>,
}

impl Iterator for Entries<'_> {
    type Item = (NodeId, NodeId);

    fn next(&mut self) -> Option<(NodeId, NodeId)> {
        Some((self.children.next()?, self.children.next()?))
    }
}
