//! Names, labels and annotations: what the API server itself asks of them.

use super::field::Field;
use super::finding::Finding;
use super::finding::Stage;
use crate::model::Value;
use crate::schema::Property;
use crate::schema::Schema;
use crate::schema::Type;
use std::sync::LazyLock;

/// A label that the fabric makes out of a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'a> {
    /// What stands before the slash of its key: a name that is good.
    pub prefix: &'static str,
    /// What stands behind it.
    pub name: &'a str,
    pub value: &'a str,
    /// The field it is made from.
    pub from: Field<'a>,
}

impl Label<'_> {
    /// Says whether a key is that of the label.
    pub fn is_key(&self, key: &str) -> bool {
        key.split_once('/') == Some((self.prefix, self.name))
    }
}

/// Returns the schema of `metadata`.
pub(super) fn schema() -> &'static Schema {
    &SCHEMA
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    // A label without a value has the value "", unlike fields of a spec.
    let value = || Schema { nullable: true, ..text() };
    let map_of_text = || Schema { values: Some(Box::new(value())), ..Schema::of(Type::Map) };
    let owner = object(vec![
        ("apiVersion", text()),
        ("blockOwnerDeletion", Schema::of(Type::Flag)),
        ("controller", Schema::of(Type::Flag)),
        ("kind", text()),
        ("name", text()),
        ("uid", text()),
    ]);
    object(vec![
        ("annotations", map_of_text()),
        ("creationTimestamp", text()),
        ("deletionGracePeriodSeconds", Schema::of(Type::Integer)),
        ("deletionTimestamp", text()),
        ("finalizers", list(text())),
        ("generateName", text()),
        ("generation", Schema::of(Type::Integer)),
        ("labels", map_of_text()),
        ("managedFields", list(Schema { keeps_unknown: true, ..object(Vec::new()) })),
        ("name", text()),
        ("namespace", text()),
        ("ownerReferences", list(owner)),
        ("resourceVersion", text()),
        ("selfLink", text()),
        ("uid", text()),
    ])
});

fn text() -> Schema {
    Schema::of(Type::Text)
}

fn list(items: Schema) -> Schema {
    Schema { items: Some(Box::new(items)), ..Schema::of(Type::List) }
}

fn object(fields: Vec<(&str, Schema)>) -> Schema {
    let properties = fields.into_iter().map(|(name, schema)| Property { name: name.to_owned(), schema });
    Schema { properties: properties.collect(), ..Schema::of(Type::Object) }
}

/// Checks the metadata of a resource, and the labels the fabric adds.
pub(super) fn check(root: Field<'_>, made: &[Label<'_>]) -> Vec<Finding> {
    let metadata = root.at("metadata");
    let mut findings = Vec::new();
    check_name(metadata, &mut findings);
    check_namespace(metadata.at("namespace"), &mut findings);
    check_labels(metadata.at("labels"), made, &mut findings);
    check_annotations(metadata.at("annotations"), &mut findings);
    for finalizer in metadata.at("finalizers").items() {
        if !is_qualified(finalizer.text()) {
            let message = format!("`{}` is not the name of a finalizer", finalizer.text());
            let mut finding = schema_error("metadata-finalizer", finalizer, message);
            finding.help("Write a name such as `example.com/keep`");
            findings.push(finding);
        }
    }
    for owner in metadata.at("ownerReferences").items() {
        for key in ["apiVersion", "kind", "name", "uid"] {
            if owner.at(key).is_empty_text() {
                let mut finding =
                    schema_error("metadata-owner", owner.at(key), format!("the owner lacks `{key}`"));
                finding.help("Remove `ownerReferences`; the cluster writes them");
                findings.push(finding);
            }
        }
    }
    findings
}

fn schema_error(code: &'static str, field: Field<'_>, message: impl Into<String>) -> Finding {
    Finding::error(code, Stage::Schema, field.pointer(), message.into())
}

/// META-01: the name. The gateway kinds have no such rule of their own, but
/// the API server holds every kind to it.
fn check_name(metadata: Field<'_>, findings: &mut Vec<Finding>) {
    let name = metadata.at("name");
    let text = name.text();
    let (detail, message) = if text.is_empty() {
        if !metadata.at("generateName").is_empty_text() {
            return;
        }
        ("required", "the resource has no name".to_owned())
    } else if text.len() > 253 {
        ("max-length", format!("the name has {} characters, and 253 are allowed", text.len()))
    } else if !is_dns_subdomain(text) {
        (
            "pattern",
            format!(
                "`{text}` is not a name: only lower-case letters, digits, `-` and `.` may stand in one, and both ends are a letter or digit"
            ),
        )
    } else {
        return;
    };
    let mut finding = schema_error("META-01", name, message);
    finding.detail(detail).help("Give it a name such as `vpc-01`");
    findings.push(finding);
}

fn check_namespace(namespace: Field<'_>, findings: &mut Vec<Finding>) {
    let text = namespace.text();
    let is_good = text.is_empty() || (text.len() <= 63 && is_dns_label(text));
    if !is_good {
        let mut finding =
            schema_error("metadata-namespace", namespace, format!("`{text}` is not the name of a namespace"));
        finding.help("Write `default`, the only one the fabric uses");
        findings.push(finding);
    }
}

fn check_labels(labels: Field<'_>, made: &[Label<'_>], findings: &mut Vec<Finding>) {
    for (key, label) in labels.entries() {
        if !is_qualified(key) {
            let mut finding =
                schema_error("metadata-label", label, format!("`{key}` is not the name of a label"));
            finding.detail("name").about_key().help("Write a name such as `team` or `example.com/team`");
            findings.push(finding);
        }
        if !is_label_value(label.text()) {
            let message = format!("`{}` is not the value of a label", label.text());
            let mut finding = schema_error("metadata-label", label, message);
            finding.detail("value").help(VALUE_HELP);
            findings.push(finding);
        }
    }
    for label in made {
        if label.name.is_empty() || !is_label_value(label.name) || !is_label_value(label.value) {
            let message = format!(
                "the cluster makes the label `{}/{}: {}` of this, which is not a label",
                label.prefix, label.name, label.value
            );
            let mut finding = schema_error("metadata-label", label.from, message);
            finding.detail("derived").help(VALUE_HELP);
            findings.push(finding);
        }
    }
}

const VALUE_HELP: &str =
    "Use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";

fn check_annotations(annotations: Field<'_>, findings: &mut Vec<Finding>) {
    let mut bytes = 0;
    for (key, annotation) in annotations.entries() {
        bytes += key.len() + annotation.text().len();
        // As Go makes it lower case: the sign of the unit kelvin becomes a `k`.
        let lower = key.replace('\u{212A}', "k").to_ascii_lowercase();
        if !is_qualified(&lower) {
            let mut finding = schema_error(
                "metadata-annotation",
                annotation,
                format!("`{key}` is not the name of an annotation"),
            );
            finding.detail("name").about_key().help("Write a name such as `team` or `example.com/team`");
            findings.push(finding);
        }
    }
    if bytes > 256 * 1024 {
        let message = format!("the annotations have {bytes} bytes, and 262144 are allowed");
        let mut finding = schema_error("metadata-annotation", annotations, message);
        finding.detail("size").help("Remove or shorten some");
        findings.push(finding);
    }
}

/// Says whether `text` is a lower-case DNS subdomain (META-01's pattern).
pub(super) fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

fn is_dns_label(text: &str) -> bool {
    let is_end =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    is_end(text.bytes().next())
        && is_end(text.bytes().last())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Says whether `text` is a name with an optional prefix, `example.com/name`.
fn is_qualified(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    prefix.is_none_or(|prefix| prefix.len() <= 253 && is_dns_subdomain(prefix))
        && !name.is_empty()
        && is_label_value(name)
}

/// Says whether `text` can be the value of a label; empty text can.
fn is_label_value(text: &str) -> bool {
    let is_end = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && is_end(text.bytes().next())
        && is_end(text.bytes().last())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Returns the name of a resource; `namespace/name` outside `default`.
pub(super) fn identity(value: &Value) -> Option<String> {
    let metadata = Field::root(value).at("metadata");
    let name = metadata.at("name").text();
    if name.is_empty() {
        return None;
    }
    Some(match metadata.at("namespace").text() {
        "" | "default" => name.to_owned(),
        namespace => format!("{namespace}/{name}"),
    })
}
