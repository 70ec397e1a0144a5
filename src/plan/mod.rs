//! Turns a snapshot of a branch and the drafts of a person into one commit to
//! be made.
//!
//! The ids of Git are computed here, so what a host sends can be checked and
//! what a commit will hold is known before it is sent.
//!
//! **Invariant:** a plan names the head it was made from, and the tree that
//! its commit will have on that head and no other.

mod commit;
mod contents;
mod draft;
mod listing;
mod message;
mod object;
mod snapshot;

pub use commit::Addition;
pub use commit::CommitPlan;
pub use commit::PlanProblem;
pub use commit::Planned;
pub use commit::plan;
pub use contents::Bytes;
pub use contents::Contents;
pub use draft::Draft;
pub use draft::Drafts;
pub use draft::draft_of;
pub use listing::Entry;
pub use listing::Listing;
pub use listing::Mode;
pub use listing::tree_id;
pub use message::OPERATION_TRAILER;
pub use message::OperationId;
pub use message::operation_of;
pub use message::with_trailer;
pub use object::CommitText;
pub use object::NotAnId;
pub use object::ObjectId;
pub use object::blob_id;
pub use object::commit_id;
pub use snapshot::Snapshot;
pub use snapshot::WrongTree;
