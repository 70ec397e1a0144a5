//! Finds out whether a commit landed whose answer got lost.

use crate::host::Host;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::plan::ObjectId;
use crate::plan::OperationId;
use crate::plan::operation_of;

/// Pages of the newest commits that are searched.
const PAGES: u32 = 10;

/// What a branch shows of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It is on the branch.
    Landed {
        /// Its id.
        commit: ObjectId,
    },
    /// The branch has the head it was made for: it has not landed yet.
    HeadIsExpected,
    /// The branch has moved on from the head it was made for, without it.
    NotLanded,
    /// The head it was made for is not among the newest commits.
    OutOfSight,
}

/// What a commit is known by.
pub(super) struct Wanted<'a> {
    /// The operation in its message.
    pub operation: &'a OperationId,
    /// What it stands on.
    pub expected: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
}

pub(super) async fn landed(
    host: &Host,
    wire: &Wire,
    from: &str,
    wanted: Wanted<'_>,
) -> Result<Trace, Failure> {
    for page in 1..=PAGES {
        let commits = host.recent(wire, from, wanted.expected, page).await?;
        if commits.is_empty() {
            return Ok(Trace::OutOfSight);
        }
        if page == 1 && commits.first().is_some_and(|head| head.id == wanted.expected) {
            return Ok(Trace::HeadIsExpected);
        }
        if let Some(commit) = commits.iter().find(|commit| is_wanted(commit, &wanted)) {
            return Ok(Trace::Landed { commit: commit.id });
        }
        if commits.iter().any(|commit| commit.id == wanted.expected) {
            return Ok(Trace::NotLanded);
        }
    }
    Ok(Trace::OutOfSight)
}

/// A hook may have rewritten the message; then the files and the place tell.
/// A commit that names another operation is somebody else's, whatever it holds.
fn is_wanted(commit: &Recent, wanted: &Wanted<'_>) -> bool {
    match operation_of(&commit.message) {
        Some(operation) => operation == *wanted.operation,
        None => commit.tree == Some(wanted.tree) && commit.parents == [wanted.expected],
    }
}
