//! Reads a commit, checked piece by piece against the ids of Git.

mod blobs;
mod folders;

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::load::blobs::fetch;
use crate::host::load::folders::list;
use crate::host::machine::Wire;
use crate::host::outcome::Changes;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::host::outcome::Trouble;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;
use std::collections::BTreeSet;

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

/// A snapshot at the head of its branch.
#[derive(Debug, Clone)]
pub struct Advanced {
    /// The branch as it is now.
    pub snapshot: Snapshot,
    /// The commits that came since, the head last; none if that could not be told.
    pub commits: Option<Vec<Recent>>,
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
    snapshot: &Snapshot,
) -> Result<Advanced, Failure> {
    let changes = match host.changes(wire, snapshot.head(), branch).await {
        Ok(changes) => changes,
        // The known commit is gone: history was rewritten.
        Err(failure) if matches!(failure.trouble, Trouble::Missing | Trouble::Wrong) => None,
        Err(failure) => return Err(failure),
    };
    if let Some(Changes { commits, files }) = changes {
        let Some(last) = commits.last() else {
            return Ok(Advanced { snapshot: snapshot.clone(), commits: Some(Vec::new()) });
        };
        let commit = Target { head: last.id, tree: last.tree };
        let listing = changed(snapshot.listing(), files);
        if listing.root_id() == Some(commit.tree) {
            let snapshot = complete(host, wire, commit, listing, fabrics, snapshot.contents()).await?;
            return Ok(Advanced { snapshot, commits: Some(commits) });
        }
    }
    let found = host.bootstrap(wire, Some(branch)).await?;
    if found.head == snapshot.head() {
        return Ok(Advanced { snapshot: snapshot.clone(), commits: Some(Vec::new()) });
    }
    let commit = Target { head: found.head, tree: found.tree };
    let snapshot = load(host, wire, commit, fabrics, snapshot.contents()).await?;
    Ok(Advanced { snapshot, commits: None })
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
    let needed: BTreeSet<ObjectId> = read.map(|(_, entry)| entry.id).collect();
    let mut contents = Contents::default();
    let missing: Vec<ObjectId> = needed.into_iter().filter(|id| !contents.copy(*id, known)).collect();
    fetch(host, wire, &missing, &mut contents).await?;
    Snapshot::new(commit.head, commit.tree, listing, contents)
        .map_err(|wrong| Failure::new(Trouble::Wrong, &wrong.to_string()))
}
