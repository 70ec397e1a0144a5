//! Holds the structural schema against a value, as the API server does after
//! the mutating webhook.

use super::field::At;
use super::field::label;
use super::field::pointer_of;
use super::finding::Finding;
use super::finding::Part;
use super::finding::Stage;
use crate::model::Pointer;
use crate::model::Value;
use crate::model::is_same;
use crate::model::write_json;
use crate::order::Map;
use crate::schema::Schema;
use crate::schema::Type;
use regex_lite::Regex;

/// Checks a decoded resource. Types have been checked while decoding.
pub(super) fn check<'a>(value: &'a Value, schema: &'a Schema, patterns: &'a mut Patterns) -> Vec<Finding> {
    let mut walk = Walk { steps: Vec::new(), findings: Vec::new(), patterns };
    walk.object(value.as_map().unwrap_or_default(), schema);
    walk.findings
}

/// Patterns, compiled once.
#[derive(Debug, Default)]
pub(super) struct Patterns(Map<String, Option<Regex>>);

impl Patterns {
    /// Says whether the text matches; none if the pattern is not understood.
    fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        if !self.0.contains_key(pattern) {
            self.0.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        Some(self.0.get(pattern)?.as_ref()?.is_match(text))
    }
}

struct Walk<'a> {
    steps: Vec<At<'a>>,
    findings: Vec<Finding>,
    patterns: &'a mut Patterns,
}

impl<'a> Walk<'a> {
    fn here(&self) -> Pointer {
        pointer_of(&self.steps)
    }

    fn report(&mut self, code: &'static str, message: String, help: String) {
        let mut finding = Finding::error(code, Stage::Schema, self.here(), message);
        finding.help(help);
        self.findings.push(finding);
    }

    fn value(&mut self, value: &'a Value, schema: &'a Schema) {
        match value {
            Value::Null if !schema.nullable => {
                let wanted = schema.type_words();
                self.report(
                    "schema-type",
                    format!("{wanted} is missing here"),
                    "Fill the item in, or remove it".to_owned(),
                );
            }
            Value::Map(entries) => self.object(entries, schema),
            Value::List(items) => self.list(items, schema),
            Value::String(text) => self.text(text, schema),
            Value::Int(_) | Value::Float(_) => self.number(value, schema),
            Value::Null | Value::Bool(_) => {}
        }
        let is_allowed = schema.one_of.is_empty() || schema.one_of.contains(value);
        if !is_allowed && !value.is_null() {
            let shown = write_json(value);
            let allowed: Vec<String> = schema
                .one_of
                .iter()
                .filter(|value| value.as_str() != Some(""))
                .map(|value| value.as_str().map_or_else(|| write_json(value), str::to_owned))
                .collect();
            self.report(
                "schema-enum",
                format!("`{}` cannot be {shown}", label(&self.here())),
                format!("Write one of `{}`", allowed.join("`, `")),
            );
        }
    }

    fn object(&mut self, entries: &'a [(String, Value)], schema: &'a Schema) {
        for required in &schema.required {
            if !entries.iter().any(|(name, _)| is_same(name, required)) {
                let holder = label(&self.here());
                self.steps.push(At::Key(required));
                let message = match holder.as_str() {
                    "" => format!("the resource lacks `{required}`"),
                    holder => format!("`{holder}` lacks `{required}`"),
                };
                self.report("schema-required", message, format!("Add `{required}`"));
                if let Some(finding) = self.findings.last_mut() {
                    finding.part = Part::Key;
                }
                self.steps.pop();
            }
        }
        self.count(entries.len(), schema, "entries");
        for (key, value) in entries {
            if let Some(field) = schema.property(key) {
                self.steps.push(At::Key(key));
                self.value(value, field);
                self.steps.pop();
            }
        }
    }

    fn list(&mut self, items: &'a [Value], schema: &'a Schema) {
        self.count(items.len(), schema, "items");
        let Some(item_schema) = schema.items.as_deref() else { return };
        for (index, item) in items.iter().enumerate() {
            self.steps.push(At::Index(index));
            self.value(item, item_schema);
            self.steps.pop();
        }
    }

    fn count(&mut self, count: usize, schema: &Schema, what: &str) {
        if let Some(least) = schema.min_items.filter(|&least| count < least) {
            let name = label(&self.here());
            let message = format!("`{name}` has {count} {what}, and needs at least {least}");
            self.report("schema-min-items", message, format!("Give it {least} or more, or leave it out"));
        }
        if let Some(most) = schema.max_items.filter(|&most| count > most) {
            let name = label(&self.here());
            let message = format!("`{name}` has {count} {what}, and may have {most}");
            self.report("schema-max-items", message, format!("Remove all but {most}"));
        }
    }

    fn text(&mut self, text: &str, schema: &Schema) {
        if schema.kind == Type::IntOrText || schema.kind == Type::Text {
            let count = || text.chars().count();
            if let Some(least) = schema.min_length.filter(|&least| count() < least) {
                let count = count();
                self.report(
                    "schema-min-length",
                    format!("the text has {count} characters, and needs at least {least}"),
                    "Make it longer".to_owned(),
                );
            }
            if let Some(most) = schema.max_length.filter(|&most| count() > most) {
                let count = count();
                self.report(
                    "schema-max-length",
                    format!("the text has {count} characters, and may have {most}"),
                    "Make it shorter".to_owned(),
                );
            }
        }
        if let Some(pattern) = &schema.pattern
            && self.patterns.matches(pattern, text) == Some(false)
        {
            let (message, help) = match pattern.ends_with("{4}$") {
                _ if !pattern.starts_with("^((25[0-5]") => (
                    format!("`{text}` does not have the form that is wanted here"),
                    format!("Write what fits `{pattern}`"),
                ),
                true => (
                    format!("`{text}` is not an IPv4 address"),
                    "Write an address such as `10.0.0.1`".to_owned(),
                ),
                false => (
                    format!("`{text}` is not an IPv4 address with a length"),
                    "Write an address and a length, such as `172.30.128.0/31`, or leave it out".to_owned(),
                ),
            };
            self.report("schema-pattern", message, help);
        }
    }

    fn number(&mut self, value: &Value, schema: &Schema) {
        let number = match value {
            Value::Int(number) => *number as f64,
            Value::Float(number) => *number,
            _ => return,
        };
        if let Some(least) = schema.minimum.map(|bound| bound.as_f64())
            && (number < least || (schema.exclusive_minimum && number == least))
        {
            self.report(
                "schema-minimum",
                format!("{number} is too small; {least} is the least"),
                format!("Write {least} or more"),
            );
        }
        if let Some(most) = schema.maximum.map(|bound| bound.as_f64())
            && (number > most || (schema.exclusive_maximum && number == most))
        {
            self.report(
                "schema-maximum",
                format!("{number} is too great; {most} is the greatest"),
                format!("Write {most} or less"),
            );
        }
    }
}
