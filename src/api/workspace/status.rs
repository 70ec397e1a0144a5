//! How a workspace is, in a word and in numbers.

use super::Workspace;
use super::time::iso;
use crate::host;
use crate::sync;
use crate::sync::EntryState;
use crate::sync::Fit;
use crate::sync::Pulse;
use crate::sync::Waiting;
use serde::Serialize;

/// The word that matters most.
pub use crate::sync::State as StatusState;

/// Where a save is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum OutboxState {
    /// It waits for its turn.
    Queued,
    /// It is being sent.
    Sending,
    /// It was sent, and nobody knows what became of it.
    Unknown,
    /// The token is not accepted.
    Frozen,
}

/// A save that is not on the branch yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OutboxItem {
    /// Its name.
    pub id: String,
    /// Its message.
    pub message: String,
    /// Where it is on its way.
    pub state: OutboxState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is tried again, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
}

/// How a workspace is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct StatusAnswer {
    /// The word that matters most.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(
            type = "'in-step' | 'drafts' | 'behind' | 'conflicted' | 'sending' | 'waiting' | 'offline' | 'frozen' | 'read-only'"
        )
    )]
    pub state: StatusState,
    /// The head that is known; empty before the first load.
    pub head: String,
    /// How many files have drafts.
    pub drafts: usize,
    /// How many conflicts are open.
    pub conflicts: usize,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it goes on, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Saves that are not on the branch yet.
    pub outbox: Vec<OutboxItem>,
}

/// How far something has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Progress {
    /// What is done: `files`, `sending`, `rebased`, `probing`, `waiting`,
    /// `storage-lost`.
    pub step: &'static str,
    /// How much of it.
    pub done: usize,
    /// Out of how much; 0 while it is not known.
    pub total: usize,
    /// When it goes on, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl From<host::Progress> for Progress {
    fn from(progress: host::Progress) -> Progress {
        let plain = |step, done, total| Progress { step, done, total, until: None };
        match progress {
            host::Progress::Files { done, total } => plain("files", done, total),
            host::Progress::Sending { attempt, files } => plain("sending", attempt as usize, files),
            host::Progress::Rebased { round } => plain("rebased", round as usize, 0),
            host::Progress::Probing => plain("probing", 0, 0),
            host::Progress::Waiting { until_ms } => {
                Progress { until: Some(iso(until_ms)), ..plain("waiting", 0, 0) }
            }
            host::Progress::StorageLost => plain("storage-lost", 0, 0),
        }
    }
}

impl Workspace {
    /// Returns how the workspace is.
    pub fn status(&self) -> StatusAnswer {
        let mut entries = self.outbox.clone();
        let sending = entries.iter_mut().find(|entry| Some(&entry.operation) == self.sending.as_ref());
        sending.into_iter().for_each(|entry| entry.state = EntryState::Sending);
        let outbox = entries.iter().map(|entry| OutboxItem {
            id: entry.operation.as_str().to_owned(),
            message: entry.message.clone(),
            state: match entry.state {
                EntryState::Queued => OutboxState::Queued,
                EntryState::Sending => OutboxState::Sending,
                EntryState::Unknown => OutboxState::Unknown,
                EntryState::Frozen => OutboxState::Frozen,
            },
            attempts: entry.attempts,
            retry_at: entry.retry_at_ms.map(iso),
        });
        let conflicts = self.conflicts().len();
        let outbox: Vec<OutboxItem> = outbox.collect();
        let drafts = self.work.drafts.len();
        let Some(snapshot) = self.snapshot() else {
            let state = match self.access {
                sync::Access::Offline => StatusState::Offline,
                sync::Access::Frozen => StatusState::Frozen,
                _ => StatusState::Behind,
            };
            let (message, until) = match &self.waiting {
                Some(Waiting { message, until_ms }) => {
                    (Some(message.clone()), (*until_ms > 0).then(|| iso(*until_ms)))
                }
                None => (None, None),
            };
            return StatusAnswer { state, head: String::new(), drafts, conflicts, message, until, outbox };
        };
        let status = sync::status(&Pulse {
            head: snapshot.head(),
            newer: None,
            drafts,
            // Settled conflicts wait for the save, as drafts do.
            conflicts,
            outbox: &entries,
            waiting: self.waiting.clone(),
            access: self.access,
        });
        let invalid = match &self.fit {
            Fit::Invalid { message } => Some(message.clone()),
            _ => None,
        };
        StatusAnswer {
            state: status.state,
            head: status.head.to_string(),
            drafts,
            conflicts,
            message: status.message.or(invalid),
            until: status.until_ms.map(iso),
            outbox,
        }
    }
}
