//! A fabric that is validated as a whole and again after each edit.
//!
//! **Invariant:** after any sequence of edits the report is the one that a
//! fresh session over the same files gives.

use super::admit::Admission;
use super::admit::Verdict;
use super::admit::admit;
use super::chain::Chain;
use super::check::Check;
use super::check::Question;
use super::cluster::Cluster;
use super::documents::Document;
use super::documents::Documents;
use super::documents::Place;
use super::finding::Finding;
use super::finding::FixEdit;
use super::finding::Key;
use super::finding::NotChecked;
use super::finding::Stage;
use super::names::Tag;
use super::object::Fact;
use super::object::HAS;
use super::object::LACKS;
use super::object::Object;
use super::object::Slot;
use super::options::Hydration;
use super::options::Options;
use super::profiles;
use super::room::leave_out;
use super::rules;
use super::settings::Settings;
use super::structure::Patterns;
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order;
use crate::order::Set;
use crate::schema::Catalogue;
use crate::schema::Kind;
use crate::schema::read_crd;
use std::rc::Rc;

/// Why a session cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenProblem {
    /// No such catalogue is built in.
    #[error("there is no catalogue `{version}`")]
    UnknownCatalogue {
        /// The version asked for.
        version: String,
    },
    /// A definition of a further kind cannot be used.
    #[error("definition {index}, field `{field}`: {message}")]
    Definition {
        /// Which of those given, from 0.
        index: usize,
        /// Where in it.
        field: Pointer,
        /// What is.
        message: String,
    },
}

/// A finding with the document it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Located<'a> {
    /// The file.
    pub path: &'a str,
    /// The number of the document in the file, from 0.
    pub document: usize,
    /// The resource, if it has kind and name.
    pub resource: Option<&'a ResourceId>,
    /// The finding.
    pub finding: &'a Finding,
}

/// A rule that could not be decided for a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unchecked<'a> {
    /// The resource; none if it holds for the fabric.
    pub resource: Option<&'a ResourceId>,
    /// The rule and the reason.
    pub not_checked: &'a NotChecked,
}

/// What validation says about a fabric.
#[derive(Debug, Clone, PartialEq)]
pub struct Report<'a> {
    /// All findings, by file, document, and stage.
    pub findings: Vec<Located<'a>>,
    /// Documents that have kind and name.
    pub resources: usize,
    /// All documents that are not empty.
    pub documents: usize,
    /// What was not checked.
    pub not_checked: Vec<Unchecked<'a>>,
    /// What the report has no room for.
    pub omitted: Omitted,
}

/// What a full report leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Omitted {
    /// Findings of one rule for one resource, behind the first ones.
    pub findings: usize,
    /// Resources that were not checked.
    pub resources: usize,
    /// Rules that were not decided, behind the first ones.
    pub not_checked: usize,
}

/// What an edit brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Replaced<'a> {
    /// The findings of all resources that were checked again.
    pub findings: Vec<Located<'a>>,
    /// How many that were.
    pub revalidated: usize,
}

/// A fabric under validation.
#[derive(Debug)]
pub struct Session {
    options: Options,
    chain: Chain,
    cluster: Cluster,
    pub(super) documents: Documents,
    /// Who asked what about a name or value, by its number.
    askers: Vec<Askers>,
    /// Who asked what the objects of a kind are called, by the kind.
    asked_names: [Vec<u32>; Kind::ALL.len()],
    general: Vec<NotChecked>,
    mixture: Option<(Place, Finding)>,
    pub(super) limits: Limits,
    /// The first document that the report has no room for.
    pub(super) full: Option<Place>,
}

/// The documents whose rules asked about a name or value; some more than once.
#[derive(Debug, Default)]
struct Askers {
    of_object: Vec<u32>,
    of_members: Vec<u32>,
}

impl Session {
    /// Opens a fabric: files by path, each with its documents. Empty documents
    /// are nulls.
    pub fn open(
        files: impl IntoIterator<Item = (String, Vec<Value>)>,
        options: Options,
        limits: &Limits,
    ) -> Result<Session, OpenProblem> {
        let version = options.catalogue.as_deref().unwrap_or(Catalogue::NEWEST);
        let mut catalogue = Catalogue::built_in(version)
            .ok_or_else(|| OpenProblem::UnknownCatalogue { version: version.to_owned() })?;
        for (index, definition) in options.definitions.iter().enumerate() {
            let entries = read_crd(definition, limits).map_err(|problem| OpenProblem::Definition {
                index,
                field: problem.field,
                message: problem.message,
            })?;
            entries.into_iter().for_each(|entry| catalogue.add(entry));
        }
        let general = super::rule_ids::NOT_CHECKED.iter();
        let general = general.map(|&(code, reason)| NotChecked { code, reason: reason.into() });
        let mut session = Session {
            chain: Chain { catalogue, patterns: Patterns::default() },
            cluster: Cluster::new(profiles::built_in(&options.settings)),
            options,
            documents: Documents::default(),
            askers: Vec::new(),
            asked_names: Default::default(),
            general: general.collect(),
            mixture: None,
            limits: *limits,
            full: None,
        };
        for (path, values) in files {
            session.put(&path, values);
        }
        let documents = session.documents.iter();
        let objects = documents.filter(|document| session.counts(document));
        let mut objects: Vec<Rc<Object>> = objects.filter_map(|document| document.object.clone()).collect();
        order::sort_by(&mut objects, |one, other| one.key.cmp(&other.key));
        objects.into_iter().for_each(|object| drop(session.cluster.insert(object)));
        session.fill();
        session.mixture = session.find_mixture();
        Ok(session)
    }

    /// Says whether a document is the first one of its identity: then its
    /// object is that of the cluster.
    fn counts(&self, document: &Document) -> bool {
        document.name.is_some_and(|name| self.documents.first(name) == Some(&document.place))
    }

    /// Returns the settings in use.
    pub fn settings(&self) -> &Settings {
        &self.options.settings
    }

    /// Returns the kinds that are known.
    pub fn catalogue(&self) -> &Catalogue {
        &self.chain.catalogue
    }

    /// Returns all objects of the fabric, by kind and name.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Returns the document that an object stands in: its file, and its number
    /// there.
    pub fn place_of(&self, key: &Key) -> Option<(&str, usize)> {
        let place = self.places(key)?.first()?;
        Some((&place.path, place.at))
    }

    fn places(&self, key: &Key) -> Option<&Set<Place>> {
        self.documents.places(self.cluster.known_number(key.kind.into(), &key.name)?)
    }

    /// Returns what validation says about the fabric.
    pub fn report(&self) -> Report<'_> {
        let general = self.general.iter().map(|not_checked| Unchecked { resource: None, not_checked });
        let own = self.covered().flat_map(|document| {
            let unchecked = |not_checked| Unchecked { resource: document.resource(), not_checked };
            document.not_checked.iter().map(unchecked)
        });
        let mut not_checked = general.chain(own);
        let shown = not_checked.by_ref().take(self.limits.report_findings).collect();
        let objects = |objects: usize, document: &Document| objects + usize::from(document.object.is_some());
        Report {
            findings: self.covered().flat_map(|document| self.located(document)).collect(),
            resources: self.resource_count(),
            documents: self.documents.iter().filter(|document| document.is_there()).count(),
            not_checked: shown,
            omitted: Omitted {
                findings: self.covered().map(|document| document.omitted).sum(),
                resources: self.documents.iter().fold(0, objects) - self.covered().fold(0, objects),
                not_checked: not_checked.count(),
            },
        }
    }

    /// Returns all resources by file and number, with the object's identity.
    pub fn resources(&self) -> impl Iterator<Item = (&str, usize, &ResourceId)> {
        let documents = self.documents.iter();
        documents
            .filter_map(|document| Some((&*document.place.path, document.place.at, document.resource()?)))
    }

    /// Returns how many resources there are.
    pub fn resource_count(&self) -> usize {
        self.documents.iter().filter(|document| document.has_resource()).count()
    }

    /// Puts other documents in the place of a file's, or none, and validates
    /// what depends on them.
    pub fn replace(&mut self, path: &str, values: Option<Vec<Value>>) -> Replaced<'_> {
        let mut keys: Set<Key> = self.keys_of(path).collect();
        let mut stale: Set<Place> = Set::new();
        // A document that repeats an identity depends on the one that counts.
        stale.extend(keys.iter().filter_map(|key| self.places(key)).flatten().cloned());
        for (number, questions) in self.documents.remove(path) {
            self.forget(number, &questions);
        }
        if let Some(values) = values {
            self.put(path, values);
        }
        keys.extend(self.keys_of(path));
        for key in &keys {
            stale.extend(self.places(key).into_iter().flatten().cloned());
            let before = self.cluster.get(key).cloned();
            self.settle(key);
            let after = self.cluster.get(key).cloned();
            let is_same = match (&before, &after) {
                (Some(before), Some(after)) => before.value == after.value,
                (None, None) => true,
                // One more or one less: a name that was taken for another may
                // now be that, or no longer.
                _ => {
                    let askers = self.asked_names.get(key.kind as usize);
                    stale.extend(askers.into_iter().flatten().filter_map(|number| self.place(*number)));
                    false
                }
            };
            if !is_same {
                let objects = [before, after];
                objects.iter().flatten().for_each(|object| self.add_askers_about(object, &mut stale));
            }
        }
        let own = self.documents.of_file(path).iter();
        stale.extend(own.filter_map(|number| self.place(*number)));
        let mut room = self.limits.report_findings;
        stale.retain(|place| {
            let Some(number) = self.documents.at(place) else { return false };
            let is_checked = self.documents.get(number).is_some_and(|document| document.is_checked);
            let is_wanted = room > 0 && (&*place.path == path || is_checked);
            if is_wanted {
                room = room.saturating_sub(self.validate(number));
            } else if let Some(document) = self.documents.get_mut(number) {
                document.is_checked = false;
                document.findings = Vec::new();
            }
            is_wanted
        });
        let filled = self.fill();
        stale.extend(filled.into_iter().filter_map(|number| self.place(number)));
        self.mixture = self.find_mixture();
        let documents = stale.iter().filter_map(|place| self.documents.get(self.documents.at(place)?));
        let findings = documents.flat_map(|document| self.located(document)).collect();
        Replaced { findings, revalidated: stale.len() }
    }

    /// Answers what the cluster would do with an object. Changes nothing.
    pub fn admit(&mut self, request: &Admission) -> Verdict {
        admit(request, &mut self.cluster, &mut self.chain, &self.options)
    }

    fn located<'a>(&'a self, document: &'a Document) -> impl Iterator<Item = Located<'a>> {
        let mixture = self.mixture.as_ref().filter(|(place, _)| *place == document.place);
        let findings = document.findings.iter().chain(mixture.map(|(_, finding)| finding));
        let Place { path, at } = &document.place;
        findings.map(|finding| Located { path, document: *at, resource: document.resource(), finding })
    }

    fn place(&self, number: u32) -> Option<Place> {
        self.documents.get(number).map(|document| document.place.clone())
    }

    fn keys_of(&self, path: &str) -> impl Iterator<Item = Key> {
        let documents = self.documents.of_file(path).iter().filter_map(|number| self.documents.get(*number));
        documents.filter_map(|document| document.object.as_ref().map(|object| object.key.clone()))
    }

    /// Puts a file's documents in, not yet validated.
    fn put(&mut self, path: &str, values: Vec<Value>) {
        let path: Rc<str> = path.into();
        let mut documents = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            documents.push(self.document(Place { path: Rc::clone(&path), at }, value));
        }
        self.documents.insert(path, documents);
    }

    fn document(&mut self, place: Place, value: Value) -> Document {
        if value.is_null() {
            return Document::new(place, &value);
        }
        let prepared = self.chain.prepare(value, &self.options);
        let mut document = match prepared.object {
            Ok(object) => {
                let name = self.cluster.number(object.key.kind.into(), &object.key.name);
                Document::of_object(place, name, object)
            }
            Err(value) => Document::new(place, &value),
        };
        document.early = prepared.findings;
        document.early_not_checked = prepared.not_checked;
        document
    }

    fn askers(&mut self, question: Question) -> Option<&mut Vec<u32>> {
        let (number, list): (_, fn(&mut Askers) -> &mut Vec<u32>) = match question {
            Question::Names(kind) => return self.asked_names.get_mut(kind as usize),
            Question::Object(number) => (number as usize, |askers| &mut askers.of_object),
            Question::Members(number) => (number as usize, |askers| &mut askers.of_members),
        };
        if number >= self.askers.len() {
            self.askers.resize_with(number + 1, Askers::default);
        }
        self.askers.get_mut(number).map(list)
    }

    fn forget(&mut self, number: u32, questions: &[Question]) {
        for question in questions {
            if let Some(askers) = self.askers(*question) {
                askers.retain(|asker| *asker != number);
            }
        }
    }

    /// Lets the first document of an identity be the object of the cluster.
    fn settle(&mut self, key: &Key) {
        let place = self.places(key).and_then(Set::first);
        let document = place.and_then(|place| self.documents.get(self.documents.at(place)?));
        match document.and_then(|document| document.object.clone()) {
            Some(object) => self.cluster.insert(object),
            None => self.cluster.remove(key),
        };
    }

    /// Adds the documents whose rules asked for something that `object`
    /// answers.
    fn add_askers_about(&self, object: &Object, places: &mut Set<Place>) {
        let number = |tag: Tag, name: &str| self.cluster.known_number(tag, name);
        let askers = |number: Option<u32>| self.askers.get(number? as usize);
        let mut add = |askers: Option<&Vec<u32>>| {
            places.extend(askers.into_iter().flatten().filter_map(|number| self.place(*number)));
        };
        let own = askers(number(object.key.kind.into(), &object.key.name));
        add(own.map(|askers| &askers.of_object));
        let mut overlapping: Vec<Place> = Vec::new();
        object.each(&mut |fact| {
            let number = match fact {
                Fact::Names(kind, name) => number(kind.into(), name),
                Fact::Has(slot, value) => number(slot.into(), value),
                Fact::Takes(namespace, prefix) => {
                    let others = self.cluster.overlapping(namespace, prefix);
                    let places = others.filter_map(|(_, other)| self.places(&other.key));
                    overlapping.extend(places.flatten().cloned());
                    return;
                }
            };
            add(askers(number).map(|askers| &askers.of_members));
        });
        places.extend(overlapping);
    }

    /// Runs the rules on one document. Returns how many findings it has.
    pub(super) fn validate(&mut self, number: u32) -> usize {
        let Some(document) = self.documents.get_mut(number) else { return 0 };
        let old_questions = std::mem::take(&mut document.questions);
        let mut findings = document.early.clone();
        let mut not_checked = document.early_not_checked.clone();
        let mut questions = Vec::new();
        let (name, object) = (document.name, document.object.clone());
        if let (Some(name), Some(object)) = (name, object) {
            findings.extend(self.chain.inspect(&object.value));
            let mut check = Check::new(&object, &self.cluster, &self.options);
            rules::check(&mut check);
            findings = join(findings, check.findings);
            not_checked.extend(check.not_checked);
            questions = check.questions;
            for new in check.new_questions {
                questions.push((new.about)(self.cluster.number(new.tag, &new.name)));
            }
            findings.extend(self.duplicate(&object.key, name, number));
        }
        let omitted = leave_out(&mut findings, self.limits.rule_findings);
        self.forget(number, &old_questions);
        for question in &questions {
            if let Some(askers) = self.askers(*question)
                && askers.last() != Some(&number)
            {
                askers.push(number);
            }
        }
        let count = findings.len();
        if let Some(document) = self.documents.get_mut(number) {
            document.findings = findings;
            document.not_checked = not_checked;
            document.questions = questions;
            document.is_checked = true;
            document.omitted = omitted;
        }
        count
    }

    /// Finds out whether some objects have the addresses that the installer
    /// fills in and others have none: it fills in all or nothing.
    fn find_mixture(&self) -> Option<(Place, Finding)> {
        if self.options.hydration == Hydration::Done {
            return None;
        }
        let complete = self.cluster.count_sharing(Slot::Hydration, HAS);
        let lacking = self.cluster.count_sharing(Slot::Hydration, LACKS);
        let first = self.cluster.sharing(Slot::Hydration, LACKS).next().filter(|_| complete > 0)?;
        let place = self.places(&first.key)?.first()?.clone();
        let message = format!(
            "some resources ({complete}) have their addresses and others ({lacking}), this one among them, have none"
        );
        let field = Pointer::root().key("spec");
        let mut finding = Finding::error("hydration-mixed", Stage::Webhook, field, message);
        finding.severity(Severity::Warning);
        finding
            .about_key()
            .help("Write the addresses of all resources, or of none; the installer fills in all of them");
        Some((place, finding))
    }

    /// Says that an identity has been given before.
    fn duplicate(&self, key: &Key, name: u32, number: u32) -> Option<Finding> {
        let place = &self.documents.get(number)?.place;
        let first = self.documents.first(name).filter(|first| *first != place)?;
        let field = Pointer::root().key("metadata").key("name");
        let message = format!("{} `{}` is already in `{}`", key.kind.name(), key.name, first.path);
        let mut finding = Finding::error("duplicate-resource", Stage::Decode, field.clone(), message);
        finding.help("Remove one of the two, or give it another name");
        finding.with_object(key, field, "the first one");
        Some(finding)
    }
}

/// Puts the findings of the rules behind those of the earlier stages. What a
/// rule says about a field that could not be read is not worth saying, nor
/// that a field is missing whose name is misspelt.
pub(super) fn join(mut early: Vec<Finding>, late: Vec<Finding>) -> Vec<Finding> {
    if early.is_empty() {
        return late;
    }
    let errors = early.iter().filter(|finding| finding.severity == Severity::Error);
    let moot: Vec<Pointer> = errors.filter_map(moot_field).collect();
    let is_moot = |finding: &Finding| moot.iter().any(|field| finding.field.0.starts_with(&field.0));
    early.retain(|finding| finding.code != "schema-required" || !is_moot(finding));
    early.extend(late.into_iter().filter(|finding| !is_moot(finding)));
    early
}

/// Returns the field that is as good as there, but for this finding.
fn moot_field(finding: &Finding) -> Option<Pointer> {
    if is_about_type(finding.code) {
        return Some(finding.field.clone());
    }
    match finding.fix.as_ref()?.edits.as_slice() {
        [FixEdit::Rename { field, to }] => Some(field.split_last()?.0.key(to.as_str())),
        _ => None,
    }
}

fn is_about_type(code: &str) -> bool {
    matches!(code, "DEC-01" | "DEC-02" | "DEC-04" | "schema-type")
}
