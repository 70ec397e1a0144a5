//! Turns three versions of a file, or of many, into one, and says where a
//! person must decide.
//!
//! Resources are matched by identity, their fields by key, the items of their
//! lists by what tells them apart. The result is written as the least edits on
//! theirs' bytes, and proved by reading it again.
//!
//! **Invariant:** merging never fails for what a file holds. A change of one
//! side is in the result or in a conflict; nothing is in the result that no
//! side has.

mod aliases;
mod answer;
mod arrange;
mod contradict;
mod document;
mod documents;
mod dress;
mod emit;
mod engine;
mod facts;
mod files;
mod flow;
mod forced;
mod foreign;
mod gaps;
mod groups;
mod hash;
mod lines;
mod lists;
mod matching;
mod merged;
mod options;
mod place;
mod rekey;
mod renamed_resources;
mod renames;
mod rope;
mod rules;
mod semantic;
mod sequence;
mod settle;
mod shape;
mod sound;
mod text;
mod versions;
mod written;

pub use answer::Conflict;
pub use answer::ConflictKind;
pub use answer::ConflictSeverity;
pub use answer::Decision;
pub use answer::Doubtful;
pub use answer::MergeAnswer;
pub use answer::Side;
pub use answer::Suggestion;
pub use files::File;
pub use files::FilesAnswer;
pub use files::MergedFile;
pub use files::merge;
pub use files::merge_files;
pub use options::BadChoice;
pub use options::Choice;
pub use options::Inference;
pub use options::MergeOptions;
pub use options::Policies;
pub use options::Policy;
pub use options::STRATEGIES;
pub use options::Settlement;
pub use options::Take;
pub use versions::Version;
pub use versions::Versions;
