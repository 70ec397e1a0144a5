//! Turns requests into answers as plain data: the only promised surface.
//!
//! Names and shapes are those the package exports; TypeScript's types are made
//! from these. Offsets are UTF-16 units, fields are JSON Pointers.
//!
//! **Invariant:** no answer depends on anything but the request. What is wrong
//! in a file is a finding; an [`Error`] means that the caller asked for what
//! makes no sense.

mod admit;
mod diff;
mod edit;
mod error;
mod file;
mod json;
mod merge;
mod parse;
mod shapes;
mod validate;
mod workspace;

pub use crate::edit::DocumentRef;
pub use crate::edit::Edit;
pub use crate::model::ResourceId;
pub use admit::AdmitAnswer;
pub use admit::AdmitRequest;
pub use admit::ObjectInput;
pub use admit::ObjectRef;
pub use admit::OperationOption;
pub use admit::StageName;
pub use diff::ChangeType;
pub use diff::DiffAnswer;
pub use diff::LeafChange;
pub use diff::ResourceChange;
pub use diff::diff;
pub use edit::EditAnswer;
pub use edit::edit;
pub use error::Error;
pub use file::File;
pub use json::Json;
pub use merge::Choice;
pub use merge::Conflict;
pub use merge::ConflictKind;
pub use merge::ConflictSeverity;
pub use merge::Decision;
pub use merge::MergeAnswer;
pub use merge::MergeFilesAnswer;
pub use merge::MergeOptions;
pub use merge::MergedFile;
pub use merge::Merger;
pub use merge::Outcome;
pub use merge::PoliciesOption;
pub use merge::Policy;
pub use merge::PolicyTake;
pub use merge::Side;
pub use merge::Suggestion;
pub use merge::Take;
pub use parse::Parsed;
pub use parse::ParsedDocument;
pub use shapes::Finding;
pub use shapes::Fix;
pub use shapes::Position;
pub use shapes::Range;
pub use shapes::Related;
pub use shapes::Severity;
pub use shapes::TextEdit;
pub use validate::Fabric;
pub use validate::FileInput;
pub use validate::NotChecked;
pub use validate::ReplaceAnswer;
pub use validate::Report;
pub use validate::ResourceItem;
pub use validate::ResourcePage;
pub use validate::ScopeOption;
pub use validate::UnknownFieldsOption;
pub use validate::ValidateOptions;
pub use validate::validate;
pub use workspace::Change;
pub use workspace::Commit;
pub use workspace::CommitAnswer;
pub use workspace::CommitOptions;
pub use workspace::Committing;
pub use workspace::CreateOptions;
pub use workspace::DraftAnswer;
pub use workspace::FabricOption;
pub use workspace::HostOption;
pub use workspace::HostType;
pub use workspace::Kept;
pub use workspace::ModeOption;
pub use workspace::Moment;
pub use workspace::Offer;
pub use workspace::OutboxItem;
pub use workspace::OutboxState;
pub use workspace::PlannedFile;
pub use workspace::Preview;
pub use workspace::Progress;
pub use workspace::QueuedReason;
pub use workspace::RefusedReason;
pub use workspace::ResourceState;
pub use workspace::StatusAnswer;
pub use workspace::StorageOption;
pub use workspace::SyncAnswer;
pub use workspace::Workspace;
pub use workspace::WorkspaceFile;
pub use workspace::WorkspaceItem;
pub use workspace::WorkspaceOptions;
pub use workspace::WorkspacePage;
