//! Contents of files by their id.

use crate::order::Map;
use crate::plan::object::ObjectId;
use crate::plan::object::blob_id;
use std::sync::Arc;

/// The bytes of a file, shared by all who hold them.
pub type Bytes = Arc<[u8]>;

/// Contents by id.
///
/// **Invariant:** an id stands for exactly the bytes that Git gives this id,
/// for it is computed when they are added.
#[derive(Debug, Clone, Default)]
pub struct Contents(Map<ObjectId, Bytes>);

impl Contents {
    /// Adds a content and returns its id.
    pub fn add(&mut self, content: impl Into<Bytes>) -> ObjectId {
        let content = content.into();
        let id = blob_id(&content);
        self.0.insert(id, content);
        id
    }

    /// Adds a content if it has this id, and says whether it has.
    pub fn add_verified(&mut self, id: ObjectId, content: impl Into<Bytes>) -> bool {
        let content = content.into();
        let is_right = blob_id(&content) == id;
        if is_right {
            self.0.insert(id, content);
        }
        is_right
    }

    /// Adds a content of another collection.
    pub fn copy(&mut self, id: ObjectId, from: &Contents) -> bool {
        let Some(content) = from.0.get(&id) else { return false };
        self.0.insert(id, Arc::clone(content));
        true
    }

    /// Returns the bytes with this id.
    pub fn get(&self, id: &ObjectId) -> Option<&Bytes> {
        self.0.get(id)
    }

    /// Returns the number of contents.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns all, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&ObjectId, &Bytes)> {
        self.0.iter()
    }
}
