//! Carries drafts over to another version of the branch.

use crate::fabric::Fabrics;
use crate::order::Map;
use crate::order::Set;
use crate::plan::Bytes;
use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::Snapshot;

/// Files by path.
pub type Files = Map<String, Bytes>;

/// The files that either side touched, in each of the three versions.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Before either change.
    pub base: &'a Files,
    /// With the change of the person at the page.
    pub ours: &'a Files,
    /// With the change that is on the branch.
    pub theirs: &'a Files,
    /// The whole branch as it is, to check the result against; none if errors
    /// do not stand in the way.
    pub branch: Option<&'a Snapshot>,
}

/// Whether error findings that a change brings stand in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Findings {
    /// They do.
    Refuse,
    /// The person has seen them.
    Accept,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rebased {
    /// The changes go together. At these paths shall be these bytes, or no
    /// file; everywhere else what the branch has.
    Clean(Map<String, Option<Bytes>>),
    /// A person must decide.
    Conflicted,
    /// They go together, but the whole would not be valid.
    Invalid {
        /// As for those that go together.
        files: Map<String, Option<Bytes>>,
        /// What is wrong.
        message: String,
    },
}

/// Brings changes of two sides together, by meaning.
pub trait Rebase {
    /// Answers what ours becomes on top of theirs, after checking the whole.
    fn rebase(&self, question: Question<'_>) -> Rebased;
}

/// What became of drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// They stand on the newer version now. Those that the branch holds
    /// already are gone.
    Over(Drafts),
    /// A person must decide; they are as they were.
    Conflicted,
    /// They stand on the newer version now, but the whole would not be valid.
    Invalid {
        /// The drafts.
        drafts: Drafts,
        /// What is wrong.
        message: String,
    },
}

/// Carries drafts over to `after`. `before` is the version they were made
/// from, if it is known: with it, a resource that moved to another file is
/// found there.
pub fn carry(
    rebase: &dyn Rebase,
    fabrics: &Fabrics,
    before: Option<&Snapshot>,
    after: &Snapshot,
    drafts: &Drafts,
    findings: Findings,
) -> Carried {
    if drafts.values().all(Draft::is_empty) {
        return Carried::Over(Drafts::new());
    }
    let is_moved = before.is_none_or(|before| before.tree() != after.tree());
    if !is_moved && drafts.iter().all(|(path, draft)| draft.base.as_ref() == after.file(path)) {
        return Carried::Over(drafts.clone());
    }
    let (base, ours, theirs) = question_of(fabrics, before, after, drafts);
    let branch = (findings == Findings::Refuse).then_some(after);
    match rebase.rebase(Question { base: &base, ours: &ours, theirs: &theirs, branch }) {
        Rebased::Clean(files) => Carried::Over(on_top_of(after, files)),
        Rebased::Conflicted => Carried::Conflicted,
        Rebased::Invalid { files, message } => Carried::Invalid { drafts: on_top_of(after, files), message },
    }
}

/// Returns the files that either side touched: before, in the drafts, and in
/// `after`.
pub fn question_of(
    fabrics: &Fabrics,
    before: Option<&Snapshot>,
    after: &Snapshot,
    drafts: &Drafts,
) -> (Files, Files, Files) {
    let mut paths: Set<&str> = drafts.keys().map(String::as_str).collect();
    if let Some(before) = before {
        let changes = before.listing().changes(after.listing());
        paths.extend(changes.iter().map(|(path, _, _)| *path).filter(|path| fabrics.is_read(path)));
    }
    let [mut base, mut ours, mut theirs] = [Files::new(), Files::new(), Files::new()];
    let put = |files: &mut Files, path: &str, bytes: Option<&Bytes>| {
        if let Some(bytes) = bytes {
            files.insert(path.to_owned(), bytes.clone());
        }
    };
    for path in paths {
        let draft = drafts.get(path);
        let was = match draft {
            Some(draft) => draft.base.as_ref(),
            None => before.and_then(|before| before.file(path)),
        };
        put(&mut base, path, was);
        put(&mut ours, path, draft.map_or(was, |draft| draft.ours.as_ref()));
        put(&mut theirs, path, after.file(path));
    }
    (base, ours, theirs)
}

fn on_top_of(after: &Snapshot, files: Map<String, Option<Bytes>>) -> Drafts {
    let drafts = files.into_iter().map(|(path, ours)| {
        let base = after.file(&path).cloned();
        (path, Draft { base, ours })
    });
    drafts.filter(|(_, draft)| !draft.is_empty()).collect()
}
