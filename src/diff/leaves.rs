//! Finds the leaves in which two values differ.

use super::resources::Sides;
use crate::model::FieldPath;
use crate::model::Pointer;
use crate::model::Segment;
use crate::model::Value;
use crate::model::same_value;
use crate::model::write_json;
use crate::order;
use crate::order::Map;
use crate::schema::ListRule;
use crate::schema::Schema;
use crate::schema::list_keys;

/// One leaf that differs: a scalar, or a value that only one side has.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafChange {
    /// The path a person reads.
    pub field: FieldPath,
    /// Where it is on each side that has it.
    pub pointers: Sides<Option<Pointer>>,
    /// What it is on each side that has it.
    pub values: Sides<Option<Value>>,
}

/// Returns the leaves in which two values of one resource differ, in the order
/// of what is after, then what is gone.
pub fn leaves(values: &Sides<&Value>, schema: Option<&Schema>) -> Vec<LeafChange> {
    let mut found = Finder { changes: Vec::new(), path: Vec::new() };
    let root = At { value: values.before, pointer: Pointer::root() };
    let after = At { value: values.after, pointer: Pointer::root() };
    found.compare(&root, &after, schema, "");
    found.changes
}

struct At<'v> {
    value: &'v Value,
    pointer: Pointer,
}

type Entries<'v> = &'v [(String, Value)];

struct Finder {
    changes: Vec<LeafChange>,
    path: Vec<Segment>,
}

impl Finder {
    fn push(&mut self, before: Option<&At<'_>>, after: Option<&At<'_>>) {
        self.changes.push(LeafChange {
            field: FieldPath(self.path.clone()),
            pointers: Sides {
                before: before.map(|at| at.pointer.clone()),
                after: after.map(|at| at.pointer.clone()),
            },
            values: Sides {
                before: before.map(|at| at.value.clone()),
                after: after.map(|at| at.value.clone()),
            },
        });
    }

    fn compare(&mut self, before: &At<'_>, after: &At<'_>, schema: Option<&Schema>, name: &str) {
        if same_value(before.value, after.value) {
            return;
        }
        match (before.value, after.value) {
            (Value::Map(left), Value::Map(right)) => self.maps(before, after, (left, right), schema),
            (Value::List(left), Value::List(right)) => self.lists(before, after, (left, right), schema, name),
            _ => self.push(Some(before), Some(after)),
        }
    }

    fn maps(
        &mut self,
        before: &At<'_>,
        after: &At<'_>,
        (left, right): (Entries<'_>, Entries<'_>),
        schema: Option<&Schema>,
    ) {
        let known: Map<&str, &Value> = left.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let now: Map<&str, &Value> = right.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let names = right.iter().chain(left.iter().filter(|(key, _)| !now.contains_key(key.as_str())));
        for (key, _) in names {
            let old = known.get(key.as_str()).map(|value| (before.pointer.key(key.as_str()), *value));
            let new = now.get(key.as_str()).map(|value| (after.pointer.key(key.as_str()), *value));
            let schema = schema.and_then(|schema| schema.property(key));
            self.path.push(Segment::Key(key.clone()));
            self.pair(old, new, schema, key);
            self.path.pop();
        }
    }

    fn pair(
        &mut self,
        before: Option<(Pointer, &Value)>,
        after: Option<(Pointer, &Value)>,
        schema: Option<&Schema>,
        name: &str,
    ) {
        let at = |(pointer, value)| At { value, pointer };
        match (before.map(at), after.map(at)) {
            (Some(before), Some(after)) => self.compare(&before, &after, schema, name),
            (before, after) => self.push(before.as_ref(), after.as_ref()),
        }
    }

    fn lists(
        &mut self,
        before: &At<'_>,
        after: &At<'_>,
        (left, right): (&[Value], &[Value]),
        schema: Option<&Schema>,
        name: &str,
    ) {
        let labels = Labels::of(left, right, schema, name);
        let Some(labels) = labels else { return self.push(Some(before), Some(after)) };
        let inner = schema.and_then(|schema| schema.items.as_deref());
        let number = |items: &[Value]| -> Map<(String, usize), usize> {
            let mut met: Map<String, usize> = Map::new();
            let places = items.iter().enumerate().map(|(index, item)| {
                let label = labels.label(item);
                let count = met.entry(label.clone()).or_default();
                *count += 1;
                ((label, *count), index)
            });
            places.collect()
        };
        let (old, new) = (number(left), number(right));
        let mut order: Vec<(&(String, usize), usize)> =
            new.iter().map(|(key, index)| (key, *index)).collect();
        order::sort_by_key(&mut order, |(_, index)| *index);
        let mut gone: Vec<(&(String, usize), usize)> =
            old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(key, index)| (key, *index)).collect();
        order::sort_by_key(&mut gone, |(_, index)| *index);
        let before_len = self.changes.len();
        for (key, _) in order.into_iter().chain(gone) {
            let from = old.get(key).and_then(|&index| Some((before.pointer.index(index), left.get(index)?)));
            let to = new.get(key).and_then(|&index| Some((after.pointer.index(index), right.get(index)?)));
            self.path.push(Segment::Item(key.0.clone()));
            self.pair(from, to, inner, "");
            self.path.pop();
        }
        // Only the order differs; where it counts, that is a change.
        if self.changes.len() == before_len && labels.order_counts {
            self.push(Some(before), Some(after));
        }
    }
}

/// How the items of a list are labelled.
struct Labels {
    keys: Vec<Vec<String>>,
    order_counts: bool,
}

impl Labels {
    /// Finds the labels of two lists. None for lists that are one value.
    fn of(left: &[Value], right: &[Value], schema: Option<&Schema>, name: &str) -> Option<Labels> {
        let paths = |fields: &[String]| {
            fields.iter().map(|field| field.split('.').map(str::to_owned).collect()).collect()
        };
        match schema.map(|schema| &schema.list_rule) {
            Some(ListRule::By(fields)) => return Some(Labels { keys: paths(fields), order_counts: false }),
            Some(ListRule::OrderedBy(fields)) => {
                return Some(Labels { keys: paths(fields), order_counts: true });
            }
            Some(ListRule::Set | ListRule::Sets | ListRule::Contents) => {
                return Some(Labels { keys: Vec::new(), order_counts: false });
            }
            Some(ListRule::Atomic | ListRule::Positions) => return None,
            Some(ListRule::Unknown) | None => {}
        }
        let all = || left.iter().chain(right);
        if all().all(|item| item.as_map().is_some()) {
            let named = list_keys::KEYS.iter().find(|(field, _)| *field == name).map(|(_, keys)| *keys);
            let ports = list_keys::PORT_KEYS.iter().copied().filter(|_| name == "ports");
            for keys in named.into_iter().chain(ports).chain(list_keys::GUESSES) {
                let fields: Vec<String> =
                    keys.iter().map(|key| key.split('=').next().unwrap_or(key).to_string()).collect();
                let labels = Labels { keys: paths(&fields), order_counts: false };
                if labels.are_unique(left) && labels.are_unique(right) {
                    return Some(labels);
                }
            }
        }
        let is_set = list_keys::SETS.contains(&name);
        is_set.then(|| Labels { keys: Vec::new(), order_counts: false })
    }

    fn are_unique(&self, items: &[Value]) -> bool {
        let first = self.keys.first();
        let has_key = |item: &Value| first.is_some_and(|path| at(item, path).is_some());
        let mut labels: Vec<String> = items.iter().map(|item| self.label(item)).collect();
        let count = labels.len();
        order::sort(&mut labels);
        labels.dedup();
        labels.len() == count && items.iter().all(has_key)
    }

    fn label(&self, item: &Value) -> String {
        let parts: Vec<String> = self.keys.iter().filter_map(|path| at(item, path)).map(written).collect();
        if parts.is_empty() {
            return written(item);
        }
        let joint = if self.keys.iter().all(|path| path.len() > 1) { " ↔ " } else { "/" };
        parts.join(joint)
    }
}

fn at<'v>(item: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(item, |at, name| at.get(name))
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::List(items) => {
            // Where whole lists are items they are sets.
            let mut parts: Vec<String> = items.iter().map(written).collect();
            order::sort(&mut parts);
            parts.join(", ")
        }
        other => write_json(other),
    }
}
