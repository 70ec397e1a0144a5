//! Writes collections in braces and brackets.
//!
//! **Invariant:** between two neighbours of the host stands what the host has
//! there, comments included.

use super::emit::Emitter;
use super::merged::Collection;
use super::merged::Make;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Parts;
use super::merged::is_map;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
use crate::edit;
use crate::syntax::Style;
use crate::text::Span;

impl<'a> Emitter<'_, 'a, '_> {
    /// Says whether all new slots can stand in brackets without changing form.
    pub(super) fn fits_flow(&self, collection: &Collection) -> bool {
        collection.slots.iter().all(|slot| {
            let version = super::merged::key_version(slot);
            match (&slot.make, self.shape(version), *slot.at.of(version)) {
                (Make::Whole(_), Some(shape), Some(at)) => shape.slot(at).flow,
                _ => false,
            }
        })
    }

    /// Writes a collection in brackets.
    pub(super) fn flow(&mut self, collection: &Collection, shape: &Shape<'a>, at: NodeIx) {
        let node = *shape.node(at);
        let own_props = self.has_own_props(collection);
        let start = if own_props { node.span.start } else { shape.tree.span(node.id).start };
        let own: Vec<SlotIx> = shape.slots(at).collect();
        let kept: Vec<Option<SlotIx>> = collection.slots.iter().map(|slot| *slot.at.of(self.host)).collect();
        let first = own.first().map(|&at| shape.slot(at).chunk);
        let last = own.last().map(|&at| shape.slot(at).chunk);
        let (Some(first), Some(last)) = (first, last) else {
            // Nothing was in the brackets; the padding goes with the items.
            let inner = shape.tree.span(node.id);
            self.rope.host(Span::new(start, inner.start + 1));
            for (index, slot) in collection.slots.iter().enumerate() {
                self.rope.text(if index == 0 { "" } else { ", " });
                self.flow_slot(slot);
            }
            self.rope.host(Span::new(inner.end - 1, node.span.end));
            return;
        };
        let separator = match own.get(1).map(|&at| shape.slot(at).chunk) {
            Some(second) => after_comma(shape.text(Span::new(first.end, second.start))),
            None => " ".to_owned(),
        };
        self.rope.host(Span::new(start, first.start));
        for (index, slot) in collection.slots.iter().enumerate() {
            if index > 0 {
                // Between neighbours of the host stands what the host has.
                let before = kept.get(index - 1).copied().flatten();
                let here = kept.get(index).copied().flatten();
                match (before, here) {
                    (Some(before), Some(here)) if shape.place(at, before) + 1 == shape.place(at, here) => {
                        self.rope.host(Span::new(shape.slot(before).chunk.end, shape.slot(here).chunk.start));
                    }
                    _ => {
                        self.rope.text(",");
                        self.rope.text(&separator);
                    }
                }
            }
            self.flow_slot(slot);
        }
        self.rope.host(Span::new(last.end, node.span.end));
    }

    /// Writes a slot between brackets.
    pub(super) fn flow_slot(&mut self, slot: &MergedSlot) {
        match &slot.make {
            Make::Whole(version) => {
                let (Some(shape), Some(at)) = (self.shape(*version), *slot.at.of(*version)) else { return };
                if *version == self.host {
                    self.rope.host(shape.slot(at).chunk);
                } else {
                    let text = self.flow_text(shape, at);
                    self.rope.text(&text);
                }
            }
            Make::Parts(parts) => self.flow_parts(slot, parts),
        }
    }

    pub(super) fn flow_parts(&mut self, slot: &MergedSlot, parts: &Parts) {
        let host = self.shape(self.host).zip(*slot.at.of(self.host));
        if let Some((shape, at)) = host {
            let own = shape.slot(at);
            self.rope.host(Span::new(own.body, own.head_end));
            let gap = Span::new(own.head_end, shape.node(own.value).span.start);
            self.rope.host(gap);
            if gap.is_empty() && own.key.is_some() {
                self.rope.text(if shape.text(Span::new(own.body, own.head_end)).ends_with(':') {
                    " "
                } else {
                    ": "
                });
            }
            match &parts.value {
                MergedValue::Collection(collection) if collection.at.of(self.host).is_some() => {
                    return self.flow(collection, shape, own.value);
                }
                MergedValue::Of(version) if *version == self.host => {
                    return self.rope.host(shape.node(own.value).span);
                }
                _ => {}
            }
        }
        let value = self.value_text(slot, &parts.value);
        self.rope.text(&value);
    }

    pub(super) fn value_text(&self, slot: &MergedSlot, value: &MergedValue) -> String {
        match value {
            MergedValue::Of(version) | MergedValue::Quoted { value: version, .. } => {
                let (Some(shape), Some(at)) = (self.shape(*version), *slot.at.of(*version)) else {
                    return String::new();
                };
                self.flow_value(shape, shape.slot(at).value)
            }
            MergedValue::Lines { .. } => String::new(),
            MergedValue::Given(value) => edit::print_flow(value, &edit::Style::default()),
            MergedValue::Collection(collection) => {
                let is_map = is_map(self.shapes, collection);
                let items: Vec<String> = collection
                    .slots
                    .iter()
                    .map(|slot| match &slot.make {
                        Make::Whole(version) => match (self.shape(*version), *slot.at.of(*version)) {
                            (Some(shape), Some(at)) => self.flow_text(shape, at),
                            _ => String::new(),
                        },
                        Make::Parts(parts) => {
                            let value = self.value_text(slot, &parts.value);
                            if is_map {
                                format!("{}: {value}", super::merged::name_of(self.shapes, slot))
                            } else {
                                value
                            }
                        }
                    })
                    .collect();
                let (open, close) = if is_map { ("{", "}") } else { ("[", "]") };
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }

    /// Returns a slot as text between brackets.
    pub(super) fn flow_text(&self, shape: &Shape<'a>, at: SlotIx) -> String {
        let slot = shape.slot(at);
        let value = self.flow_value(shape, slot.value);
        match slot.key {
            None => value,
            Some(_) => {
                let key = shape.text(Span::new(slot.body, slot.head_end)).trim_end_matches(':');
                format!("{key}: {value}")
            }
        }
    }

    pub(super) fn flow_value(&self, shape: &Shape<'a>, at: NodeIx) -> String {
        let node = shape.node(at);
        let raw = shape.text(node.span);
        let is_scalar = matches!(node.form, Form::Scalar | Form::Null | Form::Alias);
        let fits = if is_scalar {
            shape.tree.style(node.id) != Style::Plain
                || edit::is_plain(raw, edit::Place::Flow)
                || !raw.contains([',', '[', ']', '{', '}', '#'])
        } else {
            node.flow
        };
        if fits && !shape.is_block_scalar(node.id) {
            return raw.to_owned();
        }
        let value = crate::model::read(shape.tree, node.id, crate::model::Reading::Kubernetes);
        edit::print_flow(&value, &edit::Style::default())
    }
}

/// Returns what stands behind the comma between two items.
fn after_comma(between: &str) -> String {
    let rest = between.split_once(',').map_or(" ", |(_, rest)| rest);
    if rest.contains('#') { " ".to_owned() } else { rest.to_owned() }
}
