//! What Bitbucket's failures mean: a table, first fit wins.

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
    // An app password: there are none any more.
    row(410, Place::Status, Trouble::BadToken),
    row(429, Place::Status, Trouble::Limited),
    row(403, Place::Says("Permission denied to update branch"), Trouble::Protected),
    row(403, Place::Says("privilege scopes"), Trouble::NoPermission),
    row(403, Place::Says("Access denied"), Trouble::NoPermission),
    row(403, Place::Says("write or admin access"), Trouble::NoPermission),
    row(403, Place::Says("may not have access"), Trouble::NoPermission),
    row(403, Place::Says("read-only"), Trouble::ReadOnly),
    row(404, Place::Status, Trouble::Missing),
    row(409, Place::Status, Trouble::HeadMoved),
    row(400, Place::Says("already exists"), Trouble::Exists),
    row(413, Place::Status, Trouble::TooLarge),
    Row { status: (301, 308), place: Place::Status, means: Trouble::Moved },
    // 555 is among them: it took too long.
    Row { status: (500, 599), place: Place::Status, means: Trouble::Host },
];

/// Returns what a response means that is not the wanted one.
pub(super) fn classify(response: &Response, now_ms: u64) -> Failure {
    failure::classify(FAILURES, response, now_ms)
}

/// Reads the JSON of an answer.
pub(super) fn json<D: FromValue>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    failure::json(FAILURES, response, now_ms)
}
