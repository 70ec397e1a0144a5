//! Folders and contents of files.

use crate::host::failure::wrong;
use crate::host::gitlab::GitLab;
use crate::host::gitlab::failure::classify;
use crate::host::gitlab::failure::json;
use crate::host::http::Effect;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::http::encode;
use crate::host::load::Batch;
use crate::host::machine::Wire;
use crate::host::outcome::Depth;
use crate::host::outcome::Failure;
use crate::host::outcome::Level;
use crate::host::outcome::Spot;
use crate::host::outcome::Trouble;
use crate::host::outcome::Want;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::write_json;
use crate::plan::Entry;
use crate::plan::Mode;
use crate::plan::ObjectId;

/// Asks for contents of files of a commit.
pub const BLOBS_QUERY: &str = "\
query Blobs($project: ID!, $ref: String!, $paths: [String!]!) {
  project(fullPath: $project) {
    repository { blobs(ref: $ref, paths: $paths) { nodes { oid path rawTextBlob } } }
  }
}";

/// The most entries that a page has.
const PAGE: usize = 100;
/// The most pages that are read.
const PAGES: usize = 2000;

struct Item {
    path: String,
    mode: String,
    id: ObjectId,
}

/// Files of a reply of GraphQL.
pub(super) struct Nodes(pub Vec<Node>);

/// A file of a reply of GraphQL.
pub(super) struct Node {
    pub oid: ObjectId,
    pub path: String,
    /// None if it is no text.
    pub text: Option<String>,
}

impl GitLab {
    /// Lists a folder of a commit, page by page.
    pub(in crate::host) async fn folder(
        &self,
        wire: &Wire,
        spot: Spot<'_>,
        depth: Depth,
    ) -> Result<Level, Failure> {
        let (place, above) = match spot.path {
            "" => (String::new(), String::new()),
            path => (format!("&path={}", encode(path)), format!("{path}/")),
        };
        let recursive = if depth == Depth::All { "&recursive=true" } else { "" };
        let mut entries = Vec::new();
        for page in 1..=PAGES {
            let query = format!("ref={}&per_page={PAGE}&page={page}{recursive}{place}", spot.commit);
            let response = wire.send(self.get(&format!("/repository/tree?{query}"))).await;
            let items: Vec<Item> = json(&response, wire.now_ms())?;
            let header = |name: &str| match &response {
                Response::Answered(answer) => answer.headers.get(name),
                _ => None,
            };
            // The next page is named where there is one.
            let is_last = match header("x-next-page") {
                Some(next) => next.trim().is_empty(),
                None => items.len() < PAGE,
            };
            let total = header("x-total").and_then(|total| total.trim().parse().ok());
            for Item { path, mode, id } in items {
                let mode = Mode::parse(&mode).ok_or_else(wrong)?;
                let name = path.strip_prefix(above.as_str()).ok_or_else(wrong)?;
                entries.push((name.to_owned(), Entry { mode, id }));
            }
            if is_last {
                // No tree has an id here, so the count is what tells a list that was cut short.
                let is_whole = total.is_none_or(|total: usize| total == entries.len());
                return Ok(Level { entries, is_whole });
            }
        }
        Err(Failure::new(Trouble::TooLarge, "the repository has too many files"))
    }

    /// Asks for the contents of several files.
    pub(in crate::host) fn batch_request(&self, commit: ObjectId, wants: &[Want]) -> Request {
        let paths: Vec<&str> = wants.iter().map(|want| want.path.as_str()).collect();
        self.blobs(commit, &paths)
    }

    /// Asks for files of a commit by their paths.
    pub(super) fn blobs(&self, commit: ObjectId, paths: &[&str]) -> Request {
        let variables = Value::object([
            ("project", self.project.as_str().into()),
            ("ref", commit.into()),
            ("paths", paths.iter().map(|path| Value::from(*path)).collect()),
        ]);
        let call = Value::object([("query", BLOBS_QUERY.into()), ("variables", variables)]);
        let url = format!("{}/api/graphql", self.server);
        let request = Request::write(Method::Post, url, write_json(&call).into_bytes());
        Request { effect: Effect::Read, ..request }
    }

    /// Reads the contents that came, by the ids they are said to have.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let Nodes(nodes) = nodes(response, now_ms)?;
        Ok(nodes.into_iter().filter_map(|node| Some((node.oid, node.text?.into_bytes()))).collect())
    }

    /// Asks for the content of one blob, as it is.
    pub(in crate::host) fn blob_request(&self, want: &Want) -> Request {
        self.get(&format!("/repository/blobs/{}/raw", want.id))
    }

    /// Reads the content of one blob.
    pub(in crate::host) fn blob_answer(response: Response, now_ms: u64) -> Result<Vec<u8>, Failure> {
        match response {
            Response::Answered(answer) if answer.status == 200 => Ok(answer.body),
            other => Err(classify(&other, now_ms)),
        }
    }
}

/// Reads the files of a reply, which may have faults beside them or instead.
pub(super) fn nodes(response: &Response, now_ms: u64) -> Result<Nodes, Failure> {
    let reply: Value = json(response, now_ms)?;
    let project = reply.get("data").and_then(|data| data.get("project"));
    match project.and_then(|project| project.get("repository")?.get("blobs")) {
        Some(blobs) => Nodes::from_value(blobs.clone()).map_err(|_| wrong()),
        None => Err(classify(response, now_ms)),
    }
}

impl FromValue for Item {
    fn from_value(value: Value) -> Result<Item, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Item { path: fields.read("path")?, mode: fields.read("mode")?, id: fields.read("id")? })
    }
}

impl FromValue for Nodes {
    fn from_value(value: Value) -> Result<Nodes, Misfit> {
        let nodes: Vec<Option<Node>> = Fields::of(value)?.read("nodes")?;
        Ok(Nodes(nodes.into_iter().flatten().collect()))
    }
}

impl FromValue for Node {
    fn from_value(value: Value) -> Result<Node, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Node { oid: fields.read("oid")?, path: fields.read("path")?, text: fields.read("rawTextBlob")? })
    }
}
