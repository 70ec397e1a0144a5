//! What Gitea's failures mean: a table, first fit wins.
//!
//! A lost race comes as 403, 404 or 422, or as 500 without a word; only its
//! words tell it from a missing right.

use crate::host::failure;
use crate::host::failure::Place;
use crate::host::failure::Row;
use crate::host::failure::row;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;

/// The table.
pub const FAILURES: &[Row] = &[
    row(401, Place::Status, Trouble::BadToken),
    row(429, Place::Status, Trouble::Limited),
    row(403, Place::Says("reference already exists"), Trouble::Exists),
    row(403, Place::Says("cannot lock ref"), Trouble::HeadMoved),
    row(403, Place::Says("push is rejected"), Trouble::HeadMoved),
    row(403, Place::Message("token does not have at least one of required scope"), Trouble::NoPermission),
    row(403, Place::Message("token scope is limited to public repos"), Trouble::NoPermission),
    row(403, Place::Says("should have a permission to write"), Trouble::NoPermission),
    row(403, Place::Message("user cannot commit to repo"), Trouble::Protected),
    row(403, Place::Says("Not allowed to push to protected branch"), Trouble::Protected),
    row(403, Place::Says("is protected from force push"), Trouble::Protected),
    row(403, Place::Message("path is protected and can not be changed"), Trouble::Policy),
    row(403, Place::Message("Internal Server Error (no message for end users)"), Trouble::Policy),
    row(403, Place::Says("prohibited from signing in"), Trouble::TokenNotAllowed),
    row(403, Place::Says("must change your password"), Trouble::TokenNotAllowed),
    // Somebody took the file away that was to be changed.
    row(404, Place::Message("object does not exist"), Trouble::HeadMoved),
    row(404, Place::Message("404 page not found"), Trouble::Unsupported),
    row(404, Place::Status, Trouble::Missing),
    row(400, Place::Message("sha not found"), Trouble::Missing),
    row(400, Place::Message("path doesn't exist or is invalid"), Trouble::Wrong),
    row(409, Place::Message("Git Repository is empty"), Trouble::Empty),
    row(409, Place::Message("pull request already exists"), Trouble::Exists),
    row(422, Place::Message("sha does not match"), Trouble::HeadMoved),
    // Somebody made the file, or a folder in its place, that was to be made.
    row(422, Place::Message("repository file already exists"), Trouble::HeadMoved),
    row(422, Place::Message("a file exists where"), Trouble::HeadMoved),
    row(422, Place::Message("a directory exists where"), Trouble::HeadMoved),
    row(422, Place::Message("a symbolic link exists"), Trouble::HeadMoved),
    row(422, Place::Message("branch commit does not match"), Trouble::HeadMoved),
    row(422, Place::Says("need a confirm force parameter"), Trouble::HeadMoved),
    row(422, Place::Message("branch already exists"), Trouble::Exists),
    row(423, Place::Status, Trouble::ReadOnly),
    row(413, Place::Status, Trouble::TooLarge),
    Row { status: (301, 308), place: Place::Status, means: Trouble::Moved },
    // The head may have moved between the check and the push.
    Row { status: (500, 599), place: Place::Status, means: Trouble::Host },
];

/// Returns what a response of Gitea means that is not the wanted one.
pub(super) fn classify(response: &Response, now_ms: u64) -> Failure {
    failure::classify(FAILURES, response, now_ms)
}
