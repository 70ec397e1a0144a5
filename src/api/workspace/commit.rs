//! Sends the drafts as one commit.

use super::super::error::Error;
use super::super::merge::Conflict;
use super::super::shapes::Finding;
use super::Workspace;
use super::preview::has_errors;
use super::time::iso;
use crate::host::Record;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_word;
use crate::plan::OperationId;
use crate::sync::Access;
use crate::sync::Answer;
use crate::sync::Entry;
use crate::sync::EntryState;
use crate::sync::Findings;
use crate::sync::Fit;
use crate::sync::Mode;
use crate::sync::QueuedFor;
use crate::sync::RefusedFor;
use serde::Serialize;

/// How a save reaches the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "kebab-case"))]
pub enum ModeOption {
    /// As a commit on it.
    #[default]
    Direct,
    /// Through a pull request.
    PullRequest,
}

impl FromValue for ModeOption {
    fn from_value(value: Value) -> Result<ModeOption, Misfit> {
        let words = [("direct", ModeOption::Direct), ("pull-request", ModeOption::PullRequest)];
        read_word(value, &words)
    }
}

/// How to commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct CommitOptions {
    /// The commit's message.
    pub message: String,
    /// How it reaches the branch; directly if left out.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub mode: ModeOption,
    /// Whether error findings that the drafts bring may pass.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub accept_findings: bool,
}

impl FromValue for CommitOptions {
    fn from_value(value: Value) -> Result<CommitOptions, Misfit> {
        let mut fields = Fields::only(value, &["message", "mode", "acceptFindings"])?;
        Ok(CommitOptions {
            message: fields.read("message")?,
            mode: fields.read_or_default("mode")?,
            accept_findings: fields.read_or_default("acceptFindings")?,
        })
    }
}

/// Why a save is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum RefusedReason {
    /// The drafts bring errors.
    Findings,
    /// The branch takes no direct pushes.
    Protected,
    /// Nothing may be written.
    ReadOnly,
    /// It is too big for one commit.
    TooLarge,
    /// A rule of the repository is against it.
    Policy,
}

/// What can be done about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    /// Commit again through a pull request.
    PullRequest,
    /// Commit again and let the findings pass.
    AcceptFindings,
    /// Take the drafts along as a patch.
    Export,
}

/// Why a save stays in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum QueuedReason {
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

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum CommitAnswer {
    /// It is on the branch; said only after it was seen there.
    Landed {
        /// The commit's full id.
        commit: String,
        /// What is wrong with the branch now, if others have committed unseen
        /// what does not go together with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// It waits in a pull request.
    PullRequest {
        /// Where a person finds it.
        url: String,
        /// The commit's full id.
        commit: String,
    },
    /// A person must decide; the save is drafts again.
    Conflicted {
        /// About these.
        conflicts: Vec<Conflict>,
    },
    /// It is not taken; the save is drafts again.
    Refused {
        /// Why.
        reason: RefusedReason,
        /// One sentence about it.
        message: String,
        /// Errors that the drafts bring.
        findings: Vec<Finding>,
        /// What can be done.
        offers: Vec<Offer>,
    },
    /// It is in the outbox.
    Queued {
        /// Why.
        reason: QueuedReason,
        /// When it is tried again, ISO 8601.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_at: Option<String>,
    },
    /// The drafts change nothing.
    NothingToDo,
}

/// What comes first when a save is asked for.
pub enum Committing {
    /// There is an answer already.
    Answered(CommitAnswer),
    /// It is in the outbox. [`Workspace::committed`] says what a turn has made
    /// of it.
    Send {
        /// The save's name.
        operation: OperationId,
        /// What has to be kept before it is sent.
        records: Vec<Record>,
    },
}

/// What became of a save that nobody waits for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Saved {
    /// Its name in the outbox.
    pub id: String,
    /// Its message.
    pub message: String,
    /// What became of it.
    pub answer: CommitAnswer,
}

/// What a save needs from outside.
#[derive(Debug, Clone)]
pub struct Moment {
    /// A name for it, drawn by chance.
    pub operation: OperationId,
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
}

impl Workspace {
    /// Makes one save of all drafts.
    pub fn committing(&mut self, options: &CommitOptions, moment: Moment) -> Result<Committing, Error> {
        self.need_loaded()?;
        if options.message.trim().is_empty() {
            return Err(Error::bad_request("a commit needs a message"));
        }
        let answered = |answer| Ok(Committing::Answered(answer));
        if self.work.drafts.is_empty() {
            return answered(CommitAnswer::NothingToDo);
        }
        if !self.settle() {
            return answered(CommitAnswer::Conflicted { conflicts: self.conflicts() });
        }
        if self.work.drafts.is_empty() {
            return answered(CommitAnswer::NothingToDo);
        }
        let findings = self.brought(&self.work.drafts);
        if has_errors(&findings) && !options.accept_findings {
            return answered(refused_for_findings(findings));
        }
        let mode = match options.mode {
            ModeOption::Direct => Mode::Direct,
            ModeOption::PullRequest => Mode::PullRequest,
        };
        let drafts = std::mem::take(&mut self.work.drafts);
        let Moment { operation, now_ms } = moment;
        let entry = Entry::new(operation.clone(), options.message.clone(), mode, drafts, now_ms);
        let findings = if options.accept_findings { Findings::Accept } else { Findings::Refuse };
        self.outbox.push(Entry { findings, ..entry });
        self.awaited.push(operation.clone());
        Ok(Committing::Send { operation, records: self.unsaved() })
    }

    /// Says whether it is known what became of a save.
    pub fn is_answered(&self, operation: &OperationId) -> bool {
        self.answers.iter().any(|(entry, _)| entry.operation == *operation)
    }

    /// Says what became of a save.
    pub fn committed(&mut self, operation: &OperationId) -> CommitAnswer {
        self.awaited.retain(|awaited| awaited != operation);
        let mine = self.answers.iter().rposition(|(entry, _)| entry.operation == *operation);
        match mine.map(|index| self.answers.remove(index)) {
            Some((_, answer)) => self.answer(answer),
            None => self.answer(self.not_its_turn()),
        }
    }

    /// Says what became of saves that nobody waits for.
    pub fn tidings(&mut self) -> Vec<Saved> {
        let answers = std::mem::take(&mut self.answers);
        let is_awaited = |entry: &Entry| self.awaited.contains(&entry.operation);
        let (kept, told): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(entry, _)| is_awaited(entry));
        self.answers = kept;
        let told = told.into_iter().filter(|(_, answer)| !matches!(answer, Answer::Queued { .. }));
        let mut all = Vec::new();
        for (entry, answer) in told {
            let (id, answer) = (entry.operation.as_str().to_owned(), self.answer(answer));
            all.push(Saved { id, message: entry.message, answer });
        }
        all
    }

    /// Returns the answer for a save behind one that waits.
    fn not_its_turn(&self) -> Answer {
        let first = self.outbox.first();
        let reason = match (first.map(|entry| entry.state), self.access) {
            (Some(EntryState::Frozen), _) | (_, Access::Frozen) => QueuedFor::Auth,
            (_, Access::Offline) => QueuedFor::Offline,
            (Some(EntryState::Unknown), _) => QueuedFor::Unknown,
            _ => QueuedFor::Host,
        };
        Answer::Queued { reason, retry_at_ms: first.and_then(|entry| entry.retry_at_ms) }
    }

    fn answer(&mut self, answer: Answer) -> CommitAnswer {
        match answer {
            Answer::Landed { commit } => CommitAnswer::Landed { commit: commit.to_string(), message: None },
            Answer::Harmful { commit, message } => {
                let message = "others have committed meanwhile what does not go together with it: "
                    .to_owned()
                    + &message;
                CommitAnswer::Landed { commit: commit.to_string(), message: Some(message) }
            }
            Answer::Proposed { url, commit } => CommitAnswer::PullRequest { url, commit: commit.to_string() },
            Answer::NothingToDo => CommitAnswer::NothingToDo,
            Answer::Conflicted => {
                self.fit = Fit::Conflicted;
                CommitAnswer::Conflicted { conflicts: self.conflicts() }
            }
            Answer::Invalid { .. } => refused_for_findings(self.brought(&self.work.drafts)),
            Answer::Refused { reason, message } => {
                let (reason, offers) = match reason {
                    RefusedFor::Protected => {
                        (RefusedReason::Protected, vec![Offer::PullRequest, Offer::Export])
                    }
                    RefusedFor::ReadOnly => (RefusedReason::ReadOnly, vec![Offer::Export]),
                    RefusedFor::TooLarge => (RefusedReason::TooLarge, vec![Offer::Export]),
                    RefusedFor::Policy => (RefusedReason::Policy, vec![Offer::PullRequest, Offer::Export]),
                };
                CommitAnswer::Refused { reason, message, findings: Vec::new(), offers }
            }
            Answer::Queued { reason, retry_at_ms } => CommitAnswer::Queued {
                reason: match reason {
                    QueuedFor::Offline => QueuedReason::Offline,
                    QueuedFor::Host => QueuedReason::Host,
                    QueuedFor::Busy => QueuedReason::Busy,
                    QueuedFor::RateLimit => QueuedReason::RateLimit,
                    QueuedFor::Auth => QueuedReason::Auth,
                    QueuedFor::Unknown => QueuedReason::Unknown,
                },
                retry_at: retry_at_ms.map(iso),
            },
        }
    }
}

fn refused_for_findings(findings: Vec<Finding>) -> CommitAnswer {
    CommitAnswer::Refused {
        reason: RefusedReason::Findings,
        message: "the drafts bring errors that the fabric would refuse".to_owned(),
        findings,
        offers: vec![Offer::AcceptFindings, Offer::Export],
    }
}
