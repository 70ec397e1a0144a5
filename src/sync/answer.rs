//! What became of a save.

use crate::plan::ObjectId;

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is on the branch; said only after it was seen there.
    Landed {
        /// Its commit.
        commit: ObjectId,
    },
    /// The same, but together with what others have committed unseen it brings
    /// an error.
    Harmful {
        /// Its commit.
        commit: ObjectId,
        /// What is wrong.
        message: String,
    },
    /// It waits in a pull request.
    Proposed {
        /// Where a person finds it.
        url: String,
        /// Its commit.
        commit: ObjectId,
    },
    /// A person must decide; the save is drafts again.
    Conflicted,
    /// It goes together with the branch, but the whole would not be valid; the
    /// save is drafts again, on the branch as it is.
    Invalid {
        /// What is wrong.
        message: String,
    },
    /// The host does not take it; the save is drafts again.
    Refused {
        /// Why.
        reason: RefusedFor,
        /// The host's words.
        message: String,
    },
    /// It stays in the outbox.
    Queued {
        /// Why.
        reason: QueuedFor,
        /// When it is worth to try again, in milliseconds since 1970.
        retry_at_ms: Option<u64>,
    },
    /// The branch holds all of it already.
    NothingToDo,
}

/// Why a host does not take a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedFor {
    /// The branch takes no direct pushes.
    Protected,
    /// The token, or anybody, may not write.
    ReadOnly,
    /// It is too big for one commit.
    TooLarge,
    /// A rule of the repository is against it.
    Policy,
}

/// Why a save stays in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueuedFor {
    /// The host cannot be reached.
    Offline,
    /// The host has trouble of its own.
    Host,
    /// Others were faster for a whole minute.
    Busy,
    /// The allowance is used up.
    RateLimit,
    /// The token is not accepted.
    Auth,
    /// Nobody knows whether it landed.
    Unknown,
}
