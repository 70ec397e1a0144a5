//! `parse`.

use super::convert;
use crate::api;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// A parsed file; the package wraps it so that values are made when they are
/// read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ParsedFile(api::Parsed);

/// Parses a file.
#[wasm_bindgen(js_name = parseFile)]
pub fn parse_file(
    content: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "string")] path: &JsValue,
) -> Result<ParsedFile, JsValue> {
    let path = if path.is_undefined() { None } else { Some(convert::text("parse: `path`", path)?) };
    Ok(ParsedFile(api::Parsed::new(path, convert::content("parse", content)?)))
}

#[wasm_bindgen]
impl ParsedFile {
    /// The number of documents.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// What is wrong with the file as YAML.
    #[wasm_bindgen(unchecked_return_type = "Finding[]")]
    pub fn findings(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.0.findings())
    }

    /// The resource a document holds.
    #[wasm_bindgen(unchecked_return_type = "ResourceId | undefined")]
    pub fn resource(&self, index: usize) -> Result<JsValue, JsValue> {
        match self.0.document(index).and_then(|document| document.resource) {
            Some(id) => convert::encode(&id),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Where a document stands.
    #[wasm_bindgen(unchecked_return_type = "Range")]
    pub fn range(&self, index: usize) -> Result<JsValue, JsValue> {
        convert::encode(&self.0.document(index).map(|document| document.range))
    }

    /// What a document says.
    #[wasm_bindgen(unchecked_return_type = "Json")]
    pub fn value(&self, index: usize) -> Result<JsValue, JsValue> {
        convert::encode(&self.0.value(index))
    }
}
