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
use crate::plan::Entry;
use crate::plan::Mode;
use crate::plan::ObjectId;

struct Tree {
    tree: Vec<Item>,
    truncated: bool,
}

struct Item {
    path: String,
    mode: String,
    sha: ObjectId,
}

struct Data {
    repository: Option<Blobs>,
}

/// Blobs under any names.
struct Blobs(Vec<Option<Blob>>);

struct Blob {
    oid: Option<ObjectId>,
    text: Option<String>,
    is_truncated: bool,
}

impl GitHub {
    /// Lists a folder by its id.
    pub(in crate::host) async fn folder(
        &self,
        wire: &Wire,
        spot: Spot<'_>,
        depth: Depth,
    ) -> Result<Level, Failure> {
        // GitHub takes a commit where it wants a tree and means the tree of it.
        let id = spot.id.unwrap_or(spot.commit);
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
    pub(in crate::host) fn batch_request(&self, wants: &[Want]) -> Request {
        let mut variables = vec![
            ("owner".to_owned(), self.repository.owner.as_str().into()),
            ("name".to_owned(), self.repository.name.as_str().into()),
        ];
        let ids = wants.iter().enumerate().map(|(index, want)| (format!("o{index}"), want.id.into()));
        variables.extend(ids);
        self.graphql(Effect::Read, &blobs_query(wants.len()), Value::Map(variables))
    }

    /// Reads the contents that came, by the ids they are said to have.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let Data { repository } = data(response, Faults::Bear, now_ms)?;
        let Blobs(blobs) = repository.ok_or_else(|| classify(response, now_ms))?;
        let text = |blob: Blob| Some((blob.oid?, blob.text.filter(|_| !blob.is_truncated)?.into_bytes()));
        Ok(blobs.into_iter().flatten().filter_map(text).collect())
    }

    /// Asks for the content of one blob, as it is.
    pub(in crate::host) fn blob_request(&self, want: &Want) -> Request {
        Request::get(self.url(&format!("/git/blobs/{}", want.id)))
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

impl FromValue for Tree {
    fn from_value(value: Value) -> Result<Tree, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Tree { tree: fields.read("tree")?, truncated: fields.read_or_default("truncated")? })
    }
}

impl FromValue for Item {
    fn from_value(value: Value) -> Result<Item, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Item { path: fields.read("path")?, mode: fields.read("mode")?, sha: fields.read("sha")? })
    }
}

impl FromValue for Data {
    fn from_value(value: Value) -> Result<Data, Misfit> {
        Ok(Data { repository: Fields::of(value)?.read("repository")? })
    }
}

impl FromValue for Blobs {
    fn from_value(value: Value) -> Result<Blobs, Misfit> {
        let blobs = Fields::of(value)?.into_values().map(|(_, blob)| FromValue::from_value(blob));
        blobs.collect::<Result<_, Misfit>>().map(Blobs)
    }
}

impl FromValue for Blob {
    fn from_value(value: Value) -> Result<Blob, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Blob {
            oid: fields.read("oid")?,
            text: fields.read("text")?,
            is_truncated: fields.read_or_default("isTruncated")?,
        })
    }
}
