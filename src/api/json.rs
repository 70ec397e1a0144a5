//! Values as they cross to JavaScript and back.

use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use serde::Serialize;
use serde::Serializer;

/// The largest whole number a double tells from its neighbours.
const SAFE: i128 = (1 << 53) - 1;

/// A JSON value. Numbers are doubles there, so a whole number beyond 2^53
/// crosses as the nearest double.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(
    target_arch = "wasm32",
    tsify(type = "null | boolean | number | string | Json[] | { [key: string]: Json }")
)]
pub struct Json(pub Value);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Borrowed(&self.0).serialize(serializer)
    }
}

struct Borrowed<'a>(&'a Value);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Int(number) if number.abs() > SAFE => serializer.serialize_f64(*number as f64),
            Value::List(items) => serializer.collect_seq(items.iter().map(Borrowed)),
            Value::Map(entries) => {
                serializer.collect_map(entries.iter().map(|(key, value)| (key, Borrowed(value))))
            }
            other => other.serialize(serializer),
        }
    }
}

impl FromValue for Json {
    fn from_value(value: Value) -> Result<Json, Misfit> {
        Ok(Json(value))
    }
}
