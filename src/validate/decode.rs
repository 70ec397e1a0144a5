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
use crate::model::is_same;
use crate::order;
use crate::schema::KindEntry;
use crate::schema::Schema;
use crate::schema::Type;

/// Decodes a resource of a known kind: turns it into what the fabric's decoder
/// sees, and returns what is wrong.
pub(super) fn decode(raw: &mut Value, entry: &KindEntry, unknown_fields: UnknownFields) -> Vec<Finding> {
    // Without a webhook nothing decodes the fields before the schema is held
    // against them.
    let types_stage = match entry.kind {
        Some(kind) if kind.has_webhook() => Stage::Decode,
        _ => Stage::Schema,
    };
    let mut walk = Walk { findings: Vec::new(), types_stage, unknown_fields };
    let Value::Map(fields) = raw else { return walk.findings };
    fields.retain_mut(|(key, value)| {
        let here = Path { above: None, step: At::Key(key) };
        match key.as_str() {
            "apiVersion" | "kind" => true,
            "metadata" => walk.metadata(&here, value),
            _ => walk.field(&here, key, value, &entry.schema),
        }
    });
    walk.findings
}

struct Walk {
    findings: Vec<Finding>,
    types_stage: Stage,
    unknown_fields: UnknownFields,
}

/// A path, put together where there is something to say.
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: At<'p>,
}

impl<'p> Path<'p> {
    fn below(&'p self, step: At<'p>) -> Path<'p> {
        Path { above: Some(self), step }
    }

    fn pointer(&self) -> Pointer {
        let mut steps = vec![self.step];
        let mut at = self;
        while let Some(above) = at.above {
            steps.push(above.step);
            at = above;
        }
        steps.reverse();
        pointer_of(&steps)
    }
}

/// What is wrong with one value.
struct Wrong {
    code: &'static str,
    detail: Option<&'static str>,
    message: String,
    help: String,
}

impl Walk {
    /// Reads the field `key` of an object or a map. Says whether it stays.
    fn field(&mut self, here: &Path<'_>, key: &str, value: &mut Value, holder: &Schema) -> bool {
        let Some(schema) = holder.property(key) else {
            if holder.keeps_unknown || holder.kind == Type::Any {
                return true;
            }
            self.unknown(here, key, holder);
            return false;
        };
        if value.is_null() && !schema.nullable {
            if holder.kind == Type::Map && schema.kind == Type::Object {
                self.null_entry(here, key);
            }
            return false;
        }
        self.value(here, value, schema)
    }

    /// DEC-03: a field that the schema does not name.
    fn unknown(&mut self, here: &Path<'_>, key: &str, holder: &Schema) {
        let names = holder.properties.iter().map(|property| property.name.as_str());
        let meant = spelling::nearest(key, names.clone());
        let field = here.pointer();
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
    fn null_entry(&mut self, here: &Path<'_>, key: &str) {
        let message = format!("the entry `{key}` is empty, so the cluster drops it");
        let field = here.pointer();
        let mut finding = Finding::error("DEC-05", Stage::Decode, field.clone(), message);
        finding.severity(Severity::Warning).help("Write `{}` to keep the entry, or remove it");
        let edits = vec![FixEdit::Set { field, value: Value::Map(Vec::new()) }];
        finding.fix(format!("Write `{key}: {{}}`"), edits);
        self.findings.push(finding);
    }

    /// Reads a value that is there. Says whether it is of the type that is
    /// wanted.
    fn value(&mut self, here: &Path<'_>, value: &mut Value, schema: &Schema) -> bool {
        let Err(wrong) = self.fit(here, value, schema) else { return true };
        let code = match self.types_stage {
            Stage::Decode => wrong.code,
            _ => "schema-type",
        };
        let mut finding = Finding::error(code, self.types_stage, here.pointer(), wrong.message);
        finding.help(wrong.help);
        finding.detail = wrong.detail;
        if schema.kind == Type::Text && !matches!(value, Value::List(_) | Value::Map(_)) {
            let edits = vec![FixEdit::Quote { field: here.pointer() }];
            finding.fix("Put it in quotes".to_owned(), edits);
        }
        self.findings.push(finding);
        false
    }

    /// Turns a value into what the type that is wanted makes of it.
    fn fit(&mut self, here: &Path<'_>, value: &mut Value, schema: &Schema) -> Result<(), Wrong> {
        match (schema.kind, &mut *value) {
            (Type::Object | Type::Map, Value::Map(entries)) => self.object(here, entries, schema),
            (Type::List, Value::List(items)) => self.list(here, items, schema),
            (_, Value::Null)
            | (Type::Any, _)
            | (Type::Text, Value::String(_))
            | (Type::Flag, Value::Bool(_))
            | (Type::Number, Value::Int(_) | Value::Float(_))
            | (Type::IntOrText, Value::String(_) | Value::Int(_)) => {}
            (Type::Duration, Value::String(text)) if is_duration(text) => {}
            (Type::Duration, Value::String(text)) => {
                return Err(Wrong {
                    code: "DEC-04",
                    detail: None,
                    message: format!("`{text}` is not a duration"),
                    help: "Write numbers with units, such as `2m0s` or `90s`".to_owned(),
                });
            }
            (Type::Unsigned(width), Value::Int(_) | Value::Float(_)) => *value = unsigned(value, width)?,
            (Type::Integer, value) if value.as_int().is_some() => {}
            (_, value) => return Err(wrong_type(here, value, schema)),
        }
        Ok(())
    }

    fn object(&mut self, here: &Path<'_>, entries: &mut Vec<(String, Value)>, schema: &Schema) {
        let repeated = repeated(entries);
        let mut at = 0;
        entries.retain_mut(|(key, value)| {
            at += 1;
            repeated.binary_search(&(at - 1)).is_err()
                && self.field(&here.below(At::Key(key)), key, value, schema)
        });
        for property in &schema.properties {
            let Some(default) = &property.schema.default else { continue };
            if !entries.iter().any(|(name, _)| *name == property.name) {
                entries.push((property.name.clone(), default.clone()));
            }
        }
    }

    fn list(&mut self, here: &Path<'_>, items: &mut [Value], schema: &Schema) {
        let Some(item_schema) = schema.items.as_deref() else { return };
        for (index, item) in items.iter_mut().enumerate() {
            if !self.value(&here.below(At::Index(index)), item, item_schema) {
                *item = Value::Null;
            }
        }
    }

    /// Reads the metadata, which every kind has alike. It always stays.
    fn metadata(&mut self, here: &Path<'_>, value: &mut Value) -> bool {
        // The API server reads metadata itself, webhook or not.
        let types_stage = std::mem::replace(&mut self.types_stage, Stage::Decode);
        if !self.value(here, value, super::metadata::schema()) {
            *value = Value::Null;
        }
        self.types_stage = types_stage;
        for key in ["labels", "annotations"] {
            let Some(Value::Map(entries)) = value.get_mut(key) else { continue };
            for (_, value) in entries.iter_mut().filter(|(_, value)| value.is_null()) {
                *value = "".into();
            }
        }
        true
    }
}

/// DEC-01: numbers of Go's unsigned widths. A number with a point but no
/// fraction is whole.
fn unsigned(value: &Value, width: u8) -> Result<Value, Wrong> {
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
fn wrong_type(here: &Path<'_>, value: &Value, schema: &Schema) -> Wrong {
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
        message: format!("`{}` must be {wanted}, and is {is}", label(&here.pointer())),
        help,
    }
}

/// Returns the positions of entries whose key comes again. The YAML reader has
/// reported them; the last value counts.
fn repeated(entries: &[(String, Value)]) -> Vec<usize> {
    // Most maps are small, and looking at all pairs is less work than sorting.
    if entries.len() <= 16 {
        let mut rest = entries;
        let mut repeated = Vec::new();
        while let Some(((key, _), behind)) = rest.split_first() {
            if behind.iter().any(|(other, _)| is_same(other, key)) {
                repeated.push(entries.len() - rest.len());
            }
            rest = behind;
        }
        return repeated;
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
