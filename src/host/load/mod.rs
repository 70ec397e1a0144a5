//! Reads a commit, checked piece by piece against the ids of Git.

mod blobs;
mod folders;

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::load::blobs::fetch;
use crate::host::load::folders::list;
use crate::host::machine::Wire;
use crate::host::outcome::Changes;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::host::outcome::Trouble;
use crate::order::Set;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;

/// Contents of blobs by the ids they are said to have.
pub(super) type Batch = Vec<(ObjectId, Vec<u8>)>;

/// What a host lists of a folder.
pub(super) struct Level {
    /// Paths, written relative to the folder, with what lies there.
    pub entries: Vec<(String, Entry)>,
    /// Whether the host says it is all.
    pub is_whole: bool,
}

/// A commit to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub head: ObjectId,
    /// The id of its tree.
    pub tree: ObjectId,
}

/// How a branch stands to what is known of it.
#[derive(Debug, Clone)]
pub enum Advance {
    /// It is at the known commit.
    Same,
    /// It shows a commit that the known one stands on: the read lags behind, or
    /// somebody has moved the branch back.
    Behind,
    /// It has another head.
    Moved(Moved),
}

/// A branch that has another head than the known one.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The branch as it is now.
    pub snapshot: Snapshot,
    /// The commits that came on top of the known one, the head last; none if
    /// the head does not stand on it.
    pub commits: Option<Vec<Recent>>,
}

/// What to do with a branch that shows a commit of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// Not to believe it.
    Ignore,
    /// To go back with it.
    Follow,
}

pub(super) async fn load(
    host: &Host,
    wire: &Wire,
    commit: Target,
    fabrics: &Fabrics,
    known: &Contents,
) -> Result<Snapshot, Failure> {
    let listing = list(host, wire, commit.tree, fabrics).await?;
    complete(host, wire, commit, listing, fabrics, known).await
}

pub(super) async fn advance(
    host: &Host,
    wire: &Wire,
    branch: &str,
    fabrics: &Fabrics,
    known: &Snapshot,
    back: Back,
) -> Result<Advance, Failure> {
    let compared = match host.changes(wire, known.head(), branch).await {
        Ok(compared) => compared,
        // The known commit is gone: history was rewritten.
        Err(failure) if failure.trouble == Trouble::Missing => Compared::Unclear,
        Err(failure) => return Err(failure),
    };
    match compared {
        Compared::Straight(Changes { commits, files }) => {
            let Some(last) = commits.last() else { return Ok(Advance::Same) };
            let commit = Target { head: last.id, tree: last.tree };
            let listing = changed(known.listing(), files);
            let snapshot = if listing.root_id() == Some(commit.tree) {
                complete(host, wire, commit, listing, fabrics, known.contents()).await?
            } else {
                load(host, wire, commit, fabrics, known.contents()).await?
            };
            Ok(Advance::Moved(Moved { snapshot, commits: Some(commits) }))
        }
        Compared::Behind if back == Back::Ignore => Ok(Advance::Behind),
        Compared::Behind | Compared::Unclear => {
            let found = host.bootstrap(wire, Some(branch)).await?;
            if found.head == known.head() {
                return Ok(Advance::Same);
            }
            // This read may lag behind where the one before it did not.
            let head = found.head.to_string();
            if back == Back::Ignore && host.changes(wire, known.head(), &head).await == Ok(Compared::Behind) {
                return Ok(Advance::Behind);
            }
            let commit = Target { head: found.head, tree: found.tree };
            let snapshot = load(host, wire, commit, fabrics, known.contents()).await?;
            Ok(Advance::Moved(Moved { snapshot, commits: None }))
        }
    }
}

/// Applies what a comparison says. It says nothing about modes, so the result
/// holds only if it makes the right tree.
fn changed(listing: &Listing, files: Vec<(String, Option<ObjectId>)>) -> Listing {
    let mut listing = listing.clone();
    for (path, id) in files {
        match id {
            Some(id) => {
                let mode = listing.get(&path).map_or(Mode::FILE, |entry| entry.mode);
                listing.put(path, Entry { mode, id });
            }
            None => {
                listing.take(&path);
            }
        }
    }
    listing
}

/// Reads the contents that a listing needs and makes the snapshot.
async fn complete(
    host: &Host,
    wire: &Wire,
    commit: Target,
    listing: Listing,
    fabrics: &Fabrics,
    known: &Contents,
) -> Result<Snapshot, Failure> {
    let read = listing.iter().filter(|(path, entry)| entry.mode.is_file() && fabrics.is_read(path));
    let needed: Set<ObjectId> = read.map(|(_, entry)| entry.id).collect();
    let mut contents = Contents::default();
    let missing: Vec<ObjectId> = needed.into_iter().filter(|id| !contents.copy(*id, known)).collect();
    fetch(host, wire, &missing, &mut contents).await?;
    Snapshot::new(commit.head, commit.tree, listing, contents)
        .map_err(|wrong| Failure::new(Trouble::Wrong, &wrong.to_string()))
}
