//! Promises of `syntax`.

mod events;
mod hostile;
mod properties;
mod recovery;
mod suite;
