//! A value together with its path: what rules read.
//!
//! Reading is Go's: what is not there, or null, reads as nothing, as empty
//! text, as 0 or as false. So a rule reads like the one in the fabric, and
//! still knows where it is when it has something to say.

use crate::model::Pointer;
use crate::model::Step;
use crate::model::Value;

/// How many keys that are not there a path may end with; `spec` is not counted.
/// A deeper field is named by its ancestor.
const MISSING: usize = 3;

static NULL: Value = Value::Null;

/// Stands for the `spec` of a resource that has none.
static NO_SPEC: Value = Value::Null;

/// One step of a path, borrowed: a path is only put together when there is
/// something to say about it.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    Key(&'a str),
    Index(usize),
}

/// Puts a path together.
pub(super) fn pointer_of(steps: &[At<'_>]) -> Pointer {
    let steps = steps.iter().map(|step| match step {
        At::Key(key) => Step::Key((*key).to_owned()),
        At::Index(index) => Step::Index(*index),
    });
    Pointer(steps.collect())
}

/// A field of a resource, there or not.
///
/// It is copied at each step of a rule, so it is small: where it is in the
/// resource is looked for when somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The value; of what is not there, the last one on the way that is.
    there: &'a Value,
    /// The resource.
    root: &'a Value,
    /// The keys behind that one.
    missing: [Option<&'a str>; MISSING],
}

impl<'a> Field<'a> {
    /// Returns the root of a resource.
    pub fn root(value: &'a Value) -> Field<'a> {
        Field { there: value, root: value, missing: [None; MISSING] }
    }

    fn with(self, value: &'a Value) -> Field<'a> {
        Field { there: value, ..self }
    }

    /// Returns the field `key` of a map.
    pub fn at(self, key: &'a str) -> Field<'a> {
        if let Some(value) = self.value().get(key) {
            return self.with(value);
        }
        if std::ptr::eq(self.there, self.root) && self.missing == [None; MISSING] && key == "spec" {
            return self.with(&NO_SPEC);
        }
        let mut field = self;
        if let Some(place) = field.missing.iter_mut().find(|place| place.is_none()) {
            *place = Some(key);
        }
        field
    }

    /// Returns the entry `key` of a map; none if it is not there.
    pub fn entry(self, key: &str) -> Option<Field<'a>> {
        self.value().get(key).filter(|value| !value.is_null()).map(|value| self.with(value))
    }

    /// Returns the items of a list, nulls included.
    pub fn items(self) -> impl ExactSizeIterator<Item = Field<'a>> + Clone {
        let items = self.value().as_list().unwrap_or_default().iter();
        items.map(move |value| self.with(value))
    }

    /// Returns the entries of a map, nulls left out as the API server does.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Field<'a>)> + Clone {
        let entries = self.value().as_map().unwrap_or_default().iter();
        entries
            .filter(|(_, value)| !value.is_null())
            .map(move |(key, value)| (key.as_str(), self.with(value)))
    }

    /// Returns the value; null where there is none.
    pub fn value(self) -> &'a Value {
        if self.missing[0].is_none() { self.there } else { &NULL }
    }

    /// Says whether the field is there.
    pub fn is_there(self) -> bool {
        !self.value().is_null()
    }

    /// Returns text; empty where there is none.
    pub fn text(self) -> &'a str {
        self.value().as_str().unwrap_or_default()
    }

    /// Says whether the field reads as empty text.
    pub fn is_empty_text(self) -> bool {
        self.text().is_empty()
    }

    /// Returns a number; 0 where there is none.
    pub fn number(self) -> i128 {
        self.value().as_int().unwrap_or_default()
    }

    /// Returns a truth value; false where there is none.
    pub fn flag(self) -> bool {
        self.value().as_bool().unwrap_or_default()
    }

    /// Returns the number of items of a list, or of entries of a map.
    pub fn count(self) -> usize {
        match self.value() {
            Value::List(items) => items.len(),
            Value::Map(_) => self.entries().count(),
            _ => 0,
        }
    }

    /// Returns the key by which the field is reached; empty for an item.
    pub fn last_key(self) -> &'a str {
        match self.path().last() {
            Some(At::Key(key)) => key,
            _ => "",
        }
    }

    /// Returns the path from the root of the resource.
    pub fn pointer(self) -> Pointer {
        pointer_of(&self.path())
    }

    fn path(self) -> Vec<At<'a>> {
        let mut path = Vec::new();
        if std::ptr::eq(self.there, &NO_SPEC) {
            path.push(At::Key("spec"));
        } else if !std::ptr::eq(self.there, self.root) {
            find(self.root, self.there, &mut path);
        }
        path.extend(self.missing.into_iter().flatten().map(At::Key));
        path
    }

    /// Writes the path the way people do: `spec.links[0].leaf`.
    pub fn label(self) -> String {
        label(&self.pointer())
    }
}

/// Looks for a value inside another one by its place in memory. Returns whether
/// it is there; the path has been extended to it then.
fn find<'a>(inside: &'a Value, wanted: &Value, path: &mut Vec<At<'a>>) -> bool {
    let near = match inside {
        Value::Map(entries) => {
            place(entries, wanted).and_then(|at| entries.get(at)).map(|(key, _)| At::Key(key))
        }
        Value::List(items) => place(items, wanted).map(At::Index),
        _ => None,
    };
    if let Some(step) = near {
        path.push(step);
        return true;
    }
    let mut is_below = |step: At<'a>, value: &'a Value| {
        if !matches!(value, Value::Map(_) | Value::List(_)) {
            return false;
        }
        path.push(step);
        let is_there = find(value, wanted, path);
        if !is_there {
            path.pop();
        }
        is_there
    };
    match inside {
        Value::Map(entries) => entries.iter().any(|(key, value)| is_below(At::Key(key), value)),
        Value::List(items) => items.iter().enumerate().any(|(at, item)| is_below(At::Index(at), item)),
        _ => false,
    }
}

/// Returns which of some items holds a value in itself, if one does.
fn place<T>(items: &[T], wanted: &Value) -> Option<usize> {
    let bytes = std::ptr::from_ref(wanted).addr().checked_sub(items.as_ptr().addr())?;
    Some(bytes / size_of::<T>()).filter(|&at| at < items.len())
}

/// Writes a path the way people do: `spec.links[0].leaf`.
pub fn label(pointer: &Pointer) -> String {
    let mut label = String::new();
    for step in &pointer.0 {
        match step {
            Step::Index(index) => label.push_str(&format!("[{index}]")),
            Step::Key(key) if key.contains(['.', '[', ' ']) || key.is_empty() => {
                label.push_str(&format!("[{key:?}]"));
            }
            Step::Key(key) => {
                if !label.is_empty() {
                    label.push('.');
                }
                label.push_str(key);
            }
        }
    }
    label
}
