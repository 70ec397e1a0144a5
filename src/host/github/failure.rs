//! What GitHub's failures mean: a table, first fit wins.
//!
//! The status alone says little: 403 has five meanings, and a lost race comes
//! as 200.

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
    row(403, Place::Header("x-github-sso"), Trouble::TokenNotAllowed),
    row(403, Place::Header("retry-after"), Trouble::Limited),
    row(403, Place::HeaderIs("x-ratelimit-remaining", "0"), Trouble::Limited),
    row(403, Place::Message("API rate limit exceeded"), Trouble::Limited),
    row(403, Place::Says("secondary rate limit"), Trouble::Limited),
    row(403, Place::Says("SAML enforcement"), Trouble::TokenNotAllowed),
    row(403, Place::Message("Resource not accessible by"), Trouble::NoPermission),
    row(403, Place::Message("Must have "), Trouble::NoPermission),
    row(403, Place::Message("Resource protected by organization SAML"), Trouble::TokenNotAllowed),
    row(403, Place::Says("archived so is read-only"), Trouble::ReadOnly),
    row(404, Place::Status, Trouble::Missing),
    row(409, Place::Message("Git Repository is empty"), Trouble::Empty),
    row(409, Place::Says("rule violations"), Trouble::Protected),
    row(422, Place::Says("not a fast forward"), Trouble::HeadMoved),
    row(422, Place::Says("Reference already exists"), Trouble::Exists),
    row(422, Place::Says("A pull request already exists"), Trouble::Exists),
    row(422, Place::Says("rule violations"), Trouble::Protected),
    row(422, Place::Says("rotected branch"), Trouble::Protected),
    row(422, Place::Says("through a pull request"), Trouble::Protected),
    row(422, Place::Says("Reference does not exist"), Trouble::Missing),
    row(413, Place::Status, Trouble::TooLarge),
    Row { status: (301, 308), place: Place::Status, means: Trouble::Moved },
    Row { status: (500, 599), place: Place::Status, means: Trouble::Host },
    // GraphQL answers with 200 whatever happens.
    row(200, Place::Type("STALE_DATA"), Trouble::HeadMoved),
    row(200, Place::Type("RATE_LIMITED"), Trouble::Limited),
    row(200, Place::Says("secondary rate limit"), Trouble::Limited),
    row(200, Place::Type("BRANCH_PROTECTION_RULE_VIOLATION"), Trouble::Protected),
    row(200, Place::Says("rule violations"), Trouble::Protected),
    row(200, Place::Says("rotected branch"), Trouble::Protected),
    row(200, Place::Says("SAML enforcement"), Trouble::TokenNotAllowed),
    row(200, Place::Type("INSUFFICIENT_SCOPES"), Trouble::NoPermission),
    row(200, Place::Says("Resource not accessible by"), Trouble::NoPermission),
    row(200, Place::Says("archived so is read-only"), Trouble::ReadOnly),
    // The one who comes a moment too late may get the words for having no right.
    row(200, Place::Type("FORBIDDEN"), Trouble::MaybeMoved),
    row(200, Place::Type("NOT_FOUND"), Trouble::Missing),
    row(200, Place::Says("Something went wrong while executing your query"), Trouble::Host),
    row(200, Place::Says("timedout"), Trouble::Host),
    row(200, Place::Type("RESOURCE_LIMITS_EXCEEDED"), Trouble::Host),
    row(200, Place::Type("MAX_NODE_LIMIT_EXCEEDED"), Trouble::Host),
    row(200, Place::Says("Expected branch to point to"), Trouble::HeadMoved),
    row(200, Place::Says("doesn't exist on type"), Trouble::Unsupported),
];

/// Returns what a response of GitHub means that is not the wanted one.
pub(super) fn classify(response: &Response, now_ms: u64) -> Failure {
    failure::classify(FAILURES, response, now_ms)
}
