//! Saves that are not on the branch yet, as records that survive the page.

use crate::host::Record;
use crate::plan::Bytes;
use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::plan::OperationId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

/// How a save shall reach the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// As a commit on it.
    Direct,
    /// Through a pull request.
    PullRequest,
}

/// Where a save is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// It waits for its turn.
    Queued,
    /// It is being sent.
    Sending,
    /// It was sent, and nobody knows what became of it.
    Unknown,
    /// The token is not accepted.
    Frozen,
}

/// What a commit that was sent is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The head it was made for.
    pub expected: ObjectId,
    /// The tree it has.
    pub tree: ObjectId,
    /// Whether an answer to it got lost, so that it may be on the branch.
    pub outcome: Outcome,
}

/// What is known about a commit that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Its answer is awaited.
    Awaited,
    /// Its answer got lost: it may be on the branch.
    Lost,
}

/// One save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Its name, which its commit carries.
    pub operation: OperationId,
    /// The person's words.
    pub message: String,
    /// How it shall reach the branch.
    pub mode: Mode,
    /// What it changes.
    #[serde(with = "texts")]
    pub drafts: Drafts,
    /// Where it is on its way.
    pub state: EntryState,
    /// How often it was sent.
    pub attempts: u32,
    /// The commit that may be on the branch.
    pub attempt: Option<Attempt>,
    /// When it was saved, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it is worth to try again, in milliseconds since 1970.
    pub retry_at_ms: Option<u64>,
}

/// A record is not one of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record is not that of a save")]
pub struct NotAnEntry;

impl Entry {
    /// Makes a save that was never sent.
    pub fn new(operation: OperationId, message: String, mode: Mode, drafts: Drafts, now_ms: u64) -> Entry {
        Entry {
            operation,
            message,
            mode,
            drafts,
            state: EntryState::Queued,
            attempts: 0,
            attempt: None,
            created_ms: now_ms,
            retry_at_ms: None,
        }
    }

    /// Returns the key that all records of saves begin with.
    pub fn prefix() -> &'static str {
        "outbox/"
    }

    /// Returns the record that keeps the save.
    pub fn record(&self) -> Record {
        Record { text: serde_json::to_string(self).ok(), ..self.no_record() }
    }

    /// Returns the record that forgets the save.
    pub fn no_record(&self) -> Record {
        Record { key: format!("{}{}", Entry::prefix(), self.operation), text: None }
    }

    /// Reads what a record kept. A save that was being sent when the page went
    /// away may have landed.
    pub fn restore(text: &str) -> Result<Entry, NotAnEntry> {
        let mut entry: Entry = serde_json::from_str(text).map_err(|_| NotAnEntry)?;
        if entry.state == EntryState::Sending {
            entry.state = EntryState::Unknown;
        }
        if let Some(attempt) = &mut entry.attempt {
            attempt.outcome = Outcome::Lost;
        }
        Ok(entry)
    }
}

/// Bytes as base64.
mod texts {
    use super::*;
    use crate::order::Map;
    use serde::Deserializer;
    use serde::Serializer;
    use serde::de::Error;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Texts {
        base: Option<String>,
        ours: Option<String>,
    }

    pub(super) fn serialize<S: Serializer>(drafts: &Drafts, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
        serializer.collect_map(drafts.iter().map(|(path, draft)| {
            let texts = Texts { base: text(&draft.base), ours: text(&draft.ours) };
            (path, texts)
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Drafts, D::Error> {
        let bytes = |text: Option<String>| match text {
            Some(text) => {
                STANDARD.decode(text).map(|bytes| Some(Bytes::from(bytes))).map_err(D::Error::custom)
            }
            None => Ok(None),
        };
        let texts: Map<String, Texts> = Deserialize::deserialize(deserializer)?;
        let draft =
            |(path, Texts { base, ours })| Ok((path, Draft { base: bytes(base)?, ours: bytes(ours)? }));
        texts.into_iter().map(draft).collect()
    }
}
