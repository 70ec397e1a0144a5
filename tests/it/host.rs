//! Promises of `host`.

mod azure;
mod bitbucket;
pub mod drive;
mod failures;
pub mod fake;
mod gitea;
mod github;
mod gitlab;
mod requests;
mod secrets;
mod situations;
mod unzip;
