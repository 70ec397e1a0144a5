//! Folders and contents of files.

use crate::host::failure::wrong;
use crate::host::gitea::Gitea;
use crate::host::gitea::failure::classify;
use crate::host::gitea::full_name;
use crate::host::gitea::literally;
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
use crate::host::outcome::Whole;
use crate::host::zip;
use crate::host::zip::Packed;
use crate::host::zip::unzip;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::blob_id;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most entries that a page has.
const PAGE: usize = 1000;
/// The most pages that are read.
const PAGES: usize = 500;

/// A commit or a tree, by its id.
pub(super) struct Root {
    pub sha: ObjectId,
}

struct Page {
    sha: ObjectId,
    tree: Vec<Item>,
    total: usize,
}

struct Item {
    path: String,
    mode: String,
    sha: ObjectId,
}

struct Blob {
    content: Option<String>,
}

impl Gitea {
    /// Lists a folder by its id, or by its place in a commit.
    pub(in crate::host) async fn folder(
        &self,
        wire: &Wire,
        spot: Spot<'_>,
        depth: Depth,
    ) -> Result<Level, Failure> {
        let name = match spot.id {
            Some(id) => id.to_string(),
            None if spot.path.is_empty() => spot.commit.to_string(),
            None => encode(&format!("{}:{}", spot.commit, spot.path)),
        };
        let recursive = if depth == Depth::All { "&recursive=1" } else { "" };
        let (_, level) = self.pages(wire, &name, recursive).await?;
        Ok(level)
    }

    /// Reads all pages of a list. The first says what it is a list of, so that
    /// the others are of the same.
    pub(super) async fn pages(
        &self,
        wire: &Wire,
        name: &str,
        recursive: &str,
    ) -> Result<(ObjectId, Level), Failure> {
        let mut name = name.to_owned();
        let mut entries = Vec::new();
        for page in 1..=PAGES {
            let path = format!("/git/trees/{name}?per_page={PAGE}&page={page}{recursive}");
            let Page { sha, tree, total } = self.read(wire, self.get(&path)).await?;
            let is_last = tree.is_empty() || entries.len() + tree.len() >= total;
            for Item { path, mode, sha } in tree {
                let mode = Mode::parse(&mode)
                    .ok_or_else(|| Failure::new(Trouble::Wrong, "an entry of a folder has no mode"))?;
                entries.push((path, Entry { mode, id: sha }));
            }
            if is_last {
                let is_whole = entries.len() == total;
                return Ok((sha, Level { entries, is_whole }));
            }
            name = sha.to_string();
        }
        Err(Failure::new(Trouble::TooLarge, "the repository has too many files"))
    }

    /// Reads a branch as one archive, which names its commit. It is taken if it
    /// makes the tree of that commit: attributes of paths may leave files out of
    /// an archive, or change them.
    pub(in crate::host) async fn whole(&self, wire: &Wire, branch: &str) -> Result<Option<Whole>, Failure> {
        let response = wire.send(self.get(&format!("/archive/{}.zip", full_name(branch)))).await;
        let Response::Answered(answer) = &response else { return Ok(None) };
        if !answer.is_success() {
            let failure = classify(&response, wire.now_ms());
            let is_end =
                matches!(failure.trouble, Trouble::BadToken | Trouble::TokenNotAllowed | Trouble::Limited);
            return if is_end { Err(failure) } else { Ok(None) };
        }
        let Some(Unpacked { head, listing, contents }) = unpack(&answer.body) else { return Ok(None) };
        let tree = self.root(wire, head).await?;
        if listing.root_id() != Some(tree) {
            return Ok(None);
        }
        let permission = self.permission(wire, branch).await?;
        Ok(Some(Whole { head, tree, listing, contents, permission }))
    }

    /// Asks for a zip with some files of a commit. Servers before 1.26 put in all files.
    pub(in crate::host) fn batch_request(&self, commit: ObjectId, wants: &[Want]) -> Request {
        let paths: Vec<String> = wants.iter().map(|want| format!("path={}", literally(&want.path))).collect();
        self.get(&format!("/archive/{commit}.zip?{}", paths.join("&")))
    }

    /// Reads the contents that came, by the ids that they have.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let files = match response {
            Response::Answered(answer) if answer.status == 200 => unzip(&answer.body).ok_or_else(wrong)?,
            other => return Err(classify(other, now_ms)),
        };
        Ok(files.into_iter().map(|bytes| (blob_id(&bytes), bytes)).collect())
    }

    /// Asks for the content of one blob, which no attribute of a path changes.
    pub(in crate::host) fn blob_request(&self, want: &Want) -> Request {
        self.get(&format!("/git/blobs/{}", want.id))
    }

    /// Reads the content of one blob.
    pub(in crate::host) fn blob_answer(response: &Response, now_ms: u64) -> Result<Vec<u8>, Failure> {
        let Blob { content } = super::bootstrap::json(response, now_ms)?;
        let content =
            content.ok_or_else(|| Failure::new(Trouble::TooLarge, "a file is too big to be read"))?;
        STANDARD.decode(content).map_err(|_| wrong())
    }
}

struct Unpacked {
    head: ObjectId,
    listing: Listing,
    contents: Contents,
}

/// Reads an archive, whose only folder at the top has the repository's name.
fn unpack(bytes: &[u8]) -> Option<Unpacked> {
    let archive = zip::open(bytes)?;
    let head = std::str::from_utf8(archive.comment).ok()?.parse().ok()?;
    let mut listing = Listing::default();
    let mut contents = Contents::default();
    for Packed { name, mode, content } in archive.files {
        let (_, path) = std::str::from_utf8(name).ok()?.split_once('/')?;
        if !path.is_empty() && !path.ends_with('/') {
            let mode = if mode == 0 { Mode::FILE } else { Mode::of(mode) };
            listing.put(path.to_owned(), Entry { mode, id: contents.add(content) });
        }
    }
    Some(Unpacked { head, listing, contents })
}

impl FromValue for Root {
    fn from_value(value: Value) -> Result<Root, Misfit> {
        Ok(Root { sha: Fields::of(value)?.read("sha")? })
    }
}

impl FromValue for Page {
    fn from_value(value: Value) -> Result<Page, Misfit> {
        let mut fields = Fields::of(value)?;
        let tree: Option<Vec<Item>> = fields.read("tree")?;
        Ok(Page {
            sha: fields.read("sha")?,
            tree: tree.unwrap_or_default(),
            total: fields.read("total_count")?,
        })
    }
}

impl FromValue for Item {
    fn from_value(value: Value) -> Result<Item, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Item { path: fields.read("path")?, mode: fields.read("mode")?, sha: fields.read("sha")? })
    }
}

impl FromValue for Blob {
    fn from_value(value: Value) -> Result<Blob, Misfit> {
        Ok(Blob { content: Fields::of(value)?.read("content")? })
    }
}
