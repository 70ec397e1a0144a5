//! What a rule works with: the object, the cluster around it, the settings,
//! and a place for what it finds.
//!
//! A rule is a function over [`Check`]. It reads fields, asks the cluster, and
//! calls [`Check::refuse`] with its id. What it asks the cluster for is
//! written down, so that an edit re-validates just those who asked.

use super::Hydration;
use super::Options;
use super::Scope;
use super::View;
use super::cluster::Cluster;
use super::field::Field;
use super::finding::Finding;
use super::finding::Key;
use super::finding::NotChecked;
use super::finding::Stage;
use super::object::Object;
use super::object::Slot;
use super::readers::Prefix;
use super::settings::Settings;
use super::spelling;
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::order::Set;
use crate::schema::Kind;
use std::borrow::Cow;

/// Something a rule asked the cluster for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Whether an object is there and what it says.
    Object(Key),
    /// What the objects of a kind are called.
    Names(Kind),
    /// Who names an object.
    Referrers(Key),
    /// Who has a value.
    Sharing(Slot, String),
    /// Whose prefixes of a namespace meet this one.
    Overlapping(String, Prefix),
}

/// One object under the rules.
pub struct Check<'a> {
    /// The object, defaults applied.
    pub object: &'a Object,
    /// Its `spec`.
    pub spec: Field<'a>,
    /// Its name.
    pub name: &'a str,
    cluster: &'a Cluster,
    options: &'a Options,
    pub(super) findings: Vec<Finding>,
    pub(super) not_checked: Set<NotChecked>,
    pub(super) questions: Set<Question>,
}

impl<'a> Check<'a> {
    pub(super) fn new(object: &'a Object, cluster: &'a Cluster, options: &'a Options) -> Check<'a> {
        Check {
            object,
            spec: object.spec(),
            name: object.name(),
            cluster,
            options,
            findings: Vec::new(),
            not_checked: Set::new(),
            questions: Set::new(),
        }
    }

    /// Returns the settings of the fabric.
    pub fn settings(&self) -> &'a Settings {
        &self.options.settings
    }

    /// Returns a field of the metadata.
    pub fn metadata(&self, key: &'a str) -> Field<'a> {
        self.object.root().at("metadata").at(key)
    }

    /// Reports that the fabric refuses the object.
    pub fn refuse(
        &mut self,
        code: &'static str,
        field: Field<'_>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        self.push(Finding::error(code, Stage::Webhook, field.pointer(), message))
    }

    /// Reports what the fabric takes with a warning.
    pub fn warn(
        &mut self,
        code: &'static str,
        field: Field<'_>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        self.refuse(code, field, message).severity(Severity::Warning)
    }

    /// Reports what the fabric takes although it is wrong: an error in files,
    /// a warning where the question is what the cluster would do.
    pub fn refuse_in_files(
        &mut self,
        code: &'static str,
        field: Field<'_>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        match self.options.view {
            View::Files => self.refuse(code, field, message),
            View::Cluster => self.warn(code, field, message),
        }
    }

    /// Adds a finding made elsewhere.
    pub fn push(&mut self, finding: Finding) -> &mut Finding {
        self.findings.push_mut(finding)
    }

    /// Says that a rule could not be decided.
    pub fn skip(&mut self, code: &'static str, reason: impl Into<Cow<'static, str>>) {
        self.not_checked.insert(NotChecked { code, reason: reason.into() });
    }

    /// Says how much of the fabric is there.
    pub fn scope(&self) -> Scope {
        self.options.scope
    }

    /// Says what view the question is asked from.
    pub fn view(&self) -> View {
        self.options.view
    }

    /// Says whether the fields that a fabric can fill in itself have to be
    /// there: they have if the object carries one of them.
    pub fn is_hydrated(&self, fields: &[Field<'_>]) -> bool {
        self.options.hydration == Hydration::Done || fields.iter().any(|field| field.is_there())
    }

    /// Returns an object.
    pub fn find(&mut self, kind: Kind, name: &str) -> Option<&'a Object> {
        let key = Key::new(kind, name);
        let found = self.cluster.get(&key).map(|object| &**object);
        self.questions.insert(Question::Object(key));
        found
    }

    /// Returns the object that `field` names. If it is not there, says so as
    /// rule `code`: an error in a whole fabric, "not checked" in a part.
    pub fn require(
        &mut self,
        code: &'static str,
        field: Field<'_>,
        kind: Kind,
        name: &str,
    ) -> Option<&'a Object> {
        let found = self.find(kind, name);
        if found.is_none() {
            self.missing(code, field, kind, name);
        }
        found
    }

    /// Says that an object is not there.
    pub fn missing(&mut self, code: &'static str, field: Field<'_>, kind: Kind, name: &str) {
        let kind_name = kind.name();
        if self.options.scope == Scope::Part {
            self.skip(code, format!("the {kind_name} `{name}` is not among the files given"));
            return;
        }
        self.questions.insert(Question::Names(kind));
        let nearest = spelling::nearest(name, self.cluster.names(kind)).map(str::to_owned);
        let finding = self.refuse(code, field, format!("there is no {kind_name} `{name}`"));
        match nearest {
            Some(nearest) => finding.help(format!("Write `{nearest}`, or create the {kind_name} `{name}`")),
            None => finding.help(format!("Create the {kind_name} `{name}`, or name one that is there")),
        };
    }

    /// Returns the objects of kind `by` that name `name`, but for the object
    /// itself.
    pub fn referrers(&mut self, kind: Kind, name: &str, by: Kind) -> Vec<&'a Object> {
        let key = Key::new(kind, name);
        let own = &self.object.key;
        let found = self.cluster.referrers(&key, by).map(|object| &**object);
        let found = found.filter(|object| object.key != *own).collect();
        self.questions.insert(Question::Referrers(key));
        found
    }

    /// Returns other objects that have this value; a few, if there are many.
    pub fn sharing(&mut self, slot: Slot, value: &str) -> Vec<&'a Object> {
        let own = &self.object.key;
        let found = self.cluster.sharing(slot, value).map(|object| &**object);
        let found = found.filter(|object| object.key != *own).take(Limits::DEFAULT.neighbours).collect();
        self.questions.insert(Question::Sharing(slot, value.to_owned()));
        found
    }

    /// Returns other VPCs of a namespace whose prefixes meet this one; a few,
    /// if there are many.
    pub fn overlapping(&mut self, namespace: &str, prefix: Prefix) -> Vec<(Prefix, &'a Object)> {
        let cluster = self.cluster;
        self.questions.insert(Question::Overlapping(namespace.to_owned(), prefix.masked()));
        let others = cluster.overlapping(namespace, prefix).filter(|(_, name)| *name != self.name);
        let others = others.take(Limits::DEFAULT.neighbours);
        others
            .filter_map(|(prefix, name)| Some((prefix, &**cluster.get(&Key::new(Kind::Vpc, name))?)))
            .collect()
    }

    /// Returns the object of that identity that the controller makes.
    pub fn built_in(&self, kind: Kind, name: &str) -> Option<&'a Object> {
        self.cluster.built_in(&Key::new(kind, name)).map(|object| &**object)
    }
}
