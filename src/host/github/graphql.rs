//! GraphQL: queries as constants, answers as types. What people wrote goes
//! into variables, never into a query.

use crate::host::failure::wrong;
use crate::host::github::failure::classify;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;
use std::fmt::Write;

/// Asks for the branch, its head, its tree and what may be done with it.
pub const BOOTSTRAP_QUERY: &str = "\
query Bootstrap($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    isArchived
    isEmpty
    viewerPermission
    defaultBranchRef { ...Branch }
    ref(qualifiedName: $ref) { ...Branch }
  }
}
fragment Branch on Ref {
  name
  target { oid ... on Commit { tree { oid } } }
  refUpdateRule { viewerCanPush requiredApprovingReviewCount }
}";

/// Makes one commit on a branch whose head is the named one.
pub const COMMIT_MUTATION: &str = "\
mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    commit { oid tree { oid } }
    ref { target { oid } }
  }
}";

/// Returns the query for `count` blobs, whose ids are the variables `o0`, `o1`, …
pub fn blobs_query(count: usize) -> String {
    let mut query = String::from("query Blobs($owner: String!, $name: String!");
    for index in 0..count {
        let _ = write!(query, ", $o{index}: GitObjectID!");
    }
    query.push_str(") {\n  repository(owner: $owner, name: $name) {\n");
    for index in 0..count {
        let _ = writeln!(query, "    b{index}: object(oid: $o{index}) {{ ...Text }}");
    }
    query.push_str("  }\n}\nfragment Text on Blob { oid isBinary isTruncated text }");
    query
}

/// What stands beside the data of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Faults {
    /// Any fault makes the reply a failure.
    Refuse,
    /// Parts may be missing.
    Bear,
}

/// Reads the data of a reply.
pub(super) fn data<D: FromValue>(response: &Response, faults: Faults, now_ms: u64) -> Result<D, Failure> {
    let (data, errors) = reply(response, now_ms)?;
    match data.map(D::from_value) {
        Some(Ok(data)) if errors.is_empty() || faults == Faults::Bear => Ok(data),
        // With faults, the data may be of no known shape.
        _ if !errors.is_empty() => Err(classify(response, now_ms)),
        _ => Err(wrong()),
    }
}

fn reply(response: &Response, now_ms: u64) -> Result<(Option<Value>, Vec<Value>), Failure> {
    let Response::Answered(answer) = response else { return Err(classify(response, now_ms)) };
    if answer.status != 200 {
        return Err(classify(response, now_ms));
    }
    let reply = answer.json().ok_or_else(wrong)?;
    let read = || {
        let mut fields = Fields::of(reply)?;
        Ok((fields.read("data")?, fields.read_or_default("errors")?))
    };
    read().map_err(|_: Misfit| wrong())
}

/// Something with an id.
pub(super) struct Object {
    pub oid: ObjectId,
}

impl FromValue for Object {
    fn from_value(value: Value) -> Result<Object, Misfit> {
        Ok(Object { oid: Fields::of(value)?.read("oid")? })
    }
}
