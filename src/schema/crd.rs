//! Reads CustomResourceDefinitions (OpenAPI v3 structural schemas).

use super::catalogue::KindEntry;
use super::catalogue::Writer;
use super::types::Bound;
use super::types::ListRule;
use super::types::Property;
use super::types::Schema;
use super::types::Type;
use crate::limits::Limits;
use crate::model::Pointer;
use crate::model::Value;
use crate::order;

/// Why a definition cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrdProblem {
    /// Where.
    pub field: Pointer,
    /// One sentence that says what is.
    pub message: String,
}

/// Reads one definition: a kind for each version that is served.
pub fn read_crd(definition: &Value, limits: &Limits) -> Result<Vec<KindEntry>, CrdProblem> {
    let root = At { value: definition, path: Pointer::root() };
    if root.text("kind")? != "CustomResourceDefinition" {
        return Err(root.key("kind").problem("this is not a CustomResourceDefinition"));
    }
    let spec = root.key("spec");
    let names = spec.key("names");
    let short_names = names.key("shortNames");
    let short_names = short_names.value.as_list().unwrap_or_default().iter();
    let short_names: Vec<String> = short_names.filter_map(Value::as_str).map(str::to_owned).collect();
    let mut entries = Vec::new();
    let versions = spec.key("versions");
    for (index, _) in versions.list()?.iter().enumerate() {
        let version = versions.item(index);
        if version.key("served").value.as_bool() == Some(false) {
            continue;
        }
        let root_schema = version.key("schema").key("openAPIV3Schema");
        let mut schema = read_schema(&root_schema, limits.depth)?;
        // The API server knows these of every kind; a schema only repeats them.
        let is_common = |name: &str| ["apiVersion", "kind", "metadata"].contains(&name);
        schema.properties.retain(|field| !is_common(&field.name));
        schema.required.retain(|name| !is_common(name));
        entries.push(KindEntry {
            kind: None,
            name: names.text("kind")?.to_owned(),
            group: spec.text("group")?.to_owned(),
            version: version.text("name")?.to_owned(),
            plural: names.text("plural")?.to_owned(),
            short_names: short_names.clone(),
            writer: Writer::Person,
            schema,
        });
    }
    Ok(entries)
}

/// A value with its path.
struct At<'a> {
    value: &'a Value,
    path: Pointer,
}

static NULL: Value = Value::Null;

impl<'a> At<'a> {
    fn key(&self, key: &str) -> At<'a> {
        At { value: self.value.get(key).unwrap_or(&NULL), path: self.path.key(key) }
    }

    fn item(&self, index: usize) -> At<'a> {
        let items = self.value.as_list().unwrap_or_default();
        At { value: items.get(index).unwrap_or(&NULL), path: self.path.index(index) }
    }

    fn problem(&self, message: impl Into<String>) -> CrdProblem {
        CrdProblem { field: self.path.clone(), message: message.into() }
    }

    fn text(&self, key: &str) -> Result<&'a str, CrdProblem> {
        let field = self.key(key);
        field.value.as_str().ok_or_else(|| field.problem(format!("`{key}` must be text")))
    }

    fn list(&self) -> Result<&'a [Value], CrdProblem> {
        self.value.as_list().ok_or_else(|| self.problem("a list is needed here"))
    }

    fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    fn count(&self, key: &str) -> Option<usize> {
        self.value.get(key)?.as_int().and_then(|count| usize::try_from(count).ok())
    }

    fn bound(&self, key: &str) -> Option<Bound> {
        match self.value.get(key)? {
            Value::Float(value) => Some(Bound::Float(*value)),
            value => value.as_int().map(Bound::Int),
        }
    }

    fn texts(&self, key: &str) -> Vec<String> {
        let items = self.value.get(key).and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn read_schema(at: &At<'_>, depth: u32) -> Result<Schema, CrdProblem> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(at.problem("the schema is nested too deeply"));
    };
    let mut schema = Schema {
        kind: read_type(at)?,
        required: at.texts("required"),
        one_of: at.value.get("enum").and_then(Value::as_list).unwrap_or_default().to_vec(),
        pattern: at.value.get("pattern").and_then(Value::as_str).map(str::to_owned),
        minimum: at.bound("minimum"),
        maximum: at.bound("maximum"),
        exclusive_minimum: at.flag("exclusiveMinimum"),
        exclusive_maximum: at.flag("exclusiveMaximum"),
        min_items: at.count("minItems").or_else(|| at.count("minProperties")),
        max_items: at.count("maxItems").or_else(|| at.count("maxProperties")),
        min_length: at.count("minLength"),
        max_length: at.count("maxLength"),
        default: at.value.get("default").cloned(),
        format: at.value.get("format").and_then(Value::as_str).map(str::to_owned),
        nullable: at.flag("nullable"),
        keeps_unknown: at.flag("x-kubernetes-preserve-unknown-fields")
            || at.flag("x-kubernetes-embedded-resource"),
        list_rule: read_list_rule(at),
        cel_rules: at
            .value
            .get("x-kubernetes-validations")
            .and_then(Value::as_list)
            .map_or(0, <[Value]>::len),
        ..Schema::default()
    };
    let fields = at.key("properties");
    for (name, _) in fields.value.as_map().unwrap_or_default() {
        schema
            .properties
            .push(Property { name: name.clone(), schema: read_schema(&fields.key(name), depth)? });
    }
    order::sort_by(&mut schema.properties, |left, right| left.name.cmp(&right.name));
    schema.properties.dedup_by(|left, right| left.name == right.name);
    let values = at.key("additionalProperties");
    match values.value {
        Value::Map(_) => schema.values = Some(Box::new(read_schema(&values, depth)?)),
        Value::Bool(true) => schema.keeps_unknown = true,
        _ => {}
    }
    if schema.kind == Type::Object && schema.properties.is_empty() && schema.values.is_some() {
        schema.kind = Type::Map;
    }
    if !at.key("items").value.is_null() {
        schema.items = Some(Box::new(read_schema(&at.key("items"), depth)?));
    }
    Ok(schema)
}

fn read_type(at: &At<'_>) -> Result<Type, CrdProblem> {
    if at.flag("x-kubernetes-int-or-string") {
        return Ok(Type::IntOrText);
    }
    Ok(match at.key("type").value {
        Value::Null if !at.key("properties").value.is_null() => Type::Object,
        Value::Null => Type::Any,
        Value::String(name) => match name.as_str() {
            "object" => Type::Object,
            "array" => Type::List,
            "string" => Type::Text,
            "boolean" => Type::Flag,
            "integer" => Type::Integer,
            "number" => Type::Number,
            other => return Err(at.key("type").problem(format!("`{other}` is no type of a schema"))),
        },
        _ => return Err(at.key("type").problem("the type must be text")),
    })
}

fn read_list_rule(at: &At<'_>) -> ListRule {
    match at.value.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("atomic") => ListRule::Atomic,
        Some("set") => ListRule::Set,
        Some("map") => ListRule::By(at.texts("x-kubernetes-list-map-keys")),
        _ => ListRule::Unknown,
    }
}
