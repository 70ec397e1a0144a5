//! The native tests, one binary. Each module is a list of promises.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod demo_fabric;
mod diff;
mod edit;
mod fabric;
mod host;
mod layers;
mod merge;
mod model;
mod oracle;
#[cfg(not(target_arch = "wasm32"))]
mod order;
mod page_crashes;
mod pages;
mod plan;
mod rule_table;
mod samples;
mod schema;
mod sync;
mod syntax;
mod text;
mod validate;
#[cfg(not(target_arch = "wasm32"))]
mod validate_answers;
mod validate_fuzz;
mod validate_properties;
mod workspace;
