//! Finds keys of maps that were renamed, and asks where the other side did
//! something else with them.
//!
//! **Invariant:** what was one thing before does not become two unasked.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::engine::Engine;
use super::groups::Groups;
use super::matching;
use super::matching::Row;
use super::options::Settlement;
use super::place::Seg;
use super::settle::Allows;
use super::settle::Outcome;
use super::versions::Version;

impl<'a> Engine<'_, 'a, '_> {
    /// Finds keys that one side renamed while the other changed what is under
    /// them, and asks.
    pub(super) fn renamed(&mut self, mut rows: Vec<Row>) -> Vec<Row> {
        for by in [Version::Ours, Version::Theirs] {
            let other = by.other();
            let is_new = |row: &Row| row.base.is_none() && row.of(by).is_some() && row.of(other).is_none();
            if !rows.iter().any(is_new) {
                continue;
            }
            let mut added = self.by_number(&rows, by, is_new);
            for index in 0..rows.len() {
                let Some(&row) = rows.get(index) else { continue };
                let at = self.nodes(&row);
                let was_dropped = row.base.is_some() && row.of(by).is_none() && row.of(other).is_some();
                if !was_dropped || self.number(&at, Version::Base) == self.number(&at, other) {
                    continue;
                }
                let base_number = self.number(&at, Version::Base);
                let leaves =
                    at.base.and_then(|at| Some(self.shape(Version::Base)?.node(at).leaves)).unwrap_or(0);
                let number = base_number.filter(|_| leaves > 1);
                let twin = number.and_then(|number| added.take(number));
                let Some(twin) = twin else { continue };
                let Some(&new) = rows.get(twin) else { continue };
                self.rename_clash(&mut rows, (index, row), (twin, new), by);
            }
            rows.retain(|row| *row != Row::default());
        }
        self.renamed_twice(&mut rows);
        rows
    }

    /// Finds keys that both sides renamed differently, and asks.
    pub(super) fn renamed_twice(&mut self, rows: &mut Vec<Row>) {
        let is_new = |by: Version| {
            let other = by.other();
            move |row: &Row| row.base.is_none() && row.of(by).is_some() && row.of(other).is_none()
        };
        let mut of_ours = self.by_number(rows, Version::Ours, is_new(Version::Ours));
        let mut of_theirs = self.by_number(rows, Version::Theirs, is_new(Version::Theirs));
        if of_ours.is_empty() || of_theirs.is_empty() {
            return;
        }
        for index in 0..rows.len() {
            let Some(&row) = rows.get(index) else { continue };
            let at = self.nodes(&row);
            let leaves = at.base.and_then(|at| Some(self.shape(Version::Base)?.node(at).leaves)).unwrap_or(0);
            if row.ours.is_some() || row.theirs.is_some() || leaves < 2 {
                continue;
            }
            let Some(number) = self.number(&at, Version::Base) else { continue };
            let (Some(of_ours), Some(of_theirs)) = (of_ours.take(number), of_theirs.take(number)) else {
                continue;
            };
            let (Some(&ours), Some(&theirs)) = (rows.get(of_ours), rows.get(of_theirs)) else { continue };
            let joined = Row { base: row.base, ours: ours.ours, theirs: theirs.theirs };
            let nodes = self.nodes(&joined);
            self.path.push(Seg::Key(self.name(&row).into_owned()));
            let place = self.path.place(self.shapes, &nodes, self.resource, ConflictKind::Rekey);
            let allows = Allows { both: Some("Keep it under both names"), ..Allows::default() };
            let place = place.slots(self.shapes, &joined).with(ConflictSeverity::High, allows);
            let outcome = self.settler.settle(place);
            self.path.pop();
            let dropped = match outcome {
                Outcome::Settled(Settlement::Both) => continue,
                outcome if outcome.version() == Some(Version::Ours) => of_theirs,
                _ => of_ours,
            };
            if let Some(row) = rows.get_mut(dropped) {
                *row = Row::default();
            }
        }
        rows.retain(|row| *row != Row::default());
    }

    /// Lists rows by the number of what a version has there.
    fn by_number(&self, rows: &[Row], version: Version, fits: impl Fn(&Row) -> bool) -> Groups {
        let rows = rows.iter().enumerate().filter(|(_, row)| fits(row));
        rows.filter_map(|(index, row)| Some((self.number(&self.nodes(row), version)?, index))).collect()
    }

    pub(super) fn rename_clash(
        &mut self,
        rows: &mut [Row],
        old: (usize, Row),
        new: (usize, Row),
        by: Version,
    ) {
        let mut joined = old.1;
        if let Some(slot) = *new.1.of(by) {
            matching::set(&mut joined, by, slot);
        }
        let at = self.nodes(&joined);
        self.path.push(Seg::Key(self.name(&old.1).into_owned()));
        let allows = Allows { both: Some("Rename it and keep the changes"), ..Allows::default() };
        let place = self.path.place(self.shapes, &at, self.resource, ConflictKind::RenameModify);
        let place = place.slots(self.shapes, &joined).with(ConflictSeverity::High, allows);
        let outcome = self.settler.settle(place);
        self.path.pop();
        let (keep_old, keep_new) = match outcome {
            Outcome::Settled(Settlement::Both) => (None, Some(joined)),
            outcome if outcome.version() == Some(by) => (None, Some(new.1)),
            // As if nobody had renamed it.
            _ => (Some(Row { base: None, ..old.1 }), None),
        };
        if let Some(row) = rows.get_mut(old.0) {
            *row = keep_old.unwrap_or_default();
        }
        if let Some(row) = rows.get_mut(new.0) {
            *row = keep_new.unwrap_or_default();
        }
    }
}
