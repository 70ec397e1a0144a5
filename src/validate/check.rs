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
use super::finding::NotChecked;
use super::finding::Stage;
use super::names::Tag;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    /// Whether the object with the name of this number is there, and what it
    /// says.
    Object(u32),
    /// Who names the object with the name of this number, or who has the value
    /// of this number.
    Members(u32),
    /// What the objects of a kind are called.
    Names(Kind),
}

/// A question about a name or value that has no number yet.
#[derive(Debug)]
pub(super) struct NewQuestion {
    pub tag: Tag,
    pub name: String,
    /// Makes the question once it has one.
    pub about: fn(u32) -> Question,
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
    pub(super) questions: Vec<Question>,
    pub(super) new_questions: Vec<NewQuestion>,
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
            questions: Vec::new(),
            new_questions: Vec::new(),
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

    /// Writes down what is asked.
    fn ask(&mut self, about: fn(u32) -> Question, tag: Tag, name: &str) {
        match self.cluster.known_number(tag, name) {
            Some(number) => self.questions.push(about(number)),
            None => self.new_questions.push(NewQuestion { tag, name: name.to_owned(), about }),
        }
    }

    /// Returns an object.
    pub fn find(&mut self, kind: Kind, name: &str) -> Option<&'a Object> {
        self.ask(Question::Object, kind.into(), name);
        self.cluster.find(kind, name).map(|object| &**object)
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
        self.questions.push(Question::Names(kind));
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
        self.ask(Question::Members, kind.into(), name);
        let own = &self.object.key;
        let found = self.cluster.referrers(kind, name, by).map(|object| &**object);
        found.filter(|object| object.key != *own).collect()
    }

    /// Returns other objects that have this value; a few, if there are many.
    pub fn sharing(&mut self, slot: Slot, value: &str) -> Vec<&'a Object> {
        self.ask(Question::Members, slot.into(), value);
        let own = &self.object.key;
        let found = self.cluster.sharing(slot, value).map(|object| &**object);
        found.filter(|object| object.key != *own).take(Limits::DEFAULT.neighbours).collect()
    }

    /// Returns other VPCs of a namespace whose prefixes meet this one; a few,
    /// if there are many.
    pub fn overlapping(&self, namespace: &str, prefix: Prefix) -> Vec<(Prefix, &'a Object)> {
        let others = self.cluster.overlapping(namespace, prefix).map(|(prefix, other)| (prefix, &**other));
        let others = others.filter(|(_, other)| other.key.name != self.name);
        others.take(Limits::DEFAULT.neighbours).collect()
    }

    /// Returns the object of that identity that the controller makes.
    pub fn built_in(&self, kind: Kind, name: &str) -> Option<&'a Object> {
        self.cluster.built_in(kind, name).map(|object| &**object)
    }
}
