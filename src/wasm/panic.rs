//! Makes of a panic, which is a bug of ours, an error a page can show.
//!
//! **Invariant:** an instance that has panicked has lost its state; the page
//! starts a new one.

use js_sys::Error;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Has a panic throw an error with its message and place, where the module
/// would only say `unreachable`.
pub fn throw_instead_of_trapping() {
    std::panic::set_hook(Box::new(|panic| {
        let error = Error::new(&format!("The engine failed: {panic}"));
        // A fresh object takes any property.
        let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str("internal"));
        let _ = Reflect::set(&error, &JsValue::from_str("crash"), &JsValue::TRUE);
        wasm_bindgen::throw_val(error.into());
    }));
}
