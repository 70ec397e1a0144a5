//! The kinds that are known: those built in, and those read from definitions.

use super::kind::Kind;
use super::notation;
use super::types::Schema;
use crate::model::is_same;

/// Who writes resources of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// People do.
    Person,
    /// A controller does; in Git it has no place.
    Controller,
}

/// A kind with its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct KindEntry {
    /// The kind as the rules know it; none for kinds without rules.
    pub kind: Option<Kind>,
    /// The kind as manifests write it.
    pub name: String,
    /// API group.
    pub group: String,
    /// The version that has this schema.
    pub version: String,
    /// The name of the collection, `vpcs`.
    pub plural: String,
    /// Further names that `kubectl` takes.
    pub short_names: Vec<String>,
    /// Who writes such resources.
    pub writer: Writer,
    /// The schema of the whole resource; `metadata` is not part of it. An
    /// empty one says nothing.
    pub schema: Schema,
}

impl KindEntry {
    /// Returns what `apiVersion` says for this kind.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }
}

/// All kinds that are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    version: String,
    entries: Vec<KindEntry>,
}

const V0_126: &str = include_str!("catalogue/v0.126.txt");

impl Catalogue {
    /// The version that is taken when none is asked for.
    pub const NEWEST: &'static str = "v0.126";

    /// Returns the built-in catalogue of a version of the fabric.
    pub fn built_in(version: &str) -> Option<Catalogue> {
        let text = match version {
            "v0.126" => V0_126,
            _ => return None,
        };
        let entries = notation::read(text).ok()?;
        Some(Catalogue { version: version.to_owned(), entries })
    }

    /// Says why a built-in catalogue cannot be read. None for all that ship;
    /// a test holds this.
    pub fn flaw_of_built_in() -> Option<String> {
        notation::read(V0_126).err()
    }

    /// Returns the versions that are built in.
    pub fn versions() -> [&'static str; 1] {
        [Catalogue::NEWEST]
    }

    /// Returns the version of the fabric this describes.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Adds a kind. It takes the place of one of the same group, kind and
    /// version; what a definition cannot say is taken over from there.
    pub fn add(&mut self, mut entry: KindEntry) {
        let is_same = |old: &KindEntry| {
            (&old.group, &old.name, &old.version) == (&entry.group, &entry.name, &entry.version)
        };
        if let Some(at) = self.entries.iter().position(is_same) {
            let old = self.entries.remove(at);
            entry.kind = entry.kind.or(old.kind);
            entry.writer = old.writer;
            entry.schema.take_over(&old.schema);
        }
        self.entries.push(entry);
    }

    /// Returns all kinds.
    pub fn entries(&self) -> &[KindEntry] {
        &self.entries
    }

    /// Returns the kind that `api_version` and `name` stand for.
    pub fn find(&self, api_version: &str, name: &str) -> Option<&KindEntry> {
        let (group, version) = api_version.rsplit_once('/')?;
        let is_wanted = |entry: &&KindEntry| {
            is_same(&entry.name, name) && entry.group == group && entry.version == version
        };
        self.entries.iter().find(is_wanted)
    }

    /// Returns a kind of that group and name in whatever version.
    pub fn find_any_version(&self, group: &str, name: &str) -> Option<&KindEntry> {
        self.entries.iter().find(|entry| entry.name == name && entry.group == group)
    }

    /// Returns the entry of a kind that rules know.
    pub fn of(&self, kind: Kind) -> Option<&KindEntry> {
        self.entries.iter().find(|entry| entry.kind == Some(kind))
    }
}
