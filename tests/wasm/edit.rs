//! Promises of `edit`.

use super::get;
use super::js;
use super::json;
use super::thrown;
use hedgerow::wasm::edit;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn text_comes_back_as_text_with_its_edits_in_utf16() {
    let content = JsValue::from_str("é: 😀 # x\na: 1\n");
    let edits = js(r#"[{"op":"set","field":"/a","value":2}]"#);
    let answer = edit(&content, &edits, &JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&answer, "content").as_string().unwrap(), "é: 😀 # x\na: 2\n");
    assert!(json(&get(&answer, "edits")).contains(r#""start":{"offset":13,"line":2,"column":4}"#));
}

#[wasm_bindgen_test]
fn a_field_that_is_not_there_is_named() {
    let edits = js(r#"[{"op":"remove","field":"/b"}]"#);
    let (code, message) = thrown(edit(&JsValue::from_str("a: 1\n"), &edits, &JsValue::UNDEFINED));
    assert_eq!(code, "no-such-field");
    assert!(message.contains("/b"), "{message}");
}

#[wasm_bindgen_test]
fn a_misspelt_word_of_an_edit_is_named() {
    let edits = js(r#"[{"op":"set","feld":"/a","value":2}]"#);
    let (code, message) = thrown(edit(&JsValue::from_str("a: 1\n"), &edits, &JsValue::UNDEFINED));
    assert_eq!(code, "bad-request");
    assert!(message.contains("feld"), "{message}");
}
