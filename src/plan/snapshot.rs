//! One commit of a branch with the files that matter here.

use crate::plan::contents::Bytes;
use crate::plan::contents::Contents;
use crate::plan::listing::Listing;
use crate::plan::object::ObjectId;
use std::sync::Arc;

/// What a branch held at one commit. Copies are cheap.
///
/// **Invariant:** the listing is that of the commit's tree, whole; and bytes
/// are those that the listing names.
#[derive(Debug, Clone)]
pub struct Snapshot {
    head: ObjectId,
    tree: ObjectId,
    listing: Arc<Listing>,
    contents: Arc<Contents>,
}

/// A listing does not make the tree that the commit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the list of files is not that of the commit")]
pub struct WrongTree;

impl Snapshot {
    /// Makes a snapshot if the listing is that of the tree.
    pub fn new(
        head: ObjectId,
        tree: ObjectId,
        listing: Listing,
        contents: Contents,
    ) -> Result<Snapshot, WrongTree> {
        if listing.root_id() != Some(tree) {
            return Err(WrongTree);
        }
        Ok(Snapshot { head, tree, listing: Arc::new(listing), contents: Arc::new(contents) })
    }

    /// Returns the same files at another commit that has the same tree.
    pub fn at(&self, head: ObjectId) -> Snapshot {
        Snapshot { head, ..self.clone() }
    }

    /// Returns the commit.
    pub fn head(&self) -> ObjectId {
        self.head
    }

    /// Returns the commit's tree.
    pub fn tree(&self) -> ObjectId {
        self.tree
    }

    /// Returns the paths of the commit.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Returns the contents that were read.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Returns the bytes at a path; none if there is no file or it was not read.
    pub fn file(&self, path: &str) -> Option<&Bytes> {
        let entry = self.listing.get(path).filter(|entry| entry.mode.is_file())?;
        self.contents.get(&entry.id)
    }

    /// Returns the files that were read, in order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.listing.iter().filter(|(_, entry)| entry.mode.is_file()).filter_map(|(path, entry)| {
            let bytes = self.contents.get(&entry.id)?;
            Some((path, bytes))
        })
    }
}
