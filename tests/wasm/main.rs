//! The tests of what JavaScript calls, run under Node and in a browser: for
//! each exported function one good call and one misuse.

#![cfg(target_arch = "wasm32")]

mod version;
