//! Turns values into typed requests and answers, field by field.
//!
//! **Invariant:** nothing is guessed: a value of another type, a missing field
//! and, where reading is strict, an unknown field are a [`Misfit`] that names
//! them.

use super::value::Value;

/// Why a value does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Misfit {
    /// What does not fit.
    pub message: String,
}

/// A type that can be read from a value.
pub trait FromValue: Sized {
    /// Reads a value.
    fn from_value(value: Value) -> Result<Self, Misfit>;

    /// Returns what a field that is left out stands for; none if it must be
    /// there.
    fn left_out() -> Option<Self> {
        None
    }
}

/// The fields of an object that are not read yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields(Vec<(String, Value)>);

impl Misfit {
    /// Says what does not fit.
    pub fn new(message: impl Into<String>) -> Misfit {
        Misfit { message: message.into() }
    }

    /// Says that a value is of another type than the expected one.
    pub fn expected(expected: &str, value: &Value) -> Misfit {
        let shown = match value {
            Value::String(text) => format!("string \"{text}\""),
            Value::Int(number) => format!("integer `{number}`"),
            Value::Float(number) => format!("number `{number}`"),
            Value::Bool(true) => "boolean `true`".to_owned(),
            Value::Bool(false) => "boolean `false`".to_owned(),
            other => other.type_name().to_owned(),
        };
        Misfit::new(format!("invalid type: {shown}, expected {expected}"))
    }

    /// Says that there is no such field or word.
    fn unknown(what: &str, name: &str, known: &mut dyn Iterator<Item = &'static str>) -> Misfit {
        let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
        let among = if known.len() > 1 { "one of " } else { "" };
        Misfit::new(format!("unknown {what} `{name}`, expected {among}{}", known.join(", ")))
    }
}

impl Fields {
    /// Takes the fields of an object; there may be others than are read.
    pub fn of(value: Value) -> Result<Fields, Misfit> {
        match value {
            Value::Map(entries) => Ok(Fields(entries)),
            other => Err(Misfit::expected("an object", &other)),
        }
    }

    /// Takes the fields of an object that has none but `known` ones.
    pub fn only(value: Value, known: &'static [&'static str]) -> Result<Fields, Misfit> {
        let fields = Fields::of(value)?;
        fields.nothing_but(known)?;
        Ok(fields)
    }

    /// Refuses fields that are not `known`.
    pub fn nothing_but(&self, known: &'static [&'static str]) -> Result<(), Misfit> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Misfit::unknown("field", name, &mut known.iter().copied())),
            None => Ok(()),
        }
    }

    /// Takes the value of a field; none if it is left out.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().rposition(|(known, _)| known == name)?;
        Some(self.0.swap_remove(index).1)
    }

    /// Says whether a field is there and not read yet.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Reads a field.
    pub fn read<T: FromValue>(&mut self, name: &str) -> Result<T, Misfit> {
        match self.value(name) {
            Some(value) => T::from_value(value),
            None => T::left_out().ok_or_else(|| missing(name)),
        }
    }

    /// Reads a field; left out, it is the default.
    pub fn read_or_default<T: FromValue + Default>(&mut self, name: &str) -> Result<T, Misfit> {
        self.value(name).map_or_else(|| Ok(T::default()), T::from_value)
    }

    /// Returns all that is left, in no order.
    pub fn into_values(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }
}

fn missing(name: &str) -> Misfit {
    Misfit::new(format!("missing field `{name}`"))
}

/// Reads a word that stands for one of several things.
pub fn read_word<T: Copy>(value: Value, words: &[(&'static str, T)]) -> Result<T, Misfit> {
    let text = String::from_value(value)?;
    match words.iter().find(|(word, _)| *word == text) {
        Some((_, meant)) => Ok(*meant),
        None => Err(Misfit::unknown("variant", &text, &mut words.iter().map(|(word, _)| *word))),
    }
}

/// Returns the word for a thing.
pub fn word_of<T: PartialEq>(meant: &T, words: &[(&'static str, T)]) -> &'static str {
    words.iter().find(|(_, thing)| thing == meant).map_or("", |(word, _)| word)
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Value, Misfit> {
        Ok(value)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<String, Misfit> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Misfit::expected("a string", &other)),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<bool, Misfit> {
        value.as_bool().ok_or_else(|| Misfit::expected("a boolean", &value))
    }
}

impl FromValue for u64 {
    fn from_value(value: Value) -> Result<u64, Misfit> {
        match value {
            Value::Int(number) => u64::try_from(number).ok(),
            _ => None,
        }
        .ok_or_else(|| Misfit::expected("a whole number from 0", &value))
    }
}

impl FromValue for u32 {
    fn from_value(value: Value) -> Result<u32, Misfit> {
        let number = u64::from_value(value)?;
        u32::try_from(number).map_err(|_| Misfit::new(format!("{number} is too large")))
    }
}

impl FromValue for usize {
    fn from_value(value: Value) -> Result<usize, Misfit> {
        let number = u64::from_value(value)?;
        usize::try_from(number).map_err(|_| Misfit::new(format!("{number} is too large")))
    }
}

/// Null stands for nothing.
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Option<T>, Misfit> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }

    fn left_out() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Vec<T>, Misfit> {
        match value {
            Value::List(items) => items.into_iter().map(T::from_value).collect(),
            other => Err(Misfit::expected("a list", &other)),
        }
    }
}
