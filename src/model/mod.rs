//! Turns trees into resources: values, paths to fields, and identity.
//!
//! **Invariant:** a value never holds what the text does not say; defaults and
//! types of a schema come later.

mod pointer;
mod resource;
mod value;

pub use pointer::Pointer;
pub use pointer::Step;
pub use resource::ResourceId;
pub use value::Value;
