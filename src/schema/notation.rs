//! Reads the catalogue's own notation (its file says what it looks like).
//!
//! **Invariant:** a line that is not understood is an error with its number,
//! never skipped.

use super::catalogue::KindEntry;
use super::catalogue::Writer;
use super::kind::Kind;
use super::types::Bound;
use super::types::ListRule;
use super::types::Property;
use super::types::Schema;
use super::types::Type;
use crate::model::Value;
use crate::order;
use crate::order::Map;

/// Reads a whole catalogue. The error names the line.
pub(super) fn read(text: &str) -> Result<Vec<KindEntry>, String> {
    let mut lines = Lines { rows: rows(text), next: 0, patterns: Map::new() };
    let mut kinds = Vec::new();
    while let Some(row) = lines.next_at(0) {
        let mut words = row.text.split(' ');
        match words.next() {
            Some("pattern") => {
                let name = words.next().ok_or_else(|| row.wrong("a pattern needs a name"))?;
                let pattern = words.collect::<Vec<_>>().join(" ");
                lines.patterns.insert(name, pattern);
            }
            Some("kind") => kinds.push(lines.kind(&row, words.collect())?),
            _ => return Err(row.wrong("neither `kind` nor `pattern`")),
        }
    }
    match lines.rows.get(lines.next) {
        Some(row) => Err(row.wrong("indented too far")),
        None => Ok(kinds),
    }
}

#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    number: usize,
    depth: usize,
    text: &'a str,
}

impl Row<'_> {
    fn wrong(&self, what: &str) -> String {
        format!("line {}: {what}: {}", self.number, self.text)
    }
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let numbered = text.lines().enumerate();
    let rows = numbered.map(|(index, line)| {
        let text = line.trim_start_matches(' ');
        Row { number: index + 1, depth: (line.len() - text.len()) / 2, text }
    });
    rows.filter(|row| !row.text.is_empty() && !row.text.starts_with('#')).collect()
}

struct Lines<'a> {
    rows: Vec<Row<'a>>,
    next: usize,
    patterns: Map<&'a str, String>,
}

impl<'a> Lines<'a> {
    /// Takes the next line if it stands at `depth`.
    fn next_at(&mut self, depth: usize) -> Option<Row<'a>> {
        let row = *self.rows.get(self.next).filter(|row| row.depth == depth)?;
        self.next += 1;
        Some(row)
    }

    fn kind(&mut self, row: &Row<'a>, words: Vec<&'a str>) -> Result<KindEntry, String> {
        let [name, group, version, plural, rest @ ..] = words.as_slice() else {
            return Err(row.wrong("a kind needs name, group, version and plural"));
        };
        let (short_names, writer) = match rest {
            [short_names @ .., "controller"] => (short_names, Writer::Controller),
            short_names => (short_names, Writer::Person),
        };
        let mut schema = Schema::of(Type::Object);
        self.fields(1, &mut schema)?;
        Ok(KindEntry {
            kind: Kind::from_name(name).filter(|_| writer == Writer::Person),
            name: (*name).to_owned(),
            group: (*group).to_owned(),
            version: (*version).to_owned(),
            plural: (*plural).to_owned(),
            short_names: short_names.iter().map(|&name| name.to_owned()).collect(),
            writer,
            schema,
        })
    }

    /// Reads the fields that stand at `depth` into `object`.
    fn fields(&mut self, depth: usize, object: &mut Schema) -> Result<(), String> {
        while let Some(row) = self.next_at(depth) {
            let property = self.property(&row)?;
            if row.text.split(' ').any(|word| word == "required") {
                object.required.push(property.name.clone());
            }
            object.properties.push(property);
        }
        order::sort_by(&mut object.properties, |left, right| left.name.cmp(&right.name));
        Ok(())
    }

    fn property(&mut self, row: &Row<'a>) -> Result<Property, String> {
        let mut words = row.text.split(' ').peekable();
        let name = words.next().unwrap_or_default().to_owned();
        let mut types = Vec::new();
        while let Some(kind) = words.peek().and_then(|word| type_of(word)) {
            words.next();
            types.push(kind);
        }
        let mut innermost = Schema::of(types.pop().ok_or_else(|| row.wrong("no type"))?);
        let mut outer = Attributes::default();
        for word in words {
            outer.read(word, &mut innermost, &self.patterns).ok_or_else(|| row.wrong(word))?;
        }
        if innermost.kind == Type::Object {
            self.fields(row.depth + 1, &mut innermost)?;
        }
        let mut schema = types.into_iter().rev().fold(innermost, |inner, kind| match kind {
            Type::List => Schema { items: Some(Box::new(inner)), ..Schema::of(Type::List) },
            _ => Schema { values: Some(Box::new(inner)), ..Schema::of(kind) },
        });
        outer.apply(&mut schema);
        Ok(Property { name, schema })
    }
}

fn type_of(word: &str) -> Option<Type> {
    Some(match word {
        "list" => Type::List,
        "map" => Type::Map,
        "object" => Type::Object,
        "text" => Type::Text,
        "duration" => Type::Duration,
        "flag" => Type::Flag,
        "u8" => Type::Unsigned(8),
        "u16" => Type::Unsigned(16),
        "u32" => Type::Unsigned(32),
        _ => return None,
    })
}

/// What belongs to the outermost type of a field.
#[derive(Default)]
struct Attributes {
    minimum: Option<i128>,
    maximum: Option<i128>,
    list_rule: ListRule,
    sorted: bool,
}

impl Attributes {
    /// Reads one attribute. None if it means nothing.
    fn read(&mut self, word: &str, innermost: &mut Schema, patterns: &Map<&str, String>) -> Option<()> {
        match word.split_once('=').unwrap_or((word, "")) {
            ("required", "") => {}
            ("min", number) => self.minimum = Some(number.parse().ok()?),
            ("max", number) => self.maximum = Some(number.parse().ok()?),
            ("default", number) => innermost.default = Some(Value::Int(number.parse().ok()?)),
            ("one-of", values) => {
                innermost.one_of = values.split('|').map(|value| value.trim_matches('"').into()).collect();
            }
            ("pattern", name) => innermost.pattern = Some(patterns.get(name)?.clone()),
            ("list", rule) => {
                self.sorted = rule.starts_with("sorted-");
                self.list_rule = list_rule(rule.trim_start_matches("sorted-"))?;
            }
            _ => return None,
        }
        Some(())
    }

    fn apply(self, schema: &mut Schema) {
        match schema.kind {
            Type::List | Type::Map => {
                schema.min_items = self.minimum.and_then(|count| usize::try_from(count).ok());
                schema.max_items = self.maximum.and_then(|count| usize::try_from(count).ok());
            }
            _ => {
                schema.minimum = self.minimum.map(Bound::Int);
                schema.maximum = self.maximum.map(Bound::Int);
            }
        }
        schema.list_rule = self.list_rule;
        schema.sorted = self.sorted;
    }
}

fn list_rule(rule: &str) -> Option<ListRule> {
    let fields = |fields: &str| fields.split(',').map(str::to_owned).collect();
    Some(match rule.split_once(':') {
        Some(("by", names)) => ListRule::By(fields(names)),
        Some(("ordered-by", names)) => ListRule::OrderedBy(fields(names)),
        Some(_) => return None,
        None => match rule {
            "set" => ListRule::Set,
            "sets" => ListRule::Sets,
            "contents" => ListRule::Contents,
            "positions" => ListRule::Positions,
            _ => return None,
        },
    })
}
