//! The merged document before it is text: for each slot, from which version
//! what comes.
//!
//! **Invariant:** whatever is written comes from one of the three versions, or
//! was given by a choice.

use super::hash;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
use super::versions::Version;
use super::versions::Versions;
use crate::model;
use crate::model::Reading;
use crate::model::Value;

/// The document of each version that has it.
pub(super) type Shapes<'a> = Versions<Option<&'a Shape<'a>>>;

/// A slot of the result.
#[derive(Debug)]
pub(super) struct MergedSlot {
    /// The slot in each version that has it.
    pub at: Versions<Option<SlotIx>>,
    pub make: Make,
}

#[derive(Debug)]
pub(super) enum Make {
    /// All of it as one version has it.
    Whole(Version),
    /// Each facet by itself.
    Parts(Box<Parts>),
}

#[derive(Debug)]
pub(super) struct Parts {
    /// Whose spelling of the key.
    pub key: Version,
    pub lead: Facet,
    pub trail: Facet,
    pub foot: Facet,
    pub value: MergedValue,
}

/// Comments and blank lines at one place.
#[derive(Debug, Clone)]
pub(super) enum Facet {
    Of(Version),
    /// Lines without indentation.
    Lines(Vec<String>),
}

#[derive(Debug)]
pub(super) enum MergedValue {
    /// As one version has it.
    Of(Version),
    /// What one version says, in the quotes of the other.
    Quoted { value: Version, style: Version },
    /// Merged inside.
    Collection(Collection),
    /// A block scalar: header of one version, lines without indentation.
    Lines { header: Version, lines: Vec<String>, text: String, value: u64 },
    /// Given by a choice.
    Given(Value),
}

#[derive(Debug)]
pub(super) struct Collection {
    pub at: Versions<Option<NodeIx>>,
    pub slots: Vec<MergedSlot>,
    /// Whose anchor and tag.
    pub props: Version,
}

/// Returns the number of what a value says.
pub(super) fn value_of(shapes: &Shapes<'_>, slot: &MergedSlot) -> u64 {
    match &slot.make {
        Make::Whole(version) => of_slot(shapes, slot, *version),
        Make::Parts(parts) => match &parts.value {
            MergedValue::Of(version) => of_slot(shapes, slot, *version),
            MergedValue::Quoted { value, .. } => of_slot(shapes, slot, *value),
            MergedValue::Collection(collection) => value_of_collection(shapes, collection),
            MergedValue::Lines { value, .. } => *value,
            MergedValue::Given(value) => hash::of_value(value),
        },
    }
}

fn of_slot(shapes: &Shapes<'_>, slot: &MergedSlot, version: Version) -> u64 {
    match (shapes.of(version), slot.at.of(version)) {
        (Some(shape), Some(at)) => shape.node(shape.slot(*at).value).value,
        _ => 0,
    }
}

/// Returns the number of what a merged collection says.
pub(super) fn value_of_collection(shapes: &Shapes<'_>, collection: &Collection) -> u64 {
    let is_map = is_map(shapes, collection);
    let values = collection.slots.iter().map(|slot| {
        let value = value_of(shapes, slot);
        if is_map { hash::of_entry(&name_of(shapes, slot), value) } else { value }
    });
    if is_map { hash::of_map(values) } else { hash::of_list(values) }
}

/// Says whether a merged collection is a map.
pub(super) fn is_map(shapes: &Shapes<'_>, collection: &Collection) -> bool {
    [Version::Theirs, Version::Ours, Version::Base].into_iter().any(|version| {
        match (shapes.of(version), collection.at.of(version)) {
            (Some(shape), Some(at)) => shape.node(*at).form == super::shape::Form::Map,
            _ => false,
        }
    })
}

/// Returns what the key of a merged slot says.
pub(super) fn name_of<'a>(shapes: &Shapes<'a>, slot: &MergedSlot) -> std::borrow::Cow<'a, str> {
    let version = key_version(slot);
    match (shapes.of(version), slot.at.of(version)) {
        (Some(shape), Some(at)) => shape.slot(*at).name.clone(),
        _ => std::borrow::Cow::Borrowed(""),
    }
}

/// Returns whose key a merged slot has.
pub(super) fn key_version(slot: &MergedSlot) -> Version {
    match &slot.make {
        Make::Whole(version) => *version,
        Make::Parts(parts) => parts.key,
    }
}

/// Reads a merged value.
pub(super) fn read(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>, value: &MergedValue) -> Value {
    let of = |version: Version| match (shapes.of(version), at.of(version)) {
        (Some(shape), Some(at)) => model::read(shape.tree, shape.node(*at).id, Reading::Kubernetes),
        _ => Value::Null,
    };
    match value {
        MergedValue::Of(version) => of(*version),
        MergedValue::Quoted { value, .. } => of(*value),
        MergedValue::Lines { text, .. } => Value::String(text.clone()),
        MergedValue::Given(value) => value.clone(),
        MergedValue::Collection(collection) => {
            let values = collection
                .slots
                .iter()
                .map(|slot| (name_of(shapes, slot).into_owned(), read_slot(shapes, slot)));
            match is_map(shapes, collection) {
                true => Value::Map(values.collect()),
                false => Value::List(values.map(|(_, value)| value).collect()),
            }
        }
    }
}

fn read_slot(shapes: &Shapes<'_>, slot: &MergedSlot) -> Value {
    let at = Versions::each(|version| {
        let shape = (*shapes.of(version))?;
        Some(shape.slot((*slot.at.of(version))?).value)
    });
    match &slot.make {
        Make::Whole(version) => read(shapes, &at, &MergedValue::Of(*version)),
        Make::Parts(parts) => read(shapes, &at, &parts.value),
    }
}

/// Returns the number of what a merged root says.
pub(super) fn value_of_root(shapes: &Shapes<'_>, at: &Versions<Option<NodeIx>>, value: &MergedValue) -> u64 {
    match value {
        MergedValue::Of(version) | MergedValue::Quoted { value: version, .. } => {
            match (shapes.of(*version), at.of(*version)) {
                (Some(shape), Some(at)) => shape.node(*at).value,
                _ => hash::NULL,
            }
        }
        MergedValue::Lines { value, .. } => *value,
        MergedValue::Given(value) => hash::of_value(value),
        MergedValue::Collection(collection) => value_of_collection(shapes, collection),
    }
}
