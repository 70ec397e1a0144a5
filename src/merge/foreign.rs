//! Writes what comes from another version than the host, in the host's
//! indentation, list style and line breaks.
//!
//! **Invariant:** comments come with what they belong to.

use super::emit::Begin;
use super::emit::Emitter;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::Slot;
use super::shape::SlotIx;
use crate::text::Span;

impl<'a> Emitter<'_, 'a, '_> {
    pub(super) fn foreign_root(&mut self, shape: &'a Shape<'a>, root: NodeIx, span: Span) {
        let node = shape.node(root);
        if node.is_block() {
            for slot in shape.slots(root) {
                self.foreign(shape, slot, Begin::Line, 0);
            }
        } else {
            let text = self.with_breaks(shape.text(span));
            self.rope.text(&text);
        }
    }

    pub(super) fn foreign_lines(&mut self, shape: &Shape<'a>, span: Span, from: u32, to: u32) {
        for line in shape.lines(span) {
            let text = shape.text(line);
            let trimmed = text.trim();
            let indent = (text.len() - text.trim_start_matches(' ').len()) as u32;
            self.comment_line(
                trimmed,
                (indent + to).saturating_sub(from).max(if indent < from { 0 } else { to }),
            );
        }
    }

    pub(super) fn foreign_key(&mut self, shape: &Shape<'a>, slot: &Slot<'a>) {
        match slot.key {
            Some(_) => {
                let text = shape.text(Span::new(slot.body, slot.head_end));
                self.rope.text(text);
                if !text.ends_with(':') {
                    self.rope.text(":");
                }
            }
            None => self.rope.text("-"),
        }
    }

    /// Writes a slot of another version.
    pub(super) fn foreign(&mut self, shape: &Shape<'a>, at: SlotIx, begin: Begin, column: u32) {
        let slot = shape.slot(at);
        if begin == Begin::Line {
            self.rope.begin_line(self.style.line_break);
            self.foreign_lines(shape, slot.lead, slot.column, column);
            self.indent(column);
        }
        self.foreign_key(shape, slot);
        let trail = shape.text(slot.trail).to_owned();
        self.foreign_value(shape, slot, Some(trail), column);
        self.foreign_lines(shape, slot.foot, slot.column, column);
    }

    /// Writes a value of another version with its line end.
    pub(super) fn foreign_value(
        &mut self,
        shape: &Shape<'a>,
        slot: &Slot<'a>,
        trail: Option<String>,
        column: u32,
    ) {
        let trail = trail.unwrap_or_default();
        let node = *shape.node(slot.value);
        if !node.is_block() {
            if !node.span.is_empty() {
                let gap = shape.text(Span::new(slot.head_end, node.span.start.max(slot.head_end)));
                self.rope.text(if gap.trim_matches(' ').is_empty() && !gap.is_empty() { gap } else { " " });
                let text = self.shifted(shape, node.span, slot.column, column);
                self.rope.text(&text);
            }
            self.rope.text(&trail);
            self.rope.begin_line(self.style.line_break);
            return;
        }
        let inner = shape.tree.span(node.id).start;
        let props = shape.text(Span::new(node.span.start, inner));
        let props = props.split('#').next().unwrap_or("").trim();
        if !props.is_empty() {
            self.rope.text(" ");
            self.rope.text(props);
        }
        let is_inline = slot.key.is_none() && self.is_inline(shape, &node);
        if is_inline && props.is_empty() {
            let gap = (node.region.start - slot.head_end).max(1);
            self.indent(gap);
            self.foreign_block(shape, slot.value, Begin::Inline, column + 1 + gap);
            return;
        }
        self.rope.text(&trail);
        self.rope.begin_line(self.style.line_break);
        let step = self.step(slot, &node);
        self.foreign_block(shape, slot.value, Begin::Line, column + step);
    }

    /// Returns how far a block collection stands in from the slot it is in.
    pub(super) fn step(&self, slot: &Slot<'a>, node: &super::shape::Node) -> u32 {
        let own = node.column.saturating_sub(slot.column);
        match (slot.key.is_some(), node.form) {
            (true, Form::Map) => self.style.map_step.unwrap_or(own),
            (true, _) => self.style.list_step.unwrap_or(own),
            (false, _) => own.max(1),
        }
    }

    pub(super) fn foreign_block(&mut self, shape: &Shape<'a>, at: NodeIx, begin: Begin, column: u32) {
        for (index, slot) in shape.slots(at).enumerate() {
            self.foreign(shape, slot, if index == 0 { begin } else { Begin::Line }, column);
        }
    }

    /// Returns a text whose further lines are moved from one column to
    /// another.
    pub(super) fn shifted(&self, shape: &Shape<'a>, span: Span, from: u32, to: u32) -> String {
        let text = shape.text(span);
        if !text.contains(['\n', '\r']) {
            return text.to_owned();
        }
        let mut shifted = String::with_capacity(text.len());
        for (index, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if index == 0 {
                shifted.push_str(line);
                continue;
            }
            shifted.push_str(self.style.line_break);
            let rest = line.trim_start_matches(' ');
            let indent = (line.len() - rest.len()) as u32;
            if rest.is_empty() && indent <= from {
                shifted.push_str(line);
                continue;
            }
            shifted.push_str(&" ".repeat((indent + to).saturating_sub(from) as usize));
            shifted.push_str(rest);
        }
        shifted
    }
}
