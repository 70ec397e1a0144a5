//! Turns paths of a repository into places of a fabric's directory, and
//! resources into the path of their file.
//!
//! ```text
//! <base>/raw/                 what people drop, to be ingested
//! <base>/managed/<plural>/    one resource per file
//! <base>/unmanaged/           not ours, never touched
//! <base>/.hnp/                records of other tools, read and kept
//! ```
//!
//! **Invariant:** a path belongs to at most one fabric, and a managed path
//! lies below `managed/` of the fabric it was made for, whatever the resource
//! is called.

mod directory;
mod layout;
mod place;

pub use directory::Directory;
pub use directory::PathProblem;
pub use layout::Fabric;
pub use layout::FabricProblem;
pub use layout::Fabrics;
pub use place::Place;
pub use place::is_yaml;
