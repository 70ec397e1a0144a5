//! `admit`: what the cluster would do with one object.

use super::error::Error;
use super::file::File;
use super::json::Json;
use super::shapes::Finding;
use super::validate::Fabric;
use super::validate::resource_of;
use crate::diagnostic::Severity;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::model::read;
use crate::model::read_word;
use crate::syntax::Tree;
use crate::validate;
use crate::validate::Admission;
use crate::validate::Operation;
use crate::validate::Part;
use crate::validate::Stage;
use serde::Serialize;

/// What is to be done with the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "lowercase"))]
pub enum OperationOption {
    /// It is not there yet.
    Create,
    /// It is there and changes.
    Update,
    /// It is there and goes.
    Delete,
}

impl FromValue for OperationOption {
    fn from_value(value: Value) -> Result<OperationOption, Misfit> {
        let words = [
            ("create", OperationOption::Create),
            ("update", OperationOption::Update),
            ("delete", OperationOption::Delete),
        ];
        read_word(value, &words)
    }
}

/// An object: as a value, or as the content of a file with one document.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectInput {
    /// A value.
    Json(Json),
    /// A file.
    Content(Vec<u8>),
}

/// An object of the fabric, as `Kind/name` or in full.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(untagged))]
pub enum ObjectRef {
    /// `Kind/name`.
    Text(String),
    /// In full.
    Resource(ResourceId),
}

impl FromValue for ObjectRef {
    fn from_value(value: Value) -> Result<ObjectRef, Misfit> {
        match value {
            Value::String(text) => Ok(ObjectRef::Text(text)),
            Value::Map(_) => ResourceId::from_value(value).map(ObjectRef::Resource),
            other => Err(Misfit::expected("`Kind/name` or a resource", &other)),
        }
    }
}

/// A question to the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct AdmitRequest {
    /// What is to be done.
    pub operation: OperationOption,
    /// The object as it is to be; none for a delete.
    pub object: Option<ObjectInput>,
    /// The object as it stands there; the fabric's own if left out.
    pub old: Option<ObjectInput>,
    /// Objects of the fabric that count as absent.
    pub without: Vec<ObjectRef>,
    /// Objects that count as present.
    pub with: Vec<Json>,
}

/// Where in the cluster an object is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum StageName {
    /// Its fields, types and numbers.
    Decode,
    /// The schema, names and labels.
    Schema,
    /// The rules of the fabric.
    Webhook,
}

/// The cluster's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct AdmitAnswer {
    /// Whether it is taken.
    pub accepted: bool,
    /// The first stage that refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageName>,
    /// What all stages that could be run say.
    pub findings: Vec<Finding>,
}

impl Fabric {
    /// Answers what the cluster would do with an object. Changes nothing.
    pub fn admit(&mut self, request: AdmitRequest) -> Result<AdmitAnswer, Error> {
        let operation = match request.operation {
            OperationOption::Create => Operation::Create,
            OperationOption::Update => Operation::Update,
            OperationOption::Delete => Operation::Delete,
        };
        let object = request.object.map(Input::read).transpose()?;
        let old = request.old.map(Input::read).transpose()?;
        if object.is_none() && operation != Operation::Delete {
            return Err(Error::bad_request("admit: `object` is what is to be created or updated"));
        }
        let without = request.without.into_iter().map(named).collect::<Result<Vec<_>, Error>>()?;
        let mut broken: Vec<Finding> = object.iter().flat_map(Input::broken).collect();
        let shown = object.as_ref().or(old.as_ref());
        let admission = Admission {
            operation,
            object: object.as_ref().map(|object| object.value.clone()),
            old: old.as_ref().map(|old| old.value.clone()),
            without,
            with: request.with.into_iter().map(|object| object.0).collect(),
        };
        let verdict = self.session().admit(&admission);
        let is_broken = broken.iter().any(|finding| finding.severity == super::Severity::Error);
        let stage = if is_broken { Some(Stage::Decode) } else { verdict.refused_by() };
        broken.extend(verdict.findings.iter().map(|finding| answer(finding, shown)));
        Ok(AdmitAnswer {
            accepted: stage.is_none(),
            stage: stage.map(|stage| match stage {
                Stage::Decode => StageName::Decode,
                Stage::Schema => StageName::Schema,
                Stage::Webhook => StageName::Webhook,
            }),
            findings: broken,
        })
    }
}

/// An object that was read.
struct Input {
    value: Value,
    file: Option<File>,
}

impl Input {
    fn read(input: ObjectInput) -> Result<Input, Error> {
        let content = match input {
            ObjectInput::Json(Json(value)) => return Ok(Input { value, file: None }),
            ObjectInput::Content(content) => content,
        };
        let file = File::new(None, &content);
        let mut documents = file.tree().documents();
        let (Some(document), None) = (documents.next(), documents.next()) else {
            return Err(Error::bad_request("admit: an object is one document"));
        };
        Ok(Input { value: read(file.tree(), document, Reading::Kubernetes), file: Some(file) })
    }

    /// Returns what is wrong with the object's text.
    fn broken(&self) -> Vec<Finding> {
        let Some(file) = &self.file else { return Vec::new() };
        let all = file.tree().diagnostics().iter();
        all.filter(|finding| finding.severity == Severity::Error)
            .map(|finding| file.finding(finding))
            .collect()
    }
}

fn named(object: ObjectRef) -> Result<(String, String), Error> {
    match object {
        ObjectRef::Text(text) => match text.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                Ok((kind.to_owned(), name.to_owned()))
            }
            _ => Err(Error::bad_request(format!("admit: `{text}` is not of the form `Kind/name`"))),
        },
        ObjectRef::Resource(id) if id.namespace == "default" => Ok((id.kind, id.name)),
        ObjectRef::Resource(id) => Ok((id.kind, format!("{}/{}", id.namespace, id.name))),
    }
}

fn answer(finding: &validate::Finding, shown: Option<&Input>) -> Finding {
    let file = shown.and_then(|input| input.file.as_ref());
    let range = file.and_then(|file| {
        let tree: &Tree = file.tree();
        let span = validate::locate(tree, tree.documents().next()?, &finding.field, finding.part);
        Some(file.range(span))
    });
    let related = finding.related.iter().map(|related| super::Related {
        message: related.message.clone().into_owned(),
        path: None,
        resource: related.object.as_ref().map(resource_of),
        range: match (&related.object, file) {
            (None, Some(file)) => file.tree().documents().next().map(|document| {
                file.range(validate::locate(file.tree(), document, &related.field, Part::Value))
            }),
            _ => None,
        },
    });
    Finding {
        code: finding.code.into(),
        detail: finding.detail.map(Into::into),
        severity: finding.severity.into(),
        message: finding.message.clone().into_owned(),
        help: finding.help.clone().map(String::from),
        path: None,
        resource: None,
        field: Some(finding.field.to_string()),
        range,
        related: related.collect(),
        fix: None,
    }
}
