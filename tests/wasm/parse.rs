//! Promises of `parse`.

use super::json;
use super::thrown;
use hedgerow::wasm::parse_file;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn bytes_and_text_give_the_same_documents() {
    let text = "a: 1\n---\nb: é\n";
    for content in [JsValue::from_str(text), Uint8Array::from(text.as_bytes()).into()] {
        let file = parse_file(&content, &JsValue::UNDEFINED).unwrap();
        assert_eq!(file.length(), 2);
        assert_eq!(json(&file.value(1).unwrap()), r#"{"b":"é"}"#);
        assert_eq!(json(&file.findings().unwrap()), "[]");
    }
}

#[wasm_bindgen_test]
fn a_number_is_no_content() {
    let (code, message) = thrown(parse_file(&JsValue::from_f64(1.0), &JsValue::UNDEFINED));
    assert_eq!(code, "bad-request");
    assert_eq!(message, "parse: the content of a file is a string or a Uint8Array");
}

#[wasm_bindgen_test]
fn a_path_that_is_no_text_is_misuse() {
    let (code, message) = thrown(parse_file(&JsValue::from_str("a: 1"), &JsValue::from_f64(3.0)));
    assert_eq!((code.as_str(), message.as_str()), ("bad-request", "parse: `path` is a string"));
}
