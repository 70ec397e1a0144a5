//! Promises of `model`.

mod field_path;
mod json;
mod read;
mod reading;
mod resources;
mod surprise;
