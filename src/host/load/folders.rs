//! Lists the paths of a tree.

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::load::Level;
use crate::host::machine::Wire;
use crate::host::outcome::Depth;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::tree_id;

/// Folders that may be opened one by one before it is given up.
const FOLDERS: usize = 10_000;
/// Times that a read is repeated.
const TRIES: u32 = 3;

/// Lists a tree, in one request if the host can show it whole. If not, only
/// folders that have to do with a fabric are opened. Each list is taken only
/// if it makes the id of its folder.
pub(super) async fn list(
    host: &Host,
    wire: &Wire,
    tree: ObjectId,
    fabrics: &Fabrics,
) -> Result<Listing, Failure> {
    if tree == tree_id([]) {
        return Ok(Listing::default());
    }
    if let Some(listing) = whole(host, wire, tree).await? {
        return Ok(listing);
    }
    let mut listing = Listing::default();
    let mut open = vec![(String::new(), tree)];
    let mut opened = 0;
    while let Some((folder, id)) = open.pop() {
        opened += 1;
        if opened > FOLDERS {
            return Err(Failure::new(Trouble::TooLarge, "the repository has too many folders"));
        }
        let at = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if fabrics.of_path(&at("x")).is_some()
            && !folder.is_empty()
            && let Some(below) = whole(host, wire, id).await?
        {
            below.iter().for_each(|(path, entry)| listing.put(at(path), entry));
            continue;
        }
        let Level { entries, .. } = patiently(host, wire, id, Depth::One).await?;
        if tree_id(entries.iter().map(|(name, entry)| (name.as_str(), *entry))) != id {
            return Err(Failure::new(Trouble::Wrong, "the list of a folder does not fit its id"));
        }
        for (name, entry) in entries {
            let path = at(&name);
            if entry.mode == Mode::FOLDER && fabrics.meets(&path) {
                open.push((path, entry.id));
            } else {
                listing.put(path, entry);
            }
        }
    }
    Ok(listing)
}

/// Lists all that lies below a folder; none if the host does not show it whole.
async fn whole(host: &Host, wire: &Wire, id: ObjectId) -> Result<Option<Listing>, Failure> {
    let Level { entries, is_whole } = match patiently(host, wire, id, Depth::All).await {
        Ok(level) => level,
        // Too much for one answer, perhaps: the folders are opened one by one.
        Err(failure) if matches!(failure.trouble, Trouble::Host | Trouble::Wrong) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let files = entries.into_iter().filter(|(_, entry)| entry.mode != Mode::FOLDER);
    let listing: Listing = files.collect();
    Ok((is_whole && listing.root_id() == Some(id)).then_some(listing))
}

async fn patiently(host: &Host, wire: &Wire, id: ObjectId, depth: Depth) -> Result<Level, Failure> {
    let mut wait_ms = 500;
    for _ in 1..TRIES {
        match host.folder(wire, id, depth).await {
            Err(failure) if matches!(failure.trouble, Trouble::Host | Trouble::Unreachable) => {
                wire.wait(wait_ms).await;
                wait_ms *= 2;
            }
            other => return other,
        }
    }
    host.folder(wire, id, depth).await
}
