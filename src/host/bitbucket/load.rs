//! The files of a commit: a list with sizes, and contents one by one.

use crate::fabric::Fabrics;
use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::encode_path;
use crate::host::bitbucket::failure::classify;
use crate::host::failure::wrong;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::load::Batch;
use crate::host::machine::Progress;
use crate::host::machine::Ticket;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::host::outcome::Want;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::order::Map;
use crate::order::Set;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;
use crate::plan::blob_id;

/// Pages of a list that are read.
const PAGES: usize = 1000;
/// Folders that may be opened one by one before it is given up.
const FOLDERS: usize = 10_000;
/// Times that one thing is asked for.
const TRIES: u32 = 3;
/// Files that are read at once.
const AT_ONCE: usize = 4;
/// The longest wait for the allowance within a load.
const PATIENCE_MS: u64 = 5 * 60 * 1000;
/// How long to wait for the allowance where the host does not say.
const LIMITED_MS: u64 = 60_000;

/// What a list shows of a path.
pub(super) struct Item {
    pub path: String,
    is_folder: bool,
    attributes: Vec<String>,
    size_bytes: Option<usize>,
}

/// A file to be read.
pub(super) struct Wanted {
    pub path: String,
    pub mode: Mode,
    /// How many bytes it has.
    pub size_bytes: usize,
}

impl Item {
    /// Returns what is to be read of it.
    pub(super) fn wanted(self) -> Option<Wanted> {
        let (mode, size_bytes) = (self.mode()?, self.size_bytes?);
        Some(Wanted { path: self.path, mode, size_bytes })
    }

    /// Returns what kind of thing it is. What lies in another storage is no file
    /// with content of its own.
    fn mode(&self) -> Option<Mode> {
        let has = |name: &str| self.attributes.iter().any(|known| known == name);
        match () {
            () if self.is_folder => Some(Mode::FOLDER),
            () if has("link") || has("lfs") => Mode::parse("120000"),
            () if has("subrepository") => Mode::parse("160000"),
            () if has("executable") => Some(Mode::EXECUTABLE),
            () => Some(Mode::FILE),
        }
    }
}

impl Bitbucket {
    /// Reads a commit.
    pub(in crate::host) async fn load(
        &self,
        wire: &Wire,
        commit: ObjectId,
        fabrics: &Fabrics,
    ) -> Result<Snapshot, Failure> {
        let mut listing = Listing::default();
        let mut wanted = Vec::new();
        for item in self.list(wire, commit, fabrics).await? {
            let mode = item.mode().ok_or_else(wrong)?;
            if listing.get(&item.path).is_some() {
                return Err(Failure::new(Trouble::Wrong, "a list names a file twice"));
            }
            listing.put(item.path.clone(), Entry { mode, id: ObjectId::NONE });
            if mode.is_file() && fabrics.is_read(&item.path) {
                wanted.push(item.wanted().ok_or_else(wrong)?);
            }
        }
        self.complete(wire, commit, listing, Contents::default(), wanted).await
    }

    /// Reads the files that are wanted and makes the snapshot.
    pub(super) async fn complete(
        &self,
        wire: &Wire,
        commit: ObjectId,
        mut listing: Listing,
        mut contents: Contents,
        wanted: Vec<Wanted>,
    ) -> Result<Snapshot, Failure> {
        let read = self.contents(wire, commit, &wanted).await?;
        for (Wanted { path, mode, .. }, content) in wanted.into_iter().zip(read) {
            let id = contents.add(content);
            listing.put(path, Entry { mode, id });
        }
        let tree = listing.root_id().ok_or_else(wrong)?;
        Snapshot::new(commit, tree, listing, contents).map_err(|_| wrong())
    }

    /// Lists a commit whole. If that takes Bitbucket too long, only folders that
    /// have to do with a fabric are opened.
    async fn list(&self, wire: &Wire, commit: ObjectId, fabrics: &Fabrics) -> Result<Vec<Item>, Failure> {
        let whole = format!("/src/{commit}/?max_depth=100&pagelen=100&q=type%3D%22commit_file%22");
        match self.pages(wire, &whole, PAGES).await {
            Ok(Some(values)) => return items(values),
            Ok(None) => {}
            Err(failure) if matches!(failure.trouble, Trouble::Host | Trouble::Wrong) => {}
            Err(failure) => return Err(failure),
        }
        let mut found = Vec::new();
        let mut open = vec![String::new()];
        let mut opened = 0;
        while let Some(folder) = open.pop() {
            opened += 1;
            if opened > FOLDERS {
                return Err(Failure::new(Trouble::TooLarge, "the repository has too many folders"));
            }
            for item in self.folder(wire, commit, &folder).await? {
                if item.is_folder && fabrics.meets(&item.path) {
                    open.push(format!("{}/", item.path));
                } else {
                    found.push(item);
                }
            }
        }
        Ok(found)
    }

    /// Lists one folder, whose name ends in a slash unless it is the root.
    pub(super) async fn folder(
        &self,
        wire: &Wire,
        commit: ObjectId,
        folder: &str,
    ) -> Result<Vec<Item>, Failure> {
        let path = format!("/src/{commit}/{}?pagelen=100", encode_path(folder));
        let mut wait_ms = 500;
        for _ in 1..TRIES {
            match self.pages(wire, &path, PAGES).await {
                Ok(values) => return items(values.ok_or_else(wrong)?),
                Err(failure) if is_passing(failure.trouble) => {
                    wire.wait(wait_ms).await;
                    wait_ms *= 2;
                }
                Err(failure) => return Err(failure),
            }
        }
        items(self.pages(wire, &path, PAGES).await?.ok_or_else(wrong)?)
    }

    /// Asks what lies at a path.
    pub(super) async fn item(&self, wire: &Wire, commit: ObjectId, path: &str) -> Result<Wanted, Failure> {
        let request = self.get(&format!("/src/{commit}/{}?format=meta", encode_path(path)));
        let item: Item = self.read(wire, request).await?;
        item.wanted().filter(|file| file.path == path).ok_or_else(wrong)
    }

    /// Asks for the content of a file, as it is.
    pub(in crate::host) fn file_request(&self, commit: ObjectId, path: &str) -> Request {
        Request::get(self.url(&format!("/src/{commit}/{}", encode_path(path))))
    }

    /// Reads the content of a file.
    pub(in crate::host) fn file_answer(response: Response, now_ms: u64) -> Result<Vec<u8>, Failure> {
        match response {
            Response::Answered(answer) if answer.status == 200 => Ok(answer.body),
            other => Err(classify(&other, now_ms)),
        }
    }

    /// Asks for the content of the first of several files: there is no way to
    /// ask for more.
    pub(in crate::host) fn batch_request(&self, commit: ObjectId, wants: &[Want]) -> Request {
        self.file_request(commit, wants.first().map_or("", |want| &want.path))
    }

    /// Reads the content that came, which is what its bytes make it.
    pub(in crate::host) fn batch_answer(response: &Response, now_ms: u64) -> Result<Batch, Failure> {
        let content = Bitbucket::file_answer(response.clone(), now_ms)?;
        Ok(vec![(blob_id(&content), content)])
    }

    /// Reads files of a commit, a few at once, and returns them in the same order.
    async fn contents(
        &self,
        wire: &Wire,
        commit: ObjectId,
        wanted: &[Wanted],
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let mut contents: Vec<Option<Vec<u8>>> = wanted.iter().map(|_| None).collect();
        let mut left: Vec<(usize, u32)> = (0..wanted.len()).rev().map(|index| (index, 0)).collect();
        let mut under_way: Map<Ticket, (usize, u32)> = Map::new();
        let mut done = 0;
        // What failed ends it, but not before all that is under way has come.
        let mut failed = None;
        let show = |done| wire.show(Progress::Files { done, total: wanted.len() });
        if !wanted.is_empty() {
            show(0);
        }
        loop {
            while failed.is_none()
                && under_way.len() < AT_ONCE
                && let Some((index, tries)) = left.pop()
            {
                let Some(file) = wanted.get(index) else { continue };
                let request = self.file_request(commit, &file.path);
                under_way.insert(wire.post(request), (index, tries + 1));
            }
            let tickets: Set<Ticket> = under_way.keys().copied().collect();
            if tickets.is_empty() {
                if let Some(failure) = failed {
                    return Err(failure);
                }
                return contents.into_iter().map(|content| content.ok_or_else(wrong)).collect();
            }
            let (ticket, response) = wire.any(&tickets).await;
            let Some((index, tries)) = under_way.remove(&ticket) else { continue };
            let size_bytes = wanted.get(index).map(|file| file.size_bytes);
            match content(response, size_bytes, wire.now_ms()) {
                Ok(bytes) => {
                    if let Some(place) = contents.get_mut(index) {
                        *place = Some(bytes);
                    }
                    done += 1;
                    show(done);
                }
                Err(_) if failed.is_some() => {}
                Err(failure) if failure.trouble == Trouble::Limited => {
                    left.push((index, tries - 1));
                    failed = patience(wire, failure).await.err();
                }
                Err(failure) if tries < TRIES && is_passing(failure.trouble) => {
                    left.push((index, tries));
                    wire.wait(500 << tries).await;
                }
                Err(failure) => failed = Some(failure),
            }
        }
    }
}

/// Reads the content of a file and holds it against its size.
fn content(response: Response, size_bytes: Option<usize>, now_ms: u64) -> Result<Vec<u8>, Failure> {
    let content = Bitbucket::file_answer(response, now_ms)?;
    if size_bytes.is_some_and(|size| size != content.len()) {
        return Err(Failure::new(Trouble::Wrong, "a file has not the size that was told"));
    }
    Ok(content)
}

/// Waits for the allowance unless that takes too long.
async fn patience(wire: &Wire, failure: Failure) -> Result<(), Failure> {
    let now_ms = wire.now_ms();
    let until_ms = failure.until_ms.unwrap_or(now_ms + LIMITED_MS);
    if until_ms > now_ms + PATIENCE_MS {
        return Err(failure);
    }
    wire.show(Progress::Waiting { until_ms });
    wire.wait(until_ms - now_ms).await;
    Ok(())
}

fn items(values: Vec<Value>) -> Result<Vec<Item>, Failure> {
    values.into_iter().map(|value| Item::from_value(value).map_err(|_| wrong())).collect()
}

/// Says whether asking again may help.
fn is_passing(trouble: Trouble) -> bool {
    matches!(trouble, Trouble::Host | Trouble::Unreachable | Trouble::Wrong | Trouble::Unknown)
}

impl FromValue for Item {
    fn from_value(value: Value) -> Result<Item, Misfit> {
        let mut fields = Fields::of(value)?;
        let kind: String = fields.read("type")?;
        Ok(Item {
            path: fields.read("path")?,
            is_folder: kind == "commit_directory",
            attributes: fields.read_or_default("attributes")?,
            size_bytes: fields.read("size")?,
        })
    }
}
