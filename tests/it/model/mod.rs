//! Promises of `model`.

mod field_path;
mod read;
mod reading;
mod resources;
