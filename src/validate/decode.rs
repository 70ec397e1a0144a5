//! Turns what a file says into what the fabric's decoder sees: the first step
//! of the cluster's chain (DEC-01 to DEC-05).
//!
//! The API server drops fields it does not know and nulls, fills in defaults
//! of the schema; the fabric's Go types then take or refuse each value.
//!
//! **Invariant:** the result fits the types of the schema. What did not fit is
//! left out of it and is the subject of a finding; items of lists keep their
//! places.

use super::UnknownFields;
use super::field::At;
use super::field::label;
use super::field::pointer_of;
use super::finding::Finding;
use super::finding::FixEdit;
use super::finding::Stage;
use super::readers::is_duration;
use super::spelling;
use crate::diagnostic::Severity;
use crate::model::Pointer;
use crate::model::Value;
use crate::order;
use crate::schema::KindEntry;
use crate::schema::Schema;
use crate::schema::Type;

/// A resource as the fabric's decoder sees it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decoded {
    pub value: Value,
    pub findings: Vec<Finding>,
}

/// Decodes a resource of a known kind.
pub(super) fn decode(raw: &Value, entry: &KindEntry, unknown_fields: UnknownFields) -> Decoded {
    // Without a webhook nothing decodes the fields before the schema is held
    // against them.
    let types_stage = match entry.kind {
        Some(kind) if kind.has_webhook() => Stage::Decode,
        _ => Stage::Schema,
    };
    let mut walk = Walk { steps: Vec::new(), findings: Vec::new(), types_stage, unknown_fields };
    let mut fields = Vec::new();
    for (key, value) in raw.as_map().unwrap_or_default() {
        walk.steps.push(At::Key(key));
        match key.as_str() {
            "apiVersion" | "kind" => fields.push((key.clone(), value.clone())),
            "metadata" => fields.push((key.clone(), walk.metadata(value))),
            _ => fields.extend(walk.field(key, value, &entry.schema)),
        }
        walk.steps.pop();
    }
    Decoded { value: Value::Map(fields), findings: walk.findings }
}

struct Walk<'a> {
    steps: Vec<At<'a>>,
    findings: Vec<Finding>,
    types_stage: Stage,
    unknown_fields: UnknownFields,
}

/// What is wrong with one value.
struct Wrong {
    code: &'static str,
    detail: Option<&'static str>,
    message: String,
    help: String,
}

impl<'a> Walk<'a> {
    fn here(&self) -> Pointer {
        pointer_of(&self.steps)
    }

    /// Reads the field `key` of an object or a map. None if it is dropped.
    fn field(&mut self, key: &'a str, value: &'a Value, holder: &Schema) -> Option<(String, Value)> {
        let Some(schema) = holder.property(key) else {
            if holder.keeps_unknown || holder.kind == Type::Any {
                return Some((key.to_owned(), value.clone()));
            }
            self.unknown(key, holder);
            return None;
        };
        if value.is_null() && !schema.nullable {
            if holder.kind == Type::Map && schema.kind == Type::Object {
                self.null_entry(key);
            }
            return None;
        }
        Some((key.to_owned(), self.value(value, schema)?))
    }

    /// DEC-03: a field that the schema does not name.
    fn unknown(&mut self, key: &str, holder: &Schema) {
        let names = holder.properties.iter().map(|property| property.name.as_str());
        let meant = spelling::nearest(key, names.clone());
        let field = self.here();
        let message = format!("there is no field `{}`", label(&field));
        let mut finding = Finding::error("DEC-03", Stage::Decode, field.clone(), message);
        finding.detail("unknown").about_key();
        if self.unknown_fields == UnknownFields::Drop {
            finding.severity(Severity::Warning);
        }
        match meant {
            Some(meant) => {
                finding.help(format!("Write `{meant}`"));
                // Only if the name is free is a rename certain not to clash.
                let edits = vec![FixEdit::Rename { field, to: meant.to_owned() }];
                finding.fix(format!("Rename `{key}` to `{meant}`"), edits);
            }
            None if holder.properties.is_empty() => {
                finding.help("Remove it; nothing can stand here");
            }
            None => {
                let known = names.collect::<Vec<_>>().join("`, `");
                finding.help(format!("Remove it, or use one of `{known}`"));
            }
        }
        self.findings.push(finding);
    }

    /// DEC-05: upstream code would crash on the entry, but the API server
    /// drops it before any code sees it, so it is as good as absent (Q7).
    fn null_entry(&mut self, key: &str) {
        let message = format!("the entry `{key}` is empty, so the cluster drops it");
        let field = self.here();
        let mut finding = Finding::error("DEC-05", Stage::Decode, field.clone(), message);
        finding.severity(Severity::Warning).help("Write `{}` to keep the entry, or remove it");
        let edits = vec![FixEdit::Set { field, value: Value::Map(Vec::new()) }];
        finding.fix(format!("Write `{key}: {{}}`"), edits);
        self.findings.push(finding);
    }

    /// Reads a value that is there. None if it is of another type.
    fn value(&mut self, value: &'a Value, schema: &Schema) -> Option<Value> {
        match self.fitting(value, schema) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let code = match self.types_stage {
                    Stage::Decode => wrong.code,
                    _ => "schema-type",
                };
                let mut finding = Finding::error(code, self.types_stage, self.here(), wrong.message);
                finding.help(wrong.help);
                finding.detail = wrong.detail;
                if schema.kind == Type::Text && !matches!(value, Value::List(_) | Value::Map(_)) {
                    let edits = vec![FixEdit::Quote { field: self.here() }];
                    finding.fix("Put it in quotes".to_owned(), edits);
                }
                self.findings.push(finding);
                None
            }
        }
    }

    fn fitting(&mut self, value: &'a Value, schema: &Schema) -> Result<Value, Wrong> {
        match (schema.kind, value) {
            (_, Value::Null) => Ok(Value::Null),
            (Type::Any, value) => Ok(value.clone()),
            (Type::Object | Type::Map, Value::Map(entries)) => Ok(self.object(entries, schema)),
            (Type::List, Value::List(items)) => Ok(self.list(items, schema)),
            (Type::Text, Value::String(_)) | (Type::Flag, Value::Bool(_)) => Ok(value.clone()),
            (Type::Duration, Value::String(text)) if is_duration(text) => Ok(value.clone()),
            (Type::Duration, Value::String(text)) => Err(Wrong {
                code: "DEC-04",
                detail: None,
                message: format!("`{text}` is not a duration"),
                help: "Write numbers with units, such as `2m0s` or `90s`".to_owned(),
            }),
            (Type::Unsigned(width), Value::Int(_) | Value::Float(_)) => self.unsigned(value, width),
            (Type::Integer, value) if value.as_int().is_some() => Ok(value.clone()),
            (Type::Number, Value::Int(_) | Value::Float(_)) => Ok(value.clone()),
            (Type::IntOrText, Value::String(_) | Value::Int(_)) => Ok(value.clone()),
            (_, value) => Err(self.wrong_type(value, schema)),
        }
    }

    fn object(&mut self, entries: &'a [(String, Value)], schema: &Schema) -> Value {
        let mut fields: Vec<(String, Value)> = Vec::with_capacity(entries.len());
        let repeated = repeated(entries);
        for (at, (key, value)) in entries.iter().enumerate() {
            if repeated.binary_search(&at).is_ok() {
                continue;
            }
            self.steps.push(At::Key(key));
            fields.extend(self.field(key, value, schema));
            self.steps.pop();
        }
        for property in &schema.properties {
            let Some(default) = &property.schema.default else { continue };
            if !fields.iter().any(|(name, _)| *name == property.name) {
                fields.push((property.name.clone(), default.clone()));
            }
        }
        Value::Map(fields)
    }

    fn list(&mut self, items: &'a [Value], schema: &Schema) -> Value {
        let Some(item_schema) = schema.items.as_deref() else { return Value::List(items.to_vec()) };
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.steps.push(At::Index(index));
            list.push(self.value(item, item_schema).unwrap_or_default());
            self.steps.pop();
        }
        Value::List(list)
    }

    /// DEC-01: numbers of Go's unsigned widths. A number with a point but no
    /// fraction is whole.
    fn unsigned(&self, value: &Value, width: u8) -> Result<Value, Wrong> {
        let greatest = (1i128 << width) - 1;
        match value.as_int() {
            Some(number) if (0..=greatest).contains(&number) => Ok(Value::Int(number)),
            number => Err(Wrong {
                code: "DEC-01",
                detail: Some(if number.is_some() { "range" } else { "fraction" }),
                message: match (number, value) {
                    (Some(number), _) => format!("{number} is outside 0 to {greatest}"),
                    (None, Value::Float(number)) => {
                        format!("{number} is not a whole number from 0 to {greatest}")
                    }
                    _ => format!("the number is outside 0 to {greatest}"),
                },
                help: format!("Write a whole number from 0 to {greatest}"),
            }),
        }
    }

    /// DEC-02: a value of another type.
    fn wrong_type(&self, value: &Value, schema: &Schema) -> Wrong {
        let wanted = schema.type_words();
        let (is, help) = match value {
            Value::String(text)
                if matches!(schema.kind, Type::Unsigned(_) | Type::Integer | Type::Number | Type::Flag) =>
            {
                (format!("the text `{text}`"), format!("Write {wanted}, without quotes"))
            }
            Value::Int(number) if schema.kind == Type::Text => {
                (format!("the number {number}"), format!("Put it in quotes: `\"{number}\"`"))
            }
            Value::Bool(flag) if schema.kind == Type::Text => {
                (format!("the truth value {flag}"), format!("Put it in quotes: `\"{flag}\"`"))
            }
            Value::String(text) => (format!("the text `{text}`"), format!("Write {wanted}")),
            Value::Null => ("nothing".to_owned(), format!("Write {wanted}")),
            Value::Bool(flag) => (format!("{flag}"), format!("Write {wanted}")),
            Value::Int(number) => (format!("the number {number}"), format!("Write {wanted}")),
            Value::Float(number) => (format!("the number {number}"), format!("Write {wanted}")),
            Value::List(_) => ("a list".to_owned(), format!("Write {wanted}")),
            Value::Map(_) => ("a map".to_owned(), format!("Write {wanted}")),
        };
        Wrong {
            code: "DEC-02",
            detail: None,
            message: format!("`{}` must be {wanted}, and is {is}", label(&self.here())),
            help,
        }
    }

    /// Reads the metadata, which every kind has alike.
    fn metadata(&mut self, value: &'a Value) -> Value {
        // The API server reads metadata itself, webhook or not.
        let types_stage = std::mem::replace(&mut self.types_stage, Stage::Decode);
        let read = self.value(value, super::metadata::schema());
        self.types_stage = types_stage;
        let mut metadata = read.unwrap_or_default();
        for key in ["labels", "annotations"] {
            let Some(Value::Map(entries)) = metadata.get_mut(key) else { continue };
            for (_, value) in entries.iter_mut().filter(|(_, value)| value.is_null()) {
                *value = "".into();
            }
        }
        metadata
    }
}

/// Returns the positions of entries whose key comes again. The YAML reader has
/// reported them; the last value counts.
fn repeated(entries: &[(String, Value)]) -> Vec<usize> {
    // Most maps are small, and looking at all pairs is less work than sorting.
    if entries.len() <= 16 {
        let comes_again = |at: &usize| {
            let key = entries.get(*at).map(|(key, _)| key);
            entries.iter().skip(at + 1).any(|(other, _)| Some(other) == key)
        };
        return (0..entries.len()).filter(comes_again).collect();
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let key = |at: &usize| entries.get(*at).map(|(key, _)| key);
    order::sort_by(&mut order, |one, other| key(one).cmp(&key(other)).then(one.cmp(other)));
    let pairs = order.iter().zip(order.iter().skip(1));
    let mut repeated: Vec<usize> =
        pairs.filter(|(one, other)| key(one) == key(other)).map(|(one, _)| *one).collect();
    order::sort(&mut repeated);
    repeated
}
