//! What a merge answers, with places as editors count them.

use super::super::file::Lines;
use super::super::json::Json;
use super::super::shapes::Finding;
use super::super::shapes::Range;
use super::super::shapes::TextEdit;
use super::options::Choice;
use super::options::ConflictKind;
use super::options::choice_of;
use crate::merge;
use crate::merge::Version;
use crate::merge::Versions;
use crate::model::ResourceId;
use crate::order::Map;
use serde::Serialize;

/// How much a conflict matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
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

/// What one version has at a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Side {
    /// Whether it has anything there.
    pub present: bool,
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
    /// The text as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place in the version's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// A way out of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Suggestion {
    /// What it does, for a button.
    pub title: String,
    /// The choice that does it.
    pub choice: Choice,
    /// What is lost by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loses: Option<String>,
}

/// A place where the two sides contradict each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Conflict {
    /// The same after a change that has nothing to do with it.
    pub id: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// How much it matters.
    pub severity: ConflictSeverity,
    /// The resource it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// The field in theirs, or in ours where theirs has it not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The path a person reads: `spec.subnets.front.vlan`.
    pub label: String,
    /// Before either change.
    pub base: Side,
    /// In the draft.
    pub ours: Side,
    /// On the branch.
    pub theirs: Side,
    /// Ways out of it.
    pub suggestions: Vec<Suggestion>,
    /// Conflicts with one group are settled together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// What was taken without asking. A choice with the id of its place undoes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Decision {
    /// The place, as if it were asked about.
    pub place: Conflict,
    /// What was taken.
    pub took: Choice,
    /// Why, in one sentence.
    pub why: String,
}

/// Whether something is left to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing is.
    Clean,
    /// A person must decide.
    Conflicted,
}

impl Outcome {
    pub(super) fn of(conflicts: &[merge::Conflict]) -> Outcome {
        if conflicts.is_empty() { Outcome::Clean } else { Outcome::Conflicted }
    }
}

/// What became of the merge of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct MergeAnswer {
    /// Whether something is left to decide.
    #[serde(rename = "type")]
    pub outcome: Outcome,
    /// The merged text; null if the file is gone. At open conflicts it holds
    /// what theirs has.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub content: Option<String>,
    /// What leads from theirs to the content.
    pub edits: Vec<TextEdit>,
    /// What a person must decide, in file order.
    pub conflicts: Vec<Conflict>,
    /// What was decided without asking.
    pub decisions: Vec<Decision>,
    /// Notes, and what is wrong with the result.
    pub findings: Vec<Finding>,
}

/// A file that a merge wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct MergedFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub content: String,
}

/// What became of the merge of many files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct MergeFilesAnswer {
    /// Whether something is left to decide.
    #[serde(rename = "type")]
    pub outcome: Outcome,
    /// The files that differ from theirs.
    pub files: Vec<MergedFile>,
    /// Paths of theirs that go.
    pub removed: Vec<String>,
    /// What a person must decide.
    pub conflicts: Vec<Conflict>,
    /// What was decided without asking.
    pub decisions: Vec<Decision>,
    /// Notes, and what is wrong with the result.
    pub findings: Vec<Finding>,
}

/// The texts of the three versions, for ranges.
pub(super) struct Texts<'a>(Versions<Map<String, (&'a str, Lines)>>);

impl<'a> Texts<'a> {
    pub(super) fn new(texts: Versions<Vec<(String, &'a str)>>) -> Texts<'a> {
        Texts(
            texts.map(|texts| {
                texts.into_iter().map(|(path, text)| (path, (text, Lines::default()))).collect()
            }),
        )
    }

    pub(super) fn side(&self, version: Version, side: &merge::Side) -> Side {
        let files = self.0.of(version);
        let file = match &side.path {
            Some(path) => files.get(path),
            None => files.values().next(),
        };
        let range = side.span.and_then(|span| file.map(|(text, lines)| lines.range(text, span)));
        Side {
            present: side.present,
            value: side.value.clone().map(Json),
            text: side.text.clone(),
            path: side.path.clone().filter(|path| !path.is_empty()),
            range,
        }
    }

    pub(super) fn conflict(&self, conflict: &merge::Conflict) -> Conflict {
        let side = |version| self.side(version, conflict.sides.of(version));
        let suggestions = conflict.suggestions.iter().map(|suggestion| Suggestion {
            title: suggestion.title.clone(),
            choice: choice_of(suggestion.choice.conflict.clone(), &suggestion.choice.settlement),
            loses: suggestion.loses.clone(),
        });
        Conflict {
            id: conflict.id.clone(),
            kind: ConflictKind(conflict.kind),
            severity: match conflict.severity {
                merge::ConflictSeverity::Low => ConflictSeverity::Low,
                merge::ConflictSeverity::Medium => ConflictSeverity::Medium,
                merge::ConflictSeverity::High => ConflictSeverity::High,
                merge::ConflictSeverity::Critical => ConflictSeverity::Critical,
            },
            resource: conflict.resource.clone(),
            field: conflict.field.as_ref().map(ToString::to_string),
            label: conflict.label.clone(),
            base: side(Version::Base),
            ours: side(Version::Ours),
            theirs: side(Version::Theirs),
            suggestions: suggestions.collect(),
            group: conflict.group.clone(),
        }
    }

    pub(super) fn decision(&self, decision: &merge::Decision) -> Decision {
        Decision {
            place: self.conflict(&decision.place),
            took: choice_of(decision.place.id.clone(), &decision.took),
            why: decision.why.clone(),
        }
    }
}
