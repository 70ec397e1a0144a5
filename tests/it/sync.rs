//! Promises of `sync`.

mod budget;
mod carrying;
mod following;
pub mod interleavings;
mod pacing;
mod records;
mod sending;
mod stand_in;
mod turning;
mod words;
