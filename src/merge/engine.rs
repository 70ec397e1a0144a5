//! Merges the documents of the three versions into one, slot by slot.
//!
//! Presence, value, position and dress (comments, quotes, blank lines) of a
//! slot are merged apart. Only the first three can clash.
//!
//! **Invariant:** a change that only one side made is in the result, or in a
//! conflict.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::arrange;
use super::arrange::Frame;
use super::forced::Presence;
use super::lists;
use super::matching;
use super::matching::Row;
use super::merged::Collection;
use super::merged::Make;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Shapes;
use super::options::Settlement;
use super::place::Path;
use super::place::Seg;
use super::rules;
use super::rules::ListKind;
use super::rules::Order;
use super::rules::Origin;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Settler;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::text;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use crate::model::ResourceId;
use crate::schema::ListRule;
use crate::schema::Schema;
use crate::schema::Type;

/// Merges one document.
pub(super) struct Engine<'m, 'a, 'o> {
    pub shapes: &'m Shapes<'a>,
    pub settler: &'m mut Settler<'o>,
    pub resource: Option<&'m ResourceId>,
    pub path: Path,
    /// Edits that are taken back because of what they mean.
    pub forced: &'m super::forced::Forced,
    /// Things around the place that both sides added. Inside them, lists do
    /// not go together by themselves: nobody saw the other's.
    pub added_by_both: u32,
}

/// What becomes of a value.
pub(super) enum Came {
    Value(MergedValue),
    /// The slot goes with it.
    Gone,
}

impl<'a> Engine<'_, 'a, '_> {
    /// Merges the roots of the document.
    pub fn document(&mut self, roots: Versions<Option<NodeIx>>, schema: Option<&Schema>) -> MergedValue {
        match self.value(roots, Field { schema, name: "" }) {
            Came::Value(value) => value,
            Came::Gone => MergedValue::Of(Version::Theirs),
        }
    }

    pub(super) fn shape(&self, version: Version) -> Option<&Shape<'a>> {
        *self.shapes.of(version)
    }

    pub(super) fn nodes(&self, row: &Row) -> Versions<Option<NodeIx>> {
        Versions::each(|version| {
            let shape = self.shape(version)?;
            Some(shape.slot((*row.of(version))?).value)
        })
    }

    pub(super) fn number(&self, at: &Versions<Option<NodeIx>>, version: Version) -> Option<u64> {
        Some(self.shape(version)?.node((*at.of(version))?).value)
    }

    pub(super) fn form(&self, at: &Versions<Option<NodeIx>>, version: Version) -> Option<Form> {
        Some(self.shape(version)?.node((*at.of(version))?).form)
    }

    pub(super) fn raw(&self, at: &Versions<Option<NodeIx>>, version: Version) -> Option<&'a str> {
        let shape = self.shape(version)?;
        let node = shape.node((*at.of(version))?);
        Some(shape.text(node.span.cover(node.region)))
    }

    pub(super) fn chunk(&self, row: &Row, version: Version) -> Option<&'a str> {
        let shape = self.shape(version)?;
        Some(shape.text(shape.slot((*row.of(version))?).chunk))
    }

    /// Merges one slot. None if it is not in the result.
    pub(super) fn slot(&mut self, row: Row, field: Field<'_>) -> Option<MergedSlot> {
        let at = self.nodes(&row);
        if !self.forced.is_empty()
            && let Some(version) = self.forced.of(&self.path, Presence::of(&row))
        {
            return row.of(version).map(|_| whole(row, version));
        }
        match (row.base.is_some(), row.ours.is_some(), row.theirs.is_some()) {
            (_, false, false) => None,
            (false, true, false) => Some(whole(row, Version::Ours)),
            (false, false, true) => Some(whole(row, Version::Theirs)),
            (true, false, true) => self.dropped(row, at, Version::Ours, field),
            (true, true, false) => self.dropped(row, at, Version::Theirs, field),
            (_, true, true) => self.kept(row, at, field),
        }
    }

    /// Merges a slot that `by` deleted and the other side kept.
    pub(super) fn dropped(
        &mut self,
        row: Row,
        at: Versions<Option<NodeIx>>,
        by: Version,
        field: Field<'_>,
    ) -> Option<MergedSlot> {
        let other = by.other();
        if self.number(&at, Version::Base) == self.number(&at, other)
            || self.free_number(&at, Version::Base, field) == self.free_number(&at, other, field)
        {
            return None;
        }
        if self.is_empty(&at, Version::Base) {
            // Nothing was dropped, so filling it is no contradiction.
            return row.of(other).map(|_| whole(row, other));
        }
        let both_maps =
            self.form(&at, Version::Base) == Some(Form::Map) && self.form(&at, other) == Some(Form::Map);
        if both_maps && rules::is_free_map(field.schema, field.name) {
            let kept_empty =
                self.shape(other).zip(*at.of(other)).is_some_and(|(shape, at)| shape.len(at) == 0);
            if kept_empty {
                return Some(whole(row, other));
            }
            let collection = self.map(at, field);
            return (!collection.slots.is_empty())
                .then(|| self.parts(row, MergedValue::Collection(collection)));
        }
        let kind = if by == Version::Ours { ConflictKind::DeleteModify } else { ConflictKind::ModifyDelete };
        let allows = Allows { base: true, value: true, ..Allows::default() };
        let place = self.path.place(self.shapes, &at, self.resource, kind).slots(self.shapes, &row);
        match self.settler.settle(place.with(ConflictSeverity::High, allows)) {
            Outcome::Settled(Settlement::Value(value)) => Some(self.given(row, other, value)),
            outcome => {
                let version = outcome.version().unwrap_or(Version::Theirs);
                row.of(version).map(|_| whole(row, version))
            }
        }
    }

    /// Merges a slot that both sides have.
    pub(super) fn kept(
        &mut self,
        row: Row,
        at: Versions<Option<NodeIx>>,
        field: Field<'_>,
    ) -> Option<MergedSlot> {
        let texts = Versions::each(|version| self.chunk(&row, version));
        if self.forced.is_empty()
            && let Some(version) = three_way(&texts)
            && (version == Version::Theirs || !self.reads_apart(&row))
        {
            return Some(whole(row, version));
        }
        match self.value(at, field) {
            Came::Gone => None,
            Came::Value(value) => Some(self.parts(row, value)),
        }
    }

    /// Merges an item that is known by what it says.
    pub(super) fn item(&mut self, row: Row) -> Option<MergedSlot> {
        self.slot(row, Field { schema: None, name: "" })
    }

    /// Says whether the same text reads differently in base and theirs, as an
    /// alias does whose anchor says something else.
    pub(super) fn reads_apart(&self, row: &Row) -> bool {
        let at = self.nodes(row);
        self.number(&at, Version::Base) != self.number(&at, Version::Theirs)
    }

    /// Returns the number of a value in which the order of sets says nothing.
    pub(super) fn free_number(
        &self,
        at: &Versions<Option<NodeIx>>,
        version: Version,
        field: Field<'_>,
    ) -> Option<u64> {
        Some(rules::free_number(self.shape(version)?, (*at.of(version))?, field.schema, field.name))
    }

    /// Says whether a version has null or an empty collection.
    pub(super) fn is_empty(&self, at: &Versions<Option<NodeIx>>, version: Version) -> bool {
        self.shape(version).zip(*at.of(version)).is_some_and(|(shape, at)| {
            let form = shape.node(at).form;
            form == Form::Null || matches!(form, Form::Map | Form::List) && shape.len(at) == 0
        })
    }

    /// Merges what the versions have at one place. At least one side has
    /// something.
    pub(super) fn value(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Came {
        let numbers = Versions::each(|version| self.number(&at, version));
        match (numbers.ours, numbers.theirs) {
            (Some(_), None) => return Came::Value(MergedValue::Of(Version::Ours)),
            (_, None) | (None, _) => return Came::Value(MergedValue::Of(Version::Theirs)),
            _ => {}
        }
        let raws = Versions::each(|version| self.raw(&at, version));
        let forms = Versions::each(|version| self.form(&at, version));
        let collections = |form: Form| forms.ours == Some(form) && forms.theirs == Some(form);
        let is_nested = (collections(Form::Map) || collections(Form::List))
            && (forms.base == forms.ours || forms.base.is_none() || numbers.ours != numbers.theirs);
        let taken = three_way(&numbers);
        if let Some(version) = taken {
            if !is_nested {
                return Came::Value(self.dressed(version, &at, &numbers, &raws));
            }
            if self.forced.is_empty()
                && let Some(dress) = three_way(&raws)
                && numbers.of(dress) == numbers.of(version)
            {
                return Came::Value(MergedValue::Of(dress));
            }
        }
        if is_nested {
            return match collections(Form::Map) {
                true => Came::Value(MergedValue::Collection(self.map(at, field))),
                false => self.list(at, field),
            };
        }
        if let Some(merged) = self.block_text(&at) {
            return Came::Value(merged);
        }
        if let Some(version) = self.filled(&at, field) {
            return Came::Value(MergedValue::Of(version));
        }
        let (ours, theirs) = (forms.ours, forms.theirs);
        let kind = match numbers.base {
            None => ConflictKind::AddAdd,
            Some(_) if self.path.is("apiVersion") => ConflictKind::Version,
            Some(_) if is_other_type(ours, theirs) => ConflictKind::Type,
            Some(_) if self.path.is_key_of_item() => ConflictKind::Rekey,
            Some(_) => ConflictKind::ModifyModify,
        };
        self.clash(kind, &at)
    }

    /// Where the schema wants a collection, null and an empty one are the same:
    /// returns the side that filled what the other only respelled.
    pub(super) fn filled(&self, at: &Versions<Option<NodeIx>>, field: Field<'_>) -> Option<Version> {
        let wants_collection =
            field.schema.is_some_and(|schema| matches!(schema.kind, Type::Object | Type::Map | Type::List));
        if !wants_collection || !self.is_empty(at, Version::Base) {
            return None;
        }
        match (self.is_empty(at, Version::Ours), self.is_empty(at, Version::Theirs)) {
            (true, _) => Some(Version::Theirs),
            (false, true) => Some(Version::Ours),
            (false, false) => None,
        }
    }

    /// Asks about a whole value.
    pub(super) fn clash(&mut self, kind: ConflictKind, at: &Versions<Option<NodeIx>>) -> Came {
        let allows = Allows { base: true, value: true, text: false, both: None };
        match self.ask(kind, ConflictSeverity::Medium, at, allows) {
            Outcome::Settled(Settlement::Value(value)) => Came::Value(MergedValue::Given(value)),
            outcome => match outcome.version().unwrap_or(Version::Theirs) {
                version if at.of(version).is_some() => Came::Value(MergedValue::Of(version)),
                _ => Came::Gone,
            },
        }
    }

    /// Merges block scalars line by line.
    pub(super) fn block_text(&mut self, at: &Versions<Option<NodeIx>>) -> Option<MergedValue> {
        let texts = text::read(self.shapes, at)?;
        text::merge(self, at, texts)
    }

    pub(super) fn ask(
        &mut self,
        kind: ConflictKind,
        severity: ConflictSeverity,
        at: &Versions<Option<NodeIx>>,
        allows: Allows,
    ) -> Outcome {
        let place = self.path.place(self.shapes, at, self.resource, kind).with(severity, allows);
        self.settler.settle(place)
    }

    /// Merges maps key by key.
    pub(super) fn map(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Collection {
        let rows = matching::entries(self.shapes, &at);
        let rows = self.renamed(rows);
        let mut slots = Vec::with_capacity(rows.len());
        for row in rows {
            let name = self.name(&row);
            let schema = field.schema.and_then(|schema| schema.property(&name));
            self.path.push(Seg::Key(name.clone().into_owned()));
            let is_named = field.schema.is_some_and(|schema| schema.kind == Type::Map);
            let slot = match is_named && added_by_both(&row) {
                true => self.inside_added(|engine| engine.slot(row, Field { schema, name: &name })),
                false => self.slot(row, Field { schema, name: &name }),
            };
            self.path.pop();
            slots.extend(slot);
        }
        self.collect(at, slots, None)
    }

    pub(super) fn name(&self, row: &Row) -> std::borrow::Cow<'a, str> {
        [Version::Theirs, Version::Ours, Version::Base]
            .into_iter()
            .find_map(|version| {
                let shape = self.shape(version)?;
                Some(shape.slot((*row.of(version))?).name.clone())
            })
            .unwrap_or_default()
    }

    /// Merges lists by what tells their items apart.
    pub(super) fn list(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Came {
        let inference = self.settler.options().inference;
        let lists = Versions::each(|version| {
            (*at.of(version)).filter(|_| self.form(&at, version) == Some(Form::List))
        });
        let kind = rules::list_kind(
            self.shapes,
            &lists,
            field.schema,
            field.name,
            inference,
            Origin::of(self.resource),
        );
        let at = lists;
        let is_new = self.added_by_both > 0 && at.base.is_none() && !matches!(kind, ListKind::Keyed { .. });
        match kind {
            _ if is_new => {
                if self.free_number(&at, Version::Ours, field)
                    == self.free_number(&at, Version::Theirs, field)
                {
                    return Came::Value(MergedValue::Of(Version::Theirs));
                }
                self.clash(ConflictKind::AddAdd, &at)
            }
            ListKind::Atomic => {
                let numbers = Versions::each(|version| self.number(&at, version));
                if let Some(version) = three_way(&numbers) {
                    return Came::Value(MergedValue::Of(version));
                }
                self.clash(
                    if at.base.is_some() { ConflictKind::ModifyModify } else { ConflictKind::AddAdd },
                    &at,
                )
            }
            ListKind::Row if at.base.is_none() => {
                if self.number(&at, Version::Ours) == self.number(&at, Version::Theirs) {
                    return Came::Value(MergedValue::Of(Version::Theirs));
                }
                self.clash(ConflictKind::AddAdd, &at)
            }
            ListKind::Row => lists::row(self, at),
            kind => Came::Value(MergedValue::Collection(self.items(at, field, &kind))),
        }
    }

    pub(super) fn items(
        &mut self,
        at: Versions<Option<NodeIx>>,
        field: Field<'_>,
        kind: &ListKind,
    ) -> Collection {
        let rows = matching::items(self.shapes, &at, kind);
        let set = Schema { list_rule: ListRule::Set, ..Schema::of(Type::List) };
        let schema = match kind {
            ListKind::Sets => Some(&set),
            _ => field.schema.and_then(|schema| schema.items.as_deref()),
        };
        let mut slots = Vec::with_capacity(rows.len());
        for row in rows {
            let seg = self.item_seg(&at, &row, kind);
            self.path.push(seg);
            let slot = match kind {
                ListKind::Keyed { .. } if added_by_both(&row) => {
                    self.inside_added(|engine| engine.slot(row, Field { schema, name: "" }))
                }
                ListKind::Keyed { keys, .. } => self.keyed(row, Field { schema, name: "" }, keys),
                _ => self.slot(row, Field { schema, name: "" }),
            };
            self.path.pop();
            slots.extend(slot);
        }
        self.collect(at, slots, Some(kind))
    }

    /// Merges an item that at least one side may have given another key.
    pub(super) fn keyed(
        &mut self,
        row: Row,
        field: Field<'_>,
        keys: &[rules::KeyField],
    ) -> Option<MergedSlot> {
        let at = self.nodes(&row);
        if at.base.is_none() || at.ours.is_none() || at.theirs.is_none() {
            return self.slot(row, field);
        }
        let keys = Versions::each(|version| rules::identity(self.shape(version)?, (*at.of(version))?, keys));
        let (ours_moved, theirs_moved) = (keys.ours != keys.base, keys.theirs != keys.base);
        let both_changed = three_way(&Versions::each(|version| self.number(&at, version))).is_none();
        if !both_changed || !(ours_moved || theirs_moved) || keys.ours == keys.theirs {
            return self.slot(row, field);
        }
        let both = (ours_moved != theirs_moved).then_some("Keep the new key and the change");
        let allows = Allows { base: true, both, ..Allows::default() };
        let place = self.path.place(self.shapes, &at, self.resource, ConflictKind::Rekey);
        let place = place.with(ConflictSeverity::High, allows).facet("key");
        let outcome = if ours_moved && theirs_moved {
            self.settler.settle(place)
        } else {
            let why = "one side gave the item another key, so the other's change goes with it";
            self.settler.decide(place, Settlement::Both, why)
        };
        match outcome {
            Outcome::Settled(Settlement::Both) => self.slot(row, field),
            outcome => Some(whole(row, outcome.version().unwrap_or(Version::Theirs))),
        }
    }

    /// Merges what stands inside something that both sides added.
    pub(super) fn inside_added<T>(&mut self, merge: impl FnOnce(&mut Self) -> T) -> T {
        self.added_by_both += 1;
        let merged = merge(self);
        self.added_by_both -= 1;
        merged
    }

    pub(super) fn item_seg(&self, at: &Versions<Option<NodeIx>>, row: &Row, kind: &ListKind) -> Seg {
        let places = Versions::each(|version| {
            let shape = self.shape(version)?;
            Some(shape.place((*at.of(version))?, (*row.of(version))?))
        });
        let nodes = self.nodes(row);
        let first = [Version::Base, Version::Theirs, Version::Ours]
            .into_iter()
            .find_map(|version| Some((self.shape(version)?, (*nodes.of(version))?)));
        let (label, keys) = match (kind, first) {
            (ListKind::Keyed { keys, .. }, Some((shape, item))) => (
                rules::key_text(shape, item, keys),
                keys.iter().filter_map(|key| key.path.last().cloned()).collect(),
            ),
            _ => (None, Vec::new()),
        };
        let number = first.map_or(0, |(shape, item)| shape.node(item).value);
        Seg::Item { label, number, places, keys }
    }

    /// Puts the slots of a collection in order.
    pub(super) fn collect(
        &mut self,
        at: Versions<Option<NodeIx>>,
        slots: Vec<MergedSlot>,
        kind: Option<&ListKind>,
    ) -> Collection {
        let rows: Vec<Row> = slots.iter().map(|slot| slot.at).collect();
        let (mut frame, clash) = arrange::frame(&rows);
        let counts = kind.is_some_and(|kind| matching::order_of(kind) == Order::Counts);
        if counts && (clash.moved || clash.gap) {
            frame = self.order_clash(&at, frame, clash.moved);
        }
        let order = arrange::arrange(&rows, frame);
        let mut from: Vec<Option<MergedSlot>> = slots.into_iter().map(Some).collect();
        let mut slots: Vec<MergedSlot> =
            order.into_iter().filter_map(|index| from.get_mut(index).and_then(Option::take)).collect();
        if let Some(ListKind::Keyed { keys, order: Order::Sorted, .. }) = kind {
            lists::sort(self.shapes, &at, &mut slots, keys);
        }
        let raw_props = Versions::each(|version| {
            let shape = self.shape(version)?;
            let node = shape.node((*at.of(version))?);
            let inner = shape.tree.span(node.id).start;
            Some(shape.text(crate::text::Span::new(node.span.start, inner)).trim())
        });
        let props = match (raw_props.ours, raw_props.theirs) {
            (Some(_), None) => Version::Ours,
            _ => three_way(&raw_props).unwrap_or(Version::Theirs),
        };
        Collection { at, slots, props }
    }

    pub(super) fn order_clash(&mut self, at: &Versions<Option<NodeIx>>, frame: Frame, moved: bool) -> Frame {
        let allows = Allows { base: false, both: Some("Keep both, theirs first"), ..Allows::default() };
        let place = self.path.place(self.shapes, at, self.resource, ConflictKind::Order);
        let place = place.with(ConflictSeverity::High, allows).facet("order");
        match self.settler.settle(place).version() {
            Some(Version::Ours) if moved => Frame { frame: Version::Ours, first: Version::Ours },
            Some(Version::Ours) => Frame { first: Version::Ours, ..frame },
            _ => frame,
        }
    }
}

fn added_by_both(row: &Row) -> bool {
    row.base.is_none() && row.ours.is_some() && row.theirs.is_some()
}

/// What is known about the field that is merged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'s> {
    pub schema: Option<&'s Schema>,
    pub name: &'s str,
}

pub(super) fn whole(row: Row, version: Version) -> MergedSlot {
    MergedSlot { at: row, make: Make::Whole(version) }
}

fn is_other_type(ours: Option<Form>, theirs: Option<Form>) -> bool {
    let plain =
        |form: Option<Form>| form.is_none_or(|form| matches!(form, Form::Null | Form::Alias | Form::Opaque));
    ours != theirs && !plain(ours) && !plain(theirs)
}
