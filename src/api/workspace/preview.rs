//! Shows what the next commit would change.

use super::super::error::Error;
use super::super::shapes::Finding;
use super::super::shapes::Severity;
use super::super::validate::FileInput;
use super::super::validate::findings;
use super::Workspace;
use crate::order::Map;
use crate::plan::Bytes;
use crate::plan::Drafts;
use crate::plan::ObjectId;
use crate::sync::Fit;
use crate::text::Source;
use crate::text::diff;
use serde::Serialize;
use std::rc::Rc;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It has another text.
    Changed,
    /// It goes.
    Removed,
}

/// A file as the next commit would leave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PlannedFile {
    /// Its path.
    pub path: String,
    /// What becomes of it.
    pub change: Change,
    /// The unified diff against the branch, without a file header.
    pub diff: String,
}

/// The next commit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Preview {
    /// The head it is made for.
    pub head: String,
    /// The files it changes.
    pub files: Vec<PlannedFile>,
    /// What is wrong after it and was not before.
    pub findings: Vec<Finding>,
}

impl Workspace {
    /// Shows the next commit. While conflicts are open it is that of ours.
    pub fn preview(&self) -> Result<Preview, Error> {
        self.need_loaded()?;
        let drafts = self.carried().unwrap_or_else(|| self.work.drafts.clone());
        let files = drafts.iter().map(|(path, draft)| PlannedFile {
            path: path.clone(),
            change: match (&draft.base, &draft.ours) {
                (None, _) => Change::Added,
                (_, None) => Change::Removed,
                _ => Change::Changed,
            },
            diff: unified(draft.base.as_ref(), draft.ours.as_ref()),
        });
        Ok(Preview { head: self.head(), files: files.collect(), findings: self.brought(&drafts) })
    }

    /// Returns all drafts as a patch that `git apply` takes.
    pub fn export(&self) -> String {
        let mut patch = String::new();
        let sent = self.outbox.iter().flat_map(|entry| &entry.drafts);
        for (path, draft) in sent.chain(&self.work.drafts) {
            patch += &format!("diff --git a/{path} b/{path}\n");
            let old = match draft.base {
                Some(_) => format!("a/{path}"),
                None => "/dev/null".to_owned(),
            };
            let new = match draft.ours {
                Some(_) => format!("b/{path}"),
                None => "/dev/null".to_owned(),
            };
            match (&draft.base, &draft.ours) {
                (None, _) => patch += "new file mode 100644\n",
                (_, None) => patch += "deleted file mode 100644\n",
                _ => {}
            }
            patch += &format!("--- {old}\n+++ {new}\n");
            patch += &unified(draft.base.as_ref(), draft.ours.as_ref());
        }
        patch
    }

    /// Returns the findings that drafts bring: those the branch has not.
    pub(super) fn brought(&self, drafts: &Drafts) -> Vec<Finding> {
        let Some(snapshot) = self.snapshot() else { return Vec::new() };
        let mut all = Vec::new();
        for fabric in self.session.fabrics.iter() {
            let directory = &fabric.directory;
            let touched = drafts.keys().any(|path| directory.holds_resources(path));
            if !touched {
                continue;
            }
            let mut whole: Map<&str, &Bytes> =
                snapshot.files().filter(|(path, _)| directory.holds_resources(path)).collect();
            let before = self.findings_before(&fabric.name, snapshot.tree(), &whole);
            for (path, draft) in drafts.iter().filter(|(path, _)| directory.holds_resources(path)) {
                match &draft.ours {
                    Some(bytes) => whole.insert(path, bytes),
                    None => whole.remove(path.as_str()),
                };
            }
            let after = self.findings_shown(&fabric.name, drafts).unwrap_or_else(|| self.findings_of(&whole));
            let is_known = |found: &Finding| before.iter().any(|old| is_same(old, found));
            all.extend(after.into_iter().filter(|found| !is_known(found)));
        }
        all
    }

    /// Returns the findings of a fabric as the branch has it, which change with
    /// its tree only.
    fn findings_before(&self, name: &str, tree: ObjectId, files: &Map<&str, &Bytes>) -> Rc<Vec<Finding>> {
        let known = self.before.borrow().get(name).filter(|(of, _)| *of == tree).cloned();
        if let Some((_, findings)) = known {
            return findings;
        }
        let findings = Rc::new(self.findings_of(files));
        self.before.borrow_mut().insert(name.to_owned(), (tree, Rc::clone(&findings)));
        findings
    }

    /// Returns the findings of a fabric with the drafts in it, if it is just
    /// these that are in it, and none was left out.
    fn findings_shown(&self, name: &str, drafts: &Drafts) -> Option<Vec<Finding>> {
        let is_shown = self.outbox.is_empty() && *drafts == self.work.drafts && self.fit != Fit::Conflicted;
        let report = self.checks.get(name).filter(|_| is_shown)?.report();
        report.omitted.is_none().then_some(report.findings)
    }

    fn findings_of(&self, files: &Map<&str, &Bytes>) -> Vec<Finding> {
        let files =
            files.iter().map(|(path, bytes)| FileInput { path: (*path).to_owned(), content: bytes.to_vec() });
        // The options were good when the branch was opened.
        findings(files.collect(), &self.validate, &self.crds).unwrap_or_default()
    }
}

/// Says whether two findings are the same but for where in the text they are.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.code == other.code
        && one.resource == other.resource
        && one.field == other.field
        && one.message == other.message
        && (one.resource.is_some() || one.path == other.path)
}

/// Says whether one of the findings is an error.
pub(super) fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn unified(base: Option<&Bytes>, ours: Option<&Bytes>) -> String {
    let text = |bytes: Option<&Bytes>| {
        bytes.map(|bytes| Source::from_bytes(bytes).text().to_owned()).unwrap_or_default()
    };
    let (base, ours) = (text(base), text(ours));
    diff::unified(&base, &ours)
}
