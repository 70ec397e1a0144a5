//! Turns one document of a tree into slots: the entries of its maps and the
//! items of its lists, each with the text, comments and blank lines that go
//! with it; [`super::gaps`] says which.
//!
//! **Invariant:** the slots of a block collection lie side by side: where one
//! ends the next begins, so putting their texts together gives the collection.

use super::hash;
use crate::model::Plain;
use crate::model::Reading;
use crate::model::read_plain;
use crate::model::read_plain_key;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::syntax::Tree;
use crate::text::Span;
use std::borrow::Cow;

/// A node of a [`Shape`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeIx(u32);

/// A slot of a [`Shape`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SlotIx(u32);

/// What a node is to a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Map,
    List,
    /// A scalar that says something.
    Scalar,
    /// A scalar that says null, written or not.
    Null,
    /// A use of an anchor.
    Alias,
    /// What is only taken as a whole.
    Opaque,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub id: NodeId,
    pub form: Form,
    /// Written in braces or brackets.
    pub flow: bool,
    /// The number of its value.
    pub value: u64,
    /// Scalars below, itself included.
    pub leaves: u32,
    slots: (u32, u32),
    /// With anchor and tag. Of a block collection: from its first sign.
    pub span: Span,
    /// Of a block collection, the lines of its slots.
    pub region: Span,
    /// Of a block collection, the column its slots begin at.
    pub column: u32,
}

impl Node {
    pub fn is_block(&self) -> bool {
        matches!(self.form, Form::Map | Form::List) && !self.flow
    }
}

#[derive(Debug, Clone)]
pub(super) struct Slot<'a> {
    /// The key's node; none for an item.
    pub key: Option<NodeId>,
    /// What the key says; empty for an item.
    pub name: Cow<'a, str>,
    pub value: NodeIx,
    /// Everything that belongs to it.
    pub chunk: Span,
    /// The lines of comments and blanks before it.
    pub lead: Span,
    /// Where the key or the dash begins.
    pub body: u32,
    /// Behind the colon or the dash.
    pub head_end: u32,
    /// What stands on the last line of the head behind the value, or, for a
    /// block collection, behind the head: a comment and the blanks before it.
    pub trail: Span,
    /// The comment lines after it that are still its own.
    pub foot: Span,
    /// The column it begins at.
    pub column: u32,
    /// Stands in braces or brackets.
    pub flow: bool,
}

/// A document as slots.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    pub tree: &'a Tree,
    /// The part of the file that is this document, with what leads it.
    pub chunk: Span,
    pub root: Option<NodeIx>,
    pub has_aliases: bool,
    nodes: Vec<Node>,
    slots: Vec<Slot<'a>>,
    no_node: Node,
    no_slot: Slot<'a>,
}

impl NodeIx {
    /// Returns the node's place among all nodes.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

impl SlotIx {
    /// Makes a slot number of a place in some other order.
    pub fn of(place: usize) -> SlotIx {
        SlotIx(place as u32)
    }
}

impl<'a> Shape<'a> {
    /// Reads a document. `chunk` is its part of the file.
    pub fn new(tree: &'a Tree, document: NodeId, chunk: Span) -> Shape<'a> {
        let no_node = Node {
            id: document,
            form: Form::Opaque,
            flow: true,
            value: 0,
            leaves: 0,
            slots: (0, 0),
            span: Span::at(chunk.start),
            region: Span::at(chunk.start),
            column: 0,
        };
        let no_slot = Slot {
            key: None,
            name: Cow::Borrowed(""),
            value: NodeIx(u32::MAX),
            chunk: Span::default(),
            lead: Span::default(),
            body: 0,
            head_end: 0,
            trail: Span::default(),
            foot: Span::default(),
            column: 0,
            flow: true,
        };
        let mut shape = Shape {
            tree,
            chunk,
            root: None,
            has_aliases: false,
            nodes: Vec::new(),
            slots: Vec::new(),
            no_node,
            no_slot,
        };
        if let Some(root) = tree.root(document) {
            let end = tree.span(document).end;
            let limit = if tree.has_end_marker(document) {
                shape.line_start(end.saturating_sub(1))
            } else {
                chunk.end
            };
            let from = shape.root_from(document, root);
            shape.root = Some(shape.build(root, from, limit.max(from)));
        }
        shape
    }

    /// Where the lines of the root may begin: behind the start marker.
    fn root_from(&self, document: NodeId, root: NodeId) -> u32 {
        if !self.tree.has_start_marker(document) {
            return self.chunk.start;
        }
        let before = Span::new(self.tree.span(document).start, self.tree.full_span(root).start);
        let mut at = before.start;
        for line in self.lines(before) {
            if self.text(line).starts_with("---") {
                at = line.end;
            }
        }
        at
    }

    pub fn node(&self, at: NodeIx) -> &Node {
        self.nodes.get(at.0 as usize).unwrap_or(&self.no_node)
    }

    pub fn slot(&self, at: SlotIx) -> &Slot<'a> {
        self.slots.get(at.0 as usize).unwrap_or(&self.no_slot)
    }

    /// Returns all nodes; a node comes behind its children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the slots of one of them.
    pub fn slots_of(&self, node: &Node) -> &[Slot<'a>] {
        let (start, end) = node.slots;
        self.slots.get(start as usize..end as usize).unwrap_or(&[])
    }

    /// Returns the slots of a map or a list in order.
    pub fn slots(
        &self,
        at: NodeIx,
    ) -> impl DoubleEndedIterator<Item = SlotIx> + ExactSizeIterator + Clone + use<> {
        let (start, end) = self.node(at).slots;
        (start as usize..end as usize).map(|index| SlotIx(index as u32))
    }

    pub fn len(&self, at: NodeIx) -> usize {
        let (start, end) = self.node(at).slots;
        (end - start) as usize
    }

    /// Returns the place of a slot in its collection.
    pub fn place(&self, collection: NodeIx, slot: SlotIx) -> usize {
        slot.0.saturating_sub(self.node(collection).slots.0) as usize
    }

    /// Returns the value at a key of a map; the last one, if it repeats.
    pub fn get(&self, map: NodeIx, name: &str) -> Option<NodeIx> {
        if self.node(map).form != Form::Map {
            return None;
        }
        self.slots(map)
            .rev()
            .map(|slot| self.slot(slot))
            .find(|slot| slot.name == name)
            .map(|slot| slot.value)
    }

    pub fn text(&self, span: Span) -> &'a str {
        span.of(self.tree.text())
    }

    /// Returns the text of the node with anchor and tag.
    pub fn raw(&self, at: NodeIx) -> &'a str {
        let span = self.node(at).span;
        self.text(span)
    }

    pub fn line_start(&self, offset: u32) -> u32 {
        let before = self.text(Span::new(0, offset)).as_bytes();
        memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at as u32 + 1)
    }

    /// Returns the offset behind the line break of the line `offset` is in.
    pub fn line_end(&self, offset: u32) -> u32 {
        let text = self.tree.text().as_bytes();
        let rest = text.get(offset as usize..).unwrap_or_default();
        match memchr::memchr2(b'\n', b'\r', rest) {
            Some(at) if rest.get(at) == Some(&b'\r') && rest.get(at + 1) == Some(&b'\n') => {
                offset + at as u32 + 2
            }
            Some(at) => offset + at as u32 + 1,
            None => text.len() as u32,
        }
    }

    /// Returns the lines of a stretch with their line breaks.
    pub fn lines(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        let mut at = span.start;
        std::iter::from_fn(move || {
            (at < span.end).then(|| {
                let line = Span::new(at, self.line_end(at).min(span.end));
                at = line.end;
                line
            })
        })
    }

    fn column_of(&self, offset: u32) -> u32 {
        let start = self.line_start(offset);
        let bom = u32::from(start == 0 && self.tree.text().starts_with('\u{feff}')) * 3;
        (offset - start).saturating_sub(bom)
    }

    /// Says whether only blanks stand before `offset` on its line.
    fn begins_line(&self, offset: u32) -> bool {
        let before = self.text(Span::new(self.line_start(offset), offset));
        before.trim_start_matches('\u{feff}').bytes().all(|byte| byte == b' ')
    }

    fn push(&mut self, node: Node) -> NodeIx {
        self.nodes.push(node);
        NodeIx(self.nodes.len() as u32 - 1)
    }

    /// Reads a node. Its lines, if it has its own, lie in `from..limit`.
    fn build(&mut self, id: NodeId, from: u32, limit: u32) -> NodeIx {
        let span = self.tree.full_span(id);
        let mut node = Node {
            id,
            form: Form::Opaque,
            flow: self.tree.style(id) != Style::Block,
            value: 0,
            leaves: 1,
            slots: (0, 0),
            span,
            region: span,
            column: 0,
        };
        match self.tree.kind(id) {
            Kind::Scalar => {
                let (form, value) = scalar(self.tree, id);
                node.form = form;
                node.value = value;
            }
            Kind::Alias => {
                self.has_aliases = true;
                node.form = Form::Alias;
                node.value = hash::mix(11, hash::of_text(self.tree.alias_name(id).unwrap_or("")));
            }
            Kind::Mapping | Kind::Sequence if self.tree.style(id) == Style::Block => {
                return self.build_block(node, from, limit);
            }
            Kind::Mapping | Kind::Sequence if self.tree.style(id) == Style::Flow => {
                return self.build_flow(node);
            }
            _ => node.value = hash::mix(13, hash::of_text(self.tree.raw(id))),
        }
        if self.tree.anchor(id).is_some() {
            self.has_aliases = true;
        }
        self.push(node)
    }

    fn children(&self, node: &Node) -> Vec<(Option<NodeId>, NodeId)> {
        match self.tree.kind(node.id) {
            Kind::Mapping => self.tree.entries(node.id).map(|(key, value)| (Some(key), value)).collect(),
            _ => self.tree.items(node.id).map(|item| (None, item)).collect(),
        }
    }

    fn finish(&mut self, mut node: Node, slots: Vec<Slot<'a>>) -> NodeIx {
        node.form = if self.tree.kind(node.id) == Kind::Mapping { Form::Map } else { Form::List };
        let values = slots.iter().map(|slot| self.node(slot.value));
        node.leaves = 1 + values.clone().map(|value| value.leaves).sum::<u32>();
        let named = slots.iter().zip(values.clone());
        node.value = match node.form {
            Form::Map => hash::of_map(named.map(|(slot, value)| hash::of_entry(&slot.name, value.value))),
            _ => hash::of_list(values.map(|value| value.value)),
        };
        if self.tree.anchor(node.id).is_some() {
            self.has_aliases = true;
        }
        node.slots = (self.slots.len() as u32, (self.slots.len() + slots.len()) as u32);
        self.slots.extend(slots);
        self.push(node)
    }

    fn build_flow(&mut self, node: Node) -> NodeIx {
        let mut slots = Vec::new();
        for (key, value) in self.children(&node) {
            let at = self.build(value, 0, 0);
            let value_span = self.tree.full_span(value);
            let start = key.map_or(value_span, |key| self.tree.full_span(key)).start;
            let chunk = Span::new(start, value_span.end.max(start));
            let head_end = match (key, self.tree.indicator(value)) {
                (None, _) => start,
                (Some(_), Some(colon)) => colon + 1,
                (Some(key), None) => self.tree.full_span(key).end,
            };
            let end = chunk.end.max(head_end);
            slots.push(Slot {
                key,
                name: name(self.tree, key),
                value: at,
                chunk: Span::new(start, end),
                lead: Span::at(start),
                body: start,
                head_end,
                trail: Span::at(end),
                foot: Span::at(end),
                column: 0,
                flow: true,
            });
        }
        self.finish(node, slots)
    }

    fn build_block(&mut self, mut node: Node, from: u32, limit: u32) -> NodeIx {
        let children = self.children(&node);
        let body_of = |(key, value): (Option<NodeId>, NodeId)| match key {
            Some(key) => self.tree.indicator(key).unwrap_or(self.tree.full_span(key).start),
            None => self.tree.indicator(value).unwrap_or(self.tree.full_span(value).start),
        };
        let bodies: Vec<u32> = children.iter().map(|&child| body_of(child)).collect();
        let first = bodies.first().copied().unwrap_or(node.span.start);
        node.column = self.column_of(first);
        let begins_line = self.begins_line(first);
        let region_start = if begins_line { from.min(first) } else { first };
        let mut starts = vec![region_start];
        for (index, &body) in bodies.iter().enumerate().skip(1) {
            let before = children.get(index - 1).map_or(first, |&(_, value)| self.content_end(value));
            let gap = Span::new(before.min(body), self.line_start(body).max(before.min(body)));
            starts.push(self.split(gap, node.column));
        }
        let last_end = children.last().map_or(first, |&(_, value)| self.content_end(value));
        let region_end = self.region_end(Span::new(last_end, limit.max(last_end)), node.column);
        starts.push(region_end);
        node.region = Span::new(region_start, region_end);
        let mut slots = Vec::with_capacity(children.len());
        for (index, &(key, value)) in children.iter().enumerate() {
            let (Some(&start), Some(&end), Some(&body)) =
                (starts.get(index), starts.get(index + 1), bodies.get(index))
            else {
                continue;
            };
            let colon = self.tree.indicator(value);
            let head_end = match (key, colon) {
                (_, Some(sign)) => sign + 1,
                (Some(key), None) => self.tree.full_span(key).end,
                (None, None) => body + 1,
            };
            let lead_end = if index == 0 && !begins_line { start } else { self.line_start(body).max(start) };
            let slot = self.block_slot(BlockSlot {
                key,
                value,
                chunk: Span::new(start, end),
                lead_end,
                body,
                head_end,
                column: node.column,
            });
            slots.push(slot);
        }
        self.finish(node, slots)
    }

    fn block_slot(&mut self, of: BlockSlot) -> Slot<'a> {
        let span = self.tree.full_span(of.value);
        let is_block = matches!(self.tree.kind(of.value), Kind::Mapping | Kind::Sequence)
            && self.tree.style(of.value) == Style::Block;
        let props_end = if is_block && span.start < self.tree.span(of.value).start {
            // Anchor and tag stand on the line of the key or on their own.
            let inner = self.text(Span::new(span.start, self.tree.span(of.value).start));
            span.start + props_len(inner)
        } else {
            of.head_end
        };
        let from = self.line_end(props_end.max(of.head_end));
        let at = self.build(of.value, from, of.chunk.end);
        let node = *self.node(at);
        let (trail, foot_start) = if node.is_block() {
            let start = props_end.max(of.head_end);
            let is_inline = node.region.start < from;
            let end = if is_inline {
                start
            } else {
                self.without_break(Span::new(start, from.min(node.region.start)))
            };
            (Span::new(start, end), node.region.end)
        } else {
            let start = span.end.max(of.head_end);
            if self.is_block_scalar(of.value) {
                (Span::at(start), self.line_end(start).max(start))
            } else {
                let end = self.line_end(start);
                (Span::new(start, self.without_break(Span::new(start, end))), end)
            }
        };
        Slot {
            key: of.key,
            name: name(self.tree, of.key),
            value: at,
            chunk: of.chunk,
            lead: Span::new(of.chunk.start, of.lead_end),
            body: of.body,
            head_end: of.head_end,
            trail,
            foot: Span::new(foot_start.min(of.chunk.end), of.chunk.end),
            column: of.column,
            flow: false,
        }
    }

    pub fn is_block_scalar(&self, id: NodeId) -> bool {
        self.tree.kind(id) == Kind::Scalar && matches!(self.tree.style(id), Style::Literal | Style::Folded)
    }
}

struct BlockSlot {
    key: Option<NodeId>,
    value: NodeId,
    chunk: Span,
    lead_end: u32,
    body: u32,
    head_end: u32,
    column: u32,
}

/// Returns the length of anchor and tag at the start of `text`, without what
/// comes after.
fn props_len(text: &str) -> u32 {
    let mut len = 0;
    let mut rest = text;
    while rest.starts_with(['&', '!']) {
        let word = rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        len = text.len() - rest.len() + word;
        let tail = rest.get(word..).unwrap_or("");
        rest = tail.trim_start_matches([' ', '\t']);
    }
    len as u32
}

fn name<'a>(tree: &'a Tree, key: Option<NodeId>) -> Cow<'a, str> {
    let Some(key) = key else { return Cow::Borrowed("") };
    if tree.kind(key) != Kind::Scalar {
        return Cow::Owned(format!("? {}", tree.raw(key)));
    }
    let text = tree.scalar(key);
    if tree.style(key) != Style::Plain || tree.tag(key).is_some() {
        return text;
    }
    match text {
        Cow::Borrowed(text) => read_plain_key(text, Reading::Kubernetes).unwrap_or(Cow::Borrowed(text)),
        Cow::Owned(text) => match read_plain_key(&text, Reading::Kubernetes) {
            Some(name) => Cow::Owned(name.into_owned()),
            None => Cow::Owned(text),
        },
    }
}

fn scalar(tree: &Tree, id: NodeId) -> (Form, u64) {
    let text = tree.scalar(id);
    if let Some(tag) = tree.resolved_tag(id) {
        let value = crate::model::read(tree, id, Reading::Kubernetes);
        let form = if value.is_null() { Form::Null } else { Form::Scalar };
        let value = hash::of_value(&value);
        let is_known = tag.starts_with("tag:yaml.org,2002:");
        return (form, if is_known { value } else { hash::mix(value, hash::of_text(&tag)) });
    }
    if tree.style(id) != Style::Plain {
        return (Form::Scalar, hash::of_string(&text));
    }
    match read_plain(&text, Reading::Kubernetes) {
        Plain::Null => (Form::Null, hash::NULL),
        Plain::Bool(value) => (Form::Scalar, hash::of_bool(value)),
        Plain::Int(value) => (Form::Scalar, hash::of_int(value)),
        Plain::Float(value) => (Form::Scalar, hash::of_float(value)),
        Plain::Text => (Form::Scalar, hash::of_string(&text)),
    }
}
