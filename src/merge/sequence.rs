//! Merges three sequences of equal-or-not things: lines of text, items of a
//! list that has no keys.

use super::versions::Versions;
use similar::Algorithm;
use similar::DiffTag;
use similar::capture_diff_slices;
use std::hash::Hash;
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

#[derive(Clone)]
struct Change {
    base: Range<usize>,
    side: Range<usize>,
}

fn changes<T: Hash + Eq + Ord>(base: &[T], side: &[T]) -> Vec<Change> {
    let same_start = base.iter().zip(side).take_while(|(left, right)| left == right).count();
    let shorter = base.len().min(side.len()) - same_start;
    let same_end = base.iter().rev().zip(side.iter().rev()).take(shorter).take_while(|(l, r)| l == r).count();
    let base_middle = base.get(same_start..base.len() - same_end).unwrap_or_default();
    let side_middle = side.get(same_start..side.len() - same_end).unwrap_or_default();
    let algorithm =
        if base_middle.len().max(side_middle.len()) > 2_000 { Algorithm::Patience } else { Algorithm::Myers };
    let shift = |range: Range<usize>| range.start + same_start..range.end + same_start;
    capture_diff_slices(algorithm, base_middle, side_middle)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Change { base: shift(op.old_range()), side: shift(op.new_range()) })
        .collect()
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
            Touching::Clashes => change.base.start <= end,
            Touching::Merges => change.base.start < end || (start == end && change.base == (start..end)),
        }
    }
}

/// Merges three sequences.
pub(super) fn merge<T: Hash + Eq + Ord>(versions: Versions<&[T]>, touching: Touching) -> Vec<Hunk> {
    let ours = changes(versions.base, versions.ours);
    let theirs = changes(versions.base, versions.theirs);
    let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
    let mut hunks = Vec::new();
    let mut done = 0;
    // How far each side is ahead of base.
    let (mut ours_at, mut theirs_at) = (0, 0);
    loop {
        let (start, mut end) = match (ours.peek(), theirs.peek()) {
            (None, None) => break,
            (Some(change), None) => (change.base.start, change.base.end),
            (None, Some(change)) => (change.base.start, change.base.end),
            (Some(left), Some(right)) if left.base.start <= right.base.start => {
                (left.base.start, left.base.end)
            }
            (Some(_), Some(right)) => (right.base.start, right.base.end),
        };
        let mut of_ours: Option<Change> = None;
        let mut of_theirs: Option<Change> = None;
        loop {
            let mut grew = false;
            while let Some(change) =
                ours.next_if(|change| is_first(change, start, end) || touching.joins(change, start, end))
            {
                end = end.max(change.base.end);
                extend(&mut of_ours, change);
                grew = true;
            }
            while let Some(change) =
                theirs.next_if(|change| is_first(change, start, end) || touching.joins(change, start, end))
            {
                end = end.max(change.base.end);
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
                change.side.start - (change.base.start - start)..change.side.end + (end - change.base.end)
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
    change.base.start == start && change.base.end == end
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
            so_far.base.end = change.base.end;
            so_far.side.end = change.side.end;
        }
        None => *into = Some(change),
    }
}

/// Splits a text into lines that keep their line breaks.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
