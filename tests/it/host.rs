//! Promises of `host`.

pub mod drive;
mod failures;
pub mod fake;
mod github;
mod requests;
mod secrets;
mod situations;
mod unzip;
