//! Carries drafts over by meaning: merges resources field by field, and checks
//! the whole as the fabric would.

use crate::diagnostic::Severity;
use crate::fabric::Fabric;
use crate::fabric::Fabrics;
use crate::limits::Limits;
use crate::merge::File;
use crate::merge::FilesAnswer;
use crate::merge::MergeOptions;
use crate::merge::Policies;
use crate::merge::Versions;
use crate::merge::merge_files;
use crate::model;
use crate::model::Reading;
use crate::model::Value;
use crate::plan::Bytes;
use crate::plan::Snapshot;
use crate::schema::Catalogue;
use crate::sync::carry::Files;
use crate::sync::carry::Question;
use crate::sync::carry::Rebase;
use crate::sync::carry::Rebased;
use crate::syntax::parse;
use crate::text::Source;
use crate::validate;
use std::collections::BTreeMap;

/// Whether the whole is checked after drafts were carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Errors that only the drafts bring make it invalid.
    Errors,
    /// The person accepts what is found.
    Nothing,
}

/// The merge of the package as a way to carry drafts over.
pub struct ByMeaning {
    /// The fabrics, each checked by itself.
    pub fabrics: Fabrics,
    /// The kinds that are known.
    pub catalogue: Catalogue,
    /// Which conflicts are settled without asking.
    pub policies: Policies,
    /// How a fabric is checked.
    pub validation: validate::Options,
    /// Whether it is.
    pub check: Check,
}

impl Rebase for ByMeaning {
    fn rebase(&self, question: Question<'_>) -> Rebased {
        let Question { base, ours, theirs, branch } = question;
        let sources = Versions { base, ours, theirs }.map(decode);
        let files =
            Versions { base: list(&sources.base), ours: list(&sources.ours), theirs: list(&sources.theirs) };
        let slices = Versions { base: &*files.base, ours: &*files.ours, theirs: &*files.theirs };
        let mut options = MergeOptions::new(&self.catalogue);
        options.policies = self.policies.clone();
        // Without choices there is none that could mean nothing.
        let Ok(answer) = merge_files(slices, &options) else { return Rebased::Conflicted };
        if !answer.conflicts.is_empty() {
            return Rebased::Conflicted;
        }
        let files = written(answer, &question, &sources);
        match self.first_error(branch, &files) {
            Some(message) => Rebased::Invalid { files, message },
            None => Rebased::Clean(files),
        }
    }
}

impl ByMeaning {
    /// Returns the first error that the branch has with these files and not
    /// without them.
    fn first_error(&self, branch: &Snapshot, files: &BTreeMap<String, Option<Bytes>>) -> Option<String> {
        if self.check == Check::Nothing {
            return None;
        }
        self.fabrics.iter().find_map(|fabric| self.first_error_of(fabric, branch, files))
    }

    fn first_error_of(
        &self,
        fabric: &Fabric,
        branch: &Snapshot,
        files: &BTreeMap<String, Option<Bytes>>,
    ) -> Option<String> {
        let is_its = |path: &str| fabric.directory.holds_resources(path);
        let changed: Vec<_> = files.iter().filter(|(path, _)| is_its(path)).collect();
        if changed.is_empty() {
            return None;
        }
        let there = branch.files().filter(|(path, _)| is_its(path));
        let there = there.map(|(path, bytes)| (path.to_owned(), values(bytes)));
        let mut session = validate::Session::open(there, self.validation.clone(), &Limits::DEFAULT).ok()?;
        let mut known: BTreeMap<Error, usize> = BTreeMap::new();
        for error in errors(&session) {
            *known.entry(error).or_default() += 1;
        }
        for (path, bytes) in changed {
            session.replace(path, bytes.as_deref().map(values));
        }
        errors(&session).into_iter().find_map(|error| match known.get_mut(&error) {
            Some(count) if *count > 0 => {
                *count -= 1;
                None
            }
            _ => Some(error.message),
        })
    }
}

/// What makes two errors the same: all but the place in a file.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Error {
    code: &'static str,
    resource: Option<model::ResourceId>,
    field: String,
    message: String,
}

fn errors(session: &validate::Session) -> Vec<Error> {
    let report = session.report();
    let errors = report.findings.iter().filter(|located| located.finding.severity == Severity::Error);
    let error = |located: &validate::Located<'_>| Error {
        code: located.finding.code,
        resource: located.resource.cloned(),
        field: located.finding.field.to_string(),
        message: match located.resource {
            Some(resource) => format!("{resource}: {}", located.finding.message),
            None => format!("{}: {}", located.path, located.finding.message),
        },
    };
    errors.map(error).collect()
}

fn values(bytes: &[u8]) -> Vec<Value> {
    let tree = parse(Source::from_bytes(bytes), &Limits::DEFAULT);
    tree.documents().map(|document| model::read(&tree, document, Reading::Kubernetes)).collect()
}

fn decode(files: &Files) -> BTreeMap<&str, Source> {
    files.iter().map(|(path, bytes)| (path.as_str(), Source::from_bytes(bytes))).collect()
}

fn list<'a>(sources: &'a BTreeMap<&str, Source>) -> Vec<File<'a>> {
    sources.iter().map(|(path, source)| File { path, source }).collect()
}

/// Turns the texts of the answer into bytes: a side's own where the text is
/// that side's, else in the encoding of theirs.
fn written(
    answer: FilesAnswer,
    question: &Question<'_>,
    sources: &Versions<BTreeMap<&str, Source>>,
) -> BTreeMap<String, Option<Bytes>> {
    let removed = answer.removed.into_iter().map(|path| (path, None));
    let files = answer.files.into_iter().map(|file| {
        let path = file.path.as_str();
        let [theirs, ours] = [&sources.theirs, &sources.ours].map(|side| side.get(path));
        let is_same = |source: Option<&Source>| source.is_some_and(|source| source.text() == file.content);
        let bytes = if is_same(theirs) {
            question.theirs.get(path).cloned()
        } else if is_same(ours) {
            question.ours.get(path).cloned()
        } else {
            None
        };
        let encode = |source: &Source| Bytes::from(source.encode_like(&file.content));
        let bytes = bytes
            .or_else(|| theirs.or(ours).map(encode))
            .unwrap_or_else(|| Bytes::from(file.content.as_bytes()));
        (file.path, Some(bytes))
    });
    removed.chain(files).collect()
}
