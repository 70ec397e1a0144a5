//! One commit to be made.

use crate::order::Map;
use crate::plan::contents::Bytes;
use crate::plan::draft::Drafts;
use crate::plan::listing::Entry;
use crate::plan::listing::Mode;
use crate::plan::message::OperationId;
use crate::plan::message::with_trailer;
use crate::plan::object::ObjectId;
use crate::plan::object::blob_id;
use crate::plan::snapshot::Snapshot;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// Its kind: that of the file it replaces.
    pub mode: Mode,
    /// The id it will have.
    pub id: ObjectId,
    /// The id of the file it replaces; none if there is none.
    pub replaces: Option<ObjectId>,
    /// What it will hold.
    pub content: Bytes,
}

/// One commit to be made on one head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitPlan {
    /// The head it stands on.
    pub expected: ObjectId,
    /// The tree it will have there.
    pub tree: ObjectId,
    /// Files to write, new or instead of others.
    pub additions: Map<String, Addition>,
    /// Files to take away, with the ids they have.
    pub deletions: Map<String, ObjectId>,
    /// The whole message, with the operation in its trailer.
    pub message: String,
    /// The save it belongs to.
    pub operation: OperationId,
}

/// What came of planning.
#[allow(clippy::large_enum_variant, reason = "one is made for each save, and taken apart at once")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// A commit is to be made.
    Commit(CommitPlan),
    /// The branch holds all of it already.
    NothingToDo,
}

/// Why no commit can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// A draft was made from another text than the snapshot's.
    #[error("the draft of `{path}` was made from another version")]
    Stale {
        /// The file.
        path: String,
    },
    /// A path cannot be that of a file in Git.
    #[error("`{path}` is not a path that Git can hold")]
    Path {
        /// The path.
        path: String,
    },
    /// A file is to lie where a folder is, or the other way round.
    #[error("a file and a folder would have the same path")]
    FileAndFolder,
    /// What lies there is not a file.
    #[error("`{path}` is a link, folder or submodule")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// The message says nothing.
    #[error("the commit has no message")]
    NoMessage,
}

/// Plans the commit that makes drafts of a snapshot real.
pub fn plan(
    snapshot: &Snapshot,
    drafts: &Drafts,
    message: &str,
    operation: &OperationId,
) -> Result<Planned, PlanProblem> {
    if message.trim().is_empty() {
        return Err(PlanProblem::NoMessage);
    }
    let mut listing = snapshot.listing().clone();
    let mut additions = Map::new();
    let mut deletions = Map::new();
    for (path, draft) in drafts.iter().filter(|(_, draft)| !draft.is_empty()) {
        check_path(path)?;
        let there = snapshot.listing().get(path);
        if there.is_some_and(|entry| !entry.mode.is_file()) {
            return Err(PlanProblem::NotAFile { path: path.clone() });
        }
        if there.map(|entry| entry.id) != draft.base.as_deref().map(blob_id) {
            return Err(PlanProblem::Stale { path: path.clone() });
        }
        match &draft.ours {
            Some(content) => {
                let mode = there.map_or(Mode::FILE, |entry| entry.mode);
                let replaces = there.map(|entry| entry.id);
                let addition = Addition { mode, id: blob_id(content), replaces, content: content.clone() };
                listing.put(path.clone(), Entry { mode, id: addition.id });
                additions.insert(path.clone(), addition);
            }
            None => {
                if let Some(gone) = listing.take(path) {
                    deletions.insert(path.clone(), gone.id);
                }
            }
        }
    }
    if additions.is_empty() && deletions.is_empty() {
        return Ok(Planned::NothingToDo);
    }
    Ok(Planned::Commit(CommitPlan {
        expected: snapshot.head(),
        tree: listing.root_id().ok_or(PlanProblem::FileAndFolder)?,
        additions,
        deletions,
        message: with_trailer(message, operation),
        operation: operation.clone(),
    }))
}

impl CommitPlan {
    /// Returns the bytes that the files to write hold together.
    pub fn content_bytes(&self) -> usize {
        self.additions.values().map(|addition| addition.content.len()).sum()
    }

    /// Returns the snapshot that the branch has with this plan's commit as its
    /// head. `before` is the snapshot the plan was made from; none if it is another.
    pub fn landed(&self, before: &Snapshot, commit: ObjectId) -> Option<Snapshot> {
        if before.head() != self.expected {
            return None;
        }
        let mut listing = before.listing().clone();
        let mut contents = before.contents().clone();
        for (path, addition) in &self.additions {
            listing.put(path.clone(), Entry { mode: addition.mode, id: addition.id });
            contents.add(addition.content.clone());
        }
        for path in self.deletions.keys() {
            listing.take(path);
        }
        Snapshot::new(commit, self.tree, listing, contents).ok()
    }
}

/// Refuses what Git, or a host on its way there, would read as another path.
fn check_path(path: &str) -> Result<(), PlanProblem> {
    let is_safe =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.eq_ignore_ascii_case(".git");
    let is_good = path.len() <= 4096 && !path.contains('\0') && path.split('/').all(is_safe);
    if is_good { Ok(()) } else { Err(PlanProblem::Path { path: path.to_owned() }) }
}
