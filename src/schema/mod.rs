//! Turns descriptions of kinds into schemas: what fields a resource has, of
//! which type and within which bounds.
//!
//! The kinds of Hedgehog are a catalogue of our own (`catalogue/v0.126.txt`),
//! versioned so that another can stand beside it. Any other kind is read from
//! its CustomResourceDefinition.
//!
//! **Invariant:** a schema is plain data. What the fabric makes of a value
//! that fits its schema is the business of `validate`.

mod catalogue;
mod crd;
mod kind;
pub mod list_keys;
mod notation;
mod types;

pub use catalogue::Catalogue;
pub use catalogue::KindEntry;
pub use catalogue::Writer;
pub use crd::CrdProblem;
pub use crd::read_crd;
pub use kind::Kind;
pub use types::Bound;
pub use types::ListRule;
pub use types::Property;
pub use types::Schema;
pub use types::Type;
