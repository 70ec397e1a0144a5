//! Paths to fields as JSON Pointers (RFC 6901).

use super::from_value::FromValue;
use super::from_value::Misfit;
use super::value::Value;
use serde::Serialize;
use serde::Serializer;
use std::fmt;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

/// A path from the root of a document to a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(pub Vec<Step>);

impl Pointer {
    /// Returns the path to the root.
    pub fn root() -> Pointer {
        Pointer::default()
    }

    /// Reads the text form. A number reads as an index; whoever walks a map
    /// takes it as the key it spells. None if it is not empty and does not
    /// begin with a slash, or holds a bad escape.
    pub fn parse(text: &str) -> Option<Pointer> {
        if text.is_empty() {
            return Some(Pointer::root());
        }
        let steps = text.strip_prefix('/')?.split('/').map(|part| {
            if is_index(part)
                && let Ok(index) = part.parse()
            {
                return Some(Step::Index(index));
            }
            let mut escapes = part.split('~').skip(1);
            let escapes_are_good = escapes.all(|rest| rest.starts_with('0') || rest.starts_with('1'));
            escapes_are_good.then(|| Step::Key(part.replace("~1", "/").replace("~0", "~")))
        });
        steps.collect::<Option<Vec<Step>>>().map(Pointer)
    }

    /// Returns the path to `key` of the map here.
    pub fn key(&self, key: impl Into<String>) -> Pointer {
        self.with(Step::Key(key.into()))
    }

    /// Returns the path to item `index` of the list here.
    pub fn index(&self, index: usize) -> Pointer {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Pointer {
        let mut steps = self.0.clone();
        steps.push(step);
        Pointer(steps)
    }

    /// Returns the path to what holds this field, and the last step.
    pub fn split_last(&self) -> Option<(Pointer, &Step)> {
        let (last, rest) = self.0.split_last()?;
        Some((Pointer(rest.to_vec()), last))
    }
}

fn is_index(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_digit())
        && (part == "0" || !part.starts_with('0'))
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Key(key) => write!(formatter, "/{}", key.replace('~', "~0").replace('/', "~1"))?,
                Step::Index(index) => write!(formatter, "/{index}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromValue for Pointer {
    fn from_value(value: Value) -> Result<Pointer, Misfit> {
        let text = String::from_value(value)?;
        Pointer::parse(&text).ok_or_else(|| Misfit::new(format!("`{text}` is no JSON Pointer")))
    }
}
