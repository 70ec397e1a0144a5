//! Promises of `openWorkspace`. What it does with a host is tested in
//! `tests/packaging/workspace.test.mjs`.

use super::get;
use super::js;
use super::thrown;
use hedgerow::wasm::Workspace;
use hedgerow::wasm::open_workspace;
use js_sys::Function;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

fn options(json: &str) -> JsValue {
    let options = js(json);
    let token = Function::new_no_args("return 'secret'");
    Reflect::set(&options, &JsValue::from_str("token"), &token).unwrap();
    options
}

const GOOD: &str = r#"{"host":{"type":"github","repository":"demo/fabric"},"fabrics":[{"name":"a","directory":"a"}],"storage":"memory"}"#;

async fn open(json: &str) -> Result<Workspace, JsValue> {
    open_workspace(options(json)).await
}

#[wasm_bindgen_test]
async fn before_the_first_load_nothing_is_known_and_nothing_was_sent() {
    let workspace = open(GOOD).await.unwrap();
    let status = workspace.status().unwrap();
    assert_eq!(get(&status, "state").as_string().unwrap(), "behind");
    assert_eq!(get(&status, "head").as_string().unwrap(), "");
    let (code, _) = thrown(workspace.preview());
    assert_eq!(code, "not-loaded");
}

#[wasm_bindgen_test]
async fn without_a_token_callback_it_is_not_opened() {
    let (code, message) = thrown(open_workspace(js(GOOD)).await);
    assert_eq!(code, "bad-request");
    assert!(message.contains("token"), "{message}");
}

#[wasm_bindgen_test]
async fn fabrics_inside_each_other_are_misuse() {
    let json = GOOD.replace(
        r#"[{"name":"a","directory":"a"}]"#,
        r#"[{"name":"a","directory":"a"},{"name":"b","directory":"a/b"}]"#,
    );
    let (code, _) = thrown(open(&json).await);
    assert_eq!(code, "bad-request");
}

#[wasm_bindgen_test]
async fn a_closed_workspace_refuses_calls() {
    let workspace = open(GOOD).await.unwrap();
    workspace.close();
    workspace.close();
    let (code, message) = thrown(workspace.status());
    assert_eq!((code.as_str(), message.as_str()), ("bad-request", "the workspace is closed"));
    let synced = JsFuture::from(workspace.sync(&JsValue::UNDEFINED)).await;
    assert_eq!(thrown(synced).0, "bad-request");
}
