//! What is known about a branch, and what a person did with it.

use crate::fabric::Fabrics;
use crate::host::Back;
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
    /// The snapshot that is kept beyond the page.
    pub(super) kept: Option<Snapshot>,
    /// When the last write was sent.
    pub(super) wrote_at_ms: u64,
    /// Since when reads show heads of the past.
    behind_since_ms: Option<u64>,
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
/// How long reads may show a head of the past before it is believed that
/// somebody has moved the branch back.
const LAG_MS: u64 = 20_000;

impl Standing {
    /// Makes the standing of a branch that was just read.
    pub fn new(branch: String, snapshot: Snapshot, permission: Permission) -> Standing {
        Standing {
            branch,
            snapshot,
            permission,
            past: Vec::new(),
            kept: None,
            wrote_at_ms: 0,
            behind_since_ms: None,
        }
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
        self.behind_since_ms = None;
        self.snapshot = snapshot;
    }

    /// Says whether the branch had this head before the known one.
    pub(super) fn is_past(&self, head: ObjectId) -> bool {
        self.past.contains(&head)
    }

    /// Says what to do with a read that shows a head of the past.
    pub(super) fn back(&self, now_ms: u64) -> Back {
        match self.behind_since_ms {
            Some(since_ms) if now_ms >= since_ms + LAG_MS => Back::Follow,
            _ => Back::Ignore,
        }
    }

    /// Notes that a read shows a head of the past.
    pub(super) fn lag(&mut self, now_ms: u64) {
        self.behind_since_ms.get_or_insert(now_ms);
    }

    /// Notes that a read shows the known head.
    pub(super) fn keep(&mut self) {
        self.behind_since_ms = None;
    }
}
