//! Folders and contents of files.

use crate::host::azure::Azure;
use crate::host::azure::failure::classify;
use crate::host::azure::failure::good;
use crate::host::failure::wrong;
use crate::host::http::Effect;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::load::Batch;
use crate::host::machine::Wire;
use crate::host::outcome::Depth;
use crate::host::outcome::Failure;
use crate::host::outcome::Level;
use crate::host::outcome::Spot;
use crate::host::outcome::Want;
use crate::host::zip::unzip;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::Entry;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::blob_id;

struct Tree {
    entries: Vec<Item>,
}

struct Item {
    path: String,
    mode: String,
    object_id: ObjectId,
}

impl Azure {
    /// Lists a folder by its id.
    pub(in crate::host) async fn folder(
        &self,
        wire: &Wire,
        spot: Spot<'_>,
        depth: Depth,
    ) -> Result<Level, Failure> {
        let id = match spot.id {
            Some(id) => id,
            None => self.commit_at(wire, spot.commit).await?.tree,
        };
        let query = if depth == Depth::All { "?recursive=true" } else { "" };
        let tree: Tree = self.read(wire, self.get(&format!("/trees/{id}{query}"))).await?;
        let mut entries = Vec::with_capacity(tree.entries.len());
        for Item { path, mode, object_id } in tree.entries {
            entries.push((path, Entry { mode: Mode::parse(&mode).ok_or_else(wrong)?, id: object_id }));
        }
        Ok(Level { entries, is_whole: true })
    }

    /// Asks for the contents of several blobs, in one zip.
    pub(in crate::host) fn batch_request(&self, wants: &[Want]) -> Request {
        let ids: Value = wants.iter().map(|want| Value::from(want.id)).collect();
        let mut request = self.write("/blobs?$format=zip", &ids);
        request.headers.retain(|(name, _)| *name != "accept");
        Request { effect: Effect::Read, ..request.header("accept", "application/zip") }
    }

    /// Reads the contents that came. Whatever the zip calls them, each is what
    /// its bytes make it.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let files = unzip(&good(response, now_ms)?.body).ok_or_else(wrong)?;
        Ok(files.into_iter().map(|content| (blob_id(&content), content)).collect())
    }

    /// Asks for the content of one blob, as it is.
    pub(in crate::host) fn blob_request(&self, want: &Want) -> Request {
        let url = self.url(&format!("/blobs/{}?$format=octetstream", want.id));
        Request::get(url).header("accept", "application/octet-stream")
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
        Ok(Tree { entries: Fields::of(value)?.read("treeEntries")? })
    }
}

impl FromValue for Item {
    fn from_value(value: Value) -> Result<Item, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Item {
            path: fields.read("relativePath")?,
            mode: fields.read("mode")?,
            object_id: fields.read("objectId")?,
        })
    }
}
