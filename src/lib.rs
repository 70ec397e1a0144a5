//! Hedgerow: edit a Hedgehog network fabric, push straight to Git.
//!
//! The layers, left to right; a module uses only what stands left of it
//! (`tests/it/layers.rs` fails otherwise):
//!
//! `order` · `text` · `diagnostic` · `error` · `limits` ▶ `syntax` ▶ `model` ▶
//! `edit` ▶ `schema` ▶ `validate` ▶ `diff` ▶ `merge` ▶ `fabric` ▶ `plan` ▶
//! `host` ▶ `sync` ▶ `api` ▶ `wasm`
//!
//! Everything but `wasm` is pure: no clock, randomness, network or thread.

pub mod api;
pub mod diagnostic;
pub mod diff;
pub mod edit;
pub mod fabric;
pub mod host;
pub mod limits;
pub mod merge;
pub mod model;
pub mod order;
pub mod plan;
pub mod schema;
pub mod sync;
pub mod syntax;
pub mod text;
pub mod validate;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
