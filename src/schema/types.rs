//! The structural schema of one field.

use crate::model::Pointer;
use crate::model::Step;
use crate::model::Value;
use crate::model::is_same;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Type {
    /// A map with the fields of [`Schema::properties`].
    #[default]
    Object,
    /// A map from any key to [`Schema::values`].
    Map,
    /// A list of [`Schema::items`].
    List,
    /// Text.
    Text,
    /// Text such as `2m0s`, as Go reads a duration.
    Duration,
    /// A truth value.
    Flag,
    /// A whole number of the given unsigned width in bits, as the fabric's Go
    /// types have it: 8, 16 or 32.
    Unsigned(u8),
    /// A whole number of any width.
    Integer,
    /// Any number.
    Number,
    /// A whole number or text.
    IntOrText,
    /// Anything.
    Any,
}

/// How a merge tells the items of a list apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ListRule {
    /// Nothing is known; the list is one value.
    #[default]
    Unknown,
    /// The list is one value.
    Atomic,
    /// Each item is its own identity, order means nothing.
    Set,
    /// Each item is a set of its own, order means nothing.
    Sets,
    /// Each item is known by all it holds.
    Contents,
    /// The place in the list is the identity.
    Positions,
    /// Items are known by these fields, as paths with dots.
    By(Vec<String>),
    /// Like `By`, and the order decides.
    OrderedBy(Vec<String>),
}

/// A bound on numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Exact.
    Int(i128),
    /// With a fraction.
    Float(f64),
}

impl Bound {
    /// Returns the bound as a double.
    pub fn as_f64(self) -> f64 {
        match self {
            Bound::Int(value) => value as f64,
            Bound::Float(value) => value,
        }
    }
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub schema: Schema,
}

/// What one field may hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    /// The type.
    pub kind: Type,
    /// Fields of an object, sorted by name.
    pub properties: Vec<Property>,
    /// Names of fields that must be there.
    pub required: Vec<String>,
    /// What the keys of a map lead to.
    pub values: Option<Box<Schema>>,
    /// What a list holds.
    pub items: Option<Box<Schema>>,
    /// The values that are allowed; empty for any.
    pub one_of: Vec<Value>,
    /// A regular expression that text must match somewhere.
    pub pattern: Option<String>,
    /// The least number.
    pub minimum: Option<Bound>,
    /// The greatest number.
    pub maximum: Option<Bound>,
    /// Whether `minimum` itself is too small.
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is too great.
    pub exclusive_maximum: bool,
    /// The least number of items, or of keys of a map.
    pub min_items: Option<usize>,
    /// The greatest number of items, or of keys of a map.
    pub max_items: Option<usize>,
    /// The least number of characters.
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    pub max_length: Option<usize>,
    /// What stands in when the field is left out.
    pub default: Option<Value>,
    /// A name for what the text means, `date-time` and the like.
    pub format: Option<String>,
    /// Whether null is a value.
    pub nullable: bool,
    /// Whether fields that are not named here are kept.
    pub keeps_unknown: bool,
    /// How a merge tells the items of a list apart.
    pub list_rule: ListRule,
    /// Whether the fabric sorts the list itself, so that order says nothing.
    pub sorted: bool,
    /// Rules in the CEL language, which are not evaluated here.
    pub cel_rules: usize,
}

impl Schema {
    /// Makes a schema that only has a type.
    pub fn of(kind: Type) -> Schema {
        Schema { kind, ..Schema::default() }
    }

    /// Returns the schema of field `name` of an object, or of any key of a
    /// map.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        let found = self.properties.iter().find(|property| is_same(&property.name, name));
        found.map(|property| &property.schema).or(self.values.as_deref())
    }

    /// Returns the schema of what a path leads to.
    pub fn at(&self, field: &Pointer) -> Option<&Schema> {
        field.0.iter().try_fold(self, |schema, step| match step {
            Step::Key(key) => schema.property(key),
            Step::Index(_) => schema.items.as_deref().or(schema.values.as_deref()),
        })
    }

    /// Says whether field `name` must be there.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }

    /// Takes over what a definition cannot say from an older schema of the
    /// same field: widths of numbers, durations, what tells items apart.
    pub(super) fn take_over(&mut self, old: &Schema) {
        match (self.kind, old.kind) {
            (Type::Integer, Type::Unsigned(_)) | (Type::Text, Type::Duration) => self.kind = old.kind,
            _ => {}
        }
        if self.list_rule == ListRule::Unknown {
            self.list_rule = old.list_rule.clone();
            self.sorted = old.sorted;
        }
        for property in &mut self.properties {
            if let Some(old) = old.property(&property.name) {
                property.schema.take_over(old);
            }
        }
        for (new, old) in [(&mut self.values, &old.values), (&mut self.items, &old.items)] {
            if let (Some(new), Some(old)) = (new, old) {
                new.take_over(old);
            }
        }
    }

    /// Names the type in words a person knows.
    pub fn type_words(&self) -> &'static str {
        match self.kind {
            Type::Object | Type::Map => "a map",
            Type::List => "a list",
            Type::Text => "text",
            Type::Duration => "a duration such as 2m0s",
            Type::Flag => "true or false",
            Type::Unsigned(_) | Type::Integer => "a whole number",
            Type::Number => "a number",
            Type::IntOrText => "a whole number or text",
            Type::Any => "a value",
        }
    }
}
