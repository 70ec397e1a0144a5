//! `merge` and `mergeFiles`: three versions into one.

use super::error::Error;
use super::file::File;
use super::file::Lines;
use super::json::Json;
use super::shapes::Finding;
use super::shapes::Range;
use super::shapes::TextEdit;
use super::validate::FileInput;
use crate::limits::Limits;
use crate::merge;
use crate::merge::MergeOptions as Options;
use crate::merge::Policies;
use crate::merge::Settlement;
use crate::merge::Version;
use crate::merge::Versions;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::model::read;
use crate::model::read_word;
use crate::model::word_of;
use crate::order::Map;
use crate::schema::Catalogue;
use crate::schema::read_crd;
use crate::text::Source;
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

/// How to merge, with the kinds that are known.
#[derive(Debug, Clone)]
pub struct Merger {
    catalogue: Catalogue,
    path: Option<String>,
    policies: Policies,
    choices: Vec<merge::Choice>,
}

impl Merger {
    /// Checks options.
    pub fn new(options: MergeOptions, crds: &[Vec<u8>]) -> Result<Merger, Error> {
        let version = options.catalogue.as_deref().unwrap_or(Catalogue::NEWEST);
        let Some(mut catalogue) = Catalogue::built_in(version) else {
            return Err(Error::bad_request(format!("there is no catalogue `{version}`")));
        };
        for crd in crds {
            let file = File::new(None, crd);
            for document in file.tree().documents() {
                let definition = read(file.tree(), document, Reading::Kubernetes);
                let entries = read_crd(&definition, &Limits::DEFAULT).map_err(|problem| {
                    Error::bad_request(format!("crds, field `{}`: {}", problem.field, problem.message))
                })?;
                entries.into_iter().for_each(|entry| catalogue.add(entry));
            }
        }
        let policies = match options.policies {
            None => Policies::Careful,
            Some(PoliciesOption::Named(name)) => Policies::named(&name)
                .ok_or_else(|| Error::bad_request(format!("there are no policies `{name}`")))?,
            Some(PoliciesOption::Rules(rules)) => Policies::Rules(rules.into_iter().map(policy).collect()),
        };
        let choices = options.choices.into_iter().map(choice).collect();
        Ok(Merger { catalogue, path: options.path, policies, choices })
    }

    /// Returns the same with other choices.
    pub fn with_choices(&self, choices: &[Choice]) -> Merger {
        Merger { choices: choices.iter().cloned().map(choice).collect(), ..self.clone() }
    }

    fn options(&self) -> Options<'_> {
        Options {
            path: self.path.clone(),
            policies: self.policies.clone(),
            choices: self.choices.clone(),
            ..Options::new(&self.catalogue)
        }
    }

    /// Merges one file; none stands for no file.
    pub fn merge(&self, versions: Versions<Option<Vec<u8>>>) -> Result<MergeAnswer, Error> {
        let sources = versions.map(|bytes| bytes.map(|bytes| Source::from_bytes(&bytes)));
        let given = Versions {
            base: sources.base.as_ref(),
            ours: sources.ours.as_ref(),
            theirs: sources.theirs.as_ref(),
        };
        let answer =
            merge::merge(given, &self.options()).map_err(|bad| Error::bad_request(bad.to_string()))?;
        let path = self.path.clone().unwrap_or_default();
        let texts = Texts::new(
            given.map(|source| source.map(|source| (path.clone(), source.text())).into_iter().collect()),
        );
        let theirs = (sources.theirs.as_ref().map_or("", Source::text), Lines::default());
        let edits = answer
            .edits
            .iter()
            .map(|edit| TextEdit { range: theirs.1.range(theirs.0, edit.span), text: edit.text.clone() });
        let content = answer.content.as_deref().unwrap_or("");
        let lines = Lines::default();
        Ok(MergeAnswer {
            outcome: outcome(&answer.conflicts),
            edits: edits.collect(),
            conflicts: answer.conflicts.iter().map(|conflict| texts.conflict(conflict)).collect(),
            decisions: answer.decisions.iter().map(|decision| texts.decision(decision)).collect(),
            findings: answer
                .findings
                .iter()
                .map(|finding| Finding::of(finding, self.path.clone(), Some((content, &lines))))
                .collect(),
            content: answer.content.clone(),
        })
    }

    /// Merges the files of three versions.
    pub fn merge_files(&self, versions: &Versions<Vec<FileInput>>) -> Result<MergeFilesAnswer, Error> {
        let sources = Versions::each(|version| {
            let files = versions.of(version).iter();
            files.map(|file| (file.path.as_str(), Source::from_bytes(&file.content))).collect::<Map<_, _>>()
        });
        for version in [Version::Base, Version::Ours, Version::Theirs] {
            if sources.of(version).len() != versions.of(version).len() {
                return Err(Error::bad_request("mergeFiles: a version has two files with one path"));
            }
        }
        let lists = Versions::each(|version| {
            let files = sources.of(version).iter();
            files.map(|(path, source)| merge::File { path, source }).collect::<Vec<_>>()
        });
        let slices = Versions { base: &*lists.base, ours: &*lists.ours, theirs: &*lists.theirs };
        let answer =
            merge::merge_files(slices, &self.options()).map_err(|bad| Error::bad_request(bad.to_string()))?;
        let texts = Texts::new(Versions::each(|version| {
            let files = sources.of(version).iter();
            files.map(|(path, source)| ((*path).to_owned(), source.text())).collect()
        }));
        let files = answer.files.iter();
        Ok(MergeFilesAnswer {
            outcome: outcome(&answer.conflicts),
            files: files
                .map(|file| MergedFile { path: file.path.clone(), content: file.content.clone() })
                .collect(),
            removed: answer.removed.clone(),
            conflicts: answer.conflicts.iter().map(|conflict| texts.conflict(conflict)).collect(),
            decisions: answer.decisions.iter().map(|decision| texts.decision(decision)).collect(),
            findings: answer.findings.iter().map(|finding| Finding::of(finding, None, None)).collect(),
        })
    }
}

fn outcome(conflicts: &[merge::Conflict]) -> Outcome {
    if conflicts.is_empty() { Outcome::Clean } else { Outcome::Conflicted }
}

fn policy(policy: Policy) -> merge::Policy {
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

fn choice(choice: Choice) -> merge::Choice {
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

fn choice_of(conflict: String, settlement: &Settlement) -> Choice {
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

/// The texts of the three versions, for ranges.
struct Texts<'a>(Versions<Map<String, (&'a str, Lines)>>);

impl<'a> Texts<'a> {
    fn new(texts: Versions<Vec<(String, &'a str)>>) -> Texts<'a> {
        Texts(
            texts.map(|texts| {
                texts.into_iter().map(|(path, text)| (path, (text, Lines::default()))).collect()
            }),
        )
    }

    fn side(&self, version: Version, side: &merge::Side) -> Side {
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

    fn conflict(&self, conflict: &merge::Conflict) -> Conflict {
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

    fn decision(&self, decision: &merge::Decision) -> Decision {
        Decision {
            place: self.conflict(&decision.place),
            took: choice_of(decision.place.id.clone(), &decision.took),
            why: decision.why.clone(),
        }
    }
}
