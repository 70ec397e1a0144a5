//! A set, kept in order.

use super::sequence::Numbers;
use super::sequence::Place;
use super::sequence::Sequence;
use super::sort;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::vec;

/// A set, kept in order.
#[derive(Clone)]
pub struct Set<K> {
    order: Sequence,
    keys: Vec<K>,
}

impl<K> Set<K> {
    /// Returns an empty set.
    pub const fn new() -> Set<K> {
        Set { order: Sequence::plain(0), keys: Vec::new() }
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns them in order.
    pub fn iter(&self) -> Iter<'_, K> {
        Iter { numbers: self.order.numbers(), keys: &self.keys }
    }

    /// Returns the first.
    pub fn first(&self) -> Option<&K> {
        self.iter().next()
    }

    /// Returns the last.
    pub fn last(&self) -> Option<&K> {
        self.iter().next_back()
    }

    pub(super) fn key(&self, number: usize) -> Option<&K> {
        self.keys.get(number)
    }

    pub(super) fn numbers(&self) -> Numbers<'_> {
        self.order.numbers()
    }

    /// Brings the keys into order and says how they stood before; nothing if
    /// they stood so.
    pub(super) fn arrange(&mut self) -> Vec<u32> {
        if self.order.is_plain() {
            return Vec::new();
        }
        let order: Vec<u32> = self.order.numbers().map(|number| number as u32).collect();
        sort::arrange(&mut self.keys, order.clone());
        self.order = Sequence::plain(order.len());
        order
    }

    /// Keeps those for which `keep` holds, asked in order.
    pub fn retain(&mut self, keep: impl FnMut(&K) -> bool) {
        self.arrange();
        self.keys.retain(keep);
        self.order = Sequence::plain(self.keys.len());
    }
}

impl<K: Ord> Set<K> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<(Place, usize), Place>
    where
        K: Borrow<Q>,
    {
        self.order.find(&mut |number| match self.keys.get(number) {
            Some(there) => there.borrow().cmp(key),
            None => Ordering::Equal,
        })
    }

    pub(super) fn number<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|(_, number)| number)
    }

    /// Returns the numbers of those that are not less than a key.
    pub(super) fn numbers_from<Q: Ord + ?Sized>(&self, key: &Q) -> Numbers<'_>
    where
        K: Borrow<Q>,
    {
        let place = match self.find(key) {
            Ok((place, _)) => place,
            Err(place) => place,
        };
        self.order.numbers_from(place)
    }

    /// Says whether it is in the set.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Puts it in. Says whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.put(key).1
    }

    /// Puts it in. Returns its number and whether it is new.
    pub(super) fn put(&mut self, key: K) -> (usize, bool) {
        match self.find(&key) {
            Ok((_, number)) => (number, false),
            Err(place) => {
                let number = self.keys.len();
                self.order.insert(place, number);
                self.keys.push(key);
                (number, true)
            }
        }
    }

    /// Takes it out. Says whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.take(key).is_some()
    }

    /// Takes it out. Returns the number it had, which the last one has now.
    pub(super) fn take<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(usize, K)>
    where
        K: Borrow<Q>,
    {
        let (place, number) = self.find(key).ok()?;
        let last = self.keys.last().and_then(|last| self.find::<Q>(last.borrow()).ok());
        if let Some((of_last, _)) = last {
            self.order.replace(of_last, number);
        }
        self.order.remove(place);
        Some((number, self.keys.swap_remove(number)))
    }
}

/// The keys of a set in order.
#[derive(Debug)]
pub struct Iter<'s, K> {
    numbers: Numbers<'s>,
    keys: &'s [K],
}

impl<K> Clone for Iter<'_, K> {
    fn clone(&self) -> Self {
        Iter { numbers: self.numbers.clone(), keys: self.keys }
    }
}

impl<'s, K> Iterator for Iter<'s, K> {
    type Item = &'s K;

    fn next(&mut self) -> Option<&'s K> {
        self.keys.get(self.numbers.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl<K> DoubleEndedIterator for Iter<'_, K> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.keys.get(self.numbers.next_back()?)
    }
}

impl<K> ExactSizeIterator for Iter<'_, K> {}

impl<'s, K> IntoIterator for &'s Set<K> {
    type Item = &'s K;
    type IntoIter = Iter<'s, K>;

    fn into_iter(self) -> Iter<'s, K> {
        self.iter()
    }
}

impl<K> IntoIterator for Set<K> {
    type Item = K;
    type IntoIter = vec::IntoIter<K>;

    fn into_iter(mut self) -> vec::IntoIter<K> {
        self.arrange();
        self.keys.into_iter()
    }
}

impl<K: Ord> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Set<K> {
        let mut set = Set::new();
        set.extend(keys);
        set
    }
}

impl<K: Ord, const N: usize> From<[K; N]> for Set<K> {
    fn from(keys: [K; N]) -> Set<K> {
        keys.into_iter().collect()
    }
}

impl<K> Default for Set<K> {
    fn default() -> Set<K> {
        Set::new()
    }
}

impl<K: PartialEq> PartialEq for Set<K> {
    fn eq(&self, other: &Set<K>) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq> Eq for Set<K> {}

impl<K: PartialOrd> PartialOrd for Set<K> {
    fn partial_cmp(&self, other: &Set<K>) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord> Ord for Set<K> {
    fn cmp(&self, other: &Set<K>) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: fmt::Debug> fmt::Debug for Set<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self).finish()
    }
}
