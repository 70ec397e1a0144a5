//! How much a report holds: the rules run document by document, in order,
//! until it is full; the documents behind are known to the rules, but not
//! checked.

use super::documents::Document;
use super::documents::Place;
use super::finding::Finding;
use super::session::Session;

impl Session {
    /// Returns the documents that the report has room for.
    pub(super) fn covered(&self) -> impl Iterator<Item = &Document> {
        let full = self.full.as_ref();
        self.documents.iter().take_while(move |document| Some(&document.place) != full)
    }

    /// Runs the rules where they have not been run, until the report is full.
    /// Returns where they were run.
    pub(super) fn fill(&mut self) -> Vec<u32> {
        let mut checked = Vec::new();
        loop {
            let (full, unchecked) = self.next_unchecked();
            self.full = full;
            if unchecked.is_empty() {
                return checked;
            }
            let mut room = self.limits.report_findings;
            for number in unchecked {
                if room == 0 {
                    break;
                }
                room = room.saturating_sub(self.validate(number));
                checked.push(number);
            }
        }
    }

    /// Returns the first document that the report has no room for, by what is
    /// known, and the documents before it that are not checked.
    fn next_unchecked(&self) -> (Option<Place>, Vec<u32>) {
        let mut room = self.limits.report_findings;
        let mut unchecked = Vec::new();
        for number in self.documents.numbers() {
            let Some(document) = self.documents.get(number) else { continue };
            if room == 0 {
                return (Some(document.place.clone()), unchecked);
            }
            room = room.saturating_sub(document.findings.len());
            if !document.is_checked {
                unchecked.push(number);
            }
        }
        (None, unchecked)
    }
}

/// Keeps the first findings of each rule, and returns how many go.
pub(super) fn leave_out(findings: &mut Vec<Finding>, most: usize) -> usize {
    let before = findings.len();
    if before > most {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        findings.retain(|finding| {
            let known = counts.iter_mut().find(|(code, _)| *code == finding.code);
            let (_, count) = match known {
                Some(known) => known,
                None => counts.push_mut((finding.code, 0)),
            };
            *count += 1;
            *count <= most
        });
    }
    before - findings.len()
}
