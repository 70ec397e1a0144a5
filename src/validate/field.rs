//! A value together with its path: what rules read.
//!
//! Reading is Go's: what is not there, or null, reads as nothing, as empty
//! text, as 0 or as false. So a rule reads like the one in the fabric, and
//! still knows where it is when it has something to say.

use crate::model::Pointer;
use crate::model::Step;
use crate::model::Value;

/// More than any field of the built-in kinds needs. A deeper field is named by
/// its ancestor.
const DEPTH: usize = 11;

static NULL: Value = Value::Null;

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
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    value: &'a Value,
    steps: [At<'a>; DEPTH],
    len: usize,
}

impl<'a> Field<'a> {
    /// Returns the root of a resource.
    pub fn root(value: &'a Value) -> Field<'a> {
        Field { value, steps: [At::Index(0); DEPTH], len: 0 }
    }

    fn with(self, step: At<'a>, value: &'a Value) -> Field<'a> {
        let mut field = Field { value, ..self };
        if let Some(place) = field.steps.get_mut(self.len) {
            *place = step;
            field.len += 1;
        }
        field
    }

    /// Returns the field `key` of a map.
    pub fn at(self, key: &'a str) -> Field<'a> {
        self.with(At::Key(key), self.value.get(key).unwrap_or(&NULL))
    }

    /// Returns the entry `key` of a map; none if it is not there.
    pub fn entry(self, key: &str) -> Option<Field<'a>> {
        let entries = self.value.as_map()?;
        let (key, value) = entries.iter().rev().find(|(name, _)| name == key)?;
        (!value.is_null()).then(|| self.with(At::Key(key), value))
    }

    /// Returns the items of a list, nulls included.
    pub fn items(self) -> impl ExactSizeIterator<Item = Field<'a>> + Clone {
        let items = self.value.as_list().unwrap_or_default().iter();
        items.enumerate().map(move |(index, value)| self.with(At::Index(index), value))
    }

    /// Returns the entries of a map, nulls left out as the API server does.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Field<'a>)> + Clone {
        let entries = self.value.as_map().unwrap_or_default().iter();
        entries
            .filter(|(_, value)| !value.is_null())
            .map(move |(key, value)| (key.as_str(), self.with(At::Key(key), value)))
    }

    /// Returns the value; null where there is none.
    pub fn value(self) -> &'a Value {
        self.value
    }

    /// Says whether the field is there.
    pub fn is_there(self) -> bool {
        !self.value.is_null()
    }

    /// Returns text; empty where there is none.
    pub fn text(self) -> &'a str {
        self.value.as_str().unwrap_or_default()
    }

    /// Says whether the field reads as empty text.
    pub fn is_empty_text(self) -> bool {
        self.text().is_empty()
    }

    /// Returns a number; 0 where there is none.
    pub fn number(self) -> i128 {
        self.value.as_int().unwrap_or_default()
    }

    /// Returns a truth value; false where there is none.
    pub fn flag(self) -> bool {
        self.value.as_bool().unwrap_or_default()
    }

    /// Returns the number of items of a list, or of entries of a map.
    pub fn count(self) -> usize {
        match self.value {
            Value::List(items) => items.len(),
            Value::Map(_) => self.entries().count(),
            _ => 0,
        }
    }

    /// Returns the key or the position by which the field is reached.
    pub fn last_key(self) -> &'a str {
        match self.len.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some(At::Key(key)) => key,
            _ => "",
        }
    }

    /// Returns the path from the root of the resource.
    pub fn pointer(self) -> Pointer {
        pointer_of(self.steps.get(..self.len).unwrap_or_default())
    }

    /// Writes the path the way people do: `spec.links[0].leaf`.
    pub fn label(self) -> String {
        label(&self.pointer())
    }
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
