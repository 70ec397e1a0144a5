//! `validate` and `openFabric`.

use super::convert;
use crate::api;
use crate::api::AdmitRequest;
use crate::api::FileInput;
use crate::api::Json;
use crate::api::ObjectInput;
use crate::api::ValidateOptions;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use js_sys::Array;
use js_sys::JsString;
use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a file holds: text, or bytes in UTF-8, or in UTF-16 with a byte order mark. */
export type Content = string | Uint8Array;

/** A file. */
export interface FileInput {
    /** Relative to the repository or folder, `/` between parts. */
    path: string;
    content: Content;
}

/** How to validate. */
export interface ValidateOptions {
    /** `part`: references to what is not given are not checked. Default: `fabric`. */
    scope?: ScopeOption;
    /** `drop`: they are warnings, as for a plain API server. Default: `refuse`. */
    unknownFields?: UnknownFieldsOption;
    /** The fabric's settings; what is left out has the default of a fresh fabric. */
    settings?: Json;
    /** Whether what the fabric's installer fills in has to be there. Default: false. */
    hydrated?: boolean;
    /** The version of the fabric. Default: the newest. */
    catalogue?: string;
    /** Definitions of further kinds. */
    crds?: Content[];
}

/** A question to the cluster. */
export interface AdmitRequest {
    operation: OperationOption;
    /** The object as it is to be. */
    object?: Json | Content;
    /** The object as it stands there; the fabric's own if left out. */
    old?: Json | Content;
    /** Objects of the fabric that count as absent: `Kind/name`, or in full. */
    without?: ObjectRef[];
    /** Objects that count as present. */
    with?: Json[];
}
";

/// Validates files once.
#[wasm_bindgen(unchecked_return_type = "Report")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "FileInput[]")] files: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ValidateOptions")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let (options, crds) = options_of(options)?;
    let files = files_of("validate", files)?;
    make_room(&files);
    let report = api::validate(files, &options, &crds);
    convert::encode(&report.map_err(|error| convert::error(&error))?)
}

/// Opens a fabric, to validate it again after each edit.
#[wasm_bindgen(js_name = openFabric)]
pub fn open_fabric(
    #[wasm_bindgen(unchecked_param_type = "FileInput[]")] files: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ValidateOptions")] options: &JsValue,
) -> Result<Fabric, JsValue> {
    let (options, crds) = options_of(options)?;
    let files = files_of("openFabric", files)?;
    make_room(&files);
    let fabric = api::Fabric::open(files, &options, &crds);
    fabric.map(Fabric).map_err(|error| convert::error(&error))
}

/// A fabric under validation.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Fabric(api::Fabric);

#[wasm_bindgen]
impl Fabric {
    /// What validation says about the fabric.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.0.report())
    }

    /// Puts another content in the place of a file's, or with `null` takes the
    /// file away, and validates what depends on it.
    #[wasm_bindgen(unchecked_return_type = "ReplaceAnswer")]
    pub fn replace(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] path: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Content | null")] content: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let content = if content.is_null() { None } else { Some(convert::content("replace", content)?) };
        let path = convert::text("replace: `path`", path)?;
        convert::encode(&self.0.replace(&path, content.as_deref()))
    }

    /// Answers what the cluster would do with one object. Changes nothing.
    #[wasm_bindgen(unchecked_return_type = "AdmitAnswer")]
    pub fn admit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "AdmitRequest")] request: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let answer = self.0.admit(admit_request(request)?);
        convert::encode(&answer.map_err(|error| convert::error(&error))?)
    }

    /// The resources, by file and place; a page of them, or all.
    #[wasm_bindgen(unchecked_return_type = "ResourcePage")]
    pub fn resources(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "{ offset: number; limit: number }")] page: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let page: convert::PageOption = convert::options(page)?;
        convert::encode(&self.0.resources(page.offset, page.limit))
    }
}

/// Takes the memory that a fabric will need at once. What is given back is
/// used again; but the engine's memory grows by 64 KB otherwise, and browsers
/// collect garbage each time.
fn make_room(files: &[FileInput]) {
    /// Measured: objects, indexes and trees, for each byte of a file.
    const OF_BYTE: usize = 30;
    const MOST: usize = 320 << 20;
    let size: usize = files.iter().map(|file| file.content.len()).sum();
    // Where there is not so much, it grows as it goes.
    let _ = Vec::<u8>::new().try_reserve_exact(size.saturating_mul(OF_BYTE).min(MOST));
}

/// Reads a list of files.
pub fn files_of(what: &str, files: &JsValue) -> Result<Vec<FileInput>, JsValue> {
    let Some(files) = files.dyn_ref::<Array>() else {
        return Err(convert::misuse(&format!("{what}: files are a list of {{ path, content }}")));
    };
    let [path_key, content_key] = ["path", "content"].map(JsString::from);
    files
        .iter()
        .map(|file| {
            let path = convert::property(what, &file, &path_key)?.as_string();
            let path = path.ok_or_else(|| convert::misuse(&format!("{what}: a file has no path")))?;
            let content = convert::content(what, &convert::property(what, &file, &content_key)?)?;
            Ok(FileInput { path, content })
        })
        .collect()
}

/// Reads how to validate, and the definitions of further kinds.
pub fn options_of(options: &JsValue) -> Result<(ValidateOptions, Vec<Vec<u8>>), JsValue> {
    let (options, [crds]) = convert::apart("options", options, ["crds"])?;
    Ok((convert::options(&options)?, contents_of("crds", &crds)?))
}

/// Reads a list of contents of files; left out, it is empty.
pub fn contents_of(what: &str, contents: &JsValue) -> Result<Vec<Vec<u8>>, JsValue> {
    match contents.dyn_ref::<Array>() {
        Some(contents) => contents.iter().map(|content| convert::content(what, &content)).collect(),
        None if contents.is_undefined() => Ok(Vec::new()),
        None => Err(convert::misuse(&format!("{what}: this is no list"))),
    }
}

/// What of a request to `admit` holds no contents of files.
struct Question {
    operation: api::OperationOption,
    without: Vec<api::ObjectRef>,
    with: Vec<Json>,
}

impl FromValue for Question {
    fn from_value(value: Value) -> Result<Question, Misfit> {
        let mut fields = Fields::only(value, &["operation", "without", "with"])?;
        Ok(Question {
            operation: fields.read("operation")?,
            without: fields.read_or_default("without")?,
            with: fields.read_or_default("with")?,
        })
    }
}

fn admit_request(request: &JsValue) -> Result<AdmitRequest, JsValue> {
    let (request, [object, old]) = convert::apart("admit", request, ["object", "old"])?;
    let Question { operation, without, with } = convert::decode("admit", &request)?;
    Ok(AdmitRequest { operation, object: object_of(&object)?, old: object_of(&old)?, without, with })
}

fn object_of(object: &JsValue) -> Result<Option<ObjectInput>, JsValue> {
    if object.is_undefined() || object.is_null() {
        return Ok(None);
    }
    let is_content = object.is_string() || object.is_instance_of::<js_sys::Uint8Array>();
    if is_content {
        return Ok(Some(ObjectInput::Content(convert::content("object", object)?)));
    }
    if object.dyn_ref::<Object>().is_none() {
        return Err(convert::misuse("object: this is neither an object nor the content of a file"));
    }
    Ok(Some(ObjectInput::Json(convert::decode("object", object)?)))
}
