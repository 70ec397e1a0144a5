//! What validation has to say about a resource, by path. Spans come last
//! (`locate`).

use crate::diagnostic::Severity;
use crate::model::Pointer;
use crate::model::Value;
use crate::schema::Kind;
use std::borrow::Cow;

/// Where in the cluster's chain something is found. Earlier ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The API server or the fabric's decoder cannot take it.
    Decode,
    /// The schema, or the API server's checks of names and labels.
    Schema,
    /// The rules of the fabric.
    Webhook,
}

/// Which part of an entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The key itself.
    Key,
    /// What the key leads to.
    Value,
}

/// The identity of an object of the fabric.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its name; `namespace/name` outside `default`.
    pub name: String,
}

impl Key {
    /// Makes the identity of `name` in the namespace `default`.
    pub fn new(kind: Kind, name: &str) -> Key {
        Key { kind, name: name.to_owned() }
    }
}

/// Another place that has to do with a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The object; none for the one the finding is about.
    pub object: Option<Key>,
    /// The field in it.
    pub field: Pointer,
    /// What it has to do with the finding.
    pub message: Cow<'static, str>,
}

/// One step of a fix, by path into the resource.
#[derive(Debug, Clone, PartialEq)]
pub enum FixEdit {
    /// Sets a field.
    Set {
        /// The field.
        field: Pointer,
        /// What it is to hold.
        value: Value,
    },
    /// Removes a field.
    Remove {
        /// The field.
        field: Pointer,
    },
    /// Gives a field another name.
    Rename {
        /// The field.
        field: Pointer,
        /// Its name to be.
        to: String,
    },
    /// Puts what is written at a field in quotes.
    Quote {
        /// The field.
        field: Pointer,
    },
}

/// A change that mends a finding for certain.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// How.
    pub edits: Vec<FixEdit>,
}

/// One finding about one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id, or a code of our own in kebab-case.
    pub code: &'static str,
    /// What exactly, where a code covers much.
    pub detail: Option<&'static str>,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the chain.
    pub stage: Stage,
    /// The field; it need not be there.
    pub field: Pointer,
    /// Whether the key or the value is wrong.
    pub part: Part,
    /// One sentence that says what is.
    pub message: Cow<'static, str>,
    /// What to do, in the imperative.
    pub help: Option<Cow<'static, str>>,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
    /// A change that mends it for certain.
    pub fix: Option<Fix>,
    /// The setting of the fabric that the finding rests on, when nobody gave
    /// it and a default stood in.
    pub assumed: Option<&'static str>,
}

impl Finding {
    /// Makes an error about a value.
    pub fn error(
        code: &'static str,
        stage: Stage,
        field: Pointer,
        message: impl Into<Cow<'static, str>>,
    ) -> Finding {
        Finding {
            code,
            detail: None,
            severity: Severity::Error,
            stage,
            field,
            part: Part::Value,
            message: message.into(),
            help: None,
            related: Vec::new(),
            fix: None,
            assumed: None,
        }
    }

    /// Adds what to do.
    pub fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Finding {
        self.help = Some(help.into());
        self
    }

    /// Says what exactly is wrong.
    pub fn detail(&mut self, detail: &'static str) -> &mut Finding {
        self.detail = Some(detail);
        self
    }

    /// Sets how much it matters.
    pub fn severity(&mut self, severity: Severity) -> &mut Finding {
        self.severity = severity;
        self
    }

    /// Says that the key is meant, not the value.
    pub fn about_key(&mut self) -> &mut Finding {
        self.part = Part::Key;
        self
    }

    /// Adds another place in the same resource.
    pub fn with_field(&mut self, field: Pointer, message: impl Into<Cow<'static, str>>) -> &mut Finding {
        self.related.push(Related { object: None, field, message: message.into() });
        self
    }

    /// Adds a place in another object.
    pub fn with_object(
        &mut self,
        object: &Key,
        field: Pointer,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        self.related.push(Related { object: Some(object.clone()), field, message: message.into() });
        self
    }

    /// Adds a change that mends it.
    pub fn fix(&mut self, title: impl Into<String>, edits: Vec<FixEdit>) -> &mut Finding {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }

    /// Names the setting whose default the finding rests on.
    pub fn assuming(&mut self, setting: Option<&'static str>) -> &mut Finding {
        if let Some(setting) = setting {
            self.assumed = Some(setting);
            let message = &self.message;
            self.message = format!("{message} (by the default of the fabric setting `{setting}`)").into();
        }
        self
    }
}

/// Something that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// The rule's id.
    pub code: &'static str,
    /// Why not.
    pub reason: Cow<'static, str>,
}
