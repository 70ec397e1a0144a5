//! Reads a commit, checked piece by piece against the ids of Git.

mod blobs;
mod folders;

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::budget::Admission;
use crate::host::budget::Purpose;
use crate::host::http::Allowance;
use crate::host::load::blobs::fetch;
use crate::host::load::folders::list;
use crate::host::load::folders::whole;
use crate::host::machine::Wire;
use crate::host::outcome::Bootstrap;
use crate::host::outcome::Changed;
use crate::host::outcome::Changes;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Listed;
use crate::host::outcome::Permission;
use crate::host::outcome::Recent;
use crate::host::outcome::Trouble;
use crate::host::outcome::Want;
use crate::host::outcome::Whole;
use crate::order::Map;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;

/// Contents of blobs by the ids they are said to have.
pub(super) type Batch = Vec<(ObjectId, Vec<u8>)>;

/// A commit to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub head: ObjectId,
    /// The id of its tree; none if the host does not name trees.
    pub tree: Option<ObjectId>,
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

/// A branch that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its name, which may have been left to the host.
    pub branch: String,
    /// What it holds.
    pub snapshot: Snapshot,
    /// What may be done with it.
    pub permission: Permission,
}

pub(super) async fn open(
    host: &Host,
    wire: &Wire,
    branch: Option<&str>,
    fabrics: &Fabrics,
    known: Option<&Snapshot>,
) -> Result<Opened, Failure> {
    if let (Some(branch), None) = (branch, known)
        && let Some(Whole { head, tree, listing, contents, permission }) = host.whole(wire, branch).await?
    {
        let commit = Target { head, tree: Some(tree) };
        let snapshot = complete(host, wire, commit, listing, fabrics, &contents).await?;
        return Ok(Opened { branch: branch.to_owned(), snapshot, permission });
    }
    let Bootstrap { branch, head, tree, permission } = host.bootstrap(wire, branch).await?;
    let is_same = |known: &&Snapshot| known.head() == head || Some(known.tree()) == tree;
    let snapshot = match known.filter(is_same).filter(|known| is_read(known, fabrics)) {
        Some(known) => known.at(head),
        None => {
            may_read(wire)?;
            let nothing = Contents::default();
            let contents = known.map_or(&nothing, Snapshot::contents);
            match known.filter(|known| is_read(known, fabrics)) {
                // Where there are no ids, what differs from a known commit is all that can be left out.
                Some(known) if tree.is_none() => {
                    match host.advance(wire, &branch, fabrics, known, Back::Follow).await? {
                        Advance::Moved(moved) => moved.snapshot,
                        Advance::Same | Advance::Behind => known.clone(),
                    }
                }
                _ => host.load(wire, Target { head, tree }, fabrics, contents).await?,
            }
        }
    };
    Ok(Opened { branch, snapshot, permission })
}

/// Says whether all that fabrics read of a branch is there.
pub(super) fn is_read(snapshot: &Snapshot, fabrics: &Fabrics) -> bool {
    let mut read =
        snapshot.listing().iter().filter(|(path, entry)| entry.mode.is_file() && fabrics.is_read(path));
    read.all(|(_, entry)| snapshot.contents().get(&entry.id).is_some())
}

/// Refuses a read that would use up what writes may need.
pub(super) fn may_read(wire: &Wire) -> Result<(), Failure> {
    for allowance in [Allowance::Rest, Allowance::GraphQl] {
        if let Admission::At(until_ms) = wire.admits(Purpose::Read, allowance) {
            let failure = Failure::new(Trouble::Limited, "the allowance of the host is used up");
            return Err(Failure { until_ms: Some(until_ms), ..failure });
        }
    }
    Ok(())
}

pub(super) async fn load(
    host: &Host,
    wire: &Wire,
    commit: Target,
    fabrics: &Fabrics,
    known: &Contents,
) -> Result<Snapshot, Failure> {
    let listing = list(host, wire, commit, fabrics).await?;
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
        Compared::Straight(Changes { commits, files, contents }) => {
            let Some(last) = commits.last() else { return Ok(Advance::Same) };
            let commit = Target { head: last.id, tree: last.tree };
            let listing = changed(known.listing(), files);
            let is_right = listing.root_id().is_some_and(|root| commit.tree.is_none_or(|tree| tree == root));
            let snapshot = if is_right {
                let mut known = known.contents().clone();
                for (id, bytes) in contents {
                    known.add_verified(id, bytes);
                }
                complete(host, wire, commit, listing, fabrics, &known).await?
            } else {
                load(host, wire, commit, fabrics, known.contents()).await?
            };
            Ok(Advance::Moved(Moved { snapshot, commits: Some(commits) }))
        }
        Compared::Listed(Listed { head, .. }) if head == known.head() => Ok(Advance::Same),
        Compared::Listed(Listed { head, level }) => {
            let commit = Target { head, tree: None };
            let snapshot = match whole(level, None) {
                Some(listing) => complete(host, wire, commit, listing, fabrics, known.contents()).await?,
                None => load(host, wire, commit, fabrics, known.contents()).await?,
            };
            Ok(Advance::Moved(Moved { snapshot, commits: None }))
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

/// Applies what a comparison says. Where it says nothing about modes, the
/// result holds only if it makes the right tree.
fn changed(listing: &Listing, files: Vec<Changed>) -> Listing {
    let mut listing = listing.clone();
    for Changed { path, now, mode } in files {
        match now {
            Some(id) => {
                let was = listing.get(&path).map_or(Mode::FILE, |entry| entry.mode);
                listing.put(path, Entry { mode: mode.unwrap_or(was), id });
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
    // Several files may have one content; any of them will do to read it.
    let needed: Map<ObjectId, &str> = read.map(|(path, entry)| (entry.id, path)).collect();
    let mut contents = Contents::default();
    let missing = needed.into_iter().filter(|(id, _)| !contents.copy(*id, known));
    let missing: Vec<Want> = missing.map(|(id, path)| Want { path: path.to_owned(), id }).collect();
    fetch(host, wire, commit.head, missing, &mut contents).await?;
    let tree = commit.tree.or_else(|| listing.root_id());
    let snapshot = tree.map(|tree| Snapshot::new(commit.head, tree, listing, contents));
    let wrong = || Failure::new(Trouble::Wrong, "the list of files is not that of the commit");
    snapshot.and_then(Result::ok).ok_or_else(wrong)
}
