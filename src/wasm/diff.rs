//! `diff`.

use super::convert;
use super::fabric::files_of;
use crate::api;
use crate::api::FileInput;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Says what differs between two states: files, or the contents of one file.
#[wasm_bindgen(unchecked_return_type = "DiffAnswer")]
pub fn diff(
    #[wasm_bindgen(unchecked_param_type = "FileInput[] | Content")] before: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "FileInput[] | Content")] after: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "{ path?: string }")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let path = convert::options::<convert::PathOption>(options)?.path.unwrap_or_default();
    let answer = api::diff(&state(before, &path)?, &state(after, &path)?);
    convert::encode(&answer.map_err(|error| convert::error(&error))?)
}

fn state(state: &JsValue, path: &str) -> Result<Vec<FileInput>, JsValue> {
    if Array::is_array(state) {
        return files_of("diff", state);
    }
    Ok(vec![FileInput { path: path.to_owned(), content: convert::content("diff", state)? }])
}
