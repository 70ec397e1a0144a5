//! `merge` and `mergeFiles`.

use super::convert;
use super::fabric::contents_of;
use super::fabric::files_of;
use crate::api;
use crate::api::Merger;
use crate::merge::Versions;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** One thing in three versions: before, with our change, with theirs. */
export interface Versions<T> {
    base: T;
    ours: T;
    theirs: T;
}

/** How to merge. */
export interface MergeOptions {
    /** The file's path. */
    path?: string;
    /** The version of the fabric. Default: the newest. */
    catalogue?: string;
    /** Definitions of further kinds. */
    crds?: Content[];
    /** Which conflicts are settled without asking. Default: `careful`, which asks about every hard one. */
    policies?: 'careful' | 'draft-first' | 'git-first' | 'gui_wins' | 'github_wins' | 'timestamp_wins' | 'user_guided' | 'merge' | 'manual' | Policy[];
    /** How conflicts of an earlier answer are settled. */
    choices?: Choice[];
}
";

/// Merges three versions of one file; `null` stands for no file.
#[wasm_bindgen(unchecked_return_type = "MergeAnswer")]
pub fn merge(
    #[wasm_bindgen(unchecked_param_type = "Versions<Content | null>")] versions: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "MergeOptions")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let versions = versions_of("merge", versions, |side| match side.is_null() {
        true => Ok(None),
        false => convert::content("merge", side).map(Some),
    })?;
    let answer = merger_of(options)?.merge(versions);
    convert::encode(&answer.map_err(|error| convert::error(&error))?)
}

/// Merges the files of three versions; resources are matched by identity, in
/// whatever file they are.
#[wasm_bindgen(js_name = mergeFiles, unchecked_return_type = "MergeFilesAnswer")]
pub fn merge_files(
    #[wasm_bindgen(unchecked_param_type = "Versions<FileInput[]>")] versions: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "MergeOptions")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let versions = versions_of("mergeFiles", versions, |side| files_of("mergeFiles", side))?;
    let answer = merger_of(options)?.merge_files(&versions);
    convert::encode(&answer.map_err(|error| convert::error(&error))?)
}

/// Writes an answer's text with conflict markers at whole nodes.
#[wasm_bindgen]
pub fn markers(
    #[wasm_bindgen(unchecked_param_type = "Pick<MergeAnswer, 'content' | 'edits' | 'conflicts'>")]
    answer: &JsValue,
) -> Result<String, JsValue> {
    Ok(api::markers(&convert::decode("markers", answer)?))
}

fn versions_of<T>(
    what: &str,
    versions: &JsValue,
    read: impl Fn(&JsValue) -> Result<T, JsValue>,
) -> Result<Versions<T>, JsValue> {
    let (rest, [base, ours, theirs]) = convert::apart(what, versions, ["base", "ours", "theirs"])?;
    convert::nothing_else(what, &rest)?;
    Ok(Versions { base: read(&base)?, ours: read(&ours)?, theirs: read(&theirs)? })
}

/// Reads how to merge.
pub fn merger_of(options: &JsValue) -> Result<Merger, JsValue> {
    let (options, [crds]) = convert::apart("options", options, ["crds"])?;
    let merger = Merger::new(convert::options(&options)?, &contents_of("crds", &crds)?);
    merger.map_err(|error| convert::error(&error))
}
