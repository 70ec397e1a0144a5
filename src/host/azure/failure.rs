//! What Azure DevOps' failures mean: a table, first fit wins.
//!
//! A failure names its exception in `typeKey`, which says more than its status.

use crate::host::failure;
use crate::host::failure::Place;
use crate::host::failure::Row;
use crate::host::failure::row;
use crate::host::http::Answer;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::model::FromValue;

/// The table.
pub const FAILURES: &[Row] = &[
    // A page to sign in at, with a status of success.
    row(203, Place::Status, Trouble::BadToken),
    row(401, Place::Says("TF400813"), Trouble::TokenNotAllowed),
    row(401, Place::Status, Trouble::BadToken),
    row(429, Place::Status, Trouble::Limited),
    row(409, Place::Type("GitReferenceStaleException"), Trouble::HeadMoved),
    row(409, Place::Says("TF401028"), Trouble::HeadMoved),
    row(409, Place::Type("GitPullRequestExistsException"), Trouble::Exists),
    row(409, Place::Says("TF401179"), Trouble::Exists),
    row(403, Place::Type("GitRefUpdateRejectedByPolicyException"), Trouble::Protected),
    row(403, Place::Says("TF402455"), Trouble::Protected),
    row(403, Place::Type("GitRefLockedException"), Trouble::Protected),
    row(403, Place::Type("GitNeedsPermissionException"), Trouble::NoPermission),
    row(403, Place::Says("TF401027"), Trouble::NoPermission),
    row(403, Place::Type("UnauthorizedAccessException"), Trouble::NoPermission),
    row(403, Place::Type("GitRepositoryDisabledException"), Trouble::ReadOnly),
    row(403, Place::Says("disabled"), Trouble::ReadOnly),
    row(404, Place::Status, Trouble::Missing),
    row(400, Place::Type("GitRefUpdateRejectedByPluginException"), Trouble::Policy),
    row(400, Place::Type("GitObjectRejectedException"), Trouble::Policy),
    // The change does not fit the tree that it names: nothing was done.
    row(400, Place::Type("ArgumentException"), Trouble::MaybeMoved),
    row(413, Place::Status, Trouble::TooLarge),
    Row { status: (301, 308), place: Place::Status, means: Trouble::Moved },
    Row { status: (500, 599), place: Place::Status, means: Trouble::Host },
];

/// Returns what a response means that is not the wanted one. A redirect leads
/// to a page to sign in at.
pub(super) fn classify(response: &Response, now_ms: u64) -> Failure {
    match response {
        Response::Redirected => Failure::new(Trouble::BadToken, "the host wants to be signed in to"),
        _ => failure::classify(FAILURES, response, now_ms),
    }
}

/// Returns an answer that is the wanted one.
pub(super) fn good(response: &Response, now_ms: u64) -> Result<&Answer, Failure> {
    match response {
        Response::Answered(answer) if matches!(answer.status, 200 | 201) => Ok(answer),
        _ => Err(classify(response, now_ms)),
    }
}

/// Reads the JSON of an answer.
pub(super) fn json<D: FromValue>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    let read = good(response, now_ms)?.json().and_then(|value| D::from_value(value).ok());
    read.ok_or_else(failure::wrong)
}
