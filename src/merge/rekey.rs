//! Finds items of keyed lists that got another key, by what else they say.
//!
//! **Invariant:** an item that one side gave another key is one item, however
//! many others got one too; the cost grows with the items, not with their
//! pairs.

use super::groups::Groups;
use super::hash;
use super::matching::Row;
use super::matching::common;
use super::matching::likeness;
use super::matching::set;
use super::merged::Shapes;
use super::rules::KeyField;
use super::rules::Trust;
use super::rules::identity;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::shape::SlotIx;
use super::versions::Version;
use super::versions::Versions;

/// Three versions of a keyed list.
pub(super) struct Rekeying<'m, 'a> {
    pub shapes: &'m Shapes<'a>,
    pub at: &'m Versions<Option<NodeIx>>,
    pub keys: &'m [KeyField],
    pub trust: Trust,
}

/// An item of one version.
type Item<'m, 'a> = (&'m Shape<'a>, NodeIx);

/// Items that may be others with another key, by what tells of them.
struct Candidates {
    by_trait: Groups,
    by_place: Groups,
    /// Of all rows.
    is_used: Vec<bool>,
}

impl<'m, 'a> Rekeying<'m, 'a> {
    /// Joins an item that one side deleted with one that the same side added, if
    /// the second is the first with another key, and the other side changed it.
    pub fn join(&self, rows: &mut Vec<Row>) {
        self.join_alike(rows);
        for version in [Version::Ours, Version::Theirs] {
            let other = version.other();
            let is_new =
                |row: &Row| row.base.is_none() && row.of(version).is_some() && row.of(other).is_none();
            let mut candidates = self.candidates(rows, version, is_new);
            for index in 0..rows.len() {
                let Some(&row) = rows.get(index) else { continue };
                let (Some(old), None) = (self.item(&row, Version::Base), *row.of(version)) else { continue };
                let changed = self.item(&row, other);
                if changed.is_some_and(|changed| number(changed) == number(old)) {
                    continue;
                }
                // What the other side changed may have been taken over.
                let is_twin = |new: Item<'_, '_>| {
                    self.is_rekeyed(old, new) || changed.is_some_and(|changed| self.is_rekeyed(changed, new))
                };
                let traits = [Some(old), changed].into_iter().flatten().flat_map(|item| self.traits(item));
                let twin = candidates.find(traits, |at| self.of(rows, at, version).is_some_and(is_twin));
                let twin = twin.or_else(|| {
                    let here = candidates.at(index)?;
                    let new = self.of(rows, here, version)?;
                    let both_bare = changed.is_some_and(|changed| self.is_bare(changed)) && self.is_bare(new);
                    let is_old = [Some(old), changed].into_iter().flatten().any(|old| is_mostly(old, new));
                    (both_bare || is_old).then_some(here)
                });
                if let Some(twin) = twin
                    && let Some(slot) = rows.get(twin).and_then(|row| *row.of(version))
                    && let Some(row) = rows.get_mut(index)
                {
                    set(row, version, slot);
                    candidates.use_up(twin);
                }
            }
            candidates.drop_used(rows);
        }
    }

    /// Joins an item that both sides deleted with one that both added, likewise.
    fn join_alike(&self, rows: &mut Vec<Row>) {
        let is_new = |row: &Row| row.base.is_none() && row.ours.is_some() && row.theirs.is_some();
        let mut candidates = self.candidates(rows, Version::Theirs, is_new);
        let mut gone = vec![false; rows.len()];
        for index in 0..rows.len() {
            let Some(&row) = rows.get(index) else { continue };
            let (Some(base), None, None) = (row.base, row.ours, row.theirs) else { continue };
            let Some(old) = self.item(&row, Version::Base) else { continue };
            let is_twin =
                |at| self.of(rows, at, Version::Theirs).is_some_and(|new| self.is_rekeyed(old, new));
            let Some(twin) = candidates.find(self.traits(old).into_iter(), is_twin) else { continue };
            candidates.use_up(twin);
            if let (Some(twin), Some(gone)) = (rows.get_mut(twin), gone.get_mut(index)) {
                twin.base = Some(base);
                *gone = true;
            }
        }
        candidates.is_used = gone;
        candidates.drop_used(rows);
    }

    fn candidates(&self, rows: &[Row], version: Version, is_new: impl Fn(&Row) -> bool) -> Candidates {
        let (by_trait, by_place) = (Groups::default(), Groups::default());
        let mut found = Candidates { by_trait, by_place, is_used: vec![false; rows.len()] };
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| is_new(row)) {
            let Some(item) = self.item(row, version) else { continue };
            for number in self.traits(item) {
                found.by_trait.add(number, index);
            }
            if let (Some(list), Some(slot)) = (*self.at.of(version), *row.of(version)) {
                found.by_place.add(item.0.place(list, slot) as u64, index);
            }
        }
        found
    }

    fn of(&self, rows: &[Row], at: usize, version: Version) -> Option<Item<'m, 'a>> {
        self.item(rows.get(at)?, version)
    }

    fn item(&self, row: &Row, version: Version) -> Option<Item<'m, 'a>> {
        let shape = (*self.shapes.of(version))?;
        let slot: SlotIx = (*row.of(version))?;
        Some((shape, shape.slot(slot).value))
    }

    /// Returns numbers of which two items share one if one is the other with
    /// another key.
    fn traits(&self, (shape, item): Item<'_, '_>) -> Vec<u64> {
        let paths: Vec<&[String]> = self.keys.iter().map(|key| key.path.as_slice()).collect();
        let mut traits = vec![rest(shape, item, &paths)];
        if let (Trust::Table, 2..) = (self.trust, self.keys.len()) {
            let keys = self.keys.iter().zip(1..);
            traits.extend(keys.filter_map(|(key, nth)| Some(hash::mix(nth, field((shape, item), key)?))));
        }
        traits
    }

    /// Says whether the second item is the first with another key.
    fn is_rekeyed(&self, old: Item<'_, '_>, new: Item<'_, '_>) -> bool {
        let same_key = self.keys.iter().any(|key| {
            let value = field(old, key);
            value.is_some() && value == field(new, key)
        });
        let keys_len = self.keys.len() as u32;
        let (shared, all) = common(old.0, old.1, new.0, new.1);
        // Everything but the key is the same, and that is more than nothing.
        let has_rest = scalars(old) > self.keys.len();
        let same_rest = has_rest && all - shared <= keys_len && shared >= 2;
        match self.trust {
            Trust::Table => (self.keys.len() > 1 && same_key) || same_rest,
            Trust::Other => {
                let leaves = old.0.node(old.1).leaves;
                same_rest && leaves >= 4 && (self.keys.len() == 1 || all - shared == 1)
            }
        }
    }

    /// Says whether an item is its key and nothing else.
    fn is_bare(&self, item: Item<'_, '_>) -> bool {
        identity(item.0, item.1, self.keys).is_some() && scalars(item) == self.keys.len()
    }
}

impl Candidates {
    /// Returns the first row that has one of the traits and fits.
    fn find(&mut self, traits: impl Iterator<Item = u64>, fits: impl Fn(usize) -> bool) -> Option<usize> {
        // Who has a trait fits nearly always.
        const MOST: usize = 48;
        let mut found = None;
        for number in traits {
            while self.by_trait.of(number).first().is_some_and(|&row| self.is_used(row)) {
                self.by_trait.take(number);
            }
            let near = self.by_trait.of(number).iter().take(MOST).copied();
            let first = near.filter(|&row| !self.is_used(row)).find(|&row| fits(row));
            found = found.into_iter().chain(first).min();
        }
        found
    }

    fn at(&self, place: usize) -> Option<usize> {
        self.by_place.of(place as u64).first().copied().filter(|&row| !self.is_used(row))
    }

    fn is_used(&self, row: usize) -> bool {
        self.is_used.get(row) == Some(&true)
    }

    fn use_up(&mut self, row: usize) {
        if let Some(is_used) = self.is_used.get_mut(row) {
            *is_used = true;
        }
    }

    fn drop_used(&self, rows: &mut Vec<Row>) {
        let mut is_used = self.is_used.iter();
        rows.retain(|_| is_used.next() != Some(&true));
    }
}

/// Says whether most of the second item is as in the first.
fn is_mostly(old: Item<'_, '_>, new: Item<'_, '_>) -> bool {
    const LEAST: u32 = 75;
    old.0.node(old.1).leaves >= 6 && likeness(old.0, old.1, new.0, new.1) >= LEAST
}

fn number((shape, item): Item<'_, '_>) -> u64 {
    shape.node(item).value
}

fn field((shape, item): Item<'_, '_>, key: &KeyField) -> Option<u64> {
    let at = key.path.iter().try_fold(item, |at, name| shape.get(at, name))?;
    Some(shape.node(at).value)
}

/// Returns the number of a value without the fields at some paths.
fn rest(shape: &Shape<'_>, at: NodeIx, paths: &[&[String]]) -> u64 {
    if shape.node(at).form != Form::Map || paths.is_empty() {
        return shape.node(at).value;
    }
    let entries = shape.slots(at).map(|slot| shape.slot(slot)).filter_map(|slot| {
        let mut inside: Vec<&[String]> = Vec::new();
        for path in paths {
            match path.split_first() {
                Some((name, [])) if *name == slot.name => return None,
                Some((name, more)) if *name == slot.name => inside.push(more),
                _ => {}
            }
        }
        Some(hash::of_entry(&slot.name, rest(shape, slot.value, &inside)))
    });
    hash::of_map(entries)
}

/// Counts the scalars of a value.
fn scalars((shape, at): Item<'_, '_>) -> usize {
    match shape.node(at).form {
        Form::Map | Form::List => shape.slots(at).map(|slot| scalars((shape, shape.slot(slot).value))).sum(),
        _ => 1,
    }
}
