//! How to merge: policies and choices as callers write them.

use super::super::json::Json;
use crate::merge;
use crate::merge::Settlement;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_word;
use crate::model::word_of;
use serde::Serialize;

/// What a conflict is about; the first word is ours, the second theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(
    target_arch = "wasm32",
    tsify(
        type = "'modify/modify' | 'add/add' | 'delete/modify' | 'modify/delete' | 'type' | 'order' | 'rekey' | 'duplicate-identity' | 'text' | 'comment' | 'move/move' | 'rename/modify' | 'alias' | 'parse' | 'version' | 'semantic'"
    )
)]
pub struct ConflictKind(pub merge::ConflictKind);

impl Serialize for ConflictKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl FromValue for ConflictKind {
    fn from_value(value: Value) -> Result<ConflictKind, Misfit> {
        let name = String::from_value(value)?;
        let kind = merge::ConflictKind::from_name(&name).map(ConflictKind);
        kind.ok_or_else(|| Misfit::new(format!("there is no conflict kind `{name}`")))
    }
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// The draft's.
    Ours,
    /// The branch's.
    Theirs,
    /// What was before.
    Base,
    /// Both, theirs first.
    Both,
}

const TAKES: &[(&str, Take)] =
    &[("ours", Take::Ours), ("theirs", Take::Theirs), ("base", Take::Base), ("both", Take::Both)];

/// How one conflict is settled: a side, a value, or a text as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum Choice {
    /// A side is taken.
    Take {
        /// The conflict's id.
        conflict: String,
        /// The side.
        take: Take,
    },
    /// A value is taken.
    Value {
        /// The conflict's id.
        conflict: String,
        /// The value.
        value: Json,
    },
    /// A text is taken.
    Text {
        /// The conflict's id.
        conflict: String,
        /// The text.
        text: String,
    },
}

impl FromValue for Choice {
    fn from_value(value: Value) -> Result<Choice, Misfit> {
        let mut fields = Fields::only(value, &["conflict", "take", "value", "text"])?;
        let conflict: String = fields.read("conflict")?;
        let choice = (fields.value("take"), fields.value("value"), fields.value("text"));
        match choice {
            (Some(take), None, None) => Ok(Choice::Take { conflict, take: read_word(take, TAKES)? }),
            (None, Some(value), None) => Ok(Choice::Value { conflict, value: Json(value) }),
            (None, None, Some(text)) => Ok(Choice::Text { conflict, text: String::from_value(text)? }),
            _ => Err(Misfit::new("a choice has one of `take`, `value`, `text`")),
        }
    }
}

impl From<&Choice> for Value {
    fn from(choice: &Choice) -> Value {
        let (conflict, what) = match choice {
            Choice::Take { conflict, take } => (conflict, ("take", word_of(take, TAKES).into())),
            Choice::Value { conflict, value } => (conflict, ("value", value.0.clone())),
            Choice::Text { conflict, text } => (conflict, ("text", text.as_str().into())),
        };
        Value::object([("conflict", conflict.as_str().into()), what])
    }
}

/// What a policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "lowercase"))]
pub enum PolicyTake {
    /// Ask.
    Ask,
    /// Take the draft's.
    Ours,
    /// Take the branch's.
    Theirs,
    /// Take what was before.
    Base,
    /// Keep both, theirs first.
    Both,
    /// Take what changed last: the branch's.
    Newest,
}

impl FromValue for PolicyTake {
    fn from_value(value: Value) -> Result<PolicyTake, Misfit> {
        let words = [
            ("ask", PolicyTake::Ask),
            ("ours", PolicyTake::Ours),
            ("theirs", PolicyTake::Theirs),
            ("base", PolicyTake::Base),
            ("both", PolicyTake::Both),
            ("newest", PolicyTake::Newest),
        ];
        read_word(value, &words)
    }
}

/// One rule for settling conflicts without asking. What it leaves out fits
/// everything; the first rule that fits decides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Policy {
    /// Kind of the resource, `VPC`.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    pub kind: Option<String>,
    /// Path of the field as labels write it; `*` stands for one part, `**` for
    /// any number.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    pub field: Option<String>,
    /// Kind of the conflict.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    pub conflict: Option<ConflictKind>,
    /// What is done.
    pub take: PolicyTake,
}

impl FromValue for Policy {
    fn from_value(value: Value) -> Result<Policy, Misfit> {
        let mut fields = Fields::only(value, &["kind", "field", "conflict", "take"])?;
        Ok(Policy {
            kind: fields.read("kind")?,
            field: fields.read("field")?,
            conflict: fields.read("conflict")?,
            take: fields.read("take")?,
        })
    }
}

/// A set of policies by name, or rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoliciesOption {
    /// `careful`, `draft-first`, `git-first`, or a word of the NetBox Hedgehog
    /// Plugin.
    Named(String),
    /// Rules.
    Rules(Vec<Policy>),
}

impl FromValue for PoliciesOption {
    fn from_value(value: Value) -> Result<PoliciesOption, Misfit> {
        match value {
            Value::String(name) => Ok(PoliciesOption::Named(name)),
            Value::List(_) => Vec::from_value(value).map(PoliciesOption::Rules),
            other => Err(Misfit::expected("the name of a set of policies, or a list of policies", &other)),
        }
    }
}

/// How to merge. `crds`, which holds contents of files, is read apart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MergeOptions {
    /// The file's path.
    pub path: Option<String>,
    /// The version of the fabric.
    pub catalogue: Option<String>,
    /// Which conflicts are settled without asking; none if left out.
    pub policies: Option<PoliciesOption>,
    /// How conflicts of an earlier answer are settled.
    pub choices: Vec<Choice>,
}

impl FromValue for MergeOptions {
    fn from_value(value: Value) -> Result<MergeOptions, Misfit> {
        let mut fields = Fields::only(value, &["path", "catalogue", "policies", "choices"])?;
        Ok(MergeOptions {
            path: fields.read("path")?,
            catalogue: fields.read("catalogue")?,
            policies: fields.read("policies")?,
            choices: fields.read_or_default("choices")?,
        })
    }
}

pub(super) fn policy(policy: Policy) -> merge::Policy {
    merge::Policy {
        kind: policy.kind,
        field: policy.field,
        conflict: policy.conflict.map(|kind| kind.0),
        take: match policy.take {
            PolicyTake::Ask => merge::Take::Ask,
            PolicyTake::Ours => merge::Take::Ours,
            PolicyTake::Theirs => merge::Take::Theirs,
            PolicyTake::Base => merge::Take::Base,
            PolicyTake::Both => merge::Take::Both,
            PolicyTake::Newest => merge::Take::Newest,
        },
    }
}

pub(super) fn choice(choice: Choice) -> merge::Choice {
    let (conflict, settlement) = match choice {
        Choice::Take { conflict, take } => {
            let settlement = match take {
                Take::Ours => Settlement::Ours,
                Take::Theirs => Settlement::Theirs,
                Take::Base => Settlement::Base,
                Take::Both => Settlement::Both,
            };
            (conflict, settlement)
        }
        Choice::Value { conflict, value } => (conflict, Settlement::Value(value.0)),
        Choice::Text { conflict, text } => (conflict, Settlement::Text(text)),
    };
    merge::Choice { conflict, settlement }
}

pub(super) fn choice_of(conflict: String, settlement: &Settlement) -> Choice {
    let take = match settlement {
        Settlement::Ours => Take::Ours,
        Settlement::Theirs => Take::Theirs,
        Settlement::Base => Take::Base,
        Settlement::Both => Take::Both,
        Settlement::Value(value) => return Choice::Value { conflict, value: Json(value.clone()) },
        Settlement::Text(text) => return Choice::Text { conflict, text: text.clone() },
    };
    Choice::Take { conflict, take }
}
