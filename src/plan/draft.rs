//! What a person changed and did not send yet.

use crate::order::Map;
use crate::plan::contents::Bytes;

/// The change of one file. No bytes stand for no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was there before the first edit.
    pub base: Option<Bytes>,
    /// What shall be there.
    pub ours: Option<Bytes>,
}

/// Drafts by the path of their file.
pub type Drafts = Map<String, Draft>;

impl Draft {
    /// Says whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.base == self.ours
    }
}

/// Makes a draft from texts, as they come from a person's hands.
pub fn draft_of(base: Option<&[u8]>, ours: Option<&[u8]>) -> Draft {
    Draft { base: base.map(Bytes::from), ours: ours.map(Bytes::from) }
}
