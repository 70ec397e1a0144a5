//! Folders and contents of files.

use crate::host::github::GitHub;
use crate::host::github::VERSION;
use crate::host::github::failure::classify;
use crate::host::github::graphql::Faults;
use crate::host::github::graphql::blobs_query;
use crate::host::github::graphql::data;
use crate::host::http::Effect;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::load::Batch;
use crate::host::load::Level;
use crate::host::machine::Wire;
use crate::host::outcome::Depth;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::order::Map;
use crate::plan::Entry;
use crate::plan::Mode;
use crate::plan::ObjectId;
use serde::Deserialize;

#[derive(Deserialize)]
struct Tree {
    tree: Vec<Item>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Item {
    path: String,
    mode: String,
    sha: ObjectId,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Map<String, Option<Blob>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    oid: Option<ObjectId>,
    text: Option<String>,
    #[serde(default)]
    is_truncated: bool,
}

impl GitHub {
    /// Lists a folder by its id.
    pub(in crate::host) async fn folder(
        &self,
        wire: &Wire,
        id: ObjectId,
        depth: Depth,
    ) -> Result<Level, Failure> {
        let query = if depth == Depth::All { "?recursive=1" } else { "" };
        let Tree { tree, truncated } = self.read(wire, self.get(&format!("/git/trees/{id}{query}"))).await?;
        let mut entries = Vec::with_capacity(tree.len());
        for Item { path, mode, sha } in tree {
            let mode = Mode::parse(&mode)
                .ok_or_else(|| Failure::new(Trouble::Wrong, "an entry of a folder has no mode"))?;
            entries.push((path, Entry { mode, id: sha }));
        }
        Ok(Level { entries, is_whole: !truncated })
    }

    /// Asks for the contents of several blobs.
    pub(in crate::host) fn batch_request(&self, ids: &[ObjectId]) -> Request {
        let mut variables: Map<String, String> =
            ids.iter().enumerate().map(|(index, id)| (format!("o{index}"), id.to_string())).collect();
        variables.insert("owner".to_owned(), self.repository.owner.clone());
        variables.insert("name".to_owned(), self.repository.name.clone());
        self.graphql(Effect::Read, &blobs_query(ids.len()), &variables)
    }

    /// Reads the contents that came, by the ids they are said to have.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let Data { repository } = data(response, Faults::Bear, now_ms)?;
        let blobs = repository.ok_or_else(|| classify(response, now_ms))?;
        let text = |blob: Blob| Some((blob.oid?, blob.text.filter(|_| !blob.is_truncated)?.into_bytes()));
        Ok(blobs.into_values().flatten().filter_map(text).collect())
    }

    /// Asks for the content of one blob, as it is.
    pub(in crate::host) fn blob_request(&self, id: ObjectId) -> Request {
        Request::get(self.url(&format!("/git/blobs/{id}")))
            .header("accept", "application/vnd.github.raw+json")
            .header(VERSION.0, VERSION.1)
    }

    /// Reads the content of one blob.
    pub(in crate::host) fn blob_answer(response: Response, now_ms: u64) -> Result<Vec<u8>, Failure> {
        match response {
            Response::Answered(answer) if answer.status == 200 => Ok(answer.body),
            other => Err(classify(&other, now_ms)),
        }
    }
}
