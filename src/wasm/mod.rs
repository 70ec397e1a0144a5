//! Turns calls from JavaScript into calls of the core, and its answers back.
//!
//! **Invariant:** nothing is decided here; a value is decoded, passed on, and
//! its answer encoded.

mod convert;
mod diff;
mod drive;
mod edit;
mod events;
mod fabric;
mod fetch;
mod merge;
mod pages;
mod panic;
mod parse;
mod running;
mod storage;
mod workspace;

pub use diff::diff;
pub use edit::edit;
pub use fabric::Fabric;
pub use fabric::open_fabric;
pub use fabric::validate;
pub use merge::markers;
pub use merge::merge;
pub use merge::merge_files;
pub use parse::ParsedFile;
pub use parse::parse_file;
use wasm_bindgen::prelude::wasm_bindgen;
pub use workspace::Workspace;
pub use workspace::open_workspace;

/// Returns the version of the package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Prepares a fresh instance of the module.
#[wasm_bindgen(start)]
pub fn start() {
    panic::throw_instead_of_trapping();
}
