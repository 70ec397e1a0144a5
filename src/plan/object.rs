//! Names of Git objects: the SHA-1 of what they hold.

use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use serde::Serialize;
use serde::Serializer;
use sha1_smol::Sha1;
use std::fmt;
use std::str::FromStr;

/// The name of a blob, tree or commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 20]);

/// A text is not 40 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the full id of a Git object")]
pub struct NotAnId;

/// What a commit says.
#[derive(Debug, Clone, Copy)]
pub struct CommitText<'a> {
    /// The files.
    pub tree: ObjectId,
    /// What it stands on.
    pub parents: &'a [ObjectId],
    /// Name, mail, seconds and zone, as Git writes them.
    pub author: &'a str,
    /// Likewise.
    pub committer: &'a str,
    /// The whole message.
    pub message: &'a str,
}

impl ObjectId {
    /// The id of nothing: all zeros. It stands where a host names no id.
    pub const NONE: ObjectId = ObjectId([0; 20]);

    /// Returns the 20 bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

/// Returns the id of a file's content.
pub fn blob_id(content: &[u8]) -> ObjectId {
    object_id("blob", content)
}

/// Returns the id of a commit without signature.
pub fn commit_id(commit: &CommitText<'_>) -> ObjectId {
    let parents: String = commit.parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    let text = format!(
        "tree {}\n{parents}author {}\ncommitter {}\n\n{}",
        commit.tree, commit.author, commit.committer, commit.message
    );
    object_id("commit", text.as_bytes())
}

/// Returns the id of an object from its kind and what it holds.
pub(super) fn object_id(kind: &str, content: &[u8]) -> ObjectId {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", content.len()).as_bytes());
    hash.update(content);
    ObjectId(hash.digest().bytes())
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for ObjectId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<ObjectId, NotAnId> {
        let mut id = [0; 20];
        if text.len() != 40 {
            return Err(NotAnId);
        }
        for (byte, digits) in id.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte =
                digits.iter().try_fold(0u8, |high, digit| Some(high << 4 | hex(*digit)?)).ok_or(NotAnId)?;
        }
        Ok(ObjectId(id))
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl FromValue for ObjectId {
    fn from_value(value: Value) -> Result<ObjectId, Misfit> {
        String::from_value(value)?.parse().map_err(|problem: NotAnId| Misfit::new(problem.to_string()))
    }
}

impl From<ObjectId> for Value {
    fn from(id: ObjectId) -> Value {
        Value::String(id.to_string())
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
