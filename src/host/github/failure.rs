//! What GitHub's failures mean: a table, first fit wins.
//!
//! The status alone says little: 403 has five meanings, and a lost race comes
//! as 200.

use crate::host::http::Answer;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;

/// Where in an answer a row looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the status is enough.
    Status,
    /// A header that is there.
    Header(&'static str),
    /// A header with this value.
    HeaderIs(&'static str, &'static str),
    /// The beginning of `message`.
    Message(&'static str),
    /// Some text of `message` or of `errors[].message`.
    Says(&'static str),
    /// `errors[].type` of GraphQL.
    Type(&'static str),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The statuses it is for, from and to.
    pub status: (u16, u16),
    /// What it looks for.
    pub place: Place,
    /// What it means.
    pub means: Trouble,
}

const fn row(status: u16, place: Place, means: Trouble) -> Row {
    Row { status: (status, status), place, means }
}

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

#[derive(Default)]
struct Body {
    message: String,
    faults: Vec<Fault>,
}

#[derive(Default)]
struct Fault {
    message: String,
    kind: String,
}

impl FromValue for Body {
    fn from_value(value: Value) -> Result<Body, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Body { message: fields.read_or_default("message")?, faults: fields.read_or_default("errors")? })
    }
}

/// A text, an object, or anything that says nothing.
impl FromValue for Fault {
    fn from_value(value: Value) -> Result<Fault, Misfit> {
        if let Value::String(message) = value {
            return Ok(Fault { message, ..Fault::default() });
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Fault { message: text("message"), kind: text("type") })
    }
}

/// Returns what a response means that is not the wanted one.
pub fn classify(response: &Response, now_ms: u64) -> Failure {
    match response {
        Response::Failed => Failure::new(Trouble::Unreachable, "the host could not be reached"),
        Response::Redirected => Failure::new(Trouble::Moved, "the host sends the request elsewhere"),
        Response::Answered(answer) => classify_answer(answer, now_ms),
    }
}

fn classify_answer(answer: &Answer, now_ms: u64) -> Failure {
    let body = answer.json().and_then(|value| Body::from_value(value).ok()).unwrap_or_default();
    let row = FAILURES.iter().find(|row| {
        let (from, to) = row.status;
        (from..=to).contains(&answer.status) && fits(row.place, answer, &body)
    });
    let trouble = row.map_or(Trouble::Unknown, |row| row.means);
    let words: Vec<&str> = std::iter::once(body.message.as_str())
        .chain(body.faults.iter().map(|fault| fault.message.as_str()))
        .filter(|words| !words.is_empty())
        .collect();
    let message = if words.is_empty() { format!("status {}", answer.status) } else { words.join("; ") };
    let until_ms = if trouble == Trouble::Limited { until(answer, now_ms) } else { None };
    Failure { until_ms, ..Failure::new(trouble, &message) }
}

fn fits(place: Place, answer: &Answer, body: &Body) -> bool {
    match place {
        Place::Status => true,
        Place::Header(name) => answer.headers.get(name).is_some(),
        Place::HeaderIs(name, value) => answer.headers.get(name) == Some(value),
        Place::Message(start) => body.message.starts_with(start),
        Place::Says(words) => {
            body.message.contains(words) || body.faults.iter().any(|fault| fault.message.contains(words))
        }
        Place::Type(kind) => body.faults.iter().any(|fault| fault.kind == kind),
    }
}

/// Returns when the allowance is there again: `Retry-After` is a time span, the
/// reset of the allowance a point in time, in seconds.
fn until(answer: &Answer, now_ms: u64) -> Option<u64> {
    if let Some(seconds) = answer.headers.number("retry-after") {
        return Some(now_ms.saturating_add(seconds.saturating_mul(1000)));
    }
    let is_used_up = answer.headers.get("x-ratelimit-remaining") == Some("0");
    let reset = answer.headers.number("x-ratelimit-reset").filter(|_| is_used_up)?;
    Some(reset.saturating_mul(1000).max(now_ms))
}
