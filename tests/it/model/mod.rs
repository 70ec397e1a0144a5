//! Promises of `model`.

mod field_path;
mod reading;
