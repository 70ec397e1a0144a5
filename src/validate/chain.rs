//! Takes one resource through the cluster's chain up to the rules: decode,
//! defaults and labels, schema, names.

use super::Options;
use super::View;
use super::decode::decode;
use super::defaults;
use super::endpoints::Endpoints;
use super::endpoints::Flavour;
use super::field::Field;
use super::finding::Finding;
use super::finding::Key;
use super::finding::NotChecked;
use super::finding::Stage;
use super::metadata;
use super::object::Object;
use super::rules;
use super::spelling;
use super::structure;
use super::structure::Patterns;
use crate::diagnostic::Severity;
use crate::model::Pointer;
use crate::model::Step;
use crate::model::Value;
use crate::schema::Catalogue;
use crate::schema::Kind;
use crate::schema::KindEntry;
use crate::schema::Writer;

/// A resource on its way into the cluster.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// The object, if it is of a kind that rules know and has a name; else what
    /// there is.
    pub object: Result<Object, Value>,
    /// What the stages before the rules say; of an object, without what
    /// [`Chain::inspect`] says.
    pub findings: Vec<Finding>,
    /// What they could not decide.
    pub not_checked: Vec<NotChecked>,
}

impl Default for Prepared {
    fn default() -> Prepared {
        Prepared { object: Err(Value::Null), findings: Vec::new(), not_checked: Vec::new() }
    }
}

/// The chain, with what it needs for every resource.
#[derive(Debug)]
pub(super) struct Chain {
    pub catalogue: Catalogue,
    pub patterns: Patterns,
}

/// A DNS suffix that only the fabric's own groups have.
const OWN_GROUPS: &str = ".githedgehog.com";

impl Chain {
    /// Takes a resource up to the rules.
    pub fn prepare(&mut self, mut value: Value, options: &Options) -> Prepared {
        let root = Field::root(&value);
        let entry = match find_entry(&self.catalogue, root, options.view) {
            Ok(entry) => entry,
            Err(prepared) => return Prepared { object: Err(value), ..*prepared },
        };
        if entry.writer == Writer::Controller {
            let findings = vec![written_by_controller(root, &entry.name)];
            return Prepared { object: Err(value), findings, not_checked: Vec::new() };
        }
        let mut findings = decode(&mut value, entry, options.unknown_fields);
        let Some(kind) = entry.kind else {
            let not_checked = cel(entry);
            findings.extend(self.inspect(&value));
            return Prepared { object: Err(value), findings, not_checked };
        };
        if is_larger_than(&value, &mut { MOST_NODES }) {
            findings.push(too_large(Field::root(&value)));
            return Prepared { object: Err(value), findings, not_checked: Vec::new() };
        }
        findings.extend(rules::before_defaults(kind, Field::root(&value), options.view));
        findings.extend(defaults::apply(&mut value, kind, &entry.schema).map(unreachable));
        let object = match metadata::identity(&value) {
            Some(name) => Ok(Object::new(Key { kind, name }, value)),
            None => {
                findings.extend(self.inspect(&value));
                Err(value)
            }
        };
        Prepared { object, findings, not_checked: Vec::new() }
    }

    /// Holds an object against the schema, and its names and labels against
    /// the rules for them: the stage between the defaults and the rules.
    pub fn inspect(&mut self, value: &Value) -> Vec<Finding> {
        let root = Field::root(value);
        let entry = self.catalogue.find(root.at("apiVersion").text(), root.at("kind").text());
        let Some(entry) = entry else { return Vec::new() };
        let mut findings = structure::check(value, &entry.schema, &mut self.patterns);
        let labels = entry.kind.map(|kind| defaults::labels(root, kind));
        findings.extend(metadata::check(root, &labels.unwrap_or_default()));
        if entry.kind == Some(Kind::Connection) {
            findings.extend(connection_without_type(root));
        }
        findings
    }
}

/// Values that a resource of the fabric may hold to be checked by rules. Rules
/// compare things with each other, which must end.
const MOST_NODES: usize = 20_000;

/// Says whether a value holds more values than are left.
fn is_larger_than(value: &Value, left: &mut usize) -> bool {
    let Some(less) = left.checked_sub(1) else { return true };
    *left = less;
    match value {
        Value::Map(entries) => entries.iter().any(|(_, value)| is_larger_than(value, left)),
        Value::List(items) => items.iter().any(|item| is_larger_than(item, left)),
        _ => false,
    }
}

fn too_large(root: Field<'_>) -> Finding {
    let message = format!("the resource holds more than {MOST_NODES} values, so its meaning is not checked");
    let mut finding = Finding::error("resource-too-large", Stage::Decode, root.at("spec").pointer(), message);
    finding.about_key().help("Split it into smaller ones");
    finding
}

/// Finds what `apiVersion` and `kind` stand for, or says why not.
fn find_entry<'a>(
    catalogue: &'a Catalogue,
    root: Field<'_>,
    view: View,
) -> Result<&'a KindEntry, Box<Prepared>> {
    let refuse = |field: Field<'_>, message: String, help: String| {
        let mut finding = Finding::error("resource-kind", Stage::Decode, field.pointer(), message);
        finding.help(help);
        Err(Box::new(Prepared { findings: vec![finding], ..Prepared::default() }))
    };
    if root.value().as_map().is_none() {
        let is = root.value().type_name();
        return refuse(
            root,
            format!("a resource is a map, and this is of type {is}"),
            "Write `apiVersion`, `kind` and `metadata`".to_owned(),
        );
    }
    let (version, kind) = (root.at("apiVersion"), root.at("kind"));
    for (field, key) in [(version, "apiVersion"), (kind, "kind")] {
        if field.is_empty_text() {
            return refuse(field, format!("the resource has no `{key}`"), format!("Add `{key}`"));
        }
    }
    if let Some(entry) = catalogue.find(version.text(), kind.text()) {
        return Ok(entry);
    }
    let group = version.text().rsplit_once('/').map_or("", |(group, _)| group);
    if let Some(entry) = catalogue.find_any_version(group, kind.text()) {
        let message = format!("{} has no version `{}`", kind.text(), version.text());
        return refuse(version, message, format!("Write `{}`", entry.api_version()));
    }
    let mut entries = catalogue.entries().iter();
    if let Some(entry) = entries.find(|entry| entry.name == kind.text() && entry.group.ends_with(OWN_GROUPS))
        && (group.ends_with(OWN_GROUPS) || view == View::Cluster || group.is_empty())
    {
        let message = format!("{} is not of `{}`", kind.text(), version.text());
        return refuse(version, message, format!("Write `{}`", entry.api_version()));
    }
    if group.ends_with(OWN_GROUPS) || view == View::Cluster {
        let names = catalogue.entries().iter().map(|entry| entry.name.as_str());
        let help = match spelling::nearest(kind.text(), names.clone())
            .or_else(|| names.into_iter().find(|name| name.eq_ignore_ascii_case(kind.text())))
        {
            Some(meant) => format!("Write `{meant}`"),
            None => "Give the definition of the kind, or remove the resource".to_owned(),
        };
        if view == View::Files && is_of_the_installer(group) {
            return Err(Box::new(not_of_the_fabric(root)));
        }
        return refuse(kind, format!("there is no kind `{}` in `{}`", kind.text(), version.text()), help);
    }
    Err(Box::new(not_of_the_fabric(root)))
}

/// The kinds of the installer live on the control node; their schema is not
/// part of the fabric's.
fn is_of_the_installer(group: &str) -> bool {
    group == "fabricator.githedgehog.com"
}

fn not_of_the_fabric(root: Field<'_>) -> Prepared {
    let reason =
        format!("no schema is known for {} of {}", root.at("kind").text(), root.at("apiVersion").text());
    let not_checked = vec![NotChecked { code: "resource-kind", reason: reason.into() }];
    Prepared { not_checked, ..Prepared::default() }
}

fn written_by_controller(root: Field<'_>, name: &str) -> Finding {
    let message = format!("the fabric writes every {name} itself");
    let mut finding = Finding::error("controller-kind", Stage::Decode, root.at("kind").pointer(), message);
    finding.severity(Severity::Warning).help("Remove it from Git; the fabric would overwrite it");
    finding
}

/// Rules in CEL are not evaluated.
fn cel(entry: &KindEntry) -> Vec<NotChecked> {
    fn count(schema: &crate::schema::Schema) -> usize {
        let inner = schema.properties.iter().map(|property| count(&property.schema)).sum::<usize>();
        let values = schema.values.as_deref().map_or(0, count);
        let items = schema.items.as_deref().map_or(0, count);
        schema.cel_rules + inner + values + items
    }
    match count(&entry.schema) {
        0 => Vec::new(),
        rules => {
            let reason = format!("{rules} CEL rules of {} are not evaluated", entry.name);
            vec![NotChecked { code: "schema-cel", reason: reason.into() }]
        }
    }
}

/// The webhook answers with a patch, and a patch cannot name what lies below
/// an empty key.
fn unreachable(field: Pointer) -> Finding {
    let at = field.0.iter().position(|step| matches!(step, Step::Key(key) if key.is_empty()));
    let steps = field.0.iter().take(at.map_or(field.0.len(), |at| at + 1)).cloned();
    let mut finding = Finding::error(
        "empty-key",
        Stage::Decode,
        Pointer(steps.collect()),
        "the fabric cannot fill in what stands below an empty key",
    );
    finding.about_key().help("Give the entry a name");
    finding
}

/// CON-04 shows here: the webhook makes a label of the missing type, and the
/// API server refuses the label before the rule gets its turn (Q13).
fn connection_without_type(root: Field<'_>) -> Option<Finding> {
    let spec = root.at("spec");
    if Flavour::given(spec).next().is_some() {
        return None;
    }
    let problem = Endpoints::read(spec).problems.into_iter().find(|problem| problem.code == "CON-04")?;
    let mut finding = Finding::error("CON-04", Stage::Schema, problem.field.pointer(), problem.message);
    finding.help(problem.help);
    Some(finding)
}
