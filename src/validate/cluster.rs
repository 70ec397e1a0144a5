//! All objects of a fabric, indexed by what rules ask for.
//!
//! Names and values have numbers, and what belongs to them lies in a list by
//! these numbers.
//!
//! **Invariant:** the indexes hold what the objects that are there say, no
//! more and no less, whatever the order in which they came and went.

use super::finding::Key;
use super::names::Names;
use super::names::Tag;
use super::object::Fact;
use super::object::Object;
use super::object::Slot;
use super::readers::Prefix;
use crate::order::Map;
use crate::order::Set;
use crate::schema::Kind;
use std::cmp::Ordering;
use std::rc::Rc;

/// All objects of a fabric.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    names: Names,
    /// By the number of the name or value.
    entries: Vec<Entry>,
    objects: Objects,
    /// Objects that the controller itself makes. One of the same name from a
    /// file stands before it.
    built_in: Objects,
}

/// Objects in order, each kind by itself.
#[derive(Debug, Clone, Default)]
struct Objects([Set<Known>; Kind::ALL.len()]);

impl Objects {
    fn insert(&mut self, object: &Rc<Object>) {
        if let Some(of_kind) = self.0.get_mut(object.key.kind as usize) {
            of_kind.insert(Known(Rc::clone(object)));
        }
    }

    fn remove(&mut self, object: &Known) {
        if let Some(of_kind) = self.0.get_mut(object.0.key.kind as usize) {
            of_kind.remove(object);
        }
    }
}

/// What belongs to the name of an object or to a value.
#[derive(Debug, Clone, Default)]
struct Entry {
    /// The object of that name.
    object: Option<Rc<Object>>,
    built_in: Option<Rc<Object>>,
    /// The objects that name it, or that have the value.
    members: Set<Known>,
    /// Of the name of an IPv4Namespace.
    prefixes: Option<Box<PrefixMap>>,
}

/// An object in the order of identities.
#[derive(Debug, Clone)]
struct Known(Rc<Object>);

impl Ord for Known {
    fn cmp(&self, other: &Known) -> Ordering {
        self.0.key.cmp(&other.0.key)
    }
}

impl PartialOrd for Known {
    fn partial_cmp(&self, other: &Known) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Known) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Known {}

/// Prefixes of one IPv4Namespace, with the VPCs that have them.
///
/// Two prefixes that share an address are equal or one holds the other, so a
/// search looks at the shorter ones that could hold it and at the range of
/// those inside.
#[derive(Debug, Clone, Default)]
struct PrefixMap {
    owners: Map<Prefix, Set<Known>>,
    /// How often a prefix of each length is owned.
    lengths: Vec<u32>,
}

impl Cluster {
    /// Makes a cluster that holds what the controller makes.
    pub(super) fn new(built_in: impl IntoIterator<Item = Rc<Object>>) -> Cluster {
        let mut cluster = Cluster::default();
        built_in.into_iter().for_each(|object| cluster.insert_built_in(object));
        cluster
    }

    /// Returns the number of a name or value.
    pub(super) fn number(&mut self, tag: Tag, name: &str) -> u32 {
        self.names.number(tag, name)
    }

    /// Returns the number of a name or value; none if it was never heard of.
    pub(super) fn known_number(&self, tag: Tag, name: &str) -> Option<u32> {
        self.names.find(tag, name)
    }

    fn entry(&self, tag: Tag, name: &str) -> Option<&Entry> {
        self.entries.get(self.names.find(tag, name)? as usize)
    }

    fn entry_mut(&mut self, tag: Tag, name: &str) -> Option<&mut Entry> {
        let number = self.names.number(tag, name) as usize;
        if number >= self.entries.len() {
            self.entries.resize_with(number + 1, Entry::default);
        }
        self.entries.get_mut(number)
    }

    /// Puts an object in, in place of the one with its identity. Returns that.
    pub(super) fn insert(&mut self, object: Rc<Object>) -> Option<Rc<Object>> {
        let key = &object.key;
        let old = self.entry_mut(key.kind.into(), &key.name)?.object.replace(Rc::clone(&object));
        if let Some(old) = &old {
            self.forget(old);
        }
        object.each(&mut |fact| {
            let known = Known(Rc::clone(&object));
            match fact {
                Fact::Names(kind, name) => self.add(kind.into(), name, known),
                Fact::Has(slot, value) => self.add(slot.into(), value, known),
                Fact::Takes(namespace, prefix) => self.add_prefix(namespace, prefix, known),
            }
        });
        self.objects.insert(&object);
        old
    }

    fn add(&mut self, tag: Tag, name: &str, object: Known) {
        if let Some(entry) = self.entry_mut(tag, name) {
            entry.members.insert(object);
        }
    }

    /// Takes an object out.
    pub(super) fn remove(&mut self, key: &Key) -> Option<Rc<Object>> {
        let object = self.entry_mut(key.kind.into(), &key.name)?.object.take()?;
        self.forget(&object);
        Some(object)
    }

    /// Takes what an object says out of the indexes.
    fn forget(&mut self, object: &Rc<Object>) {
        let known = Known(Rc::clone(object));
        self.objects.remove(&known);
        object.each(&mut |fact| match fact {
            Fact::Names(kind, name) => self.take(kind.into(), name, &known),
            Fact::Has(slot, value) => self.take(slot.into(), value, &known),
            Fact::Takes(namespace, prefix) => self.take_prefix(namespace, prefix, &known),
        });
    }

    fn take(&mut self, tag: Tag, name: &str, object: &Known) {
        if let Some(entry) = self.entry_mut(tag, name) {
            entry.members.remove(object);
        }
    }

    fn add_prefix(&mut self, namespace: &str, prefix: Prefix, object: Known) {
        let Some(entry) = self.entry_mut(Kind::Ipv4Namespace.into(), namespace) else { return };
        let map = entry.prefixes.get_or_insert_default();
        map.lengths.resize(1 + usize::from(u8::MAX), 0);
        if map.owners.entry(prefix).or_default().insert(object)
            && let Some(count) = map.lengths.get_mut(usize::from(prefix.bits))
        {
            *count += 1;
        }
    }

    fn take_prefix(&mut self, namespace: &str, prefix: Prefix, object: &Known) {
        let Some(entry) = self.entry_mut(Kind::Ipv4Namespace.into(), namespace) else { return };
        let Some(map) = &mut entry.prefixes else { return };
        let Some(owners) = map.owners.get_mut(&prefix) else { return };
        let is_gone = owners.remove(object);
        if owners.is_empty() {
            map.owners.remove(&prefix);
        }
        if is_gone && let Some(count) = map.lengths.get_mut(usize::from(prefix.bits)) {
            *count -= 1;
        }
    }

    /// Takes out what the controller makes, so that it is as if it never had.
    pub(super) fn remove_built_in(&mut self, key: &Key) -> Option<Rc<Object>> {
        let object = self.entry_mut(key.kind.into(), &key.name)?.built_in.take()?;
        self.built_in.remove(&Known(Rc::clone(&object)));
        Some(object)
    }

    /// Puts in what the controller makes.
    pub(super) fn insert_built_in(&mut self, object: Rc<Object>) {
        self.built_in.insert(&object);
        let key = &object.key;
        if let Some(entry) = self.entry_mut(key.kind.into(), &key.name) {
            entry.built_in = Some(Rc::clone(&object));
        }
    }

    /// Returns an object.
    pub fn get(&self, key: &Key) -> Option<&Rc<Object>> {
        self.find(key.kind, &key.name)
    }

    /// Returns the object of a kind and name.
    pub fn find(&self, kind: Kind, name: &str) -> Option<&Rc<Object>> {
        let entry = self.entry(kind.into(), name)?;
        entry.object.as_ref().or(entry.built_in.as_ref())
    }

    /// Returns the object of that identity that the controller makes.
    pub fn built_in(&self, kind: Kind, name: &str) -> Option<&Rc<Object>> {
        self.entry(kind.into(), name)?.built_in.as_ref()
    }

    /// Returns the names of all objects of a kind: first those of files, then
    /// those of the controller, each in order.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = [&self.objects, &self.built_in].map(|objects| objects.0.get(kind as usize));
        of_kind.into_iter().flatten().flatten().map(|object| object.0.name())
    }

    /// Returns the objects of kind `by` that name an object.
    pub fn referrers(&self, kind: Kind, name: &str, by: Kind) -> impl Iterator<Item = &Rc<Object>> {
        self.members(kind.into(), name).filter(move |object| object.key.kind == by)
    }

    /// Returns the objects that have this value.
    pub fn sharing(&self, slot: Slot, value: &str) -> impl Iterator<Item = &Rc<Object>> {
        self.members(slot.into(), value)
    }

    fn members(&self, tag: Tag, name: &str) -> impl Iterator<Item = &Rc<Object>> {
        let entry = self.entry(tag, name);
        entry.into_iter().flat_map(|entry| &entry.members).map(|object| &object.0)
    }

    /// Counts the objects that have this value.
    pub(super) fn count_sharing(&self, slot: Slot, value: &str) -> usize {
        self.entry(slot.into(), value).map_or(0, |entry| entry.members.len())
    }

    /// Returns the VPCs of a namespace that have a prefix which shares an
    /// address with this one, each with that prefix.
    pub fn overlapping(
        &self,
        namespace: &str,
        prefix: Prefix,
    ) -> impl Iterator<Item = (Prefix, &Rc<Object>)> {
        let entry = self.entry(Kind::Ipv4Namespace.into(), namespace);
        let map = entry.and_then(|entry| entry.prefixes.as_deref());
        let prefix = prefix.masked();
        map.into_iter().flat_map(move |map| {
            let is_there = |bits: &u8| map.lengths.get(usize::from(*bits)).is_some_and(|count| *count > 0);
            let holding = (0..prefix.bits)
                .filter(is_there)
                .filter_map(move |bits| map.owners.get_key_value(&prefix.widened(bits)?));
            let inside = map.owners.range(prefix..=prefix.end());
            let inside = inside.filter(move |(inner, _)| prefix.covers(**inner));
            let found = holding.chain(inside);
            found.flat_map(|(found, owners)| owners.iter().map(|owner| (*found, &owner.0)))
        })
    }

    /// Returns the number of objects that do not come from the controller.
    pub fn len(&self) -> usize {
        self.objects.0.iter().map(Set::len).sum()
    }

    /// Says whether nothing but what the controller makes is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns all objects that do not come from the controller.
    pub fn objects(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.objects.0.iter().flatten().map(|object| &object.0)
    }
}
