//! `merge` and `mergeFiles`: three versions into one.

mod answer;
mod findings;
mod options;

use super::error::Error;
use super::file::File;
use super::file::Lines;
use super::shapes::TextEdit;
use super::validate::FileInput;
use crate::limits::Limits;
use crate::merge;
use crate::merge::MergeOptions as Options;
use crate::merge::Policies;
use crate::merge::Version;
use crate::merge::Versions;
use crate::model::Reading;
use crate::model::read;
use crate::order::Map;
use crate::schema::Catalogue;
use crate::schema::read_crd;
use crate::text::Source;
pub use answer::Conflict;
pub use answer::ConflictSeverity;
pub use answer::Decision;
pub use answer::MergeAnswer;
pub use answer::MergeFilesAnswer;
pub use answer::MergedFile;
pub use answer::Outcome;
pub use answer::Side;
pub use answer::Suggestion;
use answer::Texts;
pub use options::Choice;
pub use options::ConflictKind;
pub use options::MergeOptions;
pub use options::PoliciesOption;
pub use options::Policy;
pub use options::PolicyTake;
pub use options::Take;
use options::choice;
use options::policy;
use std::rc::Rc;

/// How to merge, with the kinds that are known.
#[derive(Debug, Clone)]
pub struct Merger {
    catalogue: Catalogue,
    path: Option<String>,
    policies: Policies,
    choices: Vec<merge::Choice>,
    crds: Rc<[Vec<u8>]>,
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
        Ok(Merger { catalogue, path: options.path, policies, choices, crds: crds.into() })
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
        let content = answer.content.iter().map(|content| (path.as_str(), content.as_str()));
        let findings = findings::of(content, &answer.doubtful, &self.crds)?;
        Ok(MergeAnswer {
            outcome: Outcome::of(&answer.conflicts),
            edits: edits.collect(),
            conflicts: answer.conflicts.iter().map(|conflict| texts.conflict(conflict)).collect(),
            decisions: answer.decisions.iter().map(|decision| texts.decision(decision)).collect(),
            findings,
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
        // What the merge did not write is as theirs has it.
        let mut contents: Map<&str, &str> =
            sources.theirs.iter().map(|(path, source)| (*path, source.text())).collect();
        contents.retain(|path, _| !answer.removed.iter().any(|removed| removed == path));
        contents.extend(answer.files.iter().map(|file| (file.path.as_str(), file.content.as_str())));
        let contents = contents.iter().map(|(path, content)| (*path, *content));
        let findings = findings::of(contents, &answer.doubtful, &self.crds)?;
        let files = answer.files.iter();
        Ok(MergeFilesAnswer {
            outcome: Outcome::of(&answer.conflicts),
            files: files
                .map(|file| MergedFile { path: file.path.clone(), content: file.content.clone() })
                .collect(),
            removed: answer.removed.clone(),
            conflicts: answer.conflicts.iter().map(|conflict| texts.conflict(conflict)).collect(),
            decisions: answer.decisions.iter().map(|decision| texts.decision(decision)).collect(),
            findings,
        })
    }
}
