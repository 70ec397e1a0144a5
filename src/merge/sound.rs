//! Finds what two changes of one resource break together: the last two subnets
//! of a VPC deleted by one side each, say.
//!
//! Clashes between resources are found by [`super::semantic`], which looks at
//! what changed alone; validating both sides' fabrics and the merged one would
//! cost three times the merge.
//!
//! **Invariant:** what one side already had wrong by itself is no conflict.

use super::documents::Doc;
use super::documents::DocRow;
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::model;
use crate::model::Reading;
use crate::model::Value;
use crate::validate::Finding;
use crate::validate::Options;
use crate::validate::Scope;
use crate::validate::Session;

/// Judges merged resources, one at a time and apart from each other.
///
/// One session serves a whole merge: opening it costs as much as twenty
/// resources.
#[derive(Default)]
pub(super) struct Judge {
    session: Option<Session>,
}

/// What is wrong with a merged resource.
#[derive(Default)]
pub(super) struct Judged {
    /// Whether anything is.
    pub has_errors: bool,
    /// The first error that neither side has.
    pub fault: Option<Finding>,
}

impl Judge {
    /// Judges the merged resource of a row.
    pub fn judge(&mut self, row: &DocRow<'_>, merged: impl FnOnce() -> Value) -> Judged {
        let Some((ours, theirs)) = changed_by_both(row) else { return Judged::default() };
        let found = self.errors(merged());
        if found.is_empty() {
            return Judged::default();
        }
        let mut known: Vec<Finding> = Vec::new();
        for doc in [ours, theirs] {
            known.extend(self.errors(model::read(doc.tree, doc.node, Reading::Kubernetes)));
        }
        let is_known = |fault: &Finding| known.iter().any(|old| is_alike(old, fault));
        Judged { has_errors: true, fault: found.into_iter().find(|fault| !is_known(fault)) }
    }

    /// Returns the errors that a resource has whatever the rest of the fabric and
    /// its settings are.
    fn errors(&mut self, value: Value) -> Vec<Finding> {
        if self.session.is_none() {
            let options = Options { scope: Scope::Part, ..Options::default() };
            self.session = Session::open([], options, &Limits::DEFAULT).ok();
        }
        let Some(session) = &mut self.session else { return Vec::new() };
        let findings = session.replace("", Some(vec![value])).findings.into_iter();
        let errors = findings
            .map(|found| found.finding)
            .filter(|finding| finding.severity == Severity::Error && finding.assumed.is_none());
        errors.cloned().collect()
    }
}

/// Returns the documents of a fabric's resource that both sides changed, each
/// otherwise.
fn changed_by_both<'r, 't>(row: &'r DocRow<'t>) -> Option<(&'r Doc<'t>, &'r Doc<'t>)> {
    let (ours, theirs) = (row.ours.as_ref()?, row.theirs.as_ref()?);
    let is_base = |doc: &Doc<'_>| row.base.as_ref().is_some_and(|base| base.text() == doc.text());
    let is_ours = theirs.id.as_ref()?.group.ends_with("githedgehog.com");
    (is_ours && ours.text() != theirs.text() && !is_base(ours) && !is_base(theirs)).then_some((ours, theirs))
}

/// Says whether two errors are the same thing at the same place, or in the same
/// words. Numbers do not count: items may stand elsewhere now, and there may be
/// more of them.
fn is_alike(one: &Finding, other: &Finding) -> bool {
    one.code == other.code
        && (without_numbers(&one.message) == without_numbers(&other.message)
            || without_numbers(&one.field.to_string()) == without_numbers(&other.field.to_string()))
}

fn without_numbers(text: &str) -> String {
    text.chars().filter(|character| !character.is_ascii_digit()).collect()
}
