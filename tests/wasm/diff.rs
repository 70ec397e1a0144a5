//! Promises of `diff`.

use super::get;
use super::json;
use super::thrown;
use hedgerow::wasm::diff;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_changed_field_is_named_with_both_values() {
    let [before, after] = [1, 2].map(|vlan| JsValue::from_str(&format!("a:\n  vlan: {vlan} # x\n")));
    let answer = diff(&before, &after, &JsValue::UNDEFINED).unwrap();
    let changes = json(&get(&answer, "changes"));
    assert!(
        changes.contains(r#""leaves":[{"field":"/a/vlan","label":"a.vlan","before":1,"after":2}]"#),
        "{changes}"
    );
}

#[wasm_bindgen_test]
fn a_state_is_files_or_a_content() {
    let (code, _) = thrown(diff(&JsValue::from_f64(1.0), &JsValue::from_str(""), &JsValue::UNDEFINED));
    assert_eq!(code, "bad-request");
}
