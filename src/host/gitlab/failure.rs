//! What GitLab's failures mean: a table, first fit wins.
//!
//! Almost all that can go wrong with a commit is 400; only the words tell what
//! it is.

use crate::host::failure;
use crate::host::failure::Place;
use crate::host::failure::Row;
use crate::host::failure::row;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::model::FromValue;

/// The table.
pub const FAILURES: &[Row] = &[
    row(401, Place::Status, Trouble::BadToken),
    row(429, Place::Status, Trouble::Limited),
    row(403, Place::Type("insufficient_scope"), Trouble::NoPermission),
    row(403, Place::Says("not allowed to push into this branch"), Trouble::Protected),
    row(403, Place::Message("403 Forbidden"), Trouble::NoPermission),
    row(404, Place::Status, Trouble::Missing),
    row(400, Place::Message("The file has changed since you started editing it"), Trouble::HeadMoved),
    // Somebody made the file that was to be made, or took the one that was to be changed.
    row(400, Place::Message("A file with this name already exists"), Trouble::HeadMoved),
    row(400, Place::Message("A file with this name doesn't exist"), Trouble::HeadMoved),
    row(400, Place::Message("Could not update refs/heads/"), Trouble::HeadMoved),
    row(400, Place::Says("not allowed to push into this branch"), Trouble::Protected),
    row(400, Place::Says("You can only create or edit files when you are on a branch"), Trouble::Missing),
    row(400, Place::Message("A branch called"), Trouble::Exists),
    row(400, Place::Says("pre-receive hook"), Trouble::Policy),
    row(400, Place::Says("GL-HOOK-ERR"), Trouble::Policy),
    row(400, Place::Message("Commit must be signed"), Trouble::Policy),
    row(409, Place::Message("Another open merge request already exists"), Trouble::Exists),
    row(413, Place::Status, Trouble::TooLarge),
    Row { status: (301, 308), place: Place::Status, means: Trouble::Moved },
    Row { status: (500, 599), place: Place::Status, means: Trouble::Host },
    // GraphQL answers with 200 whatever happens; it was asked for too much at once.
    row(200, Place::Says("complexity"), Trouble::Host),
    row(200, Place::Says("Timeout"), Trouble::Host),
];

/// Returns what a response of GitLab means that is not the wanted one.
pub(super) fn classify(response: &Response, now_ms: u64) -> Failure {
    failure::classify(FAILURES, response, now_ms)
}

/// Reads the JSON of an answer.
pub(super) fn json<D: FromValue>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    failure::json(FAILURES, response, now_ms)
}
