//! Saves that are not on the branch yet, as records that survive the page.

use crate::host::Record;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_json;
use crate::model::read_word;
use crate::model::word_of;
use crate::model::write_json;
use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::plan::OperationId;
use crate::sync::carry::Findings;

/// How a save shall reach the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As a commit on it.
    Direct,
    /// Through a pull request.
    PullRequest,
}

/// Where a save is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The head it was made for.
    pub expected: ObjectId,
    /// The tree it has.
    pub tree: ObjectId,
    /// Whether an answer to it got lost, so that it may be on the branch.
    pub outcome: Outcome,
}

/// What is known about a commit that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its answer is awaited.
    Awaited,
    /// Its answer got lost: it may be on the branch.
    Lost,
}

/// One save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, which its commit carries.
    pub operation: OperationId,
    /// The person's words.
    pub message: String,
    /// How it shall reach the branch.
    pub mode: Mode,
    /// What it changes.
    pub drafts: Drafts,
    /// Whether errors that it brings stand in its way.
    pub findings: Findings,
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

const MODES: &[(&str, Mode)] = &[("direct", Mode::Direct), ("pull-request", Mode::PullRequest)];

const FINDINGS: &[(&str, Findings)] = &[("refuse", Findings::Refuse), ("accept", Findings::Accept)];

const STATES: &[(&str, EntryState)] = &[
    ("queued", EntryState::Queued),
    ("sending", EntryState::Sending),
    ("unknown", EntryState::Unknown),
    ("frozen", EntryState::Frozen),
];

const OUTCOMES: &[(&str, Outcome)] = &[("awaited", Outcome::Awaited), ("lost", Outcome::Lost)];

impl Entry {
    /// Makes a save that was never sent.
    pub fn new(operation: OperationId, message: String, mode: Mode, drafts: Drafts, now_ms: u64) -> Entry {
        Entry {
            operation,
            message,
            mode,
            drafts,
            findings: Findings::Refuse,
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
        Record { text: Some(write_json(&self.to_value())), ..self.no_record() }
    }

    /// Returns the record that forgets the save.
    pub fn no_record(&self) -> Record {
        Record { key: format!("{}{}", Entry::prefix(), self.operation), text: None }
    }

    /// Reads what a record kept. A save that was being sent when the page went
    /// away may have landed.
    pub fn restore(text: &str) -> Result<Entry, NotAnEntry> {
        let value = read_json(text).map_err(|_| NotAnEntry)?;
        let mut entry = Entry::from_value(value).map_err(|_| NotAnEntry)?;
        if entry.state == EntryState::Sending {
            entry.state = EntryState::Unknown;
        }
        if let Some(attempt) = &mut entry.attempt {
            attempt.outcome = Outcome::Lost;
        }
        Ok(entry)
    }

    fn to_value(&self) -> Value {
        let attempt = self.attempt.map(|attempt| {
            Value::object([
                ("expected", attempt.expected.into()),
                ("tree", attempt.tree.into()),
                ("outcome", word_of(&attempt.outcome, OUTCOMES).into()),
            ])
        });
        let drafts = self.drafts.iter().map(|(path, draft)| (path.clone(), draft.into()));
        Value::object([
            ("operation", self.operation.as_str().into()),
            ("message", self.message.as_str().into()),
            ("mode", word_of(&self.mode, MODES).into()),
            ("drafts", Value::Map(drafts.collect())),
            ("findings", word_of(&self.findings, FINDINGS).into()),
            ("state", word_of(&self.state, STATES).into()),
            ("attempts", Value::Int(self.attempts.into())),
            ("attempt", attempt.into()),
            ("createdMs", Value::Int(self.created_ms.into())),
            ("retryAtMs", self.retry_at_ms.map(|ms| Value::Int(ms.into())).into()),
        ])
    }
}

impl FromValue for Entry {
    fn from_value(value: Value) -> Result<Entry, Misfit> {
        let mut fields = Fields::only(
            value,
            &[
                "operation",
                "message",
                "mode",
                "drafts",
                "findings",
                "state",
                "attempts",
                "attempt",
                "createdMs",
                "retryAtMs",
            ],
        )?;
        let drafts = Fields::of(fields.read("drafts")?)?.into_values();
        let drafts = drafts.map(|(path, draft)| Ok((path, Draft::from_value(draft)?)));
        let drafts: Drafts = drafts.collect::<Result<_, Misfit>>()?;
        Ok(Entry {
            operation: fields.read("operation")?,
            message: fields.read("message")?,
            mode: read_word(fields.read("mode")?, MODES)?,
            drafts,
            findings: match fields.read("findings")? {
                Some(word) => read_word(word, FINDINGS)?,
                None => Findings::Refuse,
            },
            state: read_word(fields.read("state")?, STATES)?,
            attempts: fields.read("attempts")?,
            attempt: fields.read("attempt")?,
            created_ms: fields.read("createdMs")?,
            retry_at_ms: fields.read("retryAtMs")?,
        })
    }
}

impl FromValue for Attempt {
    fn from_value(value: Value) -> Result<Attempt, Misfit> {
        let mut fields = Fields::only(value, &["expected", "tree", "outcome"])?;
        Ok(Attempt {
            expected: fields.read("expected")?,
            tree: fields.read("tree")?,
            outcome: read_word(fields.read("outcome")?, OUTCOMES)?,
        })
    }
}
