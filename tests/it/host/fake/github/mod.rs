//! GitHub, as the host in memory speaks it.

mod graphql;
mod rest;

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::decode;
use hedgerow::host::Method;
use hedgerow::host::Request;
use hedgerow::host::Response;
use serde_json::Value;

/// Finds out what a request asks for, with the parts of its path that vary.
pub(super) fn read(request: &Request) -> (Call, Vec<String>) {
    let rest = request.url.strip_prefix("https://api.github.com").expect("only one host is asked");
    let header =
        |name: &str| request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value);
    assert!(header("accept").is_some() && header("authorization").is_none());
    assert_eq!(request.body.is_some(), header("content-type").is_some());
    if rest == "/graphql" {
        let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        let query = body["query"].as_str().unwrap();
        let call = match query.split(['(', ' ']).nth(1).unwrap() {
            "Bootstrap" => Call::Bootstrap,
            "Blobs" => Call::Blobs,
            "Commit" => Call::Commit,
            other => panic!("no such query: {other}"),
        };
        return (call, vec![]);
    }
    assert_eq!(header("x-github-api-version").map(String::as_str), Some("2022-11-28"));
    let path = rest.strip_prefix("/repos/acme/fabric").expect("only one repository is asked");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    parts.push(decode(query));
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let call = match (request.method, &names[..names.len() - 1]) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["commits", _]) => Call::Head,
        (Method::Get, ["commits"]) => Call::Recent,
        (Method::Get, ["branches", _]) => Call::Branch,
        (Method::Get, ["git", "trees", _]) => Call::Folder,
        (Method::Get, ["git", "blobs", _]) => Call::Blob,
        (Method::Get, ["compare", _]) => Call::Compare,
        (Method::Get, ["pulls"]) => Call::Pulls,
        (Method::Post, ["pulls"]) => Call::NewPull,
        (Method::Post, ["git", "trees"]) => Call::NewTree,
        (Method::Post, ["git", "commits"]) => Call::NewCommit,
        (Method::Post, ["git", "blobs"]) => Call::NewBlob,
        (Method::Post, ["git", "refs"]) => Call::NewBranch,
        (Method::Patch, ["git", "refs", _]) => Call::MoveBranch,
        other => panic!("no such call: {other:?}"),
    };
    (call, parts)
}

impl Fake {
    pub(super) fn act_as_github(
        &mut self,
        call: Call,
        request: &Request,
        parts: &[String],
        body: &Value,
        fault: Option<&Fault>,
    ) -> Response {
        match call {
            Call::Bootstrap | Call::Blobs | Call::Commit => self.graphql(call, &body["variables"], fault),
            _ => self.rest(call, request, parts, body, fault),
        }
    }
}
