//! Says in a word how a workspace is.

use crate::plan::ObjectId;
use crate::sync::outbox::Entry;
use crate::sync::outbox::EntryState;
use serde::Serialize;

/// How a workspace is, the word that matters most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing is to be done.
    InStep,
    /// There are drafts.
    Drafts,
    /// The branch has news that were not read yet.
    Behind,
    /// A person must decide.
    Conflicted,
    /// A save is on its way.
    Sending,
    /// Nothing happens before a point in time.
    Waiting,
    /// The host cannot be reached.
    Offline,
    /// The token is not accepted.
    Frozen,
    /// Nothing may be written.
    ReadOnly,
}

/// Why nothing happens at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// When it goes on, in milliseconds since 1970; 0 if that is not known.
    pub until_ms: u64,
    /// Why.
    pub message: String,
}

/// What a workspace's status is made from.
#[derive(Debug, Clone)]
pub struct Pulse<'a> {
    /// The head that is known.
    pub head: ObjectId,
    /// A newer head, if there is one that was not read yet.
    pub newer: Option<ObjectId>,
    /// How many files have drafts.
    pub drafts: usize,
    /// How many conflicts are open.
    pub conflicts: usize,
    /// Saves that are not on the branch yet.
    pub outbox: &'a [Entry],
    /// What is waited for.
    pub waiting: Option<Waiting>,
    /// Whether the host can be reached, may be written to, and takes the token.
    pub access: Access,
}

/// How the host treats the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As it should.
    Good,
    /// It cannot be reached.
    Offline,
    /// It does not accept the token.
    Frozen,
    /// It takes no writes.
    ReadOnly,
}

/// How a workspace is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The word that matters most.
    pub state: State,
    /// The head that is known.
    pub head: ObjectId,
    /// How many files have drafts.
    pub drafts: usize,
    /// How many conflicts are open.
    pub conflicts: usize,
    /// More about it.
    pub message: Option<String>,
    /// When it goes on, in milliseconds since 1970.
    pub until_ms: Option<u64>,
}

/// Says how a workspace is.
pub fn status(pulse: &Pulse<'_>) -> Status {
    let has = |state: EntryState| pulse.outbox.iter().any(|entry| entry.state == state);
    let state = match pulse.access {
        Access::Frozen => State::Frozen,
        _ if has(EntryState::Frozen) => State::Frozen,
        _ if has(EntryState::Sending) => State::Sending,
        _ if pulse.conflicts > 0 => State::Conflicted,
        Access::Offline => State::Offline,
        _ if pulse.waiting.is_some() || !pulse.outbox.is_empty() => State::Waiting,
        Access::ReadOnly => State::ReadOnly,
        Access::Good if pulse.newer.is_some() => State::Behind,
        Access::Good if pulse.drafts > 0 => State::Drafts,
        Access::Good => State::InStep,
    };
    let retry_ms = pulse.outbox.iter().filter_map(|entry| entry.retry_at_ms).min();
    // Zero stands for a wait whose end is not known.
    let waiting_ms = pulse.waiting.as_ref().map(|waiting| waiting.until_ms).filter(|&ms| ms > 0);
    let until_ms = waiting_ms.or(retry_ms);
    Status {
        state,
        head: pulse.head,
        drafts: pulse.drafts,
        conflicts: pulse.conflicts,
        message: pulse.waiting.as_ref().map(|waiting| waiting.message.clone()),
        until_ms: until_ms.filter(|_| matches!(state, State::Waiting | State::Offline)),
    }
}
