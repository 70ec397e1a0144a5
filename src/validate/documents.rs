//! The documents of a fabric's files, by number.
//!
//! **Invariant:** a document of an object is among the places of its identity,
//! and a number that no document has is free.

use super::check::Question;
use super::finding::Finding;
use super::finding::NotChecked;
use super::object::Object;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order::Map;
use crate::order::Set;
use std::cell::OnceCell;
use std::rc::Rc;

/// A document: its file, and its number in the file from 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub path: Rc<str>,
    pub at: usize,
}

/// One document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub place: Place,
    /// The number of the object's name in the cluster.
    pub name: Option<u32>,
    pub object: Option<Rc<Object>>,
    /// What the first stages say.
    pub early: Vec<Finding>,
    pub early_not_checked: Vec<NotChecked>,
    /// All findings.
    pub findings: Vec<Finding>,
    pub not_checked: Vec<NotChecked>,
    pub questions: Vec<Question>,
    /// Whether the findings are those of all stages.
    pub is_checked: bool,
    /// Findings that were left out.
    pub omitted: usize,
    /// Of an object, made when it is asked for.
    resource: OnceCell<Option<ResourceId>>,
}

impl Document {
    /// Makes a document that has not been looked at.
    pub fn new(place: Place, value: &Value) -> Document {
        Document {
            place,
            name: None,
            object: None,
            early: Vec::new(),
            early_not_checked: Vec::new(),
            findings: Vec::new(),
            not_checked: Vec::new(),
            questions: Vec::new(),
            is_checked: false,
            omitted: 0,
            resource: OnceCell::from(resource_id(value)),
        }
    }

    /// Makes a document of an object.
    pub fn of_object(place: Place, name: u32, object: Object) -> Document {
        let document = Document::new(place, &Value::Null);
        Document { name: Some(name), object: Some(Rc::new(object)), resource: OnceCell::new(), ..document }
    }

    /// Returns its resource, if it has kind and name.
    pub fn resource(&self) -> Option<&ResourceId> {
        let of_object = || resource_id(&self.object.as_ref()?.value);
        self.resource.get_or_init(of_object).as_ref()
    }

    /// Says whether it has kind and name.
    pub fn has_resource(&self) -> bool {
        self.object.is_some() || self.resource().is_some()
    }

    /// Says whether it is not empty.
    pub fn is_there(&self) -> bool {
        self.has_resource() || !self.early.is_empty() || !self.early_not_checked.is_empty()
    }
}

fn resource_id(value: &Value) -> Option<ResourceId> {
    let metadata = value.get("metadata")?;
    let api_version = value.get("apiVersion")?.as_str()?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).filter(|name| !name.is_empty());
    Some(ResourceId {
        group: api_version.rsplit_once('/').map_or("", |(group, _)| group).to_owned(),
        kind: value.get("kind")?.as_str()?.to_owned(),
        namespace: namespace.unwrap_or("default").to_owned(),
        name: metadata.get("name")?.as_str()?.to_owned(),
    })
}

/// All documents of a fabric.
#[derive(Debug, Default)]
pub(super) struct Documents {
    all: Vec<Document>,
    free: Vec<u32>,
    files: Map<Rc<str>, Vec<u32>>,
    /// By the number of a name: the documents of that identity. The first one
    /// counts.
    places: Vec<Set<Place>>,
}

impl Documents {
    /// Returns a document.
    pub fn get(&self, number: u32) -> Option<&Document> {
        self.all.get(number as usize)
    }

    /// Returns a document, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut Document> {
        self.all.get_mut(number as usize)
    }

    /// Returns the numbers of a file's documents.
    pub fn of_file(&self, path: &str) -> &[u32] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of the document at a place.
    pub fn at(&self, place: &Place) -> Option<u32> {
        self.of_file(&place.path).get(place.at).copied()
    }

    /// Returns the numbers of all documents, by file and place there.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.all.len());
        self.files.values().for_each(|of_file| numbers.extend_from_slice(of_file));
        numbers
    }

    /// Returns all documents by file and place there.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.numbers().into_iter().filter_map(|number| self.get(number))
    }

    /// Returns the documents of an identity, by the number of its name.
    pub fn places(&self, name: u32) -> Option<&Set<Place>> {
        self.places.get(name as usize)
    }

    /// Returns the first document of an identity.
    pub fn first(&self, name: u32) -> Option<&Place> {
        self.places(name)?.first()
    }

    /// Puts a file in.
    pub fn insert(&mut self, path: Rc<str>, documents: Vec<Document>) {
        let numbers = documents.into_iter().map(|document| self.add(document)).collect();
        self.files.insert(path, numbers);
    }

    fn add(&mut self, document: Document) -> u32 {
        if let Some(name) = document.name {
            let name = name as usize;
            if name >= self.places.len() {
                self.places.resize_with(name + 1, Set::new);
            }
            if let Some(places) = self.places.get_mut(name) {
                places.insert(document.place.clone());
            }
        }
        if let Some(number) = self.free.pop() {
            if let Some(place) = self.get_mut(number) {
                *place = document;
            }
            return number;
        }
        self.all.push(document);
        self.all.len() as u32 - 1
    }

    /// Takes a file out. Returns the numbers that its documents had, with what
    /// their rules had asked.
    pub fn remove(&mut self, path: &str) -> Vec<(u32, Vec<Question>)> {
        let numbers = self.files.remove(path).unwrap_or_default();
        let mut gone = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(document) = self.all.get_mut(number as usize) else { continue };
            if let Some(places) = document.name.and_then(|name| self.places.get_mut(name as usize)) {
                places.remove(&document.place);
            }
            gone.push((number, std::mem::take(&mut document.questions)));
            *document = Document::new(document.place.clone(), &Value::Null);
            self.free.push(number);
        }
        gone
    }
}
