//! Finds out whether a save harms a branch that others have written to unseen.
//!
//! A host that guards each file alone lets a save pass over commits that it was
//! not checked against. What each side holds is sound, and the whole may not be.

use crate::plan::Draft;
use crate::plan::Drafts;
use crate::plan::Planned;
use crate::plan::Snapshot;
use crate::plan::plan;
use crate::sync::carry::Carried;
use crate::sync::carry::carry;
use crate::sync::outbox::Entry;
use crate::sync::standing::Session;

/// Returns what is wrong with the branch as it is now that would not be without
/// the save, if the person has not accepted it.
pub fn harm(session: &Session, now: &Snapshot, entry: &Entry) -> Option<String> {
    // Of a file that others have changed again, it is theirs to say.
    let is_there = |path: &String, draft: &Draft| now.file(path) == draft.ours.as_ref();
    if !entry.drafts.iter().all(|(path, draft)| is_there(path, draft)) {
        return None;
    }
    let back = |(path, draft): (&String, &Draft)| {
        (path.clone(), Draft { base: draft.ours.clone(), ours: draft.base.clone() })
    };
    let back: Drafts = entry.drafts.iter().map(back).collect();
    let Ok(Planned::Commit(back)) = plan(now, &back, &entry.message, &entry.operation) else { return None };
    let without = back.landed(now, now.head())?;
    match carry(&*session.rebase, &session.fabrics, None, &without, &entry.drafts, entry.findings) {
        Carried::Invalid { message, .. } => Some(message),
        _ => None,
    }
}
