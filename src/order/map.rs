//! A map, kept in the order of its keys.

use super::sequence::Numbers;
use super::set::Iter as Keys;
use super::set::Set;
use super::sort;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::MapAccess;
use serde::de::Visitor;
use std::borrow::Borrow;
use std::fmt;
use std::iter::Zip;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::slice;
use std::vec;

/// A map, kept in the order of its keys.
#[derive(Clone)]
pub struct Map<K, V> {
    keys: Set<K>,
    /// By the number of the key.
    values: Vec<V>,
}

impl<K, V> Map<K, V> {
    /// Returns an empty map.
    pub const fn new() -> Map<K, V> {
        Map { keys: Set::new(), values: Vec::new() }
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the entries in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { numbers: self.keys.numbers(), map: self }
    }

    /// Returns the keys in order.
    pub fn keys(&self) -> Keys<'_, K> {
        self.keys.iter()
    }

    /// Returns the values in the order of their keys.
    pub fn values(&self) -> Values<'_, K, V> {
        Values(self.iter())
    }

    /// Returns the values in the order in which they came.
    pub fn values_mut(&mut self) -> slice::IterMut<'_, V> {
        self.values.iter_mut()
    }

    /// Returns the keys in order, for good.
    pub fn into_keys(self) -> vec::IntoIter<K> {
        self.keys.into_iter()
    }

    /// Returns the values in the order of their keys, for good.
    pub fn into_values(mut self) -> vec::IntoIter<V> {
        self.arrange();
        self.values.into_iter()
    }

    /// Returns the first entry.
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// Returns the last entry.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        *self = Map::new();
    }

    fn arrange(&mut self) {
        let order = self.keys.arrange();
        sort::arrange(&mut self.values, order);
    }

    /// Keeps the entries for which `keep` holds, asked in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.arrange();
        let kept: Vec<bool> =
            self.keys.iter().zip(&mut self.values).map(|(key, value)| keep(key, value)).collect();
        let (mut of_keys, mut of_values) = (kept.iter(), kept.iter());
        self.keys.retain(|_| of_keys.next() == Some(&true));
        self.values.retain(|_| of_values.next() == Some(&true));
    }
}

impl<K: Ord, V> Map<K, V> {
    /// Returns the value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(self.keys.number(key)?)
    }

    /// Returns the value of a key, to change it.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.values.get_mut(self.keys.number(key)?)
    }

    /// Returns a key as it stands in the map, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let number = self.keys.number(key)?;
        self.keys.key(number).zip(self.values.get(number))
    }

    /// Says whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.keys.contains(key)
    }

    /// Gives a key a value. Returns the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (number, is_new) = self.keys.put(key);
        if is_new {
            self.values.push(value);
            return None;
        }
        self.values.get_mut(number).map(|there| std::mem::replace(there, value))
    }

    /// Takes a key out. Returns the value it had.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }

    /// Takes a key out. Returns it with the value it had.
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let (number, key) = self.keys.take(key)?;
        Some((key, self.values.swap_remove(number)))
    }

    /// Returns the entries whose keys are not less than a key, in order.
    pub fn from<Q: Ord + ?Sized>(&self, key: &Q) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Iter { numbers: self.keys.numbers_from(key), map: self }
    }

    /// Returns the entries from one key to another, both among them, in order.
    pub fn range(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = (&K, &V)> {
        self.from(keys.start()).take_while(move |(key, _)| *key <= keys.end())
    }

    /// Returns the place of a key, to be filled if it is empty.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry { map: self, key }
    }
}

/// The place of a key in a map.
#[derive(Debug)]
pub struct Entry<'m, K, V> {
    map: &'m mut Map<K, V>,
    key: K,
}

impl<'m, K: Ord, V> Entry<'m, K, V> {
    /// Returns the value there, or else puts this one there.
    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    /// Returns the value there, or else puts a default one there.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Returns the value there, or else puts one there.
    #[expect(clippy::indexing_slicing, reason = "every key has a value")]
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'m mut V {
        let Map { keys, values } = self.map;
        let (number, is_new) = keys.put(self.key);
        if is_new {
            values.push(make());
        }
        &mut values[number]
    }
}

/// The entries of a map in order.
#[derive(Debug)]
pub struct Iter<'m, K, V> {
    numbers: Numbers<'m>,
    map: &'m Map<K, V>,
}

impl<'m, K, V> Iter<'m, K, V> {
    fn entry(&self, number: usize) -> Option<(&'m K, &'m V)> {
        self.map.keys.key(number).zip(self.map.values.get(number))
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter { numbers: self.numbers.clone(), map: self.map }
    }
}

impl<'m, K, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.numbers.next()?;
        self.entry(number)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let number = self.numbers.next_back()?;
        self.entry(number)
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

/// The values of a map in the order of their keys.
#[derive(Debug)]
pub struct Values<'m, K, V>(Iter<'m, K, V>);

impl<K, V> Clone for Values<'_, K, V> {
    fn clone(&self) -> Self {
        Values(self.0.clone())
    }
}

impl<'m, K, V> Iterator for Values<'m, K, V> {
    type Item = &'m V;

    fn next(&mut self) -> Option<&'m V> {
        self.0.next().map(|(_, value)| value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for Values<'_, K, V> {}

impl<'m, K, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = Zip<vec::IntoIter<K>, vec::IntoIter<V>>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.arrange();
        self.keys.into_iter().zip(self.values)
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Map<K, V> {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Map<K, V> {
        entries.into_iter().collect()
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Map<K, V> {
        Map::new()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Map<K, V>) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self).finish()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Map<K, V>, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Map<K, V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map<K, V>, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = access.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}
