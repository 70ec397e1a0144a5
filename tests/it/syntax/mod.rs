//! Promises of `syntax`.

mod differential;
mod events;
mod hostile;
mod properties;
mod recovery;
mod spans;
mod styles;
mod suite;
mod witnesses;
