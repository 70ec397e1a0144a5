//! Promises of `plan`.

mod ids;
mod planning;
