//! Tells what changed between two texts, or two lists of numbers.
//!
//! **Invariant:** the changes are in order, and what lies between two of them
//! is the same on both sides.

use crate::order;
use similar::DiffTag;
use similar::algorithms::Capture;
use similar::algorithms::Compact;
use similar::algorithms::Replace;
use similar::algorithms::myers;
use std::ops::Range;

/// A stretch that has something else in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it was.
    pub old: Range<usize>,
    /// Where the new one is.
    pub new: Range<usize>,
}

/// How many unchanged lines are shown before and after a change.
const CONTEXT: usize = 3;

/// Returns what changed between two lists.
pub fn changes(old: &[usize], new: &[usize]) -> Vec<Change> {
    let start = old.iter().zip(new).take_while(|(left, right)| left == right).count();
    let shorter = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(l, r)| l == r).count();
    // As vectors, because the crate works on such ones too.
    let old = old.get(start..old.len() - end).unwrap_or_default().to_vec();
    let new = new.get(start..new.len() - end).unwrap_or_default().to_vec();
    if old.is_empty() || new.is_empty() {
        let is_same = old.is_empty() && new.is_empty();
        let change = Change { old: start..start + old.len(), new: start..start + new.len() };
        return if is_same { Vec::new() } else { vec![change] };
    }
    let mut hook = Compact::new(Replace::new(Capture::new()), &old, &new);
    // Nothing of it can fail.
    let Ok(()) = myers::diff(&mut hook, &old, 0..old.len(), &new, 0..new.len());
    let mut changes = Vec::new();
    for operation in hook.into_inner().into_inner().into_ops() {
        if operation.tag() != DiffTag::Equal {
            let (old, new) = (operation.old_range(), operation.new_range());
            changes.push(Change {
                old: old.start + start..old.end + start,
                new: new.start + start..new.end + start,
            });
        }
    }
    changes
}

/// Returns what changed between two lists of lines.
pub fn changes_of_lines(old: &[&str], new: &[&str]) -> Vec<Change> {
    let line = |index: usize| match index.checked_sub(old.len()) {
        Some(index) => new.get(index),
        None => old.get(index),
    };
    let numbers = order::numbered(old.len() + new.len(), &mut |left, right| line(left).cmp(&line(right)));
    let (old, new) = numbers.split_at(old.len());
    changes(old, new)
}

/// Splits a text into lines that keep their line breaks.
pub fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Returns the unified diff of two texts, without a header.
pub fn unified(old: &str, new: &str) -> String {
    let (old, new) = (lines(old), lines(new));
    let changes = changes_of_lines(&old, &new);
    let mut text = String::new();
    // Changes that are close enough to share their context stand together.
    for hunk in changes.chunk_by(|one, next| next.old.start - one.old.end <= 2 * CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let before = first.old.start.min(CONTEXT);
        let after = (old.len() - last.old.end).min(CONTEXT);
        text += "@@ -";
        range(&mut text, first.old.start - before..last.old.end + after);
        text += " +";
        range(&mut text, first.new.start - before..last.new.end + after);
        text += " @@\n";
        let mut done = first.old.start - before;
        for change in hunk {
            part(&mut text, ' ', old.get(done..change.old.start));
            part(&mut text, '-', old.get(change.old.clone()));
            part(&mut text, '+', new.get(change.new.clone()));
            done = change.old.end;
        }
        part(&mut text, ' ', old.get(done..done + after));
    }
    text
}

/// Writes which lines a hunk covers, counted from 1. An empty range is named by
/// the line before it.
fn range(text: &mut String, lines: Range<usize>) {
    let first = if lines.is_empty() { lines.start } else { lines.start + 1 };
    text.push_str(&first.to_string());
    if lines.len() != 1 {
        text.push(',');
        text.push_str(&lines.len().to_string());
    }
}

fn part(text: &mut String, sign: char, lines: Option<&[&str]>) {
    for line in lines.unwrap_or_default() {
        text.push(sign);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}
