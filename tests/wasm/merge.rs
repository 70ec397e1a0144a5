//! Promises of `merge` and `mergeFiles`.

use super::get;
use super::js;
use super::json;
use super::thrown;
use hedgerow::wasm::markers;
use hedgerow::wasm::merge;
use hedgerow::wasm::merge_files;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn changes_of_different_fields_go_together() {
    let versions =
        js(r#"{"base":"a: 1\nb: 1\nc: 1\n","ours":"a: 2\nb: 1\nc: 1\n","theirs":"a: 1\nb: 1\nc: 2\n"}"#);
    let answer = merge(&versions, &JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&answer, "type").as_string().unwrap(), "clean");
    assert_eq!(get(&answer, "content").as_string().unwrap(), "a: 2\nb: 1\nc: 2\n");
}

#[wasm_bindgen_test]
fn a_contradiction_is_a_conflict_until_it_is_chosen() {
    let versions = js(r#"{"base":"a: 1\n","ours":"a: 2\n","theirs":"a: 3\n"}"#);
    let answer = merge(&versions, &JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&answer, "type").as_string().unwrap(), "conflicted");
    let id = get(&get(&get(&answer, "conflicts"), "0"), "id").as_string().unwrap();
    let options = js(&format!(r#"{{"choices":[{{"conflict":"{id}","take":"ours"}}]}}"#));
    let answer = merge(&versions, &options).unwrap();
    assert_eq!(get(&answer, "content").as_string().unwrap(), "a: 2\n");
}

#[wasm_bindgen_test]
fn an_answer_becomes_a_text_with_markers() {
    let versions = js(r#"{"base":"a: 1\n","ours":"a: 2\n","theirs":"a: 3\n"}"#);
    let answer = merge(&versions, &JsValue::UNDEFINED).unwrap();
    let text = markers(&answer).unwrap();
    assert_eq!(text, "<<<<<<< ours: a\na: 2\n||||||| base\na: 1\n=======\na: 3\n>>>>>>> theirs\n");
}

#[wasm_bindgen_test]
fn what_is_no_answer_has_no_markers() {
    let (code, message) = thrown(markers(&js(r#"{"content":"a: 1\n","conflicts":[]}"#)));
    assert_eq!(code, "bad-request");
    assert!(message.contains("`edits`"), "{message}");
}

#[wasm_bindgen_test]
fn policies_that_do_not_exist_are_named() {
    let versions = js(r#"{"base":null,"ours":"a: 2\n","theirs":null}"#);
    let (code, message) = thrown(merge(&versions, &js(r#"{"policies":"mine-first"}"#)));
    assert_eq!(code, "bad-request");
    assert!(message.contains("mine-first"), "{message}");
}

#[wasm_bindgen_test]
fn a_file_that_one_side_adds_is_in_the_merge_of_many() {
    let versions = js(r#"{"base":[],"ours":[{"path":"a.yaml","content":"a: 1\n"}],"theirs":[]}"#);
    let answer = merge_files(&versions, &JsValue::UNDEFINED).unwrap();
    assert_eq!(json(&get(&answer, "files")), r#"[{"path":"a.yaml","content":"a: 1\n"}]"#);
}

#[wasm_bindgen_test]
fn a_version_too_many_is_named() {
    let versions = js(r#"{"base":[],"ours":[],"theirs":[],"actual":[]}"#);
    let (code, message) = thrown(merge_files(&versions, &JsValue::UNDEFINED));
    assert_eq!(code, "bad-request");
    assert!(message.contains("actual"), "{message}");
}
