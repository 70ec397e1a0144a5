//! Keeps things in order: maps, sets and sorting.
//!
//! They do what those of the standard library do. Theirs are compiled anew for
//! every pair of types, and there are a hundred pairs here: that alone was a
//! third of the engine. Here what finds and moves works on numbers and is
//! compiled once.
//!
//! **Invariant:** the order is that of [`Ord`], whatever was put in first.

mod map;
mod sequence;
mod set;
mod sort;

pub use map::Map;
pub use set::Set;
pub use sort::numbered;
pub use sort::sort;
pub use sort::sort_by;
pub use sort::sort_by_key;
