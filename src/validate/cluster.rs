//! All objects of a fabric, indexed by what rules ask for.
//!
//! **Invariant:** the indexes hold what the objects that are there say, no
//! more and no less, whatever the order in which they came and went.

use super::finding::Key;
use super::object::Object;
use super::object::Slot;
use super::readers::Prefix;
use crate::order::Map;
use crate::order::Set;
use crate::schema::Kind;
use std::rc::Rc;

/// Prefixes of one IPv4Namespace, with the VPCs that have them.
///
/// Two prefixes that share an address are equal or one holds the other, so a
/// search looks at the shorter ones that could hold it and at the range of
/// those inside.
#[derive(Debug, Clone, Default)]
struct PrefixMap(Map<Prefix, Set<String>>);

/// All objects of a fabric.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    objects: Map<Key, Rc<Object>>,
    /// Objects that the controller itself makes. One of the same name from a
    /// file stands before it.
    built_in: Map<Key, Rc<Object>>,
    /// From what is named to who names it.
    referrers: Map<Key, Set<Key>>,
    slots: Map<(Slot, String), Set<Key>>,
    prefixes: Map<String, PrefixMap>,
}

impl Cluster {
    /// Makes a cluster that holds what the controller makes.
    pub(super) fn new(built_in: impl IntoIterator<Item = Rc<Object>>) -> Cluster {
        let mut cluster = Cluster::default();
        built_in.into_iter().for_each(|object| cluster.insert_built_in(object));
        cluster
    }

    /// Puts an object in, in place of the one with its identity. Returns that.
    pub(super) fn insert(&mut self, object: Rc<Object>) -> Option<Rc<Object>> {
        let old = self.remove(&object.key);
        for named in &object.refers_to {
            self.referrers.entry(named.clone()).or_default().insert(object.key.clone());
        }
        for slot in &object.slots {
            self.slots.entry(slot.clone()).or_default().insert(object.key.clone());
        }
        for (namespace, prefix) in &object.prefixes {
            let map = self.prefixes.entry(namespace.clone()).or_default();
            map.0.entry(*prefix).or_default().insert(object.key.name.clone());
        }
        self.objects.insert(object.key.clone(), object);
        old
    }

    /// Takes an object out.
    pub(super) fn remove(&mut self, key: &Key) -> Option<Rc<Object>> {
        let object = self.objects.remove(key)?;
        for named in &object.refers_to {
            take(&mut self.referrers, named, key);
        }
        for slot in &object.slots {
            take(&mut self.slots, slot, key);
        }
        for (namespace, prefix) in &object.prefixes {
            if let Some(map) = self.prefixes.get_mut(namespace) {
                take(&mut map.0, prefix, &key.name);
                if map.0.is_empty() {
                    self.prefixes.remove(namespace);
                }
            }
        }
        Some(object)
    }

    /// Takes out what the controller makes, so that it is as if it never had.
    pub(super) fn remove_built_in(&mut self, key: &Key) -> Option<Rc<Object>> {
        self.built_in.remove(key)
    }

    /// Puts in what the controller makes.
    pub(super) fn insert_built_in(&mut self, object: Rc<Object>) {
        self.built_in.insert(object.key.clone(), object);
    }

    /// Returns an object.
    pub fn get(&self, key: &Key) -> Option<&Rc<Object>> {
        self.objects.get(key).or_else(|| self.built_in.get(key))
    }

    /// Returns the object of that identity that the controller makes.
    pub fn built_in(&self, key: &Key) -> Option<&Rc<Object>> {
        self.built_in.get(key)
    }

    /// Returns the objects of a kind, by name; those of the controller are not
    /// among them.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Rc<Object>> {
        let first = Key { kind, name: String::new() };
        self.objects.from(&first).take_while(move |(key, _)| key.kind == kind).map(|(_, object)| object)
    }

    /// Returns the names of all objects of a kind.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let built_in = self.built_in.keys().filter(move |key| key.kind == kind);
        self.of_kind(kind).map(|object| object.name()).chain(built_in.map(|key| key.name.as_str()))
    }

    /// Returns the objects of kind `by` that name `named`.
    pub fn referrers(&self, named: &Key, by: Kind) -> impl Iterator<Item = &Rc<Object>> {
        let keys = self.referrers.get(named).into_iter().flatten();
        keys.filter(move |key| key.kind == by).filter_map(|key| self.objects.get(key))
    }

    /// Returns the objects that have this value.
    pub fn sharing(&self, slot: Slot, value: &str) -> impl Iterator<Item = &Rc<Object>> {
        let keys = self.slots.get(&(slot, value.to_owned())).into_iter().flatten();
        keys.filter_map(|key| self.objects.get(key))
    }

    /// Counts the objects that have this value.
    pub(super) fn count_sharing(&self, slot: Slot, value: &str) -> usize {
        self.slots.get(&(slot, value.to_owned())).map_or(0, Set::len)
    }

    /// Returns the VPCs of a namespace that have a prefix which shares an
    /// address with this one, each with that prefix.
    pub fn overlapping(&self, namespace: &str, prefix: Prefix) -> impl Iterator<Item = (Prefix, &str)> {
        let map = self.prefixes.get(namespace).map(|map| &map.0);
        let prefix = prefix.masked();
        map.into_iter().flat_map(move |map| {
            let holding = (0..prefix.bits).filter_map(move |bits| map.get_key_value(&prefix.widened(bits)?));
            let inside = map.range(prefix..=prefix.end()).filter(move |(inner, _)| prefix.covers(**inner));
            let found = holding.chain(inside);
            found.flat_map(|(found, names)| names.iter().map(|name| (*found, name.as_str())))
        })
    }

    /// Returns the number of objects that do not come from the controller.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Says whether nothing but what the controller makes is there.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Returns all objects that do not come from the controller.
    pub fn objects(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.objects.values()
    }
}

fn take<K: Ord, V: Ord>(map: &mut Map<K, Set<V>>, key: &K, value: &V) {
    if let Some(set) = map.get_mut(key) {
        set.remove(value);
        if set.is_empty() {
            map.remove(key);
        }
    }
}
