//! Places in a list, found by a number that they share.
//!
//! One type for all of a merge's indexes, as each further type of map costs
//! half a kilobyte of the engine.
//!
//! **Invariant:** the places of a number stand in the order they were added
//! in, and are taken in that order.

use crate::order::Map;

/// Places by number.
#[derive(Debug, Default)]
pub(super) struct Groups(Map<u64, Group>);

#[derive(Debug, Default)]
struct Group {
    places: Vec<usize>,
    taken: usize,
}

impl Groups {
    /// Adds a place.
    pub fn add(&mut self, number: u64, place: usize) {
        self.0.entry(number).or_default().places.push(place);
    }

    /// Adds a place that counts as taken.
    pub fn add_taken(&mut self, number: u64, place: usize) {
        let group = self.0.entry(number).or_default();
        group.places.push(place);
        group.taken = group.places.len();
    }

    /// Says whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says whether a number has a place.
    pub fn has(&self, number: u64) -> bool {
        self.0.contains_key(&number)
    }

    /// Returns the places of a number that are not taken.
    pub fn of(&self, number: u64) -> &[usize] {
        self.0.get(&number).and_then(|group| group.places.get(group.taken..)).unwrap_or_default()
    }

    /// Takes the next place of a number.
    pub fn take(&mut self, number: u64) -> Option<usize> {
        let group = self.0.get_mut(&number)?;
        let place = group.places.get(group.taken).copied()?;
        group.taken += 1;
        Some(place)
    }

    /// Gives back all that was taken.
    pub fn give_back(&mut self) {
        self.0.values_mut().for_each(|group| group.taken = 0);
    }

    /// Returns all places that are not taken.
    pub fn rest(&self) -> impl Iterator<Item = usize> {
        self.0.values().flat_map(|group| group.places.iter().skip(group.taken).copied())
    }
}

impl FromIterator<(u64, usize)> for Groups {
    fn from_iter<I: IntoIterator<Item = (u64, usize)>>(places: I) -> Groups {
        let mut groups = Groups::default();
        places.into_iter().for_each(|(number, place)| groups.add(number, place));
        groups
    }
}
