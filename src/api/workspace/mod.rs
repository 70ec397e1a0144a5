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

pub use commit::Commit;
pub use commit::CommitAnswer;
pub use commit::CommitOptions;
pub use commit::Committing;
pub use commit::ModeOption;
pub use commit::Moment;
pub use commit::Offer;
pub use commit::QueuedReason;
pub use commit::RefusedReason;
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
use super::validate::Fabric;
use super::validate::FileInput;
use super::validate::Report;
use super::validate::ValidateOptions;
use crate::host::Failure;
use crate::host::Machine;
use crate::host::Trouble;
use crate::order;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Drafts;
use crate::plan::Snapshot;
use crate::sync;
use crate::sync::Access;
use crate::sync::Entry;
use crate::sync::Fit;
use crate::sync::Opening;
use crate::sync::Session;
use crate::sync::Standing;
use crate::sync::Turn;
use crate::sync::Turned;
use crate::sync::Waiting;
use crate::sync::Work;
use merging::Merging;
use serde::Serialize;
use std::rc::Rc;

/// A branch and the drafts of one person.
pub struct Workspace {
    session: Session,
    merging: Rc<Merging>,
    validate: ValidateOptions,
    crds: Vec<Vec<u8>>,
    branch: Option<String>,
    standing: Option<Standing>,
    /// What the branch held when it was last open.
    known: Option<Snapshot>,
    work: Work,
    fit: Fit,
    choices: Vec<Choice>,
    outbox: Vec<Entry>,
    access: Access,
    waiting: Option<Waiting>,
    /// The records that are kept, by key.
    saved: Map<String, String>,
    /// The fabrics with the drafts in them, by name.
    checks: Map<String, Fabric>,
}

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
            access: Access::Good,
            waiting: None,
            saved: Map::new(),
            checks: Map::new(),
        })
    }

    /// Returns what is constant for the glue that sends requests.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Says whether the branch was read.
    pub fn is_loaded(&self) -> bool {
        self.standing.is_some()
    }

    /// Says whether there are drafts or saves.
    pub fn has_work(&self) -> bool {
        !self.work.drafts.is_empty() || !self.outbox.is_empty()
    }

    /// Returns the answer of a look at a branch that could not be read.
    pub fn unread(&self) -> SyncAnswer {
        SyncAnswer { head: self.head(), landed: Vec::new(), conflicts: Vec::new() }
    }

    /// Reads the branch for the first time, or anew.
    pub fn opening(&self) -> Machine<Result<Standing, Failure>> {
        let known = self.snapshot().or(self.known.as_ref()).cloned();
        sync::open(self.session.clone(), Opening { branch: self.branch.clone(), known })
    }

    /// Takes what was read.
    pub fn opened(&mut self, opened: Result<Standing, Failure>) -> Result<(), Failure> {
        let standing = opened.inspect_err(|failure| self.note(failure))?;
        self.access = match standing.permission {
            crate::host::Permission::Read => Access::ReadOnly,
            _ => Access::Good,
        };
        self.waiting = None;
        self.standing = Some(standing);
        self.check_all().map_err(|error| Failure::new(Trouble::Unknown, &error.message))
    }

    /// Reads news, moves drafts on to them, and sends the outbox. `seed` is
    /// drawn by chance.
    pub fn turning(&self, seed: u64) -> Option<Machine<Turned>> {
        self.merging.choose(&self.choices);
        let standing = self.standing.clone()?;
        let turn = Turn { standing, work: self.work.clone(), outbox: self.outbox.clone(), seed };
        Some(sync::turn(self.session.clone(), turn))
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
        self.take_work(before, turned.work);
        self.take_outbox(before, turned.outbox);
        self.standing = Some(turned.standing);
        self.fit = turned.fit;
        if self.fit != Fit::Conflicted {
            self.choices.clear();
        }
        // The options were good when the branch was opened.
        let _ = self.check_all();
        let conflicts = self.conflicts();
        SyncAnswer { head: self.head(), landed, conflicts }
    }

    /// Returns what is not on the branch yet, to be compared with after an
    /// await.
    pub fn kept(&self) -> Kept {
        Kept { drafts: self.work.drafts.clone(), outbox: self.outbox.clone() }
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

/// What a workspace held before an await.
#[derive(Debug, Clone)]
pub struct Kept {
    drafts: Drafts,
    outbox: Vec<Entry>,
}
