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
use super::versions::Version;
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

impl Judge {
    /// Returns the first error of a merged resource that neither side has.
    pub fn fault(&mut self, row: &DocRow<'_>, merged: impl FnOnce() -> Value) -> Option<Finding> {
        let id = row.theirs.as_ref()?.id.as_ref()?;
        let (ours, theirs) = (row.ours.as_ref()?, row.theirs.as_ref()?);
        let is_same = |one: &Doc<'_>, other: Version| {
            row.of(other).as_ref().is_some_and(|other| other.text() == one.text())
        };
        if !id.group.ends_with("githedgehog.com")
            || is_same(ours, Version::Theirs)
            || is_same(ours, Version::Base)
            || is_same(theirs, Version::Base)
        {
            return None;
        }
        let found = self.errors(merged());
        if found.is_empty() {
            return None;
        }
        let mut known: Vec<Finding> = Vec::new();
        for doc in [ours, theirs] {
            known.extend(self.errors(model::read(doc.tree, doc.node, Reading::Kubernetes)));
        }
        let is_known = |fault: &Finding| known.iter().any(|old| is_alike(old, fault));
        found.into_iter().find(|fault| !is_known(fault))
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
