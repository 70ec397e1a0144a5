//! Turns two states of files into changes: per resource, and inside it per
//! leaf, with the items of lists by what tells them apart.
//!
//! **Invariant:** two states that the cluster reads alike have no changes but
//! moves.

mod leaves;
mod resources;

pub use leaves::LeafChange;
pub use leaves::leaves;
pub use resources::Diff;
pub use resources::File;
pub use resources::ResourceChange;
pub use resources::Sides;
pub use resources::What;
pub use resources::diff;
