//! What a caller may say about a merge: rules of the kinds, policies, choices.

use super::answer::ConflictKind;
use crate::limits::Limits;
use crate::model::Value;
use crate::schema::Catalogue;

/// How to merge.
#[derive(Debug, Clone)]
pub struct MergeOptions<'a> {
    /// Where the file lies, for the answer.
    pub path: Option<String>,
    /// The kinds that are known.
    pub catalogue: &'a Catalogue,
    /// Which conflicts are settled without asking.
    pub policies: Policies,
    /// What was chosen for conflicts of an earlier answer.
    pub choices: Vec<Choice>,
    /// Whether the keys of lists that nothing is known about are guessed.
    pub inference: Inference,
    /// Bounds on the input.
    pub limits: Limits,
}

impl<'a> MergeOptions<'a> {
    /// Makes the options that ask about every hard conflict.
    pub fn new(catalogue: &'a Catalogue) -> MergeOptions<'a> {
        MergeOptions {
            path: None,
            catalogue,
            policies: Policies::Careful,
            choices: Vec::new(),
            inference: Inference::Guess,
            limits: Limits::DEFAULT,
        }
    }
}

/// What is done with a list that no table and no definition speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inference {
    /// Its items are told apart by what looks like a key.
    Guess,
    /// It is one value.
    Declared,
}

/// Rules for settling conflicts without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policies {
    /// Ask about every hard conflict.
    Careful,
    /// Take ours.
    DraftFirst,
    /// Take theirs.
    GitFirst,
    /// The first rule that fits decides; where none fits, as [`Policies::Careful`].
    Rules(Vec<Policy>),
}

/// One rule. What it leaves out fits everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Kind of the resource, `VPC`.
    pub kind: Option<String>,
    /// Path of the field as labels write it; `*` stands for one part, `**`
    /// for any number.
    pub field: Option<String>,
    /// Kind of the conflict.
    pub conflict: Option<ConflictKind>,
    /// What is done.
    pub take: Take,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Ask.
    Ask,
    /// Take ours.
    Ours,
    /// Take theirs.
    Theirs,
    /// Take what was before.
    Base,
    /// Keep both, theirs first.
    Both,
    /// Take the side that changed last. The branch is never older than the
    /// draft's base, and a text does not say when it was changed; so theirs.
    Newest,
}

/// What was chosen for one conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The conflict's id.
    pub conflict: String,
    /// What is taken.
    pub settlement: Settlement,
}

/// How a conflict is settled.
#[derive(Debug, Clone, PartialEq)]
pub enum Settlement {
    /// Ours is taken.
    Ours,
    /// Theirs is taken.
    Theirs,
    /// What was before is taken.
    Base,
    /// Both are kept, theirs first.
    Both,
    /// This value is taken.
    Value(Value),
    /// This text is taken as it is.
    Text(String),
}

/// Why a choice cannot be followed. The caller is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("conflict {conflict} cannot be settled so: {reason}")]
pub struct BadChoice {
    /// The conflict.
    pub conflict: String,
    /// What is wrong with the choice.
    pub reason: &'static str,
}

/// What the words of the NetBox Hedgehog Plugin stand for here.
///
/// The plugin names strategies in several places; they come down to the
/// policies. `merge` and `merge_strategy` settle what can be settled by
/// meaning and ask about the rest, which is what careful does.
pub const STRATEGIES: [(&str, Policies); 8] = [
    ("gui_wins", Policies::DraftFirst),
    ("github_wins", Policies::GitFirst),
    ("timestamp_wins", Policies::GitFirst),
    ("user_guided", Policies::Careful),
    ("merge", Policies::Careful),
    ("merge_strategy", Policies::Careful),
    ("manual", Policies::Careful),
    ("manual_only", Policies::Careful),
];

impl Policies {
    /// Returns the policies a name stands for: ours (`careful`, `draft-first`,
    /// `git-first`) or the plugin's.
    pub fn named(name: &str) -> Option<Policies> {
        match name {
            "careful" => Some(Policies::Careful),
            "draft-first" => Some(Policies::DraftFirst),
            "git-first" => Some(Policies::GitFirst),
            _ => STRATEGIES.iter().find(|(word, _)| *word == name).map(|(_, policies)| policies.clone()),
        }
    }

    /// Says what is done with a conflict.
    pub(super) fn take(&self, kind: ConflictKind, resource_kind: Option<&str>, label: &str) -> Take {
        match self {
            // A text that cannot be read needs a person whatever the policy.
            _ if kind == ConflictKind::Parse => Take::Ask,
            Policies::DraftFirst if kind != ConflictKind::Comment => Take::Ours,
            Policies::GitFirst => Take::Theirs,
            Policies::Rules(rules) => {
                let fits = |rule: &&Policy| {
                    rule.conflict.is_none_or(|wanted| wanted == kind)
                        && rule.kind.as_deref().is_none_or(|wanted| resource_kind == Some(wanted))
                        && rule.field.as_deref().is_none_or(|pattern| matches(pattern, label))
                };
                rules.iter().find(fits).map_or(default_take(kind), |rule| rule.take)
            }
            _ => default_take(kind),
        }
    }
}

/// What is done where no rule speaks: comments are not asked about.
fn default_take(kind: ConflictKind) -> Take {
    if kind == ConflictKind::Comment { Take::Theirs } else { Take::Ask }
}

/// Says whether a label fits a pattern. `a.*.b` and `/a/*/b` are the same.
fn matches(pattern: &str, label: &str) -> bool {
    let pattern: Vec<String> = match pattern.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
        None => parts(pattern),
    };
    fits(&pattern, &parts(label))
}

/// Splits `a.b[c.d].e` into `a`, `b`, `c.d`, `e`.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    for character in path.chars() {
        match character {
            '.' if !inside => parts.push(String::new()),
            '[' if !inside => {
                inside = true;
                parts.push(String::new());
            }
            ']' if inside => inside = false,
            '"' if inside => {}
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(character);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn fits(pattern: &[String], label: &[String]) -> bool {
    match (pattern.split_first(), label.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            fits(rest, label) || label.split_first().is_some_and(|(_, shorter)| fits(pattern, shorter))
        }
        (Some((first, rest)), Some((part, others))) => (first == "*" || first == part) && fits(rest, others),
        _ => false,
    }
}
