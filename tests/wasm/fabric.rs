//! Promises of `validate` and `openFabric`.

use super::get;
use super::js;
use super::json;
use super::thrown;
use hedgerow::wasm::open_fabric;
use hedgerow::wasm::validate;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const SERVER: &str = r#"[{"path":"a.yaml","content":"apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: server-1}\nspec: {profil: x}\n"}]"#;

#[wasm_bindgen_test]
fn an_unknown_field_is_found_with_its_place() {
    let report = validate(&js(SERVER), &JsValue::UNDEFINED).unwrap();
    let findings = json(&get(&report, "findings"));
    assert!(findings.contains(r#""code":"DEC-03""#), "{findings}");
    assert!(findings.contains(r#""field":"/spec/profil""#), "{findings}");
    assert_eq!(get(&report, "resources").as_f64(), Some(1.0));
}

#[wasm_bindgen_test]
fn an_unknown_option_is_named() {
    let (code, message) = thrown(validate(&js(SERVER), &js(r#"{"scop":"part"}"#)));
    assert_eq!(code, "bad-request");
    assert!(message.contains("scop"), "{message}");
}

#[wasm_bindgen_test]
fn a_fabric_answers_for_one_object_and_stays_as_it_is() {
    let mut fabric = open_fabric(&js(SERVER), &JsValue::UNDEFINED).unwrap();
    let request = js(
        r#"{"operation":"create","object":{"apiVersion":"wiring.githedgehog.com/v1beta1","kind":"Server","metadata":{"name":"B A D"}}}"#,
    );
    let answer = fabric.admit(&request).unwrap();
    assert_eq!(get(&answer, "accepted").as_bool(), Some(false));
    assert_eq!(get(&answer, "stage").as_string().unwrap(), "schema");
    assert_eq!(get(&fabric.resources(&JsValue::UNDEFINED).unwrap(), "total").as_f64(), Some(1.0));
    let replaced = fabric.replace(&JsValue::from_str("a.yaml"), &JsValue::NULL).unwrap();
    assert_eq!(json(&get(&replaced, "findings")), "[]");
    assert_eq!(get(&fabric.report().unwrap(), "resources").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
fn a_file_given_twice_is_misuse() {
    let files = js(r#"[{"path":"a","content":""},{"path":"a","content":""}]"#);
    let (code, _) = thrown(open_fabric(&files, &JsValue::UNDEFINED));
    assert_eq!(code, "bad-request");
}
