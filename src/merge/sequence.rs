//! Merges three sequences of equal-or-not things: lines of text, items of a
//! list that has no keys.

use super::versions::Versions;
use crate::order;
use crate::text::diff;
use crate::text::diff::Change;
use std::ops::Range;

/// Who changed a stretch of the three sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// All three have it.
    Nobody,
    /// Only ours changed it.
    Ours,
    /// Only theirs changed it, or both alike.
    Theirs,
    /// Both changed it differently.
    Clash,
}

/// A stretch of the three sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub who: Who,
    /// Where it is in each.
    pub at: Versions<Range<usize>>,
}

impl Hunk {
    /// Returns what is taken: none of a clash.
    pub fn taken<'t, T>(&self, versions: &Versions<&'t [T]>) -> Option<&'t [T]> {
        let part = match self.who {
            Who::Nobody => versions.base.get(self.at.base.clone()),
            Who::Ours => versions.ours.get(self.at.ours.clone()),
            Who::Theirs => versions.theirs.get(self.at.theirs.clone()),
            Who::Clash => return None,
        };
        Some(part.unwrap_or_default())
    }
}

/// Whether changes side by side clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touching {
    /// They do, as they do for Git.
    Clashes,
    /// Only changes of the same items, and two additions at one place.
    Merges,
}

impl Touching {
    fn joins(self, change: &Change, start: usize, end: usize) -> bool {
        match self {
            Touching::Clashes => change.old.start <= end,
            Touching::Merges => change.old.start < end || (start == end && change.old == (start..end)),
        }
    }
}

/// Merges three sequences.
pub(super) fn merge<T: Ord>(versions: Versions<&[T]>, touching: Touching) -> Vec<Hunk> {
    let all: Vec<&T> = versions.base.iter().chain(versions.ours).chain(versions.theirs).collect();
    let numbers = order::numbered(all.len(), &mut |left, right| all.get(left).cmp(&all.get(right)));
    let (base, sides) = numbers.split_at(versions.base.len());
    let (ours, theirs) = sides.split_at(versions.ours.len());
    merge_numbers(Versions { base, ours, theirs }, touching)
}

fn merge_numbers(versions: Versions<&[usize]>, touching: Touching) -> Vec<Hunk> {
    let ours = diff::changes(versions.base, versions.ours);
    let theirs = diff::changes(versions.base, versions.theirs);
    let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
    let mut hunks = Vec::new();
    let mut done = 0;
    // How far each side is ahead of base.
    let (mut ours_at, mut theirs_at) = (0, 0);
    loop {
        let (start, mut end) = match (ours.peek(), theirs.peek()) {
            (None, None) => break,
            (Some(change), None) => (change.old.start, change.old.end),
            (None, Some(change)) => (change.old.start, change.old.end),
            (Some(left), Some(right)) if left.old.start <= right.old.start => (left.old.start, left.old.end),
            (Some(_), Some(right)) => (right.old.start, right.old.end),
        };
        let mut of_ours: Option<Change> = None;
        let mut of_theirs: Option<Change> = None;
        loop {
            let mut grew = false;
            while let Some(change) =
                ours.next_if(|change| is_first(change, start, end) || touching.joins(change, start, end))
            {
                end = end.max(change.old.end);
                extend(&mut of_ours, change);
                grew = true;
            }
            while let Some(change) =
                theirs.next_if(|change| is_first(change, start, end) || touching.joins(change, start, end))
            {
                end = end.max(change.old.end);
                extend(&mut of_theirs, change);
                grew = true;
            }
            if !grew {
                break;
            }
        }
        same(&mut hunks, done..start, &mut ours_at, &mut theirs_at);
        let side = |change: &Option<Change>, at: usize| match change {
            Some(change) => {
                change.new.start - (change.old.start - start)..change.new.end + (end - change.old.end)
            }
            None => at..at + (end - start),
        };
        let at =
            Versions { base: start..end, ours: side(&of_ours, ours_at), theirs: side(&of_theirs, theirs_at) };
        ours_at = at.ours.end;
        theirs_at = at.theirs.end;
        let who = match (of_ours.is_some(), of_theirs.is_some()) {
            (true, false) => Who::Ours,
            (false, _) => Who::Theirs,
            _ if versions.ours.get(at.ours.clone()) == versions.theirs.get(at.theirs.clone()) => Who::Theirs,
            _ => Who::Clash,
        };
        hunks.push(Hunk { who, at });
        done = end;
    }
    same(&mut hunks, done..versions.base.len(), &mut ours_at, &mut theirs_at);
    hunks
}

/// Says whether a change is the one a stretch begins with.
fn is_first(change: &Change, start: usize, end: usize) -> bool {
    change.old.start == start && change.old.end == end
}

/// Adds a stretch that nobody changed.
fn same(hunks: &mut Vec<Hunk>, base: Range<usize>, ours_at: &mut usize, theirs_at: &mut usize) {
    if base.is_empty() {
        return;
    }
    let ours = *ours_at..*ours_at + base.len();
    let theirs = *theirs_at..*theirs_at + base.len();
    *ours_at = ours.end;
    *theirs_at = theirs.end;
    hunks.push(Hunk { who: Who::Nobody, at: Versions { base, ours, theirs } });
}

fn extend(into: &mut Option<Change>, change: Change) {
    match into {
        Some(so_far) => {
            so_far.old.end = change.old.end;
            so_far.new.end = change.new.end;
        }
        None => *into = Some(change),
    }
}
