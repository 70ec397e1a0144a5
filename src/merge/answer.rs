//! What a merge answers, as plain data.

use super::options::Choice;
use super::versions::Versions;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Value;
use crate::text::Span;
use crate::text::TextEdit;

/// What became of the merge of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeAnswer {
    /// The merged text; none if the file is gone. At open conflicts it holds
    /// what theirs has.
    pub content: Option<String>,
    /// What leads from theirs to the content, in text order.
    pub edits: Vec<TextEdit>,
    /// What a person must decide, in file order.
    pub conflicts: Vec<Conflict>,
    /// What was decided without asking, in file order.
    pub decisions: Vec<Decision>,
    /// What of the content may have errors: validation knows which.
    pub doubtful: Vec<Doubtful>,
    /// How often the result had to be mended because it did not read as
    /// merged. Anything but 0 is a bug.
    pub mended: u32,
}

impl MergeAnswer {
    /// Says whether nothing is left to decide.
    pub fn is_clean(&self) -> bool {
        self.conflicts.is_empty()
    }
}

/// Something in a merged file that a side has wrong already, or that a person
/// keeps in spite of what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubtful {
    /// The file.
    pub path: String,
    /// The resource; none stands for the whole file.
    pub resource: Option<ResourceId>,
}

/// What a conflict is about. The first word is ours, the second theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictKind {
    /// Both changed one value to different ones.
    ModifyModify,
    /// Both added one thing differently.
    AddAdd,
    /// Ours deleted what theirs changed.
    DeleteModify,
    /// Ours changed what theirs deleted.
    ModifyDelete,
    /// The two sides hold different types of value.
    Type,
    /// The order of items whose order counts.
    Order,
    /// Both gave one item another key.
    Rekey,
    /// Two places for one identity.
    DuplicateIdentity,
    /// Lines of one text.
    Text,
    /// Comments at one place.
    Comment,
    /// Both moved one thing to different places.
    MoveMove,
    /// Renamed by one side, changed by the other.
    RenameModify,
    /// An anchor and its uses.
    Alias,
    /// A side cannot be read as YAML.
    Parse,
    /// The version of the API differs.
    Version,
    /// The changes do not go together by what they mean.
    Semantic,
}

impl ConflictKind {
    /// All kinds.
    pub const ALL: [ConflictKind; 16] = [
        ConflictKind::ModifyModify,
        ConflictKind::AddAdd,
        ConflictKind::DeleteModify,
        ConflictKind::ModifyDelete,
        ConflictKind::Type,
        ConflictKind::Order,
        ConflictKind::Rekey,
        ConflictKind::DuplicateIdentity,
        ConflictKind::Text,
        ConflictKind::Comment,
        ConflictKind::MoveMove,
        ConflictKind::RenameModify,
        ConflictKind::Alias,
        ConflictKind::Parse,
        ConflictKind::Version,
        ConflictKind::Semantic,
    ];

    /// Returns the name outside callers know it by.
    pub fn name(self) -> &'static str {
        match self {
            ConflictKind::ModifyModify => "modify/modify",
            ConflictKind::AddAdd => "add/add",
            ConflictKind::DeleteModify => "delete/modify",
            ConflictKind::ModifyDelete => "modify/delete",
            ConflictKind::Type => "type",
            ConflictKind::Order => "order",
            ConflictKind::Rekey => "rekey",
            ConflictKind::DuplicateIdentity => "duplicate-identity",
            ConflictKind::Text => "text",
            ConflictKind::Comment => "comment",
            ConflictKind::MoveMove => "move/move",
            ConflictKind::RenameModify => "rename/modify",
            ConflictKind::Alias => "alias",
            ConflictKind::Parse => "parse",
            ConflictKind::Version => "version",
            ConflictKind::Semantic => "semantic",
        }
    }

    /// Returns the kind of a name.
    pub fn from_name(name: &str) -> Option<ConflictKind> {
        ConflictKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How much a conflict matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictSeverity {
    /// Nothing but looks.
    Low,
    /// One value.
    Medium,
    /// More than one value, or what the fabric does.
    High,
    /// A whole resource or file.
    Critical,
}

impl ConflictSeverity {
    /// Returns the name outside callers know it by.
    pub fn name(self) -> &'static str {
        match self {
            ConflictSeverity::Low => "low",
            ConflictSeverity::Medium => "medium",
            ConflictSeverity::High => "high",
            ConflictSeverity::Critical => "critical",
        }
    }
}

/// A place where the two sides contradict each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The same after a change that has nothing to do with it.
    pub id: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// How much it matters.
    pub severity: ConflictSeverity,
    /// The resource it is in.
    pub resource: Option<ResourceId>,
    /// The field in theirs, or in ours where theirs has it not.
    pub field: Option<Pointer>,
    /// The path a person reads: `spec.subnets.front.vlan`.
    pub label: String,
    /// What the three versions have there.
    pub sides: Versions<Side>,
    /// Ways out of it.
    pub suggestions: Vec<Suggestion>,
    /// Conflicts with one group are settled together.
    pub group: Option<String>,
}

/// What one version has at a place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Side {
    /// Whether it has anything there.
    pub present: bool,
    /// The value.
    pub value: Option<Value>,
    /// The text as it is written.
    pub text: Option<String>,
    /// The file, where several were merged.
    pub path: Option<String>,
    /// The place in the version's text.
    pub span: Option<Span>,
}

/// A way out of a conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What it does, for a button.
    pub title: String,
    /// The choice that does it.
    pub choice: Choice,
    /// What is lost by it.
    pub loses: Option<String>,
}

/// What was taken without asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The place, as if it were asked about. A choice with its id undoes the
    /// decision.
    pub place: Conflict,
    /// What was taken.
    pub took: super::options::Settlement,
    /// Why, in one sentence.
    pub why: String,
}
