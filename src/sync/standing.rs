//! What is known about a branch, and what a person did with it.

use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::Permission;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::plan::Snapshot;
use crate::sync::carry::Rebase;
use std::rc::Rc;

/// What stays the same as long as a workspace is open. Copies are cheap.
#[derive(Clone)]
pub struct Session {
    /// The repository.
    pub host: Host,
    /// The fabrics in it.
    pub fabrics: Fabrics,
    /// How drafts are carried over to another version.
    pub rebase: Rc<dyn Rebase>,
}

/// What is known about a branch.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub branch: String,
    /// What it holds.
    pub snapshot: Snapshot,
    /// What may be done with it.
    pub permission: Permission,
    /// Heads it had before, the newest last. A read that shows one of them
    /// lags behind.
    past: Vec<ObjectId>,
    /// When the last write was sent.
    pub(super) wrote_at_ms: u64,
    /// How often in a row a read showed a head of the past.
    lagged: u32,
}

/// Drafts with the version they were made from.
#[derive(Debug, Clone)]
pub struct Work {
    /// What the branch held then; none if that is not known any more.
    pub base: Option<Snapshot>,
    /// The drafts.
    pub drafts: Drafts,
}

/// Heads that are remembered.
const PAST: usize = 50;
/// Reads in a row that may lag before the branch is taken to be moved back.
const LAGS: u32 = 8;

impl Standing {
    /// Makes the standing of a branch that was just read.
    pub fn new(branch: String, snapshot: Snapshot, permission: Permission) -> Standing {
        Standing { branch, snapshot, permission, past: Vec::new(), wrote_at_ms: 0, lagged: 0 }
    }

    /// Takes a newer snapshot.
    pub(super) fn move_to(&mut self, snapshot: Snapshot) {
        let head = snapshot.head();
        if head != self.snapshot.head() {
            self.past.push(self.snapshot.head());
            self.past.retain(|past| *past != head);
            let surplus = self.past.len().saturating_sub(PAST);
            self.past.drain(..surplus);
        }
        self.lagged = 0;
        self.snapshot = snapshot;
    }

    /// Says whether a read that shows this head lags behind. If it goes on,
    /// somebody has moved the branch back.
    pub(super) fn is_lag(&mut self, head: ObjectId) -> bool {
        if !self.past.contains(&head) {
            return false;
        }
        self.lagged += 1;
        self.lagged <= LAGS
    }
}
