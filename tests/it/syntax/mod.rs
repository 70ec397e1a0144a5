//! Promises of `syntax`.

mod events;
mod suite;
