//! GraphQL: queries as constants, answers as types. What people wrote goes
//! into variables, never into a query.

use crate::host::github::failure::classify;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::plan::ObjectId;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
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

#[derive(Serialize)]
pub(super) struct Call<'a, V> {
    pub query: &'a str,
    pub variables: &'a V,
}

#[derive(Deserialize)]
struct Reply<D> {
    data: Option<D>,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
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
pub(super) fn data<D: DeserializeOwned>(
    response: &Response,
    faults: Faults,
    now_ms: u64,
) -> Result<D, Failure> {
    let Response::Answered(answer) = response else { return Err(classify(response, now_ms)) };
    if answer.status != 200 {
        return Err(classify(response, now_ms));
    }
    let wrong = || Failure::new(Trouble::Wrong, "the answer is not what was asked for");
    match answer.json::<Reply<D>>() {
        Some(Reply { data: Some(data), errors }) if errors.is_empty() || faults == Faults::Bear => Ok(data),
        Some(Reply { errors, .. }) if !errors.is_empty() => Err(classify(response, now_ms)),
        Some(_) => Err(wrong()),
        // With faults, the data may be of no known shape.
        None if answer.json::<Reply<serde_json::Value>>().is_some_and(|reply| !reply.errors.is_empty()) => {
            Err(classify(response, now_ms))
        }
        None => Err(wrong()),
    }
}

/// Something with an id.
#[derive(Deserialize)]
pub(super) struct Object {
    pub oid: ObjectId,
}
