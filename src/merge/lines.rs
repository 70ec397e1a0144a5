//! Merges texts that are no YAML, line by line.

use super::sequence;
use super::sequence::Touching;
use super::versions::Version;
use super::versions::Versions;
use crate::text::Span;
use crate::text::diff::lines;

/// A merged text, and where its clashes are.
#[derive(Debug)]
pub(super) struct MergedLines {
    /// With theirs at clashes.
    pub text: String,
    pub clashes: Vec<Versions<Span>>,
}

/// Merges three texts, with what `pick` has at each clash.
pub(super) fn merge(texts: Versions<&str>, pick: Version) -> MergedLines {
    let split = texts.map(lines);
    let slices = Versions { base: &*split.base, ours: &*split.ours, theirs: &*split.theirs };
    let mut merged = MergedLines { text: String::new(), clashes: Vec::new() };
    for hunk in sequence::merge(slices, Touching::Clashes) {
        match hunk.taken(&slices) {
            Some(part) => merged.text.push_str(&part.concat()),
            None => {
                let part = slices.of(pick).get(hunk.at.of(pick).clone());
                merged.text.push_str(&part.unwrap_or_default().concat());
                let span = |list: &[&str], range: std::ops::Range<usize>| {
                    let len = |part: Option<&[&str]>| {
                        part.unwrap_or_default().iter().map(|line| line.len()).sum::<usize>() as u32
                    };
                    let start = len(list.get(..range.start));
                    Span::new(start, start + len(list.get(range)))
                };
                merged.clashes.push(Versions {
                    base: span(slices.base, hunk.at.base),
                    ours: span(slices.ours, hunk.at.ours),
                    theirs: span(slices.theirs, hunk.at.theirs),
                });
            }
        }
    }
    merged
}
