//! Puts the slots of a merged collection in order.
//!
//! Theirs is the frame. What only ours moved goes where ours has it, and what
//! only one side has goes behind the neighbour it has there.
//!
//! **Invariant:** each row is placed once; rows of the frame keep its order.

use super::matching::Row;
use super::shape::SlotIx;
use super::versions::Version;
use crate::order;

/// What is said about the order of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clash {
    /// Both moved what both have, to different places.
    pub moved: bool,
    /// Both put something into one gap.
    pub gap: bool,
}

/// Whose order frames the result, and whose items come first in one gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub frame: Version,
    pub first: Version,
}

/// Finds the frame, and where the sides contradict each other.
pub(super) fn frame(rows: &[Row]) -> (Frame, Clash) {
    let in_both = |row: &&Row| row.ours.is_some() && row.theirs.is_some();
    let agree = is_sorted(rows.iter().filter(in_both), Version::Ours, Version::Theirs);
    let ours_moved = is_moved(rows, Version::Ours);
    let theirs_moved = is_moved(rows, Version::Theirs);
    let frame = if !agree && ours_moved && !theirs_moved { Version::Ours } else { Version::Theirs };
    let moved = !agree && ours_moved && theirs_moved;
    (Frame { frame, first: Version::Theirs }, Clash { moved, gap: has_shared_gap(rows) })
}

fn is_moved(rows: &[Row], version: Version) -> bool {
    !is_sorted(
        rows.iter().filter(|row| row.base.is_some() && row.of(version).is_some()),
        Version::Base,
        version,
    )
}

/// Says whether the order of one version is that of another.
fn is_sorted<'r>(rows: impl Iterator<Item = &'r Row>, left: Version, right: Version) -> bool {
    let mut slots: Vec<(Option<SlotIx>, Option<SlotIx>)> =
        rows.map(|row| (*row.of(left), *row.of(right))).collect();
    order::sort(&mut slots);
    slots.is_sorted_by_key(|(_, right)| *right)
}

fn by_version(rows: &[Row], version: Version) -> Vec<(SlotIx, usize)> {
    let mut order: Vec<(SlotIx, usize)> =
        rows.iter().enumerate().filter_map(|(index, row)| Some(((*row.of(version))?, index))).collect();
    order::sort(&mut order);
    order
}

/// Says whether both sides put something new behind one common row.
fn has_shared_gap(rows: &[Row]) -> bool {
    let gaps = |version: Version| {
        let mut last = None;
        let mut gaps = Vec::new();
        for (_, index) in by_version(rows, version) {
            let Some(row) = rows.get(index) else { continue };
            if row.ours.is_some() && row.theirs.is_some() {
                last = Some(index);
            } else if row.base.is_none() {
                gaps.push(last);
            }
        }
        gaps
    };
    let ours = gaps(Version::Ours);
    gaps(Version::Theirs).iter().any(|gap| ours.contains(gap))
}

/// Returns the rows in the order of the result.
pub(super) fn arrange(rows: &[Row], frame: Frame) -> Vec<usize> {
    // A list threaded through an array: the last place is the start.
    let start = rows.len();
    let mut next: Vec<usize> = vec![usize::MAX; rows.len() + 1];
    let mut placed = vec![false; rows.len() + 1];
    let mut last = start;
    let place = |next: &mut Vec<usize>, after: usize, index: usize| {
        let behind = next.get(after).copied().unwrap_or(usize::MAX);
        if let Some(slot) = next.get_mut(index) {
            *slot = behind;
        }
        if let Some(slot) = next.get_mut(after) {
            *slot = index;
        }
    };
    for (_, index) in by_version(rows, frame.frame) {
        place(&mut next, last, index);
        mark(&mut placed, index);
        last = index;
    }
    let others = [Version::Theirs, Version::Ours, Version::Base];
    for other in others.into_iter().filter(|&other| other != frame.frame) {
        let mut after = start;
        for (_, index) in by_version(rows, other) {
            if placed.get(index) == Some(&true) {
                after = index;
                continue;
            }
            if frame.first == frame.frame && other != Version::Base {
                // What the frame put into this gap comes first.
                while let Some(&behind) = next.get(after)
                    && rows.get(behind).is_some_and(|row| row.base.is_none() && row.of(other).is_none())
                {
                    after = behind;
                }
            }
            place(&mut next, after, index);
            mark(&mut placed, index);
            after = index;
        }
    }
    let mut order = Vec::with_capacity(rows.len());
    let mut at = start;
    while let Some(&index) = next.get(at) {
        if index == usize::MAX {
            break;
        }
        order.push(index);
        at = index;
    }
    order
}

fn mark(placed: &mut [bool], index: usize) {
    if let Some(slot) = placed.get_mut(index) {
        *slot = true;
    }
}
