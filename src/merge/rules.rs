//! Says how the items of a list are told apart.
//!
//! The first that knows decides: the schema of the kind, the published list
//! keys of Kubernetes' own types, what the items look like.

use super::hash;
use super::merged::Shapes;
use super::options::Inference;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::versions::Version;
use super::versions::Versions;
use crate::model::ResourceId;
use crate::order;
use crate::schema::ListRule;
use crate::schema::Schema;
use crate::schema::Type;
use crate::schema::list_keys;

/// A field that is part of an item's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyField {
    /// Field names from the item down.
    pub path: Vec<String>,
    /// What counts where it is missing.
    pub default: Option<&'static str>,
}

/// How the items of a list are told apart, and whether their order counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListKind {
    /// By these fields.
    Keyed { keys: Vec<KeyField>, order: Order, trust: Trust },
    /// Each item is its own identity.
    Set,
    /// Each item is a set and its own identity.
    Sets,
    /// By all they hold, or nearly all.
    Contents { order: Order },
    /// Scalars of which nothing is known: a list of them changes as lines do.
    Row,
    /// The list is one value.
    Atomic,
}

/// Whether the order of items counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// It says nothing.
    Free,
    /// It says nothing, and the list is shown sorted by its key.
    Sorted,
    /// It decides.
    Counts,
}

/// Whether a key names a thing of the world, so that a changed key is a
/// renamed thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The fabric's own table says so.
    Table,
    /// Kubernetes' types, a definition or a guess.
    Other,
}

/// Maps from text to text whose keys stand for themselves, whoever wrote the
/// map.
const FREE_MAPS: [&str; 9] = [
    "labels",
    "annotations",
    "commonLabels",
    "commonAnnotations",
    "matchLabels",
    "nodeSelector",
    "data",
    "stringData",
    "binaryData",
];

/// Says whether dropping a map means no more than dropping its keys.
pub(super) fn is_free_map(schema: Option<&Schema>, field: &str) -> bool {
    FREE_MAPS.contains(&field)
        || schema.is_some_and(|schema| {
            schema.kind == Type::Map
                && schema.values.as_deref().is_some_and(|values| {
                    !matches!(values.kind, Type::Object | Type::Map | Type::List | Type::Any)
                })
        })
}

/// Whose kind a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// One of those that Kubernetes brings: the order of maps in its lists
    /// says nothing, where it is not known to.
    Kubernetes,
    Other,
}

impl Origin {
    /// Looks at the API group.
    pub fn of(resource: Option<&ResourceId>) -> Origin {
        const GROUPS: [&str; 7] =
            ["", "apps", "batch", "autoscaling", "policy", "rbac.authorization.k8s.io", "networking.k8s.io"];
        match resource {
            Some(id) if GROUPS.contains(&id.group.as_str()) => Origin::Kubernetes,
            _ => Origin::Other,
        }
    }
}

/// Finds how the items of a list are told apart.
pub(super) fn list_kind(
    shapes: &Shapes<'_>,
    lists: &Versions<Option<NodeIx>>,
    schema: Option<&Schema>,
    field: &str,
    inference: Inference,
    origin: Origin,
) -> ListKind {
    let order = if schema.is_some_and(|schema| schema.sorted) { Order::Sorted } else { Order::Free };
    match schema.map(|schema| &schema.list_rule) {
        Some(ListRule::Set) => return ListKind::Set,
        Some(ListRule::Sets) => return ListKind::Sets,
        Some(ListRule::Contents) => return ListKind::Contents { order: Order::Free },
        Some(ListRule::Positions | ListRule::Atomic) => return ListKind::Atomic,
        Some(ListRule::By(fields)) => {
            return ListKind::Keyed { keys: key_fields(fields), order, trust: Trust::Table };
        }
        Some(ListRule::OrderedBy(fields)) => {
            return ListKind::Keyed { keys: key_fields(fields), order: Order::Counts, trust: Trust::Table };
        }
        Some(ListRule::Unknown) | None => {}
    }
    if inference == Inference::Declared {
        return ListKind::Atomic;
    }
    if list_keys::ATOMIC.contains(&field) {
        return ListKind::Atomic;
    }
    let all = Items { shapes, lists };
    if all.are(|form| form == Form::Map) {
        let named = list_keys::KEYS.iter().find(|(name, _)| *name == field).map(|(_, keys)| *keys);
        let ports = list_keys::PORT_KEYS.iter().copied().filter(|_| field == "ports");
        let candidates = named.into_iter().chain(ports).chain(list_keys::GUESSES);
        for candidate in candidates {
            let keys = parse(candidate);
            if all.have_unique(&keys) {
                return ListKind::Keyed { keys, order: Order::Free, trust: Trust::Other };
            }
        }
        let order = if origin == Origin::Kubernetes { Order::Free } else { Order::Counts };
        return ListKind::Contents { order };
    }
    if all.are(|form| !matches!(form, Form::Map | Form::List)) {
        return if list_keys::SETS.contains(&field) { ListKind::Set } else { ListKind::Row };
    }
    ListKind::Contents { order: Order::Counts }
}

/// Returns the number of a value in which the order of items says nothing
/// wherever it is known to say nothing.
pub(super) fn free_number(shape: &Shape<'_>, at: NodeIx, schema: Option<&Schema>, field: &str) -> u64 {
    let node = shape.node(at);
    match node.form {
        Form::Map => hash::of_map(shape.slots(at).map(|slot| {
            let slot = shape.slot(slot);
            let schema = schema.and_then(|schema| schema.property(&slot.name));
            hash::of_entry(&slot.name, free_number(shape, slot.value, schema, &slot.name))
        })),
        Form::List => {
            let inner = schema.and_then(|schema| schema.items.as_deref());
            let sets = schema.is_some_and(|schema| schema.list_rule == ListRule::Sets);
            let items = shape.slots(at).map(|slot| {
                let item = shape.slot(slot).value;
                match sets && shape.node(item).form == Form::List {
                    true => hash::of_map(
                        shape.slots(item).map(|slot| hash::mix(43, shape.node(shape.slot(slot).value).value)),
                    ),
                    false => free_number(shape, item, inner, ""),
                }
            });
            let is_free = match schema.map(|schema| &schema.list_rule) {
                Some(ListRule::Set | ListRule::Sets | ListRule::Contents | ListRule::By(_)) => true,
                Some(ListRule::Unknown) | None => list_keys::SETS.contains(&field),
                Some(_) => false,
            };
            if is_free { hash::of_map(items.map(|item| hash::mix(47, item))) } else { hash::of_list(items) }
        }
        _ => node.value,
    }
}

fn key_fields(fields: &[String]) -> Vec<KeyField> {
    let path = |field: &String| field.split('.').map(str::to_owned).collect();
    fields.iter().map(|field| KeyField { path: path(field), default: None }).collect()
}

fn parse(fields: &[&'static str]) -> Vec<KeyField> {
    let parse = |field: &&'static str| {
        let (path, default) = match field.split_once('=') {
            Some((path, default)) => (path, Some(default)),
            None => (*field, None),
        };
        KeyField { path: path.split('.').map(str::to_owned).collect(), default }
    };
    fields.iter().map(parse).collect()
}

struct Items<'s, 'a> {
    shapes: &'s Shapes<'a>,
    lists: &'s Versions<Option<NodeIx>>,
}

impl Items<'_, '_> {
    fn each(&self) -> impl Iterator<Item = (&Shape<'_>, NodeIx)> {
        [Version::Base, Version::Ours, Version::Theirs].into_iter().filter_map(|version| {
            let shape = (*self.shapes.of(version))?;
            Some((shape, (*self.lists.of(version))?))
        })
    }

    fn are(&self, fits: impl Fn(Form) -> bool) -> bool {
        self.each()
            .all(|(shape, list)| shape.slots(list).all(|slot| fits(shape.node(shape.slot(slot).value).form)))
    }

    fn have_unique(&self, keys: &[KeyField]) -> bool {
        self.each().all(|(shape, list)| {
            let mut seen: Vec<u64> = Vec::with_capacity(shape.len(list));
            for slot in shape.slots(list) {
                match identity(shape, shape.slot(slot).value, keys) {
                    Some(key) => seen.push(key),
                    None => return false,
                }
            }
            let count = seen.len();
            order::sort(&mut seen);
            seen.dedup();
            seen.len() == count
        })
    }
}

/// Returns the number of an item's key. None if the item has no key: a single
/// field that is missing, or none of several. A field that has a default tells
/// nothing by itself.
pub(super) fn identity(shape: &Shape<'_>, item: NodeIx, keys: &[KeyField]) -> Option<u64> {
    let mut number = 31;
    let mut found = 0;
    for key in keys {
        let value = key.path.iter().try_fold(item, |at, name| shape.get(at, name)).map(|at| *shape.node(at));
        number = match (value, key.default) {
            (Some(node), _) if node.form == Form::Scalar => {
                found += u32::from(key.default.is_none());
                hash::mix(number, node.value)
            }
            (Some(node), _) if matches!(node.form, Form::Map | Form::List) => return None,
            (_, Some(default)) => hash::mix(number, hash::of_string(default)),
            _ => hash::mix(number, 0),
        };
    }
    (found > 0).then_some(number)
}

/// Returns the key of an item as a person reads it.
pub(super) fn key_text(shape: &Shape<'_>, item: NodeIx, keys: &[KeyField]) -> Option<String> {
    let mut parts = Vec::new();
    for key in keys {
        if let Some(at) = key.path.iter().try_fold(item, |at, name| shape.get(at, name)) {
            parts.push(shape.tree.scalar(shape.node(at).id).into_owned());
        }
    }
    let joint = if keys.iter().all(|key| key.path.len() > 1) { " ↔ " } else { "/" };
    (!parts.is_empty()).then(|| parts.join(joint))
}
