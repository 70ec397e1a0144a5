//! Says what value a document is to have after an edit.
//!
//! This is the meaning of each operation; the text edits are proved against
//! it.

use crate::model::Pointer;
use crate::model::Step;
use crate::model::Value;

/// What an edit does inside one document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change<'a> {
    /// Gives the field this value, and makes it if only its last key is
    /// missing.
    Set(&'a Value),
    /// Puts an item into the list before the one at `index`, or at its end.
    Insert {
        /// Where.
        index: Option<usize>,
        /// The item.
        value: &'a Value,
    },
    /// Takes the field away.
    Remove,
    /// Gives the field another key.
    Rename(&'a str),
}

/// Changes a value. None if the field is not there.
pub fn change(root: &Value, field: &Pointer, change: Change<'_>) -> Option<Value> {
    let mut changed = root.clone();
    match change {
        Change::Insert { index, value } => {
            let list = get_mut(&mut changed, &field.0)?;
            if list.is_null() {
                *list = Value::List(Vec::new());
            }
            let Value::List(items) = list else { return None };
            let index = index.unwrap_or(items.len());
            if index > items.len() {
                return None;
            }
            items.insert(index, value.clone());
        }
        Change::Set(value) if field.0.is_empty() => changed = value.clone(),
        Change::Set(value) => {
            let (parent, last) = field.0.split_last().map(|(last, rest)| (rest, last))?;
            let holder = get_mut(&mut changed, parent)?;
            if holder.is_null() {
                *holder = Value::Map(Vec::new());
            }
            match (holder, last) {
                (Value::List(items), Step::Index(index)) => *items.get_mut(*index)? = value.clone(),
                (map @ Value::Map(_), step) => {
                    let key = key_of(step);
                    match map.get_mut(&key) {
                        Some(old) => *old = value.clone(),
                        None => {
                            if let Value::Map(entries) = map {
                                entries.push((key, value.clone()));
                            }
                        }
                    }
                }
                _ => return None,
            }
        }
        Change::Remove => {
            let (last, parent) = field.0.split_last()?;
            match (get_mut(&mut changed, parent)?, last) {
                (Value::List(items), Step::Index(index)) if *index < items.len() => {
                    items.remove(*index);
                }
                (Value::Map(entries), step) => {
                    let key = key_of(step);
                    let before = entries.len();
                    entries.retain(|(name, _)| *name != key);
                    if entries.len() == before {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        Change::Rename(to) => {
            let (last, parent) = field.0.split_last()?;
            let Value::Map(entries) = get_mut(&mut changed, parent)? else { return None };
            let key = key_of(last);
            entries.iter_mut().find(|(name, _)| *name == key)?.0 = to.to_owned();
        }
    }
    Some(changed)
}

/// Returns the field of a value.
pub fn get<'a>(root: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(root, |value, step| match (value, step) {
        (Value::List(items), Step::Index(index)) => items.get(*index),
        (Value::Map(_), step) => value.get(&key_of(step)),
        _ => None,
    })
}

fn get_mut<'a>(root: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(root, |value, step| match (value, step) {
        (Value::List(items), Step::Index(index)) => items.get_mut(*index),
        (value @ Value::Map(_), step) => value.get_mut(&key_of(step)),
        _ => None,
    })
}

/// Returns the key a step spells in a map.
pub fn key_of(step: &Step) -> String {
    match step {
        Step::Key(key) => key.clone(),
        Step::Index(index) => index.to_string(),
    }
}
