//! Turns a source text into a tree that keeps every byte of it.
//!
//! Parsing never fails. Text that is not YAML becomes error nodes, and a
//! finding says why.
//!
//! **Invariant:** the text of the tree is the text it was made from.

mod aliases;
mod characters;
mod duplicates;
mod parse;
mod scalar;
mod surprise;
mod tree;

pub use parse::parse;
pub use tree::Entries;
pub use tree::Kind;
pub use tree::NodeId;
pub use tree::Siblings;
pub use tree::Style;
pub use tree::Tree;
