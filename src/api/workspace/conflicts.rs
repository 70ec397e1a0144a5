//! Shows where drafts and branch contradict each other, and takes choices.

use super::super::error::Error;
use super::super::merge::Choice;
use super::super::merge::Conflict;
use super::Workspace;
use crate::plan::Drafts;
use crate::sync::Carried;
use crate::sync::Files;
use crate::sync::Findings;
use crate::sync::Fit;
use crate::sync::Work;
use crate::sync::carry;
use crate::sync::question_of;

impl Workspace {
    /// Returns the conflicts that are not settled yet.
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.conflicts_with(&self.choices)
    }

    /// Returns all conflicts between the drafts and the branch, settled ones
    /// too.
    pub fn all_conflicts(&self) -> Vec<Conflict> {
        self.conflicts_with(&[])
    }

    fn conflicts_with(&self, choices: &[Choice]) -> Vec<Conflict> {
        if self.fit != Fit::Conflicted {
            return Vec::new();
        }
        let Some((base, ours, theirs)) = self.versions() else { return Vec::new() };
        self.merging.choose(choices);
        self.merging.merge(&base, &ours, &theirs).map(|answer| answer.conflicts).unwrap_or_default()
    }

    fn versions(&self) -> Option<(Files, Files, Files)> {
        let snapshot = self.snapshot()?;
        Some(question_of(&self.session.fabrics, self.work.base.as_ref(), snapshot, &self.work.drafts))
    }

    /// Settles conflicts. A later choice for a conflict replaces the earlier
    /// one. Nothing is written before all are settled and the save is sent.
    pub fn choose(&mut self, choices: Vec<Choice>) -> Result<Vec<Conflict>, Error> {
        self.need_loaded()?;
        let known = self.all_conflicts();
        for choice in &choices {
            let id = conflict_of(choice);
            if !known.iter().any(|conflict| conflict.id == id) {
                return Err(Error::bad_request(format!("there is no conflict `{id}`")));
            }
        }
        let mut all = self.choices.clone();
        all.retain(|old| !choices.iter().any(|new| conflict_of(new) == conflict_of(old)));
        all.extend(choices);
        if let Some((base, ours, theirs)) = self.versions() {
            self.merging.choose(&all);
            // A choice that means nothing is refused as a whole.
            self.merging.merge(&base, &ours, &theirs)?;
        }
        self.choices = all;
        Ok(self.conflicts())
    }

    /// Takes choices back.
    pub fn withdraw(&mut self, conflicts: &[String]) -> Result<Vec<Conflict>, Error> {
        self.need_loaded()?;
        self.choices.retain(|choice| !conflicts.iter().any(|id| id == conflict_of(choice)));
        Ok(self.conflicts())
    }

    /// Returns the drafts as they would be on top of the branch; none while
    /// something is left to decide.
    pub(super) fn carried(&self) -> Option<Drafts> {
        if self.fit != Fit::Conflicted {
            return Some(self.work.drafts.clone());
        }
        let snapshot = self.snapshot()?;
        self.merging.choose(&self.choices);
        let (fabrics, Work { base, drafts }) = (&self.session.fabrics, &self.work);
        match carry(&*self.merging, fabrics, base.as_ref(), snapshot, drafts, Findings::Accept) {
            Carried::Over(drafts) | Carried::Invalid { drafts, .. } => Some(drafts),
            Carried::Conflicted => None,
        }
    }

    /// Moves the drafts on to the branch, once all is decided.
    pub(super) fn settle(&mut self) -> bool {
        if self.fit != Fit::Conflicted {
            return true;
        }
        let Some(drafts) = self.carried() else { return false };
        self.work = Work { base: self.snapshot().cloned(), drafts };
        self.settled();
        // The options were good when the branch was opened.
        let _ = self.check_all();
        true
    }

    /// Forgets what belonged to conflicts that are no more.
    pub(super) fn settled(&mut self) {
        self.fit = Fit::Good;
        self.choices.clear();
        if self.work.drafts.is_empty() {
            self.work.base = self.snapshot().cloned();
        }
    }
}

fn conflict_of(choice: &Choice) -> &str {
    let (Choice::Take { conflict, .. } | Choice::Value { conflict, .. } | Choice::Text { conflict, .. }) =
        choice;
    conflict
}
