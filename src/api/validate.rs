//! `validate` and `openFabric`: what the fabric would say about its files.

use super::error::Error;
use super::file::File;
use super::json::Json;
use super::shapes::Finding;
use super::shapes::Fix;
use super::shapes::Range;
use super::shapes::Related;
use super::shapes::Severity;
use crate::diagnostic::Diagnostic;
use crate::edit::DocumentRef;
use crate::edit::Edit;
use crate::limits::Limits;
use crate::model;
use crate::model::Ambiguity;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Plain;
use crate::model::Pointer;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Step;
use crate::model::Value;
use crate::model::read_word;
use crate::order;
use crate::order::Map;
use crate::schema::Catalogue;
use crate::schema::Type;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Source;
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
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
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
    /// What a full report has no room for; left out if there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omitted: Option<Omitted>,
}

/// What a full report has no room for. It holds 3,000 findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Omitted {
    /// Further findings.
    pub findings: usize,
    /// Resources whose rules were not run, because the report was full.
    pub resources: usize,
    /// Further entries of `notChecked`.
    pub not_checked: usize,
}

impl Omitted {
    /// Adds what another report has no room for.
    pub(super) fn with(self, other: Omitted) -> Omitted {
        Omitted {
            findings: self.findings + other.findings,
            resources: self.resources + other.resources,
            not_checked: self.not_checked + other.not_checked,
        }
    }
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
    /// Findings that a report may hold.
    most: usize,
}

/// Validates files once.
pub fn validate(files: Vec<FileInput>, options: &ValidateOptions, crds: &[Vec<u8>]) -> Result<Report, Error> {
    Ok(Fabric::open(files, options, crds)?.report())
}

/// Returns the findings for a comparison with others: more than anybody
/// reads.
pub(super) fn findings(
    files: Vec<FileInput>,
    options: &ValidateOptions,
    crds: &[Vec<u8>],
) -> Result<Vec<Finding>, Error> {
    let most = 4 * Limits::DEFAULT.report_findings;
    let limits = Limits { report_findings: most, ..Limits::DEFAULT };
    Ok(Fabric::open_within(files, options, crds, &limits)?.report().findings)
}

/// Returns the errors of some files as text, and of some of their resources.
pub(super) fn errors_of(
    files: Vec<FileInput>,
    crds: &[Vec<u8>],
    is_text_wanted: impl Fn(&str) -> bool,
    is_wanted: impl Fn(&str, &ResourceId) -> bool,
) -> Result<Vec<Finding>, Error> {
    // They need not be a whole fabric.
    let options = ValidateOptions { scope: ScopeOption::Part, ..ValidateOptions::default() };
    let files = Fabric::parse(files)?;
    let values = files.iter().map(|(path, file)| {
        let documents = model::documents(file.tree()).into_iter();
        let value = |document: model::Document| match document.id.is_some_and(|id| is_wanted(path, &id)) {
            true => model::read(file.tree(), document.node, Reading::Kubernetes),
            false => Value::Null,
        };
        (path.clone(), documents.map(value).collect())
    });
    let session = open_session(values.collect(), &options, crds, &Limits::DEFAULT)?;
    let fabric = Fabric { files, session, most: Limits::DEFAULT.report_findings };
    let texts = fabric.files.iter().filter(|(path, _)| is_text_wanted(path));
    let mut findings: Vec<Finding> =
        texts.flat_map(|(_, file)| text_findings(file, fabric.session.catalogue()).shown).collect();
    findings.extend(fabric.findings(&fabric.session.report()));
    findings.retain(|finding| finding.severity == Severity::Error);
    sort(&mut findings);
    Ok(findings)
}

fn open_session(
    values: Vec<(String, Vec<Value>)>,
    options: &ValidateOptions,
    crds: &[Vec<u8>],
    limits: &Limits,
) -> Result<Session, Error> {
    Session::open(values, settle(options, crds)?, limits)
        .map_err(|problem| Error::bad_request(problem.to_string()))
}

impl Fabric {
    /// Opens a fabric.
    pub fn open(files: Vec<FileInput>, options: &ValidateOptions, crds: &[Vec<u8>]) -> Result<Fabric, Error> {
        Fabric::open_within(files, options, crds, &Limits::DEFAULT)
    }

    fn open_within(
        files: Vec<FileInput>,
        options: &ValidateOptions,
        crds: &[Vec<u8>],
        limits: &Limits,
    ) -> Result<Fabric, Error> {
        let files = Fabric::parse(files)?;
        let values = files.iter().map(|(path, file)| (path.clone(), values(file.tree())));
        let session = open_session(values.collect(), options, crds, limits)?;
        Ok(Fabric { files, session, most: limits.report_findings })
    }

    fn parse(files: Vec<FileInput>) -> Result<Map<String, File>, Error> {
        let mut parsed: Map<String, File> = Map::new();
        for FileInput { path, content } in files {
            let file = File::from_source(Some(path.clone()), Source::from_vec(content));
            if parsed.insert(path.clone(), file).is_some() {
                return Err(Error::bad_request(format!("the file `{path}` is given twice")));
            }
        }
        Ok(parsed)
    }

    /// Returns what validation says about the fabric.
    pub fn report(&self) -> Report {
        let report = self.session.report();
        let mut omitted = Omitted {
            findings: report.omitted.findings,
            resources: report.omitted.resources,
            not_checked: report.omitted.not_checked,
        };
        let mut findings: Vec<Finding> = Vec::new();
        for file in self.files.values() {
            let found = text_findings(file, self.session.catalogue());
            let room = self.most.saturating_sub(findings.len());
            omitted.findings += found.omitted + found.shown.len().saturating_sub(room);
            findings.extend(found.shown.into_iter().take(room));
        }
        findings.extend(self.findings(&report));
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
            omitted: Some(omitted).filter(|omitted| *omitted != Omitted::default()),
        }
    }

    fn findings(&self, report: &validate::Report<'_>) -> Vec<Finding> {
        let found = report.findings.iter();
        let finding = |located: &validate::Located<'_>| {
            self.finding((located.path, located.document), located.resource, located.finding)
        };
        found.filter_map(finding).collect()
    }

    /// Puts another content in the place of a file's, or takes the file away,
    /// and validates what depends on it.
    pub fn replace(&mut self, path: &str, content: Option<&[u8]>) -> ReplaceAnswer {
        let file = content.map(|content| File::new(Some(path.to_owned()), content));
        let values = file.as_ref().map(|file| values(file.tree()));
        let mut findings: Vec<Finding> = Vec::new();
        if let Some(file) = &file {
            findings.extend(text_findings(file, self.session.catalogue()).shown);
        }
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
        let total = self.session.resource_count();
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

/// The findings of a file's text, and how many more there are.
struct TextFindings {
    shown: Vec<Finding>,
    omitted: usize,
}

/// Returns what is wrong with a file as YAML, and what YAML readers do not
/// agree about in it.
fn text_findings(file: &File, catalogue: &Catalogue) -> TextFindings {
    let tree = file.tree();
    let most = Limits::DEFAULT.findings;
    let mut shown: Vec<Finding> = Vec::new();
    let mut omitted = 0;
    let mut unkept = tree.omitted_diagnostics();
    let mut say = |finding: &Diagnostic, fix: &dyn Fn() -> Option<Fix>| match shown.len() < most {
        true => shown.push(Finding { fix: fix(), ..file.finding(finding) }),
        false => omitted += 1,
    };
    tree.diagnostics().iter().for_each(|finding| say(finding, &|| None));
    for (index, &document) in file.documents().iter().enumerate() {
        if tree.may_surprise(document) {
            let read = model::read_with_findings(tree, document, Reading::Kubernetes, &Limits::DEFAULT);
            read.findings.iter().for_each(|finding| say(finding, &|| None));
            unkept += read.omitted;
        }
        for ambiguity in model::ambiguities(tree, document) {
            let place = Place { file, document, index };
            say(&ambiguity.diagnostic(tree), &|| place.quoting(&ambiguity, catalogue));
        }
    }
    TextFindings { shown, omitted: omitted + unkept }
}

fn sort(findings: &mut [Finding]) {
    order::sort_by(findings, |one, other| {
        let place = |finding: &Finding| finding.range.map(|range| (range.start.offset, range.end.offset));
        one.path.cmp(&other.path).then_with(|| place(one).cmp(&place(other)))
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

    /// Returns the edit that puts a scalar in quotes, where that is certain:
    /// the cluster reads text already, or wants text.
    fn quoting(&self, ambiguity: &Ambiguity, catalogue: &Catalogue) -> Option<Fix> {
        let (tree, node) = (self.file.tree(), ambiguity.node);
        let field = model::pointer_of(tree, node);
        let is_value = model::locate(tree, self.document, &field)?.value == node;
        let wants_text = || {
            let head = model::document(tree, self.document);
            let entry = catalogue.find(&head.api_version?, &head.kind?)?;
            let is_metadata = matches!(field.0.first(), Some(Step::Key(key)) if key == "metadata");
            let schema = entry.schema.at(&field);
            Some(is_metadata || schema.is_some_and(|schema| schema.kind == Type::Text))
        };
        let is_certain = ambiguity.kubernetes == Plain::Text || wants_text() == Some(true);
        let title = format!("Write \"{}\"", tree.raw(node));
        (is_value && is_certain)
            .then(|| Fix { title, edits: vec![Edit::Quote { document: self.reference(), field }] })
    }

    fn reference(&self) -> Option<DocumentRef> {
        (self.file.documents().len() > 1).then_some(DocumentRef::Index(self.index))
    }

    fn fix(&self, fix: &validate::Fix) -> Fix {
        let document = || self.reference();
        let edits = fix.edits.iter().cloned().map(|edit| match edit {
            FixEdit::Set { field, value } => Edit::Set { document: document(), field, value },
            FixEdit::Remove { field } => Edit::Remove { document: document(), field },
            FixEdit::Rename { field, to } => Edit::Rename { document: document(), field, to },
            FixEdit::Quote { field } => Edit::Quote { document: document(), field },
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
