//! Promises of `version`.

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_version_is_that_of_the_crate() {
    assert_eq!(hedgerow::wasm::version(), env!("CARGO_PKG_VERSION"));
}
