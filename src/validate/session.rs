//! A fabric that is validated as a whole and again after each edit.
//!
//! The rules run document by document, in order, until the report is full; the
//! documents behind are known to the rules, but not checked.
//!
//! **Invariant:** after any sequence of edits the report is the one that a
//! fresh session over the same files gives.

use super::admit::Admission;
use super::admit::Verdict;
use super::admit::admit;
use super::chain::Chain;
use super::chain::Prepared;
use super::check::Check;
use super::check::Question;
use super::cluster::Cluster;
use super::finding::Finding;
use super::finding::FixEdit;
use super::finding::Key;
use super::finding::NotChecked;
use super::finding::Stage;
use super::object::HAS;
use super::object::LACKS;
use super::object::Object;
use super::object::Slot;
use super::options::Hydration;
use super::options::Options;
use super::profiles;
use super::rules;
use super::settings::Settings;
use super::structure::Patterns;
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order::Map;
use crate::order::Set;
use crate::schema::Catalogue;
use crate::schema::Kind;
use crate::schema::read_crd;
use std::rc::Rc;

/// A document: its file, and its number in the file from 0.
type Place = (String, usize);

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

/// One document.
#[derive(Debug, Clone)]
struct Document {
    resource: Option<ResourceId>,
    object: Option<Rc<Object>>,
    /// What the first stages say.
    early: Vec<Finding>,
    early_not_checked: Vec<NotChecked>,
    /// All findings.
    findings: Vec<Finding>,
    not_checked: Vec<NotChecked>,
    number: u32,
    questions: Vec<Rc<Question>>,
    /// Whether the findings are those of all stages.
    is_checked: bool,
    /// Findings that were left out.
    omitted: usize,
}

/// A fabric under validation.
#[derive(Debug)]
pub struct Session {
    options: Options,
    chain: Chain,
    cluster: Cluster,
    files: Map<String, Vec<Document>>,
    /// All documents with an identity; the first one counts.
    places: Map<Key, Set<Place>>,
    /// Who asked what, by the numbers of documents: there are many, and a
    /// number is smaller than a path.
    askers: Map<Rc<Question>, Set<u32>>,
    numbers: Map<u32, Place>,
    next_number: u32,
    general: Vec<NotChecked>,
    mixture: Option<(Place, Finding)>,
    limits: Limits,
    /// The first document that the report has no room for.
    full: Option<Place>,
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
            files: Map::new(),
            places: Map::new(),
            askers: Map::new(),
            numbers: Map::new(),
            next_number: 0,
            general: general.collect(),
            mixture: None,
            limits: *limits,
            full: None,
        };
        for (path, values) in files {
            session.put(&path, values);
        }
        // The first document of an identity is the object of the cluster.
        let first = |(_, places): (&Key, &Set<Place>)| {
            let (path, at) = places.first()?;
            session.files.get(path)?.get(*at)?.object.clone()
        };
        let objects: Vec<Rc<Object>> = session.places.iter().filter_map(first).collect();
        objects.into_iter().for_each(|object| drop(session.cluster.insert(object)));
        session.fill();
        session.mixture = session.find_mixture();
        Ok(session)
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
        let (path, document) = self.places.get(key)?.first()?;
        Some((path, *document))
    }

    /// Returns what validation says about the fabric.
    pub fn report(&self) -> Report<'_> {
        let documents = || self.files.values().flatten();
        let general = self.general.iter().map(|not_checked| Unchecked { resource: None, not_checked });
        let covered = || self.covered().filter_map(|(path, at)| self.files.get(path)?.get(at));
        let own = covered().flat_map(|document| {
            let resource = document.resource.as_ref();
            document.not_checked.iter().map(move |not_checked| Unchecked { resource, not_checked })
        });
        let mut not_checked = general.chain(own);
        let shown = not_checked.by_ref().take(self.limits.report_findings).collect();
        let objects =
            |documents: usize, document: &Document| documents + usize::from(document.object.is_some());
        Report {
            findings: self.covered().flat_map(|(path, at)| self.located(path, at)).collect(),
            resources: documents().filter(|document| document.resource.is_some()).count(),
            documents: documents().filter(|document| document.is_there()).count(),
            not_checked: shown,
            omitted: Omitted {
                findings: covered().map(|document| document.omitted).sum(),
                resources: documents().fold(0, objects) - covered().fold(0, objects),
                not_checked: not_checked.count(),
            },
        }
    }

    /// Returns all resources by file and number, with the object's identity.
    pub fn resources(&self) -> impl Iterator<Item = (&str, usize, &ResourceId)> {
        self.files.iter().flat_map(|(path, documents)| {
            let numbered = documents.iter().enumerate();
            numbered.filter_map(move |(at, document)| Some((path.as_str(), at, document.resource.as_ref()?)))
        })
    }

    /// Puts other documents in the place of a file's, or none, and validates
    /// what depends on them.
    pub fn replace(&mut self, path: &str, values: Option<Vec<Value>>) -> Replaced<'_> {
        let mut keys: Set<Key> = self.keys_of(path).collect();
        let mut stale: Set<Place> = Set::new();
        // A document that repeats an identity depends on the one that counts.
        stale.extend(keys.iter().filter_map(|key| self.places.get(key)).flatten().cloned());
        self.take(path);
        if let Some(values) = values {
            self.put(path, values);
        }
        keys.extend(self.keys_of(path));
        for key in &keys {
            stale.extend(self.places.get(key).into_iter().flatten().cloned());
            let before = self.cluster.get(key).cloned();
            self.settle(key);
            let after = self.cluster.get(key).cloned();
            let is_same = match (&before, &after) {
                (Some(before), Some(after)) => before.value == after.value,
                (None, None) => true,
                // One more or one less: a name that was taken for another may
                // now be that, or no longer.
                _ => {
                    stale.extend(self.askers_of(&Question::Names(key.kind)));
                    false
                }
            };
            if !is_same {
                stale.extend([before, after].iter().flatten().flat_map(|object| self.askers_about(object)));
            }
        }
        let count = self.files.get(path).map_or(0, Vec::len);
        stale.extend((0..count).map(|at| (path.to_owned(), at)));
        stale.retain(|(path, at)| self.files.get(path).is_some_and(|documents| *at < documents.len()));
        let mut room = self.limits.report_findings;
        stale.retain(|place| {
            let is_wanted = room > 0 && (place.0 == path || self.is_checked(place));
            if is_wanted {
                room = room.saturating_sub(self.validate(place));
            } else if let Some(document) = self.document_mut(place) {
                document.is_checked = false;
                document.findings = Vec::new();
            }
            is_wanted
        });
        stale.extend(self.fill());
        self.mixture = self.find_mixture();
        let findings = stale.iter().flat_map(|(path, at)| {
            let path = self.files.get_key_value(path).map_or("", |(path, _)| path.as_str());
            self.located(path, *at)
        });
        Replaced { findings: findings.collect(), revalidated: stale.len() }
    }

    /// Answers what the cluster would do with an object. Changes nothing.
    pub fn admit(&mut self, request: &Admission) -> Verdict {
        admit(request, &mut self.cluster, &mut self.chain, &self.options)
    }

    fn located<'a>(&'a self, path: &'a str, at: usize) -> impl Iterator<Item = Located<'a>> {
        let document = self.files.get(path).and_then(|documents| documents.get(at));
        document.into_iter().flat_map(move |document| {
            let resource = document.resource.as_ref();
            let mixture = self.mixture.as_ref().filter(|(place, _)| place.0 == path && place.1 == at);
            let findings = document.findings.iter().chain(mixture.map(|(_, finding)| finding));
            findings.map(move |finding| Located { path, document: at, resource, finding })
        })
    }

    fn all_places_ref(&self) -> impl Iterator<Item = (&str, usize)> {
        self.files.iter().flat_map(|(path, documents)| (0..documents.len()).map(|at| (path.as_str(), at)))
    }

    /// Returns the documents that the report has room for.
    fn covered(&self) -> impl Iterator<Item = (&str, usize)> {
        let full = self.full.as_ref().map(|(path, at)| (path.as_str(), *at));
        self.all_places_ref().take_while(move |place| Some(*place) != full)
    }

    /// Runs the rules where they have not been run, until the report is full.
    /// Returns where they were run.
    fn fill(&mut self) -> Vec<Place> {
        let mut checked = Vec::new();
        loop {
            let (full, unchecked) = self.next_unchecked();
            self.full = full;
            if unchecked.is_empty() {
                return checked;
            }
            let mut room = self.limits.report_findings;
            for place in unchecked {
                if room == 0 {
                    break;
                }
                room = room.saturating_sub(self.validate(&place));
                checked.push(place);
            }
        }
    }

    /// Returns the first document that the report has no room for, by what is
    /// known, and the documents before it that are not checked.
    fn next_unchecked(&self) -> (Option<Place>, Vec<Place>) {
        let mut room = self.limits.report_findings;
        let mut unchecked = Vec::new();
        for (path, documents) in self.files.iter() {
            for (at, document) in documents.iter().enumerate() {
                if room == 0 {
                    return (Some((path.clone(), at)), unchecked);
                }
                room = room.saturating_sub(document.findings.len());
                if !document.is_checked {
                    unchecked.push((path.clone(), at));
                }
            }
        }
        (None, unchecked)
    }

    fn is_checked(&self, (path, at): &Place) -> bool {
        let document = self.files.get(path).and_then(|documents| documents.get(*at));
        document.is_some_and(|document| document.is_checked)
    }

    fn document_mut(&mut self, (path, at): &Place) -> Option<&mut Document> {
        self.files.get_mut(path).and_then(|documents| documents.get_mut(*at))
    }

    fn keys_of(&self, path: &str) -> impl Iterator<Item = Key> {
        let documents = self.files.get(path).into_iter().flatten();
        documents.filter_map(|document| document.object.as_ref().map(|object| object.key.clone()))
    }

    /// Puts a file's documents in, not yet validated.
    fn put(&mut self, path: &str, values: Vec<Value>) {
        let mut documents = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            let mut document = self.document(value);
            document.number = self.next_number;
            self.next_number += 1;
            self.numbers.insert(document.number, (path.to_owned(), at));
            if let Some(object) = &document.object {
                self.places.entry(object.key.clone()).or_default().insert((path.to_owned(), at));
            }
            documents.push(document);
        }
        self.files.insert(path.to_owned(), documents);
    }

    fn document(&mut self, value: Value) -> Document {
        let resource = resource_id(&value);
        let prepared = match value {
            Value::Null => Prepared::default(),
            value => self.chain.prepare(value, &self.options),
        };
        Document {
            resource,
            object: prepared.object.map(Rc::new),
            early: prepared.findings,
            early_not_checked: prepared.not_checked,
            findings: Vec::new(),
            not_checked: Vec::new(),
            number: 0,
            questions: Vec::new(),
            is_checked: false,
            omitted: 0,
        }
    }

    /// Takes a file's documents out.
    fn take(&mut self, path: &str) {
        let Some(documents) = self.files.remove(path) else { return };
        for (at, document) in documents.into_iter().enumerate() {
            let place = (path.to_owned(), at);
            if let Some(object) = &document.object
                && let Some(places) = self.places.get_mut(&object.key)
            {
                places.remove(&place);
                if places.is_empty() {
                    self.places.remove(&object.key);
                }
            }
            self.numbers.remove(&document.number);
            self.forget(document.number, &document.questions);
        }
    }

    fn forget(&mut self, number: u32, questions: &[Rc<Question>]) {
        for question in questions {
            if let Some(askers) = self.askers.get_mut(question) {
                askers.remove(&number);
                if askers.is_empty() {
                    self.askers.remove(question);
                }
            }
        }
    }

    /// Returns the documents whose rules asked this.
    fn askers_of(&self, question: &Question) -> impl Iterator<Item = Place> {
        let numbers = self.askers.get(question).into_iter().flatten();
        numbers.filter_map(|number| self.numbers.get(number).cloned())
    }

    /// Lets the first document of an identity be the object of the cluster.
    fn settle(&mut self, key: &Key) {
        let place = self.places.get(key).and_then(Set::first);
        let document = place.and_then(|(path, at)| self.files.get(path)?.get(*at));
        match document.and_then(|document| document.object.clone()) {
            Some(object) => self.cluster.insert(object),
            None => self.cluster.remove(key),
        };
    }

    /// Returns the documents whose rules asked for something that `object`
    /// answers.
    fn askers_about(&self, object: &Object) -> Set<Place> {
        let mut questions = vec![Question::Object(object.key.clone())];
        questions.extend(object.refers_to.iter().cloned().map(Question::Referrers));
        questions.extend(object.slots.iter().cloned().map(|(slot, value)| Question::Sharing(slot, value)));
        let mut places: Set<Place> = Set::new();
        for (namespace, prefix) in &object.prefixes {
            let overlapping = self.cluster.overlapping(namespace, *prefix);
            for (_, name) in overlapping {
                places.extend(self.places.get(&Key::new(Kind::Vpc, name)).into_iter().flatten().cloned());
            }
        }
        places.extend(questions.iter().flat_map(|question| self.askers_of(question)));
        places
    }

    /// Runs the rules on one document. Returns how many findings it has.
    fn validate(&mut self, place: &Place) -> usize {
        let (path, at) = place;
        let Some(document) = self.files.get(path).and_then(|documents| documents.get(*at)) else { return 0 };
        let mut findings = document.early.clone();
        let mut not_checked = document.early_not_checked.clone();
        let mut questions = Vec::new();
        let (number, old_questions) = (document.number, document.questions.clone());
        if let Some(object) = document.object.clone() {
            findings.extend(self.chain.inspect(&object.value));
            let mut check = Check::new(&object, &self.cluster, &self.options);
            rules::check(&mut check);
            findings = join(findings, check.findings);
            findings.extend(self.duplicate(&object.key, place));
            not_checked.extend(check.not_checked);
            questions = check.questions.into_iter().map(Rc::new).collect();
        }
        let omitted = leave_out(&mut findings, self.limits.rule_findings);
        self.forget(number, &old_questions);
        for question in &questions {
            self.askers.entry(Rc::clone(question)).or_default().insert(number);
        }
        let count = findings.len();
        if let Some(document) = self.document_mut(place) {
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
        let place = self.places.get(&first.key)?.first()?.clone();
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
    fn duplicate(&self, key: &Key, place: &Place) -> Option<Finding> {
        let first = self.places.get(key)?.first().filter(|first| *first != place)?;
        let field = Pointer::root().key("metadata").key("name");
        let message = format!("{} `{}` is already in `{}`", key.kind.name(), key.name, first.0);
        let mut finding = Finding::error("duplicate-resource", Stage::Decode, field.clone(), message);
        finding.help("Remove one of the two, or give it another name");
        finding.with_object(key, field, "the first one");
        Some(finding)
    }
}

impl Document {
    fn is_there(&self) -> bool {
        self.resource.is_some() || !self.early.is_empty() || !self.early_not_checked.is_empty()
    }
}

/// Keeps the first findings of each rule, and returns how many go.
fn leave_out(findings: &mut Vec<Finding>, most: usize) -> usize {
    let before = findings.len();
    if before > most {
        let codes: Vec<&'static str> = findings.iter().map(|finding| finding.code).collect();
        let mut at = 0;
        findings.retain(|finding| {
            at += 1;
            let same = codes.iter().take(at).filter(|code| **code == finding.code);
            same.count() <= most
        });
    }
    before - findings.len()
}

/// Puts the findings of the rules behind those of the earlier stages. What a
/// rule says about a field that could not be read is not worth saying, nor
/// that a field is missing whose name is misspelt.
pub(super) fn join(mut early: Vec<Finding>, late: Vec<Finding>) -> Vec<Finding> {
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
