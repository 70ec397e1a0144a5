//! Brings drafts and the branch together, by meaning and with the person's
//! choices, and checks the whole.

use super::super::error::Error;
use super::super::merge::Choice;
use super::super::merge::MergeFilesAnswer;
use super::super::merge::MergeOptions;
use super::super::merge::Merger;
use super::super::shapes::Severity;
use super::super::validate::FileInput;
use super::super::validate::ValidateOptions;
use super::super::validate::findings;
use crate::fabric::Fabric;
use crate::fabric::Fabrics;
use crate::merge::Versions;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Snapshot;
use crate::sync::Files;
use crate::sync::Question;
use crate::sync::Rebase;
use crate::sync::Rebased;
use crate::text::Source;
use std::cell::RefCell;

/// How this workspace merges.
pub(super) struct Merging {
    merger: RefCell<Merger>,
    fabrics: Fabrics,
    validate: ValidateOptions,
    crds: Vec<Vec<u8>>,
}

impl Merging {
    pub(super) fn new(
        options: MergeOptions,
        fabrics: Fabrics,
        validate: ValidateOptions,
        crds: Vec<Vec<u8>>,
    ) -> Result<Merging, Error> {
        let merger = RefCell::new(Merger::new(options, &crds)?);
        Ok(Merging { merger, fabrics, validate, crds })
    }

    /// Sets what conflicts are settled with from now on.
    pub(super) fn choose(&self, choices: &[Choice]) {
        let merger = self.merger.borrow().with_choices(choices);
        self.merger.replace(merger);
    }

    /// Merges, for an answer with its conflicts.
    pub(super) fn merge(
        &self,
        base: &Files,
        ours: &Files,
        theirs: &Files,
    ) -> Result<MergeFilesAnswer, Error> {
        let versions = Versions { base: inputs(base), ours: inputs(ours), theirs: inputs(theirs) };
        self.merger.borrow().merge_files(&versions)
    }

    /// Returns the first error of the merged whole that the branch alone has
    /// not, if any.
    fn brought(&self, branch: &Snapshot, merged: &Map<String, Option<Bytes>>) -> Option<String> {
        let touched = |fabric: &&Fabric| merged.keys().any(|path| fabric.directory.strip(path).is_some());
        self.fabrics.iter().filter(touched).find_map(|fabric| {
            let directory = &fabric.directory;
            let own = branch.files().filter(|(path, _)| directory.holds_resources(path));
            let mut whole: Map<&str, &Bytes> = own.collect();
            let before = self.errors(&whole);
            for (path, bytes) in merged.iter().filter(|(path, _)| directory.holds_resources(path)) {
                match bytes {
                    Some(bytes) => whole.insert(path, bytes),
                    None => whole.remove(path.as_str()),
                };
            }
            self.errors(&whole).into_iter().find(|error| !before.contains(error))
        })
    }

    fn errors(&self, files: &Map<&str, &Bytes>) -> Vec<String> {
        let files = files.iter().map(|(path, bytes)| input(path, bytes)).collect();
        // The options were good when the workspace was made.
        let findings = findings(files, &self.validate, &self.crds).unwrap_or_default();
        let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.message).collect()
    }
}

impl Rebase for Merging {
    fn rebase(&self, question: Question<'_>) -> Rebased {
        let Ok(answer) = self.merge(question.base, question.ours, question.theirs) else {
            // A choice that means nothing: the person has to choose again.
            return Rebased::Conflicted;
        };
        if !answer.conflicts.is_empty() {
            return Rebased::Conflicted;
        }
        let mut files: Map<String, Option<Bytes>> = Map::new();
        files.extend(answer.files.into_iter().map(|file| {
            let bytes = written(&file.path, &file.content, &question);
            (file.path, Some(bytes))
        }));
        files.extend(answer.removed.into_iter().map(|path| (path, None)));
        match question.branch.and_then(|branch| self.brought(branch, &files)) {
            Some(message) => Rebased::Invalid { files, message },
            None => Rebased::Clean(files),
        }
    }
}

/// Turns a merged text into bytes: a side's own where the text is that side's,
/// else in the encoding of theirs.
fn written(path: &str, content: &str, question: &Question<'_>) -> Bytes {
    let sides = [question.theirs, question.ours].map(|files| files.get(path));
    let mut sources = sides.into_iter().flatten().map(|bytes| (bytes, Source::from_bytes(bytes)));
    if let Some((bytes, _)) = sources.clone().find(|(_, source)| source.text() == content) {
        return bytes.clone();
    }
    match sources.next() {
        Some((_, source)) => Bytes::from(source.encode_like(content)),
        None => Bytes::from(content.as_bytes()),
    }
}

fn inputs(files: &Files) -> Vec<FileInput> {
    files.iter().map(|(path, bytes)| input(path, bytes)).collect()
}

fn input(path: &str, bytes: &Bytes) -> FileInput {
    FileInput { path: path.to_owned(), content: bytes.to_vec() }
}
