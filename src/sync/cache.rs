//! What a branch held, as records that survive the page.
//!
//! Contents are kept by their id, and a marker per branch says which commit
//! they belong to. The marker comes last, so what it names is there.
//!
//! **Invariant:** what is restored is what was kept: ids are computed again,
//! and a record that does not fit is left out.

use crate::host::Record;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

/// What the keys of contents begin with.
const CONTENT: &str = "content/";
/// What the keys of markers begin with.
const BRANCH: &str = "branch/";

#[derive(Serialize, Deserialize)]
struct Marker {
    head: ObjectId,
    tree: ObjectId,
    /// Path, mode and id.
    listing: Vec<(String, String, ObjectId)>,
}

/// Returns the records that keep a snapshot, where `kept` is kept already.
pub(super) fn records(branch: &str, kept: Option<&Snapshot>, snapshot: &Snapshot) -> Vec<Record> {
    let is_kept = |id: &ObjectId| kept.is_some_and(|kept| kept.contents().get(id).is_some());
    let fresh = snapshot.contents().iter().filter(|(id, _)| !is_kept(id));
    let mut records: Vec<Record> = fresh.map(|(id, bytes)| content(id, Some(bytes))).collect();
    if let Some(kept) = kept {
        let gone = kept.contents().iter().filter(|(id, _)| snapshot.contents().get(id).is_none());
        records.extend(gone.map(|(id, _)| content(id, None)));
    }
    let entries = snapshot.listing().iter();
    let marker = Marker {
        head: snapshot.head(),
        tree: snapshot.tree(),
        listing: entries.map(|(path, entry)| (path.to_owned(), entry.mode.to_string(), entry.id)).collect(),
    };
    records.push(Record { key: format!("{BRANCH}{branch}"), text: serde_json::to_string(&marker).ok() });
    records
}

fn content(id: &ObjectId, bytes: Option<&Bytes>) -> Record {
    Record { key: format!("{CONTENT}{id}"), text: bytes.map(|bytes| STANDARD.encode(bytes)) }
}

/// Returns what a branch held when it was last kept; none if that is not among
/// the records. Without a name it is the branch that was kept, if it is one
/// alone. Contents that another branch has taken away are missing.
pub fn restore(branch: Option<&str>, records: &[Record]) -> Option<Snapshot> {
    let texts = records.iter().filter_map(|Record { key, text }| Some((key.as_str(), text.as_deref()?)));
    let texts: Map<&str, &str> = texts.collect();
    let marker = match branch {
        Some(branch) => texts.get(format!("{BRANCH}{branch}").as_str())?,
        None => {
            let mut markers = texts.iter().filter(|(key, _)| key.starts_with(BRANCH));
            let (_, marker) = markers.next()?;
            if markers.next().is_some() {
                return None;
            }
            marker
        }
    };
    let marker: Marker = serde_json::from_str(marker).ok()?;
    let mut contents = Contents::default();
    let mut listing = Listing::default();
    for (path, mode, id) in marker.listing {
        if let Some(text) = texts.get(format!("{CONTENT}{id}").as_str())
            && let Ok(bytes) = STANDARD.decode(text)
        {
            contents.add_verified(id, bytes);
        }
        listing.put(path, Entry { mode: Mode::parse(&mode)?, id });
    }
    Snapshot::new(marker.head, marker.tree, listing, contents).ok()
}
