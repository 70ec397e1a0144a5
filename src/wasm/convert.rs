//! Values from JavaScript and back.
//!
//! File contents cross as bytes. Options are read strictly: a misspelt one is
//! an error, not nothing.

use crate::api::Error;
use crate::limits::Limits;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use js_sys::Array;
use js_sys::JsString;
use js_sys::Object;
use js_sys::Reflect;
use js_sys::Uint8Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

/// Turns an answer into a plain object.
pub fn encode<T: Serialize + ?Sized>(answer: &T) -> Result<JsValue, JsValue> {
    answer.serialize(&Serializer::json_compatible()).map_err(|error| internal(&error.to_string()))
}

/// Reads a plain object. What `T` does not know is refused, as is what JSON
/// cannot hold.
pub fn decode<T: FromValue>(what: &str, value: &JsValue) -> Result<T, JsValue> {
    T::from_value(plain(what, value)?).map_err(|misfit| misuse(&format!("{what}: {misfit}")))
}

fn plain(what: &str, value: &JsValue) -> Result<Value, JsValue> {
    plain_value(value, Limits::DEFAULT.depth)
        .ok_or_else(|| misuse(&format!("{what}: this is no plain value")))
}

/// Reads what JSON can hold. None for anything else: it would be written as
/// null, or not at all. `depth` also ends what holds itself.
fn plain_value(value: &JsValue, depth: u32) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if value.is_null() {
        return Some(Value::Null);
    }
    if let Some(number) = value.as_f64() {
        let is_whole = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
        let value = if is_whole { Value::Int(number as i128) } else { Value::Float(number) };
        return number.is_finite().then_some(value);
    }
    if let Some(text) = value.as_string() {
        return Some(Value::String(text));
    }
    if let Some(value) = value.as_bool() {
        return Some(Value::Bool(value));
    }
    if let Some(items) = value.dyn_ref::<Array>() {
        return items
            .iter()
            .map(|item| plain_value(&item, depth))
            .collect::<Option<Vec<Value>>>()
            .map(Value::List);
    }
    let object: &Object = value.dyn_ref()?;
    let kind = Object::get_prototype_of(value);
    // Of this page or of another, or of nothing.
    let is_plain = kind.is_null() || Object::get_prototype_of(&kind).is_null();
    let mut entries = Vec::new();
    for entry in Object::entries(object).iter().filter(|_| is_plain) {
        let entry: Array = entry.unchecked_into();
        let value = entry.get(1);
        if !value.is_undefined() {
            entries.push((entry.get(0).as_string()?, plain_value(&value, depth)?));
        }
    }
    is_plain.then_some(Value::Map(entries))
}

/// Reads options; left out, they are the defaults.
pub fn options<T: FromValue + Default>(value: &JsValue) -> Result<T, JsValue> {
    if value.is_undefined() || value.is_null() { Ok(T::default()) } else { decode("options", value) }
}

/// Reads a text.
pub fn text(what: &str, value: &JsValue) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| misuse(&format!("{what} is a string")))
}

/// Reads the content of a file: a text, or bytes.
pub fn content(what: &str, value: &JsValue) -> Result<Vec<u8>, JsValue> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    match value.dyn_ref::<Uint8Array>() {
        Some(bytes) => Ok(bytes.to_vec()),
        None => Err(misuse(&format!("{what}: the content of a file is a string or a Uint8Array"))),
    }
}

/// Reads a property of an object; undefined where there is none.
pub fn property(what: &str, object: &JsValue, name: &JsString) -> Result<JsValue, JsValue> {
    if !object.is_object() {
        return Err(misuse(&format!("{what}: this is no object")));
    }
    Reflect::get(object, name)
}

/// Takes properties that need reading of their own out of an object. Returns
/// the rest as a new object, and them.
pub fn apart<const N: usize>(
    what: &str,
    object: &JsValue,
    names: [&str; N],
) -> Result<(JsValue, [JsValue; N]), JsValue> {
    if object.is_undefined() || object.is_null() {
        return Ok((JsValue::UNDEFINED, names.map(|_| JsValue::UNDEFINED)));
    }
    let Some(object) = object.dyn_ref::<Object>() else {
        return Err(misuse(&format!("{what}: this is no object")));
    };
    let rest = Object::assign(&Object::new(), object);
    let taken = names.map(|name| {
        let name = JsString::from(name);
        let value = Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED);
        // A fresh object gives up any property.
        let _ = Reflect::delete_property(&rest, &name);
        value
    });
    Ok((rest.into(), taken))
}

/// Refuses an object that has properties left.
pub fn nothing_else(what: &str, rest: &JsValue) -> Result<(), JsValue> {
    let names = rest.dyn_ref::<Object>().map(Object::keys).unwrap_or_default();
    match names.iter().next().and_then(|name| name.as_string()) {
        Some(name) => Err(misuse(&format!("{what}: there is no `{name}`"))),
        None => Ok(()),
    }
}

/// Gives a fresh object a property.
pub fn set(object: &Object, name: &str, value: &JsValue) {
    // A fresh object takes any property.
    let _ = Reflect::set(object, &JsString::from(name), value);
}

/// Options that only name a file.
#[derive(Default)]
pub struct PathOption {
    /// The file's path.
    pub path: Option<String>,
}

impl FromValue for PathOption {
    fn from_value(value: Value) -> Result<PathOption, Misfit> {
        let mut fields = Fields::only(value, &["path"])?;
        Ok(PathOption { path: fields.read("path")? })
    }
}

/// Which part of a list is wanted; all of it if left out.
pub struct PageOption {
    /// Index of the first item.
    pub offset: usize,
    /// The most items.
    pub limit: usize,
}

impl FromValue for PageOption {
    fn from_value(value: Value) -> Result<PageOption, Misfit> {
        let mut fields = Fields::only(value, &["offset", "limit"])?;
        Ok(PageOption { offset: fields.read("offset")?, limit: fields.read("limit")? })
    }
}

impl Default for PageOption {
    fn default() -> PageOption {
        PageOption { offset: 0, limit: usize::MAX }
    }
}

/// Makes the error for a request that makes no sense.
pub fn misuse(message: &str) -> JsValue {
    error(&Error::bad_request(message.to_owned()))
}

/// Makes the error that JavaScript sees.
pub fn error(error: &Error) -> JsValue {
    thrown(error.code, &error.message)
}

fn internal(message: &str) -> JsValue {
    thrown("internal", message)
}

/// Makes an error with a code.
pub fn thrown(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    set(&error, "code", &JsValue::from_str(code));
    error.into()
}
