//! The tests of what JavaScript calls, run under Node and in a browser: for
//! each exported function one good call and one misuse.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod diff;
mod edit;
mod fabric;
mod merge;
mod parse;
mod version;
mod workspace;

use js_sys::JSON;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Reads JSON as JavaScript does.
fn js(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

/// Writes a value as JSON.
fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// Returns a property of an object.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap()
}

/// Returns the code and the message of an error that was thrown.
fn thrown<T>(result: Result<T, JsValue>) -> (String, String) {
    let Err(error) = result else { panic!("nothing was thrown") };
    let text = |name| get(&error, name).as_string().unwrap();
    (text("code"), text("message"))
}
