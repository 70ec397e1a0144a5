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
use super::lists;
use super::matching;
use super::matching::Row;
use super::merged::Collection;
use super::merged::Facet;
use super::merged::Make;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Parts;
use super::merged::Shapes;
use super::options::Settlement;
use super::place::Path;
use super::place::Seg;
use super::rules;
use super::rules::ListKind;
use super::rules::Order;
use super::rules::Origin;
use super::semantic::Presence;
use super::sequence;
use super::sequence::Touching;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Settler;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
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
    pub forced: &'m super::semantic::Forced,
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

    fn shape(&self, version: Version) -> Option<&Shape<'a>> {
        *self.shapes.of(version)
    }

    fn nodes(&self, row: &Row) -> Versions<Option<NodeIx>> {
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

    fn raw(&self, at: &Versions<Option<NodeIx>>, version: Version) -> Option<&'a str> {
        let shape = self.shape(version)?;
        let node = shape.node((*at.of(version))?);
        Some(shape.text(node.span.cover(node.region)))
    }

    fn chunk(&self, row: &Row, version: Version) -> Option<&'a str> {
        let shape = self.shape(version)?;
        Some(shape.text(shape.slot((*row.of(version))?).chunk))
    }

    /// Merges one slot. None if it is not in the result.
    fn slot(&mut self, row: Row, field: Field<'_>) -> Option<MergedSlot> {
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
    fn dropped(
        &mut self,
        row: Row,
        at: Versions<Option<NodeIx>>,
        by: Version,
        field: Field<'_>,
    ) -> Option<MergedSlot> {
        let other = if by == Version::Ours { Version::Theirs } else { Version::Ours };
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
    fn kept(&mut self, row: Row, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Option<MergedSlot> {
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
    fn reads_apart(&self, row: &Row) -> bool {
        let at = self.nodes(row);
        self.number(&at, Version::Base) != self.number(&at, Version::Theirs)
    }

    /// Returns the number of a value in which the order of sets says nothing.
    fn free_number(&self, at: &Versions<Option<NodeIx>>, version: Version, field: Field<'_>) -> Option<u64> {
        Some(rules::free_number(self.shape(version)?, (*at.of(version))?, field.schema, field.name))
    }

    /// Says whether a version has null or an empty collection.
    fn is_empty(&self, at: &Versions<Option<NodeIx>>, version: Version) -> bool {
        self.shape(version).zip(*at.of(version)).is_some_and(|(shape, at)| {
            let form = shape.node(at).form;
            form == Form::Null || matches!(form, Form::Map | Form::List) && shape.len(at) == 0
        })
    }

    /// Puts a slot together of its facets.
    fn parts(&mut self, row: Row, value: MergedValue) -> MergedSlot {
        let key = self.facet_version(&row, |shape, slot| {
            let slot = shape.slot(slot);
            shape.text(crate::text::Span::new(slot.body, slot.head_end)).trim_end_matches([':', ' '])
        });
        let lead = self.comments(&row, |slot| slot.lead);
        let trail = self.comments(&row, |slot| slot.trail);
        let foot = self.comments(&row, |slot| slot.foot);
        MergedSlot { at: row, make: Make::Parts(Box::new(Parts { key, lead, trail, foot, value })) }
    }

    fn given(&mut self, row: Row, like: Version, value: crate::model::Value) -> MergedSlot {
        let facet = Facet::Of(like);
        let parts = Parts {
            key: like,
            lead: facet.clone(),
            trail: facet.clone(),
            foot: facet,
            value: MergedValue::Given(value),
        };
        MergedSlot { at: row, make: Make::Parts(Box::new(parts)) }
    }

    fn facet_version<'t>(&self, row: &Row, read: impl Fn(&Shape<'a>, SlotIx) -> &'t str) -> Version
    where
        'a: 't,
    {
        let texts = Versions::each(|version| Some(read(self.shape(version)?, (*row.of(version))?)));
        match (texts.ours, texts.theirs) {
            (Some(_), None) => Version::Ours,
            (None, Some(_)) => Version::Theirs,
            _ => three_way(&texts).unwrap_or(Version::Theirs),
        }
    }

    /// Merges the comments at one place of a slot.
    fn comments(&mut self, row: &Row, of: impl Fn(&super::shape::Slot<'a>) -> crate::text::Span) -> Facet {
        let lines = Versions::each(|version| {
            let shape = self.shape(version)?;
            let text = shape.text(of(shape.slot((*row.of(version))?)));
            Some(text.lines().map(str::trim).collect::<Vec<&str>>())
        });
        match (&lines.ours, &lines.theirs) {
            (Some(_), None) => return Facet::Of(Version::Ours),
            (_, None) | (None, _) => return Facet::Of(Version::Theirs),
            _ => {}
        }
        if let Some(version) = three_way(&lines) {
            return Facet::Of(version);
        }
        let only_comments = lines.clone().map(|lines| {
            lines.unwrap_or_default().into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>()
        });
        if only_comments.ours == only_comments.theirs {
            return Facet::Of(Version::Theirs);
        }
        let lines = lines.map(Option::unwrap_or_default);
        match merge_lines(&lines) {
            Some(merged) => Facet::Lines(merged.into_iter().map(str::to_owned).collect()),
            None => self.comment_clash(row, &lines),
        }
    }

    fn comment_clash(&mut self, row: &Row, lines: &Versions<Vec<&str>>) -> Facet {
        let texts = Versions::each(|version| Some(lines.of(version).join("\n")));
        let at = self.nodes(row);
        let place = self.path.place(self.shapes, &at, self.resource, ConflictKind::Comment).texts(texts);
        let allows = Allows { base: true, both: Some("Keep both comments"), ..Allows::default() };
        match self.settler.settle(place.with(ConflictSeverity::Low, allows)) {
            Outcome::Settled(Settlement::Both) => {
                let both = lines.theirs.iter().chain(&lines.ours);
                Facet::Lines(both.map(|line| (*line).to_owned()).collect())
            }
            outcome => Facet::Of(outcome.version().unwrap_or(Version::Theirs)),
        }
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
            && (forms.base == forms.ours || numbers.ours != numbers.theirs);
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
    fn filled(&self, at: &Versions<Option<NodeIx>>, field: Field<'_>) -> Option<Version> {
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

    /// Takes a version's value in the dress that the sides want for it.
    fn dressed(
        &self,
        version: Version,
        at: &Versions<Option<NodeIx>>,
        numbers: &Versions<Option<u64>>,
        raws: &Versions<Option<&str>>,
    ) -> MergedValue {
        if numbers.ours == numbers.theirs {
            let quotes = Versions::each(|version| self.quotes(at, version));
            return MergedValue::Of(three_way(raws).or(three_way(&quotes)).unwrap_or(Version::Theirs));
        }
        let other = if version == Version::Ours { Version::Theirs } else { Version::Ours };
        // The other side may have put the same value into other quotes.
        let is_requoted = raws.of(other) != &raws.base
            && self.quotes(at, other) != self.quotes(at, Version::Base)
            && self.quotes(at, version) == self.quotes(at, Version::Base)
            && self.quotes(at, other).is_some_and(text::is_one_line);
        if is_requoted {
            MergedValue::Quoted { value: version, style: other }
        } else {
            MergedValue::Of(version)
        }
    }

    fn quotes(&self, at: &Versions<Option<NodeIx>>, version: Version) -> Option<crate::syntax::Style> {
        let shape = self.shape(version)?;
        let node = shape.node((*at.of(version))?);
        matches!(node.form, Form::Scalar).then(|| shape.tree.style(node.id))
    }

    /// Merges block scalars line by line.
    fn block_text(&mut self, at: &Versions<Option<NodeIx>>) -> Option<MergedValue> {
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
    fn map(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Collection {
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

    fn name(&self, row: &Row) -> std::borrow::Cow<'a, str> {
        [Version::Theirs, Version::Ours, Version::Base]
            .into_iter()
            .find_map(|version| {
                let shape = self.shape(version)?;
                Some(shape.slot((*row.of(version))?).name.clone())
            })
            .unwrap_or_default()
    }

    /// Finds keys that one side renamed while the other changed what is under
    /// them, and asks.
    fn renamed(&mut self, mut rows: Vec<Row>) -> Vec<Row> {
        for by in [Version::Ours, Version::Theirs] {
            let other = if by == Version::Ours { Version::Theirs } else { Version::Ours };
            let is_new = |row: &Row| row.base.is_none() && row.of(by).is_some() && row.of(other).is_none();
            if !rows.iter().any(is_new) {
                continue;
            }
            for index in 0..rows.len() {
                let Some(&row) = rows.get(index) else { continue };
                let at = self.nodes(&row);
                let was_dropped = row.base.is_some() && row.of(by).is_none() && row.of(other).is_some();
                if !was_dropped || self.number(&at, Version::Base) == self.number(&at, other) {
                    continue;
                }
                let base_number = self.number(&at, Version::Base);
                let leaves =
                    at.base.and_then(|at| Some(self.shape(Version::Base)?.node(at).leaves)).unwrap_or(0);
                let twin = rows.iter().position(|row| {
                    is_new(row) && leaves > 1 && self.number(&self.nodes(row), by) == base_number
                });
                let Some(twin) = twin else { continue };
                let Some(&added) = rows.get(twin) else { continue };
                self.rename_clash(&mut rows, (index, row), (twin, added), by);
            }
            rows.retain(|row| *row != Row::default());
        }
        self.renamed_twice(&mut rows);
        rows
    }

    /// Finds keys that both sides renamed differently, and asks.
    fn renamed_twice(&mut self, rows: &mut Vec<Row>) {
        for index in 0..rows.len() {
            let Some(&row) = rows.get(index) else { continue };
            let at = self.nodes(&row);
            let leaves = at.base.and_then(|at| Some(self.shape(Version::Base)?.node(at).leaves)).unwrap_or(0);
            if row.ours.is_some() || row.theirs.is_some() || leaves < 2 {
                continue;
            }
            let number = self.number(&at, Version::Base);
            let is_twin = |row: &Row, of: Version, other: Version| {
                row.base.is_none() && row.of(other).is_none() && self.number(&self.nodes(row), of) == number
            };
            let of_ours = rows.iter().position(|row| is_twin(row, Version::Ours, Version::Theirs));
            let of_theirs = rows.iter().position(|row| is_twin(row, Version::Theirs, Version::Ours));
            let (Some(of_ours), Some(of_theirs)) = (of_ours, of_theirs) else { continue };
            let (Some(&ours), Some(&theirs)) = (rows.get(of_ours), rows.get(of_theirs)) else { continue };
            let joined = Row { base: row.base, ours: ours.ours, theirs: theirs.theirs };
            let nodes = self.nodes(&joined);
            self.path.push(Seg::Key(self.name(&row).into_owned()));
            let place = self.path.place(self.shapes, &nodes, self.resource, ConflictKind::Rekey);
            let allows = Allows { both: Some("Keep it under both names"), ..Allows::default() };
            let place = place.slots(self.shapes, &joined).with(ConflictSeverity::High, allows);
            let outcome = self.settler.settle(place);
            self.path.pop();
            let dropped = match outcome {
                Outcome::Settled(Settlement::Both) => continue,
                outcome if outcome.version() == Some(Version::Ours) => of_theirs,
                _ => of_ours,
            };
            if let Some(row) = rows.get_mut(dropped) {
                *row = Row::default();
            }
        }
        rows.retain(|row| *row != Row::default());
    }

    fn rename_clash(&mut self, rows: &mut [Row], old: (usize, Row), new: (usize, Row), by: Version) {
        let mut joined = old.1;
        if let Some(slot) = *new.1.of(by) {
            matching::set(&mut joined, by, slot);
        }
        let at = self.nodes(&joined);
        self.path.push(Seg::Key(self.name(&old.1).into_owned()));
        let allows = Allows { both: Some("Rename it and keep the changes"), ..Allows::default() };
        let place = self.path.place(self.shapes, &at, self.resource, ConflictKind::RenameModify);
        let place = place.slots(self.shapes, &joined).with(ConflictSeverity::High, allows);
        let outcome = self.settler.settle(place);
        self.path.pop();
        let (keep_old, keep_new) = match outcome {
            Outcome::Settled(Settlement::Both) => (None, Some(joined)),
            outcome if outcome.version() == Some(by) => (None, Some(new.1)),
            // As if nobody had renamed it.
            _ => (Some(Row { base: None, ..old.1 }), None),
        };
        if let Some(row) = rows.get_mut(old.0) {
            *row = keep_old.unwrap_or_default();
        }
        if let Some(row) = rows.get_mut(new.0) {
            *row = keep_new.unwrap_or_default();
        }
    }

    /// Merges lists by what tells their items apart.
    fn list(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>) -> Came {
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
            ListKind::Row if at.base.is_none() => self.clash(ConflictKind::AddAdd, &at),
            ListKind::Row => lists::row(self, at),
            kind => Came::Value(MergedValue::Collection(self.items(at, field, &kind))),
        }
    }

    fn items(&mut self, at: Versions<Option<NodeIx>>, field: Field<'_>, kind: &ListKind) -> Collection {
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
    fn keyed(&mut self, row: Row, field: Field<'_>, keys: &[rules::KeyField]) -> Option<MergedSlot> {
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
    fn inside_added<T>(&mut self, merge: impl FnOnce(&mut Self) -> T) -> T {
        self.added_by_both += 1;
        let merged = merge(self);
        self.added_by_both -= 1;
        merged
    }

    fn item_seg(&self, at: &Versions<Option<NodeIx>>, row: &Row, kind: &ListKind) -> Seg {
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
    fn collect(
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

    fn order_clash(&mut self, at: &Versions<Option<NodeIx>>, frame: Frame, moved: bool) -> Frame {
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

fn merge_lines<'t>(lines: &Versions<Vec<&'t str>>) -> Option<Vec<&'t str>> {
    let slices = Versions { base: &*lines.base, ours: &*lines.ours, theirs: &*lines.theirs };
    let mut merged = Vec::new();
    for hunk in sequence::merge(slices, Touching::Clashes) {
        merged.extend(hunk.taken(&slices)?);
    }
    Some(merged)
}
