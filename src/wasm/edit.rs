//! `edit`.

use super::convert;
use crate::api;
use crate::api::Edit;
use js_sys::Object;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Edits a file; the content comes back as it came in, as text or as bytes.
#[wasm_bindgen(unchecked_return_type = "EditAnswer")]
pub fn edit(
    #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] content: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Edit[]")] edits: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "{ path?: string }")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let edits: Vec<Edit> = convert::decode("edits", edits)?;
    let path = convert::options::<convert::PathOption>(options)?.path;
    let file = api::File::new(path, &convert::content("edit", content)?);
    let edited = api::edit(&file, &edits).map_err(|error| convert::error(&error))?;
    let answer = Object::new();
    let bytes = Uint8Array::from(edited.content.as_slice());
    let text = if content.is_string() {
        JsValue::from_str(&String::from_utf8_lossy(&edited.content))
    } else {
        bytes.into()
    };
    convert::set(&answer, "content", &text);
    convert::set(&answer, "edits", &convert::encode(&edited.edits)?);
    Ok(answer.into())
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** An edited file. */
export interface EditAnswer {
    /** Its content: text where text came in, else bytes. */
    content: string | Uint8Array;
    /** How it came from the content before. */
    edits: TextEdit[];
}
";
