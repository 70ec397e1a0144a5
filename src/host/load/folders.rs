//! Lists the paths of a tree.

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::load::Target;
use crate::host::machine::Wire;
use crate::host::outcome::Depth;
use crate::host::outcome::Failure;
use crate::host::outcome::Level;
use crate::host::outcome::Spot;
use crate::host::outcome::Trouble;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::tree_id;

/// Folders that may be opened one by one before it is given up.
const FOLDERS: usize = 10_000;
/// Times that a read is repeated.
const TRIES: u32 = 3;

/// Lists a commit, in one request if the host can show it whole. If not, only
/// folders that have to do with a fabric are opened. Each list is taken only
/// if it makes the id of its folder, where that is known.
pub(super) async fn list(
    host: &Host,
    wire: &Wire,
    commit: Target,
    fabrics: &Fabrics,
) -> Result<Listing, Failure> {
    if commit.tree == Some(tree_id([])) {
        return Ok(Listing::default());
    }
    let head = commit.head;
    if let Some(listing) = all(host, wire, Spot { commit: head, path: "", id: commit.tree }).await? {
        return Ok(listing);
    }
    let mut listing = Listing::default();
    let mut open = vec![(String::new(), commit.tree)];
    let mut opened = 0;
    while let Some((folder, id)) = open.pop() {
        let spot = Spot { commit: head, path: &folder, id };
        opened += 1;
        if opened > FOLDERS {
            return Err(Failure::new(Trouble::TooLarge, "the repository has too many folders"));
        }
        let at = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if fabrics.of_path(&at("x")).is_some()
            && !folder.is_empty()
            && let Some(below) = all(host, wire, spot).await?
        {
            below.iter().for_each(|(path, entry)| listing.put(at(path), entry));
            continue;
        }
        let Level { entries, is_whole } = patiently(host, wire, spot, Depth::One).await?;
        let made = tree_id(entries.iter().map(|(name, entry)| (name.as_str(), *entry)));
        if id.is_some_and(|id| id != made) || !is_whole {
            return Err(Failure::new(Trouble::Wrong, "the list of a folder does not fit its id"));
        }
        for (name, entry) in entries {
            let path = at(&name);
            if entry.mode == Mode::FOLDER && fabrics.meets(&path) {
                open.push((path, Some(entry.id)));
            } else {
                listing.put(path, entry);
            }
        }
    }
    Ok(listing)
}

/// Lists all that lies below a folder; none if the host does not show it whole.
async fn all(host: &Host, wire: &Wire, spot: Spot<'_>) -> Result<Option<Listing>, Failure> {
    match patiently(host, wire, spot, Depth::All).await {
        Ok(level) => Ok(whole(level, spot.id)),
        // Too much for one answer, perhaps: the folders are opened one by one.
        Err(failure) if matches!(failure.trouble, Trouble::Host | Trouble::Wrong) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Takes a list of all that lies below a folder if it makes the id of the
/// folder; where that is not known, those of the folders in it.
pub(super) fn whole(level: Level, id: Option<ObjectId>) -> Option<Listing> {
    let Level { entries, is_whole } = level;
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(_, entry)| entry.mode == Mode::FOLDER);
    let is_right = |(folder, entry): &(String, Entry)| {
        let name = |path: &str| Some(path.strip_prefix(folder.as_str())?.strip_prefix('/')?.to_owned());
        let below: Listing = files.iter().filter_map(|(path, entry)| Some((name(path)?, *entry))).collect();
        below.root_id() == Some(entry.id)
    };
    let mut top = folders.iter().filter(|(path, _)| !path.contains('/'));
    if !is_whole || (id.is_none() && !top.all(is_right)) {
        return None;
    }
    let listing: Listing = files.into_iter().collect();
    let made = listing.root_id()?;
    (id.is_none_or(|id| id == made)).then_some(listing)
}

async fn patiently(host: &Host, wire: &Wire, spot: Spot<'_>, depth: Depth) -> Result<Level, Failure> {
    let mut wait_ms = 500;
    for _ in 1..TRIES {
        match host.folder(wire, spot, depth).await {
            Err(failure) if matches!(failure.trouble, Trouble::Host | Trouble::Unreachable) => {
                wire.wait(wait_ms).await;
                wait_ms *= 2;
            }
            other => return other,
        }
    }
    host.folder(wire, spot, depth).await
}
