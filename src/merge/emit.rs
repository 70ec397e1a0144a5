//! Writes a merged document as stretches of the host's text and as little new
//! text as can be.
//!
//! What comes from the other version is written in the host's indentation,
//! list style and line breaks; its comments come with it.
//!
//! **Invariant:** a slot that comes whole from the host keeps its bytes.

use super::merged::Collection;
use super::merged::Facet;
use super::merged::Make;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Parts;
use super::merged::Shapes;
use super::merged::is_map;
use super::rope::Rope;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::Slot;
use super::shape::SlotIx;
use super::versions::Version;
use super::versions::Versions;
use crate::edit;
use crate::model::Value;
use crate::syntax::Style;
use crate::text::Span;
use std::borrow::Cow;

/// Writes one document.
pub(super) struct Emitter<'m, 'a, 'h> {
    pub shapes: &'m Shapes<'a>,
    /// The version whose bytes are kept.
    pub host: Version,
    pub rope: &'m mut Rope<'h>,
    pub style: HostStyle,
}

/// How the host indents, where it shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostStyle {
    /// From a key to the keys below it.
    pub map_step: Option<u32>,
    /// From a key to the dashes below it.
    pub list_step: Option<u32>,
    pub line_break: &'static str,
}

impl HostStyle {
    /// Measures a document.
    pub fn of(shape: &Shape<'_>, line_break: &'static str) -> HostStyle {
        let mut style = HostStyle { map_step: None, list_step: None, line_break };
        if let Some(root) = shape.root {
            style.measure(shape, root);
        }
        style
    }

    pub(super) fn measure(&mut self, shape: &Shape<'_>, at: NodeIx) {
        for slot in shape.slots(at) {
            if self.map_step.is_some() && self.list_step.is_some() {
                return;
            }
            let slot = shape.slot(slot);
            let node = shape.node(slot.value);
            if !node.is_block() {
                continue;
            }
            let step = node.column.checked_sub(slot.column);
            if slot.key.is_some() {
                match node.form {
                    Form::Map => self.map_step = self.map_step.or(step),
                    _ => self.list_step = self.list_step.or(step),
                }
            }
            self.measure(shape, slot.value);
        }
    }
}

/// Where the first slot of a collection begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// On a line of its own.
    Line,
    /// Behind a dash.
    Inline,
}

impl<'a> Emitter<'_, 'a, '_> {
    pub(super) fn shape(&self, version: Version) -> Option<&'a Shape<'a>> {
        *self.shapes.of(version)
    }

    /// Writes the root of a document.
    pub fn root(&mut self, value: &MergedValue, roots: &Versions<Option<NodeIx>>) {
        match value {
            MergedValue::Collection(collection) => self.root_collection(collection),
            MergedValue::Of(version) => {
                if let (Some(shape), Some(root)) = (self.shape(*version), roots.of(*version)) {
                    let span = shape.node(*root).region.cover(shape.node(*root).span);
                    if *version == self.host {
                        self.rope.host(span)
                    } else {
                        self.foreign_root(shape, *root, span)
                    }
                }
            }
            MergedValue::Quoted { value, .. } => self.root(&MergedValue::Of(*value), roots),
            MergedValue::Lines { .. } => {}
            MergedValue::Given(value) => {
                let style = self.print_style(roots);
                let printed = edit::print(value, &style, 0, edit::Lead::Line).joined();
                self.rope.text(printed.trim_start_matches(['\n', '\r', ' ']));
                self.rope.text(self.style.line_break);
            }
        }
    }

    pub(super) fn root_collection(&mut self, collection: &Collection) {
        let host = self.shape(self.host).zip(*collection.at.of(self.host));
        match host {
            _ if collection.slots.is_empty() => {
                self.rope.begin_line(self.style.line_break);
                self.rope.text(if is_map(self.shapes, collection) { "{}" } else { "[]" });
                self.rope.text(self.style.line_break);
            }
            Some((shape, at)) if !shape.node(at).is_block() => self.flow(collection, shape, at),
            Some((shape, at)) => self.block(collection, Begin::Line, shape.node(at).column),
            None => self.block(collection, Begin::Line, 0),
        }
    }

    pub(super) fn print_style(&self, at: &Versions<Option<NodeIx>>) -> edit::Style {
        let near = self.shape(self.host).and_then(|shape| {
            Some(edit::Style::of(shape.tree, shape.node((*at.of(self.host)).or(shape.root)?).id))
        });
        near.unwrap_or_default()
    }

    pub(super) fn with_breaks<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let plain =
            if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
        if self.style.line_break == "\n" {
            plain
        } else {
            Cow::Owned(plain.replace('\n', self.style.line_break))
        }
    }

    /// Writes the slots of a block collection at `column`.
    pub(super) fn block(&mut self, collection: &Collection, begin: Begin, column: u32) {
        for (index, slot) in collection.slots.iter().enumerate() {
            let begin = if index == 0 { begin } else { Begin::Line };
            self.slot(slot, begin, column);
        }
    }

    pub(super) fn slot(&mut self, slot: &MergedSlot, begin: Begin, column: u32) {
        if begin == Begin::Line {
            self.rope.begin_line(self.style.line_break);
        }
        match &slot.make {
            Make::Whole(version) => {
                let (Some(shape), Some(at)) = (self.shape(*version), *slot.at.of(*version)) else { return };
                if *version == self.host && shape.slot(at).column == column && !shape.slot(at).flow {
                    self.own(shape.slot(at), begin, column);
                } else {
                    self.foreign(shape, at, begin, column);
                }
            }
            Make::Parts(parts) => self.parts(slot, parts, begin, column),
        }
    }

    /// Writes a slot of the host as it is.
    pub(super) fn own(&mut self, slot: &Slot<'a>, begin: Begin, column: u32) {
        let was_inline = slot.chunk.start == slot.body && column > 0 && !self.begins_line(slot.body);
        match (begin, was_inline) {
            (Begin::Line, true) => {
                self.indent(column);
                self.rope.host(slot.chunk);
            }
            (Begin::Inline, false) => self.rope.host(Span::new(slot.body, slot.chunk.end)),
            _ => self.rope.host(slot.chunk),
        }
    }

    pub(super) fn begins_line(&self, offset: u32) -> bool {
        self.shape(self.host).is_some_and(|shape| shape.line_start(offset) == offset)
    }

    pub(super) fn indent(&mut self, column: u32) {
        self.rope.text(&" ".repeat(column as usize));
    }

    /// Writes the comment lines of a facet.
    pub(super) fn comment_lines(
        &mut self,
        facet: &Facet,
        slot: &MergedSlot,
        of: impl Fn(&Slot<'a>) -> Span,
        column: u32,
    ) {
        match facet {
            Facet::Of(version) => {
                let (Some(shape), Some(at)) = (self.shape(*version), *slot.at.of(*version)) else { return };
                let own = shape.slot(at);
                if *version == self.host && own.column == column {
                    self.rope.host(of(own));
                } else {
                    self.foreign_lines(shape, of(own), own.column, column);
                }
            }
            Facet::Lines(lines) => {
                for line in lines {
                    self.comment_line(line, column);
                }
            }
        }
    }

    pub(super) fn comment_line(&mut self, line: &str, column: u32) {
        if !line.is_empty() {
            self.indent(column);
            self.rope.text(line);
        }
        self.rope.text(self.style.line_break);
    }

    /// Writes a slot facet by facet.
    pub(super) fn parts(&mut self, slot: &MergedSlot, parts: &Parts, begin: Begin, column: u32) {
        if begin == Begin::Line {
            self.comment_lines(&parts.lead, slot, |slot| slot.lead, column);
            self.indent_like_host(slot, column);
        }
        self.key(slot, parts.key);
        self.value(slot, parts, column);
        self.comment_lines(&parts.foot, slot, |slot| slot.foot, column);
    }

    /// Writes the blanks before a slot.
    pub(super) fn indent_like_host(&mut self, slot: &MergedSlot, column: u32) {
        match (self.shape(self.host), *slot.at.of(self.host)) {
            (Some(shape), Some(at)) if shape.slot(at).column == column && self.is_on_own_line(shape, at) => {
                let own = shape.slot(at);
                self.rope.host(Span::new(own.lead.end, own.body));
            }
            _ => self.indent(column),
        }
    }

    pub(super) fn is_on_own_line(&self, shape: &Shape<'a>, at: SlotIx) -> bool {
        let slot = shape.slot(at);
        slot.body - slot.lead.end == slot.column
    }

    /// Writes a key with its colon, or a dash.
    pub(super) fn key(&mut self, slot: &MergedSlot, version: Version) {
        let (Some(shape), Some(at)) = (self.shape(version), *slot.at.of(version)) else { return };
        let own = shape.slot(at);
        let span = Span::new(own.body, own.head_end);
        if version == self.host {
            self.rope.host(span);
        } else {
            self.foreign_key(shape, own);
        }
    }

    /// Writes what comes behind the colon or the dash, up to the line's end or
    /// the end of the collection.
    pub(super) fn value(&mut self, slot: &MergedSlot, parts: &Parts, column: u32) {
        match &parts.value {
            MergedValue::Of(version) => self.value_of(slot, *version, &parts.trail, column),
            MergedValue::Quoted { value, style } => {
                let text = self.requoted(slot, *value, *style);
                self.gap(slot);
                self.rope.text(&text);
                self.trail(slot, &parts.trail);
            }
            MergedValue::Lines { header, lines, .. } => self.lines(slot, *header, lines, column),
            MergedValue::Given(value) => self.given(slot, parts, value, column),
            MergedValue::Collection(collection) => self.collection(slot, parts, collection, column),
        }
    }

    /// Writes the blanks between colon and value.
    pub(super) fn gap(&mut self, slot: &MergedSlot) {
        if let (Some(shape), Some(at)) = (self.shape(self.host), *slot.at.of(self.host)) {
            let own = shape.slot(at);
            let node = shape.node(own.value);
            let gap = Span::new(own.head_end, node.span.start);
            if !node.is_block() && !gap.is_empty() && shape.text(gap).trim_matches(' ').is_empty() {
                return self.rope.host(gap);
            }
        }
        self.rope.text(" ");
    }

    /// Writes the comment behind a value and ends the line.
    pub(super) fn trail(&mut self, slot: &MergedSlot, trail: &Facet) {
        match trail {
            Facet::Of(version) => {
                if let (Some(shape), Some(at)) = (self.shape(*version), *slot.at.of(*version)) {
                    let own = shape.slot(at);
                    if *version == self.host {
                        self.rope.host(own.trail);
                        let end = shape.line_end(own.trail.end);
                        let node = shape.node(own.value);
                        // What begins on this line is written by itself.
                        if !node.is_block() || end <= node.region.start {
                            self.rope.host(Span::new(own.trail.end, end));
                        }
                    } else {
                        self.rope.text(shape.text(own.trail));
                    }
                }
            }
            Facet::Lines(lines) => {
                let text = lines.join(" ");
                if !text.is_empty() {
                    self.rope.text(" ");
                    self.rope.text(&text);
                }
            }
        }
        self.rope.begin_line(self.style.line_break);
    }

    pub(super) fn value_of(&mut self, slot: &MergedSlot, version: Version, trail: &Facet, column: u32) {
        let (Some(shape), Some(at)) = (self.shape(version), *slot.at.of(version)) else { return };
        let own = shape.slot(at);
        let node = *shape.node(own.value);
        if node.is_block() {
            if version == self.host && own.column == column {
                if self.is_inline(shape, &node) {
                    self.rope.host(Span::new(own.head_end, node.region.end));
                } else {
                    self.rope.host(Span::new(own.head_end, own.trail.start));
                    self.trail(slot, trail);
                    self.rope.host(node.region);
                }
                return;
            }
            self.foreign_value(shape, own, trail_text(self, slot, trail), column);
            return;
        }
        if shape.is_block_scalar(node.id) {
            if version == self.host && own.column == column {
                self.rope.host(Span::new(own.head_end, own.foot.start));
            } else {
                self.foreign_value(shape, own, None, column);
            }
            return;
        }
        if version == self.host {
            self.rope.host(Span::new(own.head_end, own.trail.start));
        } else if !node.span.is_empty() {
            self.gap(slot);
            let text = self.shifted(shape, node.span, own.column, column);
            self.rope.text(&text);
        }
        self.trail(slot, trail);
    }

    pub(super) fn is_inline(&self, shape: &Shape<'a>, node: &super::shape::Node) -> bool {
        shape.line_start(node.region.start) != node.region.start
    }

    pub(super) fn requoted(&self, slot: &MergedSlot, value: Version, style: Version) -> String {
        let node = |version: Version| {
            let shape = self.shape(version)?;
            Some((shape, shape.node(shape.slot((*slot.at.of(version))?).value)))
        };
        let (Some((shape, node)), Some((other, like))) = (node(value), node(style)) else {
            return String::new();
        };
        let quotes = match other.tree.style(like.id) {
            Style::SingleQuoted => edit::Quotes::Single,
            Style::DoubleQuoted => edit::Quotes::Double,
            _ => edit::Quotes::None,
        };
        match crate::model::read(shape.tree, node.id, crate::model::Reading::Kubernetes) {
            Value::String(text) => edit::print_text(&text, quotes, edit::Quotes::Double, edit::Place::Block),
            _ => shape.text(node.span).to_owned(),
        }
    }

    /// Writes a block scalar.
    pub(super) fn lines(&mut self, slot: &MergedSlot, header: Version, lines: &[String], column: u32) {
        let (Some(shape), Some(at)) = (self.shape(header), *slot.at.of(header)) else { return };
        let own = shape.slot(at);
        let raw = shape.raw(own.value);
        self.gap(slot);
        self.rope.text(raw.lines().next().unwrap_or("|"));
        let host = self.shape(self.host).zip(*slot.at.of(self.host));
        let indent = host
            .and_then(|(shape, at)| text_indent(shape.raw(shape.slot(at).value)))
            .or_else(|| text_indent(raw).map(|indent| (indent + column).saturating_sub(own.column)))
            .unwrap_or(column + 2);
        for line in lines {
            self.rope.text(self.style.line_break);
            if !line.is_empty() {
                self.indent(indent);
                self.rope.text(line);
            }
        }
        self.rope.begin_line(self.style.line_break);
    }

    pub(super) fn given(&mut self, slot: &MergedSlot, parts: &Parts, value: &Value, column: u32) {
        let at = Versions::each(|version| {
            let shape = self.shape(version)?;
            Some(shape.slot((*slot.at.of(version))?).value)
        });
        let is_item = self
            .shape(parts.key)
            .zip(*slot.at.of(parts.key))
            .is_some_and(|(shape, at)| shape.slot(at).key.is_none());
        let style = self.print_style(&at);
        let lead = if is_item { edit::Lead::Dash } else { edit::Lead::Key };
        let printed = edit::print(value, &style, column as usize, lead);
        self.rope.text(&printed.head);
        if printed.tail.is_empty() {
            self.trail(slot, &parts.trail);
        } else {
            if let Some(trail) = trail_text(self, slot, &parts.trail) {
                self.rope.text(&trail);
            }
            self.rope.text(&printed.tail);
            self.rope.begin_line(self.style.line_break);
        }
    }

    /// Writes a merged collection in the form the host has for it.
    pub(super) fn collection(
        &mut self,
        slot: &MergedSlot,
        parts: &Parts,
        collection: &Collection,
        column: u32,
    ) {
        let host = self.shape(self.host).zip(*collection.at.of(self.host));
        let Some((shape, at)) = host else {
            return self.value_like(slot, parts, collection, column);
        };
        let node = *shape.node(at);
        let own = slot.at.of(self.host).map(|at| shape.slot(at));
        if collection.slots.is_empty() {
            let empty = if is_map(self.shapes, collection) { " {}" } else { " []" };
            self.rope.text(empty);
            if let Some(trail) = trail_text(self, slot, &parts.trail) {
                self.rope.text(&trail);
            }
            self.rope.begin_line(self.style.line_break);
            return;
        }
        if !node.is_block() {
            let head = own.map_or(node.span.start, |own| own.head_end);
            if shape.len(at) == 0 && !self.fits_flow(collection) {
                return self.value_like(slot, parts, collection, column);
            }
            self.rope.host(Span::new(head, node.span.start));
            if !self.has_own_props(collection) {
                self.props(collection);
                self.rope.text(" ");
            }
            self.flow(collection, shape, at);
            self.trail(slot, &parts.trail);
            return;
        }
        let Some(own) = own else { return };
        let is_inline = self.is_inline(shape, &node);
        if is_inline && self.has_own_props(collection) && !self.begins_with_comment(collection) {
            self.rope.host(Span::new(own.head_end, node.region.start));
            let gap = node.region.start - own.head_end;
            self.block(collection, Begin::Inline, column + 1 + gap);
            return;
        }
        if self.has_own_props(collection) {
            self.rope.host(Span::new(own.head_end, own.trail.start));
        } else {
            self.props(collection);
        }
        self.trail(slot, &parts.trail);
        let step = node.column.saturating_sub(own.column);
        self.block(collection, Begin::Line, column + step);
    }

    /// Says whether the host has the anchor and the tag that are wanted.
    pub(super) fn has_own_props(&self, collection: &Collection) -> bool {
        self.props_text(collection, collection.props) == self.props_text(collection, self.host)
    }

    /// Returns the anchor and the tag that a version has at a collection.
    fn props_text(&self, collection: &Collection, version: Version) -> Option<&'a str> {
        let (shape, at) = self.shape(version).zip(*collection.at.of(version))?;
        let node = shape.node(at);
        let inner = shape.tree.span(node.id).start;
        let text = shape.text(Span::new(node.span.start, inner));
        Some(text.split('#').next().unwrap_or("").trim())
    }

    /// Writes the anchor and the tag of another version.
    pub(super) fn props(&mut self, collection: &Collection) {
        if let Some(text) = self.props_text(collection, collection.props).filter(|text| !text.is_empty()) {
            self.rope.text(" ");
            self.rope.text(text);
        }
    }

    /// Says whether comment lines stand above the first slot, which then cannot
    /// begin behind the dash.
    pub(super) fn begins_with_comment(&self, collection: &Collection) -> bool {
        let Some(slot) = collection.slots.first() else { return false };
        let version = super::merged::key_version(slot);
        let facet = match &slot.make {
            Make::Whole(_) => Facet::Of(version),
            Make::Parts(parts) => parts.lead.clone(),
        };
        match facet {
            Facet::Of(version) => self
                .shape(version)
                .zip(*slot.at.of(version))
                .is_some_and(|(shape, at)| shape.text(shape.slot(at).lead).contains('#')),
            Facet::Lines(lines) => lines.iter().any(|line| line.starts_with('#')),
        }
    }

    /// Writes a merged collection that the host does not have as one.
    pub(super) fn value_like(
        &mut self,
        slot: &MergedSlot,
        parts: &Parts,
        collection: &Collection,
        column: u32,
    ) {
        if let Some(trail) = trail_text(self, slot, &parts.trail) {
            self.rope.text(&trail);
        }
        self.rope.begin_line(self.style.line_break);
        let is_item = slot_is_item(self, slot, parts.key);
        let step = match is_map(self.shapes, collection) {
            true if is_item => 2,
            true => self.style.map_step.unwrap_or(2),
            false if is_item => 2,
            false => self.style.list_step.unwrap_or(0),
        };
        self.block(collection, Begin::Line, column + step);
    }
}

fn slot_is_item(emitter: &Emitter<'_, '_, '_>, slot: &MergedSlot, version: Version) -> bool {
    emitter.shape(version).zip(*slot.at.of(version)).is_some_and(|(shape, at)| shape.slot(at).key.is_none())
}

/// Returns the comment behind a head, with the blanks before it.
fn trail_text(emitter: &Emitter<'_, '_, '_>, slot: &MergedSlot, trail: &Facet) -> Option<String> {
    match trail {
        Facet::Of(version) => {
            let shape = emitter.shape(*version)?;
            let text = shape.text(shape.slot((*slot.at.of(*version))?).trail);
            (!text.trim().is_empty()).then(|| text.to_owned())
        }
        Facet::Lines(lines) => (!lines.is_empty()).then(|| format!(" {}", lines.join(" "))),
    }
}

/// Returns the indentation of a block scalar's lines.
fn text_indent(raw: &str) -> Option<u32> {
    let mut lines = raw.split('\n').skip(1);
    if !raw.starts_with(['|', '>']) {
        return None;
    }
    lines
        .find(|line| !line.trim().is_empty())
        .map(|line| (line.len() - line.trim_start_matches(' ').len()) as u32)
}
