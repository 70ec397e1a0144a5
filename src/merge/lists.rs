//! Merges lists that have no keys, and sorts those that are shown sorted.

use super::answer::ConflictKind;
use super::engine::Came;
use super::engine::Engine;
use super::matching::Row;
use super::merged::Collection;
use super::merged::MergedSlot;
use super::merged::MergedValue;
use super::merged::Shapes;
use super::rules::KeyField;
use super::sequence;
use super::sequence::Hunk;
use super::sequence::Touching;
use super::sequence::Who;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::SlotIx;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use crate::model::Plain;
use crate::model::Reading;
use crate::model::read_plain;
use crate::order;
use crate::order::Map;

/// Merges lists of scalars of which nothing is known.
///
/// Changes at different places go together. Two additions at one place go
/// together if no item occurs twice, as in a set. Everything else is a conflict
/// of the whole list.
pub(super) fn row(engine: &mut Engine<'_, '_, '_>, at: Versions<Option<NodeIx>>) -> Came {
    let numbers = Versions::each(|version| engine.number(&at, version));
    let lists = Versions::each(|version| slots(engine.shapes, &at, version));
    let values =
        Versions::each(|version| lists.of(version).iter().map(|(_, value)| *value).collect::<Vec<u64>>());
    let slices = Versions { base: &*values.base, ours: &*values.ours, theirs: &*values.theirs };
    let mut rows: Vec<Row> = Vec::new();
    let is_set = [&values.base, &values.ours, &values.theirs].into_iter().all(|list| is_unique(list));
    let slot = |version: Version, index: usize| lists.of(version).get(index).map(|(slot, _)| *slot);
    let mut clashes = false;
    for Hunk { who, at } in sequence::merge(slices, Touching::Merges) {
        let ours = at.ours.clone().map(|at| Row { ours: slot(Version::Ours, at), ..Row::default() });
        let theirs = at.theirs.clone().map(|at| Row { theirs: slot(Version::Theirs, at), ..Row::default() });
        match who {
            Who::Nobody => {
                rows.extend(at.base.zip(at.ours).zip(at.theirs).map(|((base, ours), theirs)| Row {
                    base: slot(Version::Base, base),
                    ours: slot(Version::Ours, ours),
                    theirs: slot(Version::Theirs, theirs),
                }))
            }
            Who::Ours => rows.extend(ours),
            Who::Theirs => rows.extend(theirs),
            Who::Clash => {
                clashes |= !(is_set && at.base.is_empty());
                let added = values.theirs.get(at.theirs).unwrap_or_default();
                let is_new =
                    |row: &Row| value(engine.shapes, row).is_some_and(|value| !added.contains(&value));
                rows.extend(theirs);
                rows.extend(ours.filter(is_new));
            }
        }
    }
    let result: Vec<u64> = rows.iter().filter_map(|row| value(engine.shapes, row)).collect();
    if clashes || (is_set && !is_unique(&result)) {
        if let Some(version) = three_way(&numbers) {
            return Came::Value(MergedValue::Of(version));
        }
        let kind = if at.base.is_some() { ConflictKind::ModifyModify } else { ConflictKind::AddAdd };
        return engine.clash(kind, &at);
    }
    let slots = rows.into_iter().filter_map(|row| engine.item(row)).collect();
    Came::Value(MergedValue::Collection(Collection { at, slots, props: Version::Theirs }))
}

fn is_unique(list: &[u64]) -> bool {
    let mut sorted = list.to_vec();
    order::sort(&mut sorted);
    sorted.windows(2).all(|pair| pair.first() != pair.last())
}

fn slots(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>, version: Version) -> Vec<(SlotIx, u64)> {
    let (Some(shape), Some(list)) = (shapes.of(version), at.of(version)) else { return Vec::new() };
    shape.slots(*list).map(|slot| (slot, shape.node(shape.slot(slot).value).value)).collect()
}

fn value(shapes: &Shapes<'_>, row: &Row) -> Option<u64> {
    [Version::Theirs, Version::Ours].into_iter().find_map(|version| {
        let shape = shapes.of(version).as_ref()?;
        Some(shape.node(shape.slot((*row.of(version))?).value).value)
    })
}

/// Sorts the slots by a numeric key if every version has them so.
pub(super) fn sort(
    shapes: &Shapes<'_>,
    at: &Versions<Option<NodeIx>>,
    slots: &mut [MergedSlot],
    keys: &[KeyField],
) {
    let [key] = keys else { return };
    let number = |version: Version, slot: SlotIx| {
        let shape = shapes.of(version).as_ref()?;
        let item = shape.slot(slot).value;
        let node = shape.node(key.path.iter().try_fold(item, |at, name| shape.get(at, name))?);
        match read_plain(shape.tree.raw(node.id), Reading::Kubernetes) {
            Plain::Int(number) if node.form == Form::Scalar => Some(number),
            _ => None,
        }
    };
    let is_sorted = |version: Version| {
        let (Some(shape), Some(list)) = (shapes.of(version), at.of(version)) else { return true };
        let numbers: Option<Vec<i128>> = shape.slots(*list).map(|slot| number(version, slot)).collect();
        numbers.is_some_and(|numbers| numbers.is_sorted())
    };
    if ![Version::Base, Version::Ours, Version::Theirs].into_iter().all(is_sorted) {
        return;
    }
    let mut numbers: Map<usize, i128> = Map::new();
    for (index, slot) in slots.iter().enumerate() {
        let version = super::merged::key_version(slot);
        let Some(number) = slot.at.of(version).and_then(|slot| number(version, slot)) else { return };
        numbers.insert(index, number);
    }
    if numbers.values().is_sorted() {
        return;
    }
    order::sort_by_key(slots, |slot| {
        let version = super::merged::key_version(slot);
        slot.at.of(version).and_then(|slot| number(version, slot))
    });
}
