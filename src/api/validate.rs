//! `validate` and `openFabric`: what the fabric would say about its files.

use super::error::Error;
use super::file::File;
use super::json::Json;
use super::shapes::Finding;
use super::shapes::Fix;
use super::shapes::Range;
use super::shapes::Related;
use crate::edit::DocumentRef;
use crate::edit::Edit;
use crate::limits::Limits;
use crate::model;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Pointer;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::model::read_word;
use crate::order;
use crate::order::Map;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::validate;
use crate::validate::FixEdit;
use crate::validate::Hydration;
use crate::validate::Options;
use crate::validate::Part;
use crate::validate::Scope;
use crate::validate::Session;
use crate::validate::Settings;
use crate::validate::UnknownFields;
use serde::Serialize;

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInput {
    /// Relative to the repository or folder, `/` between parts.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// How much of the fabric is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "lowercase"))]
pub enum ScopeOption {
    /// All of it: what is not there does not exist.
    #[default]
    Fabric,
    /// A part: references to what is not given are not checked.
    Part,
}

impl FromValue for ScopeOption {
    fn from_value(value: Value) -> Result<ScopeOption, Misfit> {
        let words = [("fabric", ScopeOption::Fabric), ("part", ScopeOption::Part)];
        read_word(value, &words)
    }
}

/// What becomes of fields that no schema names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "lowercase"))]
pub enum UnknownFieldsOption {
    /// They are errors, as for kubectl and GitOps agents.
    #[default]
    Refuse,
    /// They are dropped with a warning, as by a plain API server.
    Drop,
}

impl FromValue for UnknownFieldsOption {
    fn from_value(value: Value) -> Result<UnknownFieldsOption, Misfit> {
        let words = [("refuse", UnknownFieldsOption::Refuse), ("drop", UnknownFieldsOption::Drop)];
        read_word(value, &words)
    }
}

/// How to validate. `crds`, which holds contents of files, is read apart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValidateOptions {
    /// How much of the fabric is given.
    pub scope: ScopeOption,
    /// What becomes of fields that no schema names.
    pub unknown_fields: UnknownFieldsOption,
    /// The fabric's settings; what is left out has the default of a fresh
    /// fabric.
    pub settings: Option<Json>,
    /// Whether what the fabric's installer fills in has to be there.
    pub hydrated: bool,
    /// The version of the fabric.
    pub catalogue: Option<String>,
}

impl FromValue for ValidateOptions {
    fn from_value(value: Value) -> Result<ValidateOptions, Misfit> {
        let mut fields =
            Fields::only(value, &["scope", "unknownFields", "settings", "hydrated", "catalogue"])?;
        Ok(ValidateOptions {
            scope: fields.read_or_default("scope")?,
            unknown_fields: fields.read_or_default("unknownFields")?,
            settings: fields.read("settings")?,
            hydrated: fields.read_or_default("hydrated")?,
            catalogue: fields.read("catalogue")?,
        })
    }
}

/// Something that could not be decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct NotChecked {
    /// The rule.
    pub code: String,
    /// Why not.
    pub reason: String,
    /// The resource; left out if it holds for the fabric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
}

/// What validation says about a fabric.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// All findings, by file and place.
    pub findings: Vec<Finding>,
    /// Documents that say who they are.
    pub resources: usize,
    /// Documents that are not empty.
    pub documents: usize,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

/// What an edit of a file brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ReplaceAnswer {
    /// The findings of the file, and of all resources that were checked again.
    pub findings: Vec<Finding>,
    /// How many resources that were.
    pub revalidated: usize,
}

/// A resource and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ResourceItem {
    /// Who it is.
    pub id: ResourceId,
    /// Its file.
    pub path: String,
    /// Its document.
    pub range: Range,
}

/// A page of resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ResourcePage {
    /// How many there are in all.
    pub total: usize,
    /// Those of this page, by file and place.
    pub items: Vec<ResourceItem>,
}

/// A fabric under validation, with its files.
#[derive(Debug)]
pub struct Fabric {
    files: Map<String, File>,
    session: Session,
}

/// Validates files once.
pub fn validate(files: Vec<FileInput>, options: &ValidateOptions, crds: &[Vec<u8>]) -> Result<Report, Error> {
    Ok(Fabric::open(files, options, crds)?.report())
}

impl Fabric {
    /// Opens a fabric.
    pub fn open(files: Vec<FileInput>, options: &ValidateOptions, crds: &[Vec<u8>]) -> Result<Fabric, Error> {
        let mut parsed: Map<String, File> = Map::new();
        for FileInput { path, content } in files {
            let file = File::new(Some(path.clone()), &content);
            if parsed.insert(path.clone(), file).is_some() {
                return Err(Error::bad_request(format!("the file `{path}` is given twice")));
            }
        }
        let options = settle(options, crds)?;
        let values = parsed.iter().map(|(path, file)| (path.clone(), values(file.tree())));
        let session = Session::open(values, options, &Limits::DEFAULT)
            .map_err(|problem| Error::bad_request(problem.to_string()))?;
        Ok(Fabric { files: parsed, session })
    }

    /// Returns what validation says about the fabric.
    pub fn report(&self) -> Report {
        let report = self.session.report();
        let mut findings: Vec<Finding> = self.files.values().flat_map(text_findings).collect();
        findings.extend(report.findings.iter().filter_map(|located| {
            self.finding((located.path, located.document), located.resource, located.finding)
        }));
        sort(&mut findings);
        let not_checked = report.not_checked.iter().map(|unchecked| NotChecked {
            code: unchecked.not_checked.code.into(),
            reason: unchecked.not_checked.reason.clone().into_owned(),
            resource: unchecked.resource.cloned(),
        });
        Report {
            findings,
            resources: report.resources,
            documents: report.documents,
            not_checked: not_checked.collect(),
        }
    }

    /// Puts another content in the place of a file's, or takes the file away,
    /// and validates what depends on it.
    pub fn replace(&mut self, path: &str, content: Option<&[u8]>) -> ReplaceAnswer {
        let file = content.map(|content| File::new(Some(path.to_owned()), content));
        let values = file.as_ref().map(|file| values(file.tree()));
        let mut findings: Vec<Finding> = file.as_ref().map(text_findings).unwrap_or_default();
        match file {
            Some(file) => self.files.insert(path.to_owned(), file),
            None => self.files.remove(path),
        };
        let replaced = self.session.replace(path, values);
        let revalidated = replaced.revalidated;
        let found = replaced.findings.iter().map(|located| {
            let place = (located.path.to_owned(), located.document);
            (place, located.resource.cloned(), located.finding.clone())
        });
        let found: Vec<_> = found.collect();
        findings.extend(found.iter().filter_map(|((path, document), resource, finding)| {
            self.finding((path, *document), resource.as_ref(), finding)
        }));
        sort(&mut findings);
        ReplaceAnswer { findings, revalidated }
    }

    /// Returns resources by file and place.
    pub fn resources(&self, offset: usize, limit: usize) -> ResourcePage {
        let total = self.session.resources().count();
        let page = self.session.resources().skip(offset).take(limit);
        let items = page.filter_map(|(path, at, id)| {
            let file = self.files.get(path)?;
            let document = *file.documents().get(at)?;
            let range = file.range(file.tree().span(document));
            Some(ResourceItem { id: id.clone(), path: path.to_owned(), range })
        });
        ResourcePage { total, items: items.collect() }
    }

    /// Returns the file that a resource is in.
    pub fn find(&self, id: &ResourceId) -> Option<(&str, &File)> {
        let (path, _, _) = self.session.resources().find(|(_, _, other)| *other == id)?;
        let (path, file) = self.files.get_key_value(path)?;
        Some((path, file))
    }

    /// Returns a file.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Turns a finding about a document, by its file and number there, into an
    /// answer.
    fn finding(
        &self,
        (path, index): (&str, usize),
        resource: Option<&ResourceId>,
        finding: &validate::Finding,
    ) -> Option<Finding> {
        let place = self.place(path, index)?;
        let resource = resource.cloned();
        let related = finding.related.iter().map(|related| {
            let elsewhere = related.object.as_ref();
            let there = match elsewhere {
                Some(key) => self.session.place_of(key).and_then(|(path, index)| self.place(path, index)),
                None => Some(place),
            };
            Related {
                message: related.message.clone().into_owned(),
                path: there.and_then(|there| there.file.path.clone()),
                resource: elsewhere.map(resource_of).or_else(|| resource.clone()),
                range: there.map(|there| there.range(&related.field, Part::Value)),
            }
        });
        Some(Finding {
            code: finding.code.into(),
            detail: finding.detail.map(Into::into),
            severity: finding.severity.into(),
            message: finding.message.clone().into_owned(),
            help: finding.help.clone().map(String::from),
            path: Some(path.to_owned()),
            field: Some(finding.field.to_string()),
            range: Some(place.range(&finding.field, finding.part)),
            related: related.collect(),
            fix: finding.fix.as_ref().map(|fix| place.fix(fix)),
            resource,
        })
    }

    fn place(&self, path: &str, index: usize) -> Option<Place<'_>> {
        let file = self.files.get(path)?;
        Some(Place { file, document: *file.documents().get(index)?, index })
    }
}

/// Turns options into those of the layer below.
fn settle(options: &ValidateOptions, crds: &[Vec<u8>]) -> Result<Options, Error> {
    let settings = match &options.settings {
        Some(settings) => Settings::read(&settings.0).map_err(|problem| {
            Error::bad_request(format!("settings, field `{}`: {}", problem.field, problem.message))
        })?,
        None => Settings::default(),
    };
    let definitions = crds.iter().flat_map(|crd| {
        let file = File::new(None, crd);
        values(file.tree()).into_iter().filter(|value| !value.is_null())
    });
    Ok(Options {
        scope: match options.scope {
            ScopeOption::Fabric => Scope::Fabric,
            ScopeOption::Part => Scope::Part,
        },
        unknown_fields: match options.unknown_fields {
            UnknownFieldsOption::Refuse => UnknownFields::Refuse,
            UnknownFieldsOption::Drop => UnknownFields::Drop,
        },
        hydration: if options.hydrated { Hydration::Done } else { Hydration::Open },
        settings,
        catalogue: options.catalogue.clone(),
        definitions: definitions.collect(),
        ..Options::default()
    })
}

fn values(tree: &Tree) -> Vec<Value> {
    tree.documents().map(|document| model::read(tree, document, Reading::Kubernetes)).collect()
}

/// Returns what is wrong with a file as YAML, and what YAML readers do not
/// agree about in it.
fn text_findings(file: &File) -> Vec<Finding> {
    let tree = file.tree();
    let mut all = tree.diagnostics().to_vec();
    for document in tree.documents() {
        if tree.may_surprise(document) {
            all.extend(
                model::read_with_findings(tree, document, Reading::Kubernetes, &Limits::DEFAULT).findings,
            );
        }
        all.extend(model::ambiguities(tree, document).iter().map(|ambiguity| ambiguity.diagnostic(tree)));
    }
    all.truncate(Limits::DEFAULT.findings);
    all.iter().map(|finding| file.finding(finding)).collect()
}

fn sort(findings: &mut [Finding]) {
    order::sort_by(findings, |one, other| {
        let key = |finding: &Finding| {
            (finding.path.clone(), finding.range.map(|range| (range.start.offset, range.end.offset)))
        };
        key(one).cmp(&key(other))
    });
}

/// A document of a file.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a File,
    document: NodeId,
    index: usize,
}

impl Place<'_> {
    fn range(&self, field: &Pointer, part: Part) -> Range {
        self.file.range(validate::locate(self.file.tree(), self.document, field, part))
    }

    fn fix(&self, fix: &validate::Fix) -> Fix {
        let several = self.file.documents().len() > 1;
        let document = || several.then_some(DocumentRef::Index(self.index));
        let edits = fix.edits.iter().cloned().map(|edit| match edit {
            FixEdit::Set { field, value } => Edit::Set { document: document(), field, value },
            FixEdit::Remove { field } => Edit::Remove { document: document(), field },
            FixEdit::Rename { field, to } => Edit::Rename { document: document(), field, to },
        });
        Fix { title: fix.title.clone(), edits: edits.collect() }
    }
}

/// Returns the identity behind a key of the fabric.
pub(super) fn resource_of(key: &validate::Key) -> ResourceId {
    let (namespace, name) = key.name.split_once('/').unwrap_or(("default", &key.name));
    ResourceId {
        group: key.kind.group().to_owned(),
        kind: key.kind.name().to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}
