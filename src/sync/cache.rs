//! What a branch held, as records that survive the page.
//!
//! Contents are kept by their id, and a marker per branch says which commit
//! they belong to. The marker comes last, so what it names is there.
//!
//! **Invariant:** what is restored is what was kept: ids are computed again,
//! and a record that does not fit is left out.

use crate::host::Record;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_json;
use crate::model::write_json;
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

/// What the keys of contents begin with.
const CONTENT: &str = "content/";
/// What the keys of markers begin with.
const BRANCH: &str = "branch/";

struct Marker {
    head: ObjectId,
    tree: ObjectId,
    listing: Vec<Listed>,
}

/// A file of a listing; in a record, a list of the three.
struct Listed {
    path: String,
    mode: String,
    id: ObjectId,
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
    let listing = entries
        .map(|(path, entry)| Value::List(vec![path.into(), entry.mode.to_string().into(), entry.id.into()]));
    let marker = Value::object([
        ("head", snapshot.head().into()),
        ("tree", snapshot.tree().into()),
        ("listing", listing.collect()),
    ]);
    records.push(Record { key: format!("{BRANCH}{branch}"), text: Some(write_json(&marker)) });
    records
}

fn content(id: &ObjectId, bytes: Option<&Bytes>) -> Record {
    Record { key: format!("{CONTENT}{id}"), text: bytes.map(|bytes| STANDARD.encode(bytes)) }
}

/// Returns a branch's name and what it held when it was last kept; none if that
/// is not among the records. Without a name it is the branch that was kept, if
/// it is one alone. Contents that another branch has taken away are missing.
pub fn restore(branch: Option<&str>, records: &[Record]) -> Option<(String, Snapshot)> {
    let texts = records.iter().filter_map(|Record { key, text }| Some((key.as_str(), text.as_deref()?)));
    let texts: Map<&str, &str> = texts.collect();
    let mut markers = texts.iter().filter_map(|(key, marker)| Some((key.strip_prefix(BRANCH)?, *marker)));
    let mut markers = markers.by_ref().filter(|(name, _)| branch.is_none_or(|branch| branch == *name));
    let (name, marker) = markers.next()?;
    if markers.next().is_some() {
        return None;
    }
    let marker = Marker::from_value(read_json(marker).ok()?).ok()?;
    let mut contents = Contents::default();
    let mut listing = Listing::default();
    for Listed { path, mode, id } in marker.listing {
        if let Some(text) = texts.get(format!("{CONTENT}{id}").as_str())
            && let Ok(bytes) = STANDARD.decode(text)
        {
            contents.add_verified(id, bytes);
        }
        listing.put(path, Entry { mode: Mode::parse(&mode)?, id });
    }
    let snapshot = Snapshot::new(marker.head, marker.tree, listing, contents).ok()?;
    Some((name.to_owned(), snapshot))
}

impl FromValue for Marker {
    fn from_value(value: Value) -> Result<Marker, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Marker {
            head: fields.read("head")?,
            tree: fields.read("tree")?,
            listing: fields.read("listing")?,
        })
    }
}

impl FromValue for Listed {
    fn from_value(value: Value) -> Result<Listed, Misfit> {
        match <[Value; 3]>::try_from(Vec::from_value(value)?) {
            Ok([path, mode, id]) => Ok(Listed {
                path: String::from_value(path)?,
                mode: String::from_value(mode)?,
                id: ObjectId::from_value(id)?,
            }),
            Err(_) => Err(Misfit::new("a file is not a path, a mode and an id")),
        }
    }
}
