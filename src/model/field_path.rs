//! Paths to fields as a person reads them.
//!
//! **Invariant:** two fields of one value have two paths.

use super::pointer::Pointer;
use super::pointer::Step;
use super::value::Value;
use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a map.
    Key(String),
    /// To the item of a list that carries this label.
    Item(String),
    /// To the item of a list at this place, from 0.
    Index(usize),
}

/// A path to a field with list items by what tells them apart:
/// `spec.links[leaf-01/E1/1 ↔ spine-01/E1/1].leaf.ip`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FieldPath(pub Vec<Segment>);

/// Knows what tells the items of a list apart.
pub trait ItemLabels {
    /// Returns the label of item `index` of the list at `list`. None if it has
    /// none or shares it with another item.
    fn label(&self, list: &Pointer, items: &[Value], index: usize) -> Option<String>;
}

impl<F: Fn(&Pointer, &[Value], usize) -> Option<String>> ItemLabels for F {
    fn label(&self, list: &Pointer, items: &[Value], index: usize) -> Option<String> {
        self(list, items, index)
    }
}

/// Labels by what the items look like: a name, an id or a key that no two
/// share, or the ports that a link joins.
#[derive(Debug, Clone, Copy, Default)]
pub struct InferredLabels;

impl ItemLabels for InferredLabels {
    fn label(&self, _list: &Pointer, items: &[Value], index: usize) -> Option<String> {
        const KEYS: [&str; 3] = ["name", "id", "key"];
        let by_key = KEYS.iter().find_map(|key| unique(items, index, |item| scalar_text(item.get(key)?)));
        by_key.or_else(|| unique(items, index, joined_ports))
    }
}

impl FieldPath {
    /// Writes a pointer into `value` as a path. Steps that lead nowhere are
    /// kept as they are.
    pub fn new(value: &Value, pointer: &Pointer, labels: &dyn ItemLabels) -> FieldPath {
        let mut at = Some(value);
        let mut walked = Pointer::root();
        let mut segments = Vec::with_capacity(pointer.0.len());
        for step in &pointer.0 {
            let (segment, next) = match (step, at) {
                (Step::Index(index), Some(Value::Map(_)) | None) => {
                    let key = index.to_string();
                    let next = at.and_then(|map| map.get(&key));
                    (Segment::Key(key), next)
                }
                (Step::Index(index), Some(Value::List(items))) if *index < items.len() => {
                    let label = labels.label(&walked, items, *index);
                    (label.map_or(Segment::Index(*index), Segment::Item), items.get(*index))
                }
                (Step::Index(index), _) => (Segment::Index(*index), None),
                (Step::Key(key), map) => (Segment::Key(key.clone()), map.and_then(|map| map.get(key))),
            };
            segments.push(segment);
            walked.0.push(step.clone());
            at = next;
        }
        FieldPath(segments)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if needs_quotes(key) => {
                    write!(formatter, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                Segment::Key(key) if place == 0 => write!(formatter, "{key}")?,
                Segment::Key(key) => write!(formatter, ".{key}")?,
                Segment::Item(label) => write!(formatter, "[{label}]")?,
                Segment::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn needs_quotes(key: &str) -> bool {
    key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) || key.contains(char::is_whitespace)
}

fn unique(items: &[Value], index: usize, label: impl Fn(&Value) -> Option<String>) -> Option<String> {
    let own = label(items.get(index)?)?;
    let is_unique = items.iter().filter(|item| label(item).as_ref() == Some(&own)).count() == 1;
    is_unique.then_some(own)
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the ports of both ends of a link: `leaf-01/E1/1 ↔ spine-01/E1/1`.
fn joined_ports(item: &Value) -> Option<String> {
    let ports = item.as_map()?.iter().filter_map(|(_, end)| end.get("port")?.as_str());
    let ports: Vec<&str> = ports.collect();
    (!ports.is_empty()).then(|| ports.join(" ↔ "))
}
