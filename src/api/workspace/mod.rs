//! A branch of a Git repository with the drafts of one person.
//!
//! A workspace is a value: what has to be sent, waited for or kept comes out
//! of it as a [`Machine`], and what came of that goes back in.
//!
//! ```text
//! opening ─▶ opened ─▶ edit, create, remove … ─▶ committing ─▶ committed
//!                └──────── turning ─▶ turned ◀──────┘
//! ```
//!
//! **Invariant:** what a person changed is in the drafts, in the outbox, or on
//! the branch; [`Workspace::unsaved`] keeps the first two beyond the page.

mod commit;
mod conflicts;
mod drafts;
mod merging;
mod options;
mod preview;
mod records;
mod status;
mod time;

pub use commit::CommitAnswer;
pub use commit::CommitOptions;
pub use commit::Committing;
pub use commit::ModeOption;
pub use commit::Moment;
pub use commit::Offer;
pub use commit::QueuedReason;
pub use commit::RefusedReason;
pub use commit::Saved;
pub use drafts::CreateOptions;
pub use drafts::DraftAnswer;
pub use drafts::ResourceState;
pub use drafts::WorkspaceFile;
pub use drafts::WorkspaceItem;
pub use drafts::WorkspacePage;
pub use options::FabricOption;
pub use options::HostOption;
pub use options::HostType;
pub use options::StorageOption;
pub use options::WorkspaceOptions;
pub use preview::Change;
pub use preview::PlannedFile;
pub use preview::Preview;
pub use status::OutboxItem;
pub use status::OutboxState;
pub use status::Progress;
pub use status::StatusAnswer;

use super::error::Error;
use super::file::File;
use super::merge::Choice;
use super::merge::Conflict;
use super::shapes::Finding;
use super::validate::Fabric;
use super::validate::FileInput;
use super::validate::Report;
use super::validate::ValidateOptions;
use crate::host::Budget;
use crate::host::Failure;
use crate::host::Host;
use crate::host::Machine;
use crate::host::Permission;
use crate::host::Record;
use crate::host::Trouble;
use crate::order;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::plan::OperationId;
use crate::plan::Snapshot;
use crate::sync;
use crate::sync::Access;
use crate::sync::Answer;
use crate::sync::Entry;
use crate::sync::Fit;
use crate::sync::Lacks;
use crate::sync::Opening;
use crate::sync::Past;
use crate::sync::QueuedFor;
use crate::sync::Session;
use crate::sync::Standing;
use crate::sync::Step;
use crate::sync::Turn;
use crate::sync::Turned;
use crate::sync::Waiting;
use crate::sync::Work;
use merging::Merging;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// A branch and the drafts of one person.
pub struct Workspace {
    session: Session,
    merging: Rc<Merging>,
    validate: ValidateOptions,
    crds: Vec<Vec<u8>>,
    branch: Option<String>,
    standing: Option<Standing>,
    /// The branch's name and what it held when it was last open.
    known: Option<(String, Snapshot)>,
    work: Work,
    fit: Fit,
    choices: Vec<Choice>,
    outbox: Vec<Entry>,
    /// Drafts of files that have another draft, by the keys of their records.
    aside: Map<String, Draft>,
    /// The save that is on its way. Its entry is not touched meanwhile: what is
    /// kept of it is written by the turn.
    sending: Option<OperationId>,
    /// Saves that a caller waits for.
    awaited: Vec<OperationId>,
    /// What became of saves, until it is told.
    answers: Vec<(Entry, Answer)>,
    access: Access,
    waiting: Option<Waiting>,
    /// What is known of the host's allowances.
    budget: Budget,
    /// The records that are kept, by key.
    saved: Map<String, String>,
    /// The findings of fabrics as the branch had them at a tree, by name.
    before: RefCell<Map<String, FindingsAt>>,
    /// The fabrics with the drafts in them, by name.
    checks: Map<String, Fabric>,
}

/// The tree of a branch, and what is wrong there.
type FindingsAt = (ObjectId, Rc<Vec<Finding>>);

/// What a look at the branch brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SyncAnswer {
    /// The branch's head; empty before the first load.
    pub head: String,
    /// The commits of saves that landed.
    pub landed: Vec<String>,
    /// What a person must decide.
    pub conflicts: Vec<Conflict>,
}

impl Workspace {
    /// Makes a workspace. Nothing is read yet.
    pub fn new(options: WorkspaceOptions, crds: Vec<Vec<u8>>) -> Result<Workspace, Error> {
        let WorkspaceOptions { host, branch, fabrics, validate, merge, .. } = options;
        let fabrics = options::fabrics(&fabrics)?;
        let merging = Rc::new(Merging::new(merge, fabrics.clone(), validate.clone(), crds.clone())?);
        let session = Session { host: options::host(&host)?, fabrics, rebase: merging.clone() };
        Ok(Workspace {
            session,
            merging,
            validate,
            crds,
            branch,
            standing: None,
            known: None,
            work: Work { base: None, drafts: Drafts::new() },
            fit: Fit::Good,
            choices: Vec::new(),
            outbox: Vec::new(),
            aside: Map::new(),
            sending: None,
            awaited: Vec::new(),
            answers: Vec::new(),
            access: Access::Good,
            waiting: None,
            budget: Budget::default(),
            saved: Map::new(),
            before: RefCell::default(),
            checks: Map::new(),
        })
    }

    /// Returns what is constant for the glue that sends requests.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Says whether the host can be reached, as far as is known.
    pub fn is_offline(&self) -> bool {
        self.access == Access::Offline
    }

    /// Says whether the branch was read.
    pub fn is_loaded(&self) -> bool {
        self.standing.is_some()
    }

    /// Says whether there are drafts or saves.
    pub fn has_work(&self) -> bool {
        !self.work.drafts.is_empty() || !self.outbox.is_empty() || !self.aside.is_empty()
    }

    /// Returns the answer of a look at a branch that could not be read.
    pub fn unread(&self) -> SyncAnswer {
        SyncAnswer { head: self.head(), landed: Vec::new(), conflicts: Vec::new() }
    }

    /// Reads the branch for the first time, or anew.
    pub fn opening(&self) -> Machine<Result<Standing, Failure>> {
        let kept = self.known.as_ref().map(|(_, snapshot)| snapshot);
        let known = self.snapshot().or(kept).cloned();
        let opening = Opening { branch: self.branch.clone(), known };
        sync::open(self.session.clone(), opening).with_budget(self.budget.clone())
    }

    /// Takes what was read. Without a connection that is what the branch held
    /// when it was last open, if all of it is there.
    pub fn opened(&mut self, opened: Result<Standing, Failure>) -> Result<(), Failure> {
        let standing = match opened {
            Ok(standing) => {
                self.access = match standing.permission {
                    Permission::Read => Access::ReadOnly,
                    _ => Access::Good,
                };
                self.waiting = None;
                standing
            }
            Err(failure) => {
                self.note(&failure);
                let is_away = failure.trouble == Trouble::Unreachable && self.standing.is_none();
                let fabrics = &self.session.fabrics;
                let kept = self.known.as_ref().filter(|(_, kept)| is_away && Host::is_read(kept, fabrics));
                let (branch, snapshot) = kept.cloned().ok_or(failure)?;
                Standing::new(branch, snapshot, Permission::Unknown)
            }
        };
        self.standing = Some(standing);
        self.check_all().map_err(|error| Failure::new(Trouble::Unknown, &error.message))
    }

    /// Reads news, moves drafts on to them, and sends the outbox.
    pub fn turning(&mut self, tick: Tick) -> Option<Turning> {
        self.merging.choose(&self.choices);
        let standing = self.standing.clone()?;
        let Tick { now_ms, seed } = tick;
        let kept = Kept { drafts: self.work.drafts.clone(), outbox: self.outbox.clone() };
        let turn = Turn { standing, work: self.work.clone(), outbox: self.outbox.clone(), seed };
        let is_due = |entry: &&Entry| entry.retry_at_ms.is_none_or(|ms| ms <= now_ms);
        self.sending = self.outbox.first().filter(is_due).map(|entry| entry.operation.clone());
        let machine = sync::turn(self.session.clone(), turn).with_budget(self.budget.clone());
        Some(Turning { machine, kept })
    }

    /// Takes note that a turn was given up on which `records` had been written:
    /// what it had sent may have landed.
    pub fn given_up(&mut self, before: &Kept, records: &[Record]) {
        let restored = |record: &Record| record.text.as_deref().and_then(|text| Entry::restore(text).ok());
        let mut outbox = before.outbox.clone();
        for entry in records.iter().filter_map(restored) {
            let known = outbox.iter_mut().find(|known| known.operation == entry.operation);
            known.into_iter().for_each(|known| *known = entry.clone());
        }
        self.take_outbox(before, outbox);
        self.not_kept(records);
    }

    /// Takes what came of a turn that began with the drafts and saves of
    /// `before`. What was changed meanwhile stays.
    pub fn turned(&mut self, before: &Kept, turned: Turned) -> SyncAnswer {
        let landed = turned.landed().map(|commit| commit.to_string()).collect();
        match &turned.failure {
            Some(failure) => self.note(failure),
            None => {
                self.waiting = None;
                if self.access != Access::ReadOnly {
                    self.access = Access::Good;
                }
            }
        }
        if let Some((_, Answer::Queued { reason: QueuedFor::Offline, .. })) = turned.answers.last() {
            self.access = Access::Offline;
        }
        self.take_work(before, turned.work);
        self.take_outbox(before, turned.outbox);
        self.answers.extend(turned.answers);
        self.standing = Some(turned.standing);
        self.fit = turned.fit;
        if self.fit != Fit::Conflicted {
            self.choices.clear();
        }
        self.take_up();
        // The options were good when the branch was opened.
        let _ = self.check_all();
        let conflicts = self.conflicts();
        SyncAnswer { head: self.head(), landed, conflicts }
    }

    fn take_work(&mut self, before: &Kept, work: Work) {
        let newer = self.work.drafts.clone();
        let given_up = before.drafts.keys().filter(|path| !newer.contains_key(path.as_str()));
        let given_up: Vec<String> = given_up.cloned().collect();
        self.work = work;
        for (path, draft) in newer {
            if before.drafts.get(&path) != Some(&draft) {
                self.work.drafts.insert(path, draft);
            }
        }
        for path in given_up {
            self.work.drafts.remove(&path);
        }
    }

    fn take_outbox(&mut self, before: &Kept, outbox: Vec<Entry>) {
        self.sending = None;
        let known = |entry: &Entry| before.outbox.iter().any(|old| old.operation == entry.operation);
        let newer: Vec<Entry> = self.outbox.drain(..).filter(|entry| !known(entry)).collect();
        self.outbox = outbox;
        self.outbox.extend(newer);
    }

    fn note(&mut self, failure: &Failure) {
        self.access = match failure.trouble {
            Trouble::Unreachable => Access::Offline,
            Trouble::BadToken => Access::Frozen,
            _ => self.access,
        };
        self.waiting = Some(Waiting {
            until_ms: failure.until_ms.unwrap_or_default(),
            message: failure.message.clone(),
        });
    }

    /// Returns the next step that moves the outbox by itself, and the time until
    /// then in milliseconds; none if nothing waits. `seed` is drawn by chance.
    pub fn next_step(&self, past: Past, seed: u64) -> Option<(Step, u64)> {
        let lacks = match (self.access, &self.standing) {
            (Access::Frozen, _) => Lacks::Token,
            (_, None) => Lacks::Branch,
            _ => Lacks::Nothing,
        };
        sync::next_step(&self.outbox, lacks, past, seed)
    }

    /// Says whether a save is on its way.
    pub fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// Takes note that there is a connection again: what waited for one waits
    /// no longer.
    pub fn connected(&mut self) {
        if self.access == Access::Offline {
            self.outbox.iter_mut().for_each(|entry| entry.retry_at_ms = None);
        }
    }

    /// Returns the branch's head; empty before the first load.
    pub fn head(&self) -> String {
        self.standing.as_ref().map(|standing| standing.snapshot.head().to_string()).unwrap_or_default()
    }

    /// Returns the branch's name; none before the first load.
    pub fn branch(&self) -> Option<&str> {
        self.standing.as_ref().map(|standing| standing.branch.as_str())
    }

    /// Returns what validation says about all fabrics, drafts included.
    pub fn report(&self) -> Report {
        let mut whole = Report::default();
        for fabric in self.checks.values() {
            let report = fabric.report();
            whole.findings.extend(report.findings);
            whole.resources += report.resources;
            whole.documents += report.documents;
            whole.not_checked.extend(report.not_checked);
            whole.omitted = match (whole.omitted, report.omitted) {
                (Some(one), Some(other)) => Some(one.with(other)),
                (one, other) => one.or(other),
            };
        }
        whole
    }

    fn snapshot(&self) -> Option<&Snapshot> {
        self.standing.as_ref().map(|standing| &standing.snapshot)
    }

    /// Returns the bytes of a file as the person at the page left it: the
    /// draft, else the save that waits to be sent, else what the branch has.
    fn current(&self, path: &str) -> Option<&Bytes> {
        let waiting = || self.outbox.iter().rev().find_map(|entry| entry.drafts.get(path));
        match self.work.drafts.get(path).or_else(waiting) {
            Some(draft) => draft.ours.as_ref(),
            None => self.snapshot()?.file(path),
        }
    }

    /// Validates all fabrics anew.
    fn check_all(&mut self) -> Result<(), Error> {
        let mut files: Map<&str, Vec<FileInput>> = Map::new();
        let fabrics = &self.session.fabrics;
        for fabric in fabrics.iter() {
            files.insert(&fabric.name, Vec::new());
        }
        let paths = self.snapshot().into_iter().flat_map(|snapshot| snapshot.files().map(|(path, _)| path));
        let sent = self.outbox.iter().flat_map(|entry| entry.drafts.keys());
        let drafts = self.work.drafts.keys().chain(sent).map(String::as_str);
        let mut paths: Vec<&str> = paths.chain(drafts).collect();
        order::sort(&mut paths);
        paths.dedup();
        for path in paths.into_iter().filter(|path| fabrics.holds_resources(path)) {
            let (Some(fabric), Some(content)) = (fabrics.of_path(path), self.current(path)) else { continue };
            if let Some(list) = files.get_mut(fabric.name.as_str()) {
                list.push(FileInput { path: path.to_owned(), content: content.to_vec() });
            }
        }
        let mut checks = Map::new();
        for (name, files) in files {
            checks.insert(name.to_owned(), Fabric::open(files, &self.validate, &self.crds)?);
        }
        self.checks = checks;
        Ok(())
    }

    /// Returns the parsed file at a path with its draft.
    fn file(&self, path: &str) -> Option<&File> {
        let fabric = self.session.fabrics.of_path(path)?;
        self.checks.get(&fabric.name)?.file(path)
    }

    fn need_loaded(&self) -> Result<(), Error> {
        match self.standing {
            Some(_) => Ok(()),
            None => Err(Error::new("not-loaded", "the branch is not read yet: call load() first")),
        }
    }
}

/// A turn to be taken.
pub struct Turning {
    /// Takes it. What it has led to goes into [`Workspace::turned`].
    pub machine: Machine<Turned>,
    /// What the workspace held when it began.
    pub kept: Kept,
}

/// What a turn needs from outside.
#[derive(Debug, Clone, Copy)]
pub struct Tick {
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
    /// Drawn by chance.
    pub seed: u64,
}

/// What a workspace held before an await.
#[derive(Debug, Clone)]
pub struct Kept {
    drafts: Drafts,
    outbox: Vec<Entry>,
}
