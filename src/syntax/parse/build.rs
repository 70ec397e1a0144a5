//! Puts nodes into the arena.

use super::super::tree::Kind;
use super::super::tree::NONE;
use super::super::tree::Node;
use super::super::tree::Props;
use super::super::tree::Style;
use super::Parser;
use super::properties::Properties;

impl Parser<'_> {
    /// Adds a node whose children follow, and makes it their parent.
    pub(super) fn open(&mut self, kind: Kind, style: Style, start: usize) -> usize {
        let id = self.made.nodes.len();
        self.push(Node {
            kind,
            style,
            has_props: false,
            explicit: 0,
            start: start as u32,
            end: start as u32,
            parent: NONE,
            past: NONE,
            indicator: NONE,
            len: 0,
        });
        id
    }

    /// Adds a scalar, an alias or an error node.
    #[inline(always)]
    pub(super) fn leaf(
        &mut self,
        kind: Kind,
        style: Style,
        range: (usize, usize),
        props: Option<Properties>,
    ) {
        let id = self.made.nodes.len();
        self.push(Node {
            kind,
            style,
            has_props: false,
            explicit: 0,
            start: range.0 as u32,
            end: range.1 as u32,
            parent: NONE,
            past: id as u32 + 1,
            indicator: NONE,
            len: 0,
        });
        self.attach(id, props);
    }

    #[inline(always)]
    fn push(&mut self, node: Node) {
        self.made.nodes.push(node);
    }

    /// Gives a node its anchor and tag.
    #[inline(always)]
    pub(super) fn attach(&mut self, id: usize, props: Option<Properties>) {
        if let Some(props) = props {
            self.insert_props(id, props);
        }
    }

    fn insert_props(&mut self, id: usize, props: Properties) {
        if let Some(node) = self.made.nodes.get_mut(id) {
            node.has_props = true;
        }
        let entry = Props { node: id as u32, anchor: props.anchor, tag: props.tag, all: props.all };
        // Almost always at the end: a collection's properties come before its
        // children's.
        let at = self.made.props.partition_point(|other| other.node < id as u32);
        self.made.props.insert(at, entry);
    }

    /// Ends a collection at `end`, or where its last child ends: sets its end,
    /// and the parent of its children.
    pub(super) fn close(&mut self, id: usize, end: usize) {
        let past = self.made.nodes.len();
        let mut len = 0;
        let mut end = end as u32;
        let mut child = id + 1;
        while child < past {
            let Some(node) = self.made.nodes.get_mut(child) else { break };
            node.parent = id as u32;
            end = end.max(node.end);
            len += 1;
            child = (node.past as usize).max(child + 1);
        }
        if let Some(node) = self.made.nodes.get_mut(id) {
            node.past = past as u32;
            node.end = node.end.max(end);
            node.len = len;
        }
    }

    /// Puts a collection node in front of the nodes from `at` on, which become
    /// its first child.
    pub(super) fn wrap(&mut self, at: usize, style: Style, start: usize) {
        let node = Node {
            kind: Kind::Mapping,
            style,
            has_props: false,
            explicit: 0,
            start: start as u32,
            end: start as u32,
            parent: NONE,
            past: NONE,
            indicator: NONE,
            len: 0,
        };
        self.made.nodes.insert(at, node);
        for moved in self.made.nodes.iter_mut().skip(at + 1) {
            moved.past += 1;
            if moved.parent != NONE && moved.parent as usize >= at {
                moved.parent += 1;
            }
        }
        for props in self.made.props.iter_mut().rev() {
            if (props.node as usize) < at {
                break;
            }
            props.node += 1;
        }
    }

    /// Returns where a node that is complete ends.
    pub(super) fn end_of(&self, id: usize) -> usize {
        self.made.nodes.get(id).map_or(0, |node| node.end as usize)
    }

    pub(super) fn mark(&mut self, id: usize, flag: u8) {
        if let Some(node) = self.made.nodes.get_mut(id) {
            node.explicit |= flag;
        }
    }

    /// Stores a number in a leaf: the content indentation of a block scalar.
    pub(super) fn set_len(&mut self, len: u32) {
        if let Some(node) = self.made.nodes.last_mut() {
            node.len = len;
        }
    }

    pub(super) fn set_indicator(&mut self, id: usize, indicator: u32) {
        if let Some(node) = self.made.nodes.get_mut(id) {
            node.indicator = indicator;
        }
    }
}
