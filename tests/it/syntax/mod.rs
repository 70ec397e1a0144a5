//! Promises of `syntax`.

mod differential;
mod events;
mod hostile;
pub mod properties;
mod recovery;
mod spans;
mod styles;
pub mod suite;
mod witnesses;
