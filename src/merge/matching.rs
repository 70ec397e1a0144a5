//! Finds which items of three lists, and which entries of three maps, are one
//! and the same.
//!
//! **Invariant:** each slot of each version is in exactly one row.

use super::groups::Groups;
use super::hash;
use super::merged::Shapes;
use super::rekey::Rekeying;
use super::rules::ListKind;
use super::rules::Order;
use super::rules::identity;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
use super::versions::Version;
use super::versions::Versions;
use crate::order;
use crate::order::Map;

/// The same slot in each version that has it.
pub(super) type Row = Versions<Option<SlotIx>>;

/// One list in one version.
#[derive(Clone, Copy)]
struct List<'s, 'a> {
    shape: &'s Shape<'a>,
    node: NodeIx,
}

impl<'s, 'a> List<'s, 'a> {
    fn of(shapes: &'s Shapes<'a>, at: &Versions<Option<NodeIx>>, version: Version) -> Option<List<'s, 'a>> {
        let shape = (*shapes.of(version))?;
        Some(List { shape, node: (*at.of(version))? })
    }

    fn item(&self, slot: SlotIx) -> NodeIx {
        self.shape.slot(slot).value
    }

    fn slots(&self) -> Vec<SlotIx> {
        self.shape.slots(self.node).collect()
    }
}

/// Returns the rows of three maps: theirs in order, then what only ours has,
/// then what only base has.
pub(super) fn entries(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut by_name: Map<&str, usize> = Map::new();
    for version in [Version::Theirs, Version::Ours, Version::Base] {
        let (Some(shape), Some(map)) = (shapes.of(version), at.of(version)) else { continue };
        // Most often the versions have the same keys in the same order.
        let mut guess = 0;
        for slot in shape.slots(*map) {
            let name = shape.slot(slot).name.as_ref();
            let guessed = rows.get(guess).filter(|row| row_name(shapes, row) == Some(name)).map(|_| guess);
            let found = guessed.or_else(|| by_name.get(name).copied());
            let index = match found {
                Some(index) if row_of(&rows, index, version).is_none() => index,
                // A key that repeats in one version; the text was refused.
                Some(_) => continue,
                None => {
                    rows.push(Row::default());
                    by_name.insert(name, rows.len() - 1);
                    rows.len() - 1
                }
            };
            if let Some(row) = rows.get_mut(index) {
                set(row, version, slot);
            }
            guess = index + 1;
        }
    }
    rows
}

fn row_of(rows: &[Row], index: usize, version: Version) -> Option<SlotIx> {
    rows.get(index).and_then(|row| *row.of(version))
}

fn row_name<'s>(shapes: &'s Shapes<'_>, row: &Row) -> Option<&'s str> {
    [Version::Theirs, Version::Ours, Version::Base].into_iter().find_map(|version| {
        let shape = shapes.of(version).as_ref()?;
        Some(shape.slot((*row.of(version))?).name.as_ref())
    })
}

pub(super) fn set(row: &mut Row, version: Version, slot: SlotIx) {
    match version {
        Version::Base => row.base = Some(slot),
        Version::Ours => row.ours = Some(slot),
        Version::Theirs => row.theirs = Some(slot),
    }
}

/// Returns the rows of three lists.
pub(super) fn items(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>, kind: &ListKind) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let base = List::of(shapes, at, Version::Base);
    let ours = List::of(shapes, at, Version::Ours);
    let theirs = List::of(shapes, at, Version::Theirs);
    if let Some(base) = base {
        rows.extend(base.slots().into_iter().map(|slot| Row { base: Some(slot), ..Row::default() }));
    }
    let mut left: Versions<Vec<SlotIx>> = Versions::default();
    for (version, side) in [(Version::Ours, ours), (Version::Theirs, theirs)] {
        let Some(side) = side else { continue };
        let found = match base {
            Some(base) => pairs(base, side, kind),
            None => Vec::new(),
        };
        let mut is_matched = vec![false; side.shape.len(side.node)];
        for (index, slot) in found {
            if let Some(matched) = is_matched.get_mut(side.shape.place(side.node, slot)) {
                *matched = true;
            }
            if let Some(row) = rows.get_mut(index) {
                set(row, version, slot);
            }
        }
        let rest = side.slots().into_iter().zip(is_matched);
        let rest = rest.filter(|(_, is_matched)| !is_matched).map(|(slot, _)| slot).collect();
        match version {
            Version::Ours => left.ours = rest,
            _ => left.theirs = rest,
        }
    }
    // What both added.
    let theirs = theirs.filter(|_| !left.ours.is_empty());
    let numbers = theirs.map(|theirs| {
        let slots = left.theirs.iter().enumerate();
        slots.map(|(place, slot)| (number_of(theirs, *slot, kind), place)).collect::<Groups>()
    });
    let mut added = numbers.unwrap_or_default();
    let mut is_twin = vec![false; left.theirs.len()];
    for slot in left.ours {
        let number = ours.filter(|_| !added.is_empty()).map(|ours| number_of(ours, slot, kind));
        let twin = number.and_then(|number| added.take(number));
        if let Some(is_twin) = twin.and_then(|twin| is_twin.get_mut(twin)) {
            *is_twin = true;
        }
        let theirs = twin.and_then(|twin| left.theirs.get(twin).copied());
        rows.push(Row { base: None, ours: Some(slot), theirs });
    }
    let theirs_left = left.theirs.into_iter().zip(is_twin).filter(|(_, is_twin)| !is_twin);
    rows.extend(theirs_left.map(|(slot, _)| Row { theirs: Some(slot), ..Row::default() }));
    if let ListKind::Keyed { keys, trust, .. } = kind {
        Rekeying { shapes, at, keys, trust: *trust }.join(&mut rows);
    }
    rows
}

/// Returns the number two added items share if they are the same.
fn number_of(list: List<'_, '_>, slot: SlotIx, kind: &ListKind) -> u64 {
    let item = list.item(slot);
    match kind {
        ListKind::Keyed { keys, .. } => match identity(list.shape, item, keys) {
            Some(number) => number,
            None => hash::mix(41, list.shape.node(item).value),
        },
        ListKind::Sets => set_number(list.shape, item),
        ListKind::Contents { .. } => loose_number(list.shape, item),
        _ => list.shape.node(item).value,
    }
}

/// Returns the number of a list whose order says nothing.
fn set_number(shape: &Shape<'_>, list: NodeIx) -> u64 {
    if shape.node(list).form != Form::List {
        return shape.node(list).value;
    }
    hash::of_map(shape.slots(list).map(|slot| hash::mix(43, shape.node(shape.slot(slot).value).value)))
}

/// Returns the number of a value in which null, nothing and an empty
/// collection are the same.
pub(super) fn loose_number(shape: &Shape<'_>, at: NodeIx) -> u64 {
    let node = shape.node(at);
    match node.form {
        Form::Null => hash::NULL,
        Form::Map => {
            let entries = shape.slots(at).map(|slot| shape.slot(slot));
            let entries: Vec<u64> =
                entries.map(|slot| hash::of_entry(&slot.name, loose_number(shape, slot.value))).collect();
            if entries.is_empty() { hash::NULL } else { hash::of_map(entries.into_iter()) }
        }
        Form::List if shape.len(at) == 0 => hash::NULL,
        Form::List => hash::of_list(shape.slots(at).map(|slot| loose_number(shape, shape.slot(slot).value))),
        _ => node.value,
    }
}

/// Pairs the items of base with those of a side: place in base, slot of the
/// side.
fn pairs(base: List<'_, '_>, side: List<'_, '_>, kind: &ListKind) -> Vec<(usize, SlotIx)> {
    let base_slots = base.slots();
    let mut found = Vec::with_capacity(base_slots.len());
    let numbered = base_slots.iter().enumerate().map(|(index, &slot)| (number_of(base, slot, kind), index));
    let mut by_number: Groups = numbered.collect();
    let mut rest = Vec::new();
    for slot in side.slots() {
        match by_number.take(number_of(side, slot, kind)) {
            Some(index) => found.push((index, slot)),
            None => rest.push(slot),
        }
    }
    let by_likeness = match kind {
        ListKind::Contents { .. } => true,
        ListKind::Keyed { .. } => false,
        _ => return found,
    };
    let mut open: Vec<usize> = by_number.rest().collect();
    order::sort(&mut open);
    if let (false, ListKind::Keyed { keys, .. }) = (by_likeness, kind) {
        // Only items without a key are known by what they hold.
        let keyless =
            |list: List<'_, '_>, slot: SlotIx| identity(list.shape, list.item(slot), keys).is_none();
        open.retain(|&index| base_slots.get(index).is_some_and(|&slot| keyless(base, slot)));
        rest.retain(|&slot| keyless(side, slot));
    }
    // Quadratic, so only for the few that changed.
    const MOST: usize = 48;
    if open.len() > MOST || rest.len() > MOST {
        return found;
    }
    let mut scores = Vec::new();
    for (order, &index) in open.iter().enumerate() {
        let Some(&slot) = base_slots.get(index) else { continue };
        for (place, &other) in rest.iter().enumerate() {
            let score = likeness(base.shape, base.item(slot), side.shape, side.item(other));
            if score >= 34 {
                scores.push((100 - score, order.abs_diff(place), index, place));
            }
        }
    }
    order::sort(&mut scores);
    let mut taken = vec![false; rest.len()];
    let mut used: Vec<usize> = Vec::new();
    for (_, _, index, place) in scores {
        let free = taken.get(place) == Some(&false) && !used.contains(&index);
        if let (true, Some(&slot)) = (free, rest.get(place)) {
            found.push((index, slot));
            used.push(index);
            if let Some(taken) = taken.get_mut(place) {
                *taken = true;
            }
        }
    }
    found
}

/// Says how much of two values is alike, from 0 to 100.
pub(super) fn likeness(left: &Shape<'_>, at_left: NodeIx, right: &Shape<'_>, at_right: NodeIx) -> u32 {
    let (common, all) = common(left, at_left, right, at_right);
    (100 * common).checked_div(all).unwrap_or(0)
}

/// Returns the leaves that two values share, and the leaves they have
/// together.
pub(super) fn common(left: &Shape<'_>, at_left: NodeIx, right: &Shape<'_>, at_right: NodeIx) -> (u32, u32) {
    let (a, b) = (*left.node(at_left), *right.node(at_right));
    if a.form == b.form && a.value == b.value {
        return (a.leaves, a.leaves);
    }
    match (a.form, b.form) {
        (Form::Map, Form::Map) => {
            let mut sum = (1, 1);
            for slot in left.slots(at_left) {
                let slot = left.slot(slot);
                let (shared, all) = match right.get(at_right, &slot.name) {
                    // The key alone is worth something.
                    Some(other) => common(left, slot.value, right, other),
                    None => (0, left.node(slot.value).leaves),
                };
                sum = (sum.0 + shared, sum.1 + all);
            }
            for slot in right.slots(at_right) {
                let slot = right.slot(slot);
                if left.get(at_left, &slot.name).is_none() {
                    sum.1 += right.node(slot.value).leaves;
                }
            }
            sum
        }
        (Form::List, Form::List) => {
            let item = |shape: &Shape<'_>, slot| shape.slot(slot).value;
            let mut same: Groups = Groups::default();
            for (place, slot) in left.slots(at_left).enumerate() {
                same.add(left.node(item(left, slot)).value, place);
            }
            let mut rest_right = Vec::new();
            let mut sum = (1, 1);
            for slot in right.slots(at_right) {
                let node = right.node(item(right, slot));
                match same.take(node.value) {
                    Some(_) => sum = (sum.0 + node.leaves, sum.1 + node.leaves),
                    None => rest_right.push(item(right, slot)),
                }
            }
            // What is left over is compared in order.
            let mut rest_left: Vec<usize> = same.rest().collect();
            order::sort(&mut rest_left);
            let mut slots = left.slots(at_left);
            let mut next = 0;
            let mut rest_left = rest_left.into_iter().filter_map(|place| {
                let slot = slots.nth(place - next)?;
                next = place + 1;
                Some(item(left, slot))
            });
            let mut rest_right = rest_right.into_iter();
            loop {
                let (shared, all) = match (rest_left.next(), rest_right.next()) {
                    (Some(one), Some(other)) => common(left, one, right, other),
                    (Some(one), None) => (0, left.node(one).leaves),
                    (None, Some(other)) => (0, right.node(other).leaves),
                    (None, None) => return sum,
                };
                sum = (sum.0 + shared, sum.1 + all);
            }
        }
        _ => (0, a.leaves.max(b.leaves)),
    }
}

/// Says whether the order of a list's items counts.
pub(super) fn order_of(kind: &ListKind) -> Order {
    match kind {
        ListKind::Keyed { order, .. } | ListKind::Contents { order } => *order,
        ListKind::Set | ListKind::Sets => Order::Free,
        ListKind::Row | ListKind::Atomic => Order::Counts,
    }
}
