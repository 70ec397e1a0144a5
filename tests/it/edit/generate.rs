//! Values, and texts that say them in many styles.

use hedgerow::model::Pointer;
use hedgerow::model::Step;
use hedgerow::model::Value;
use proptest::prelude::*;

/// Texts that are awkward in one way or another, and plain ones.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-z]{1,6}(-[0-9]{1,2})?",
        2 => prop::sample::select(vec![
            "", " ", "on", "No", "~", "null", "0777", "1_000", "1e3", "0x1F", ".5", "2001-01-01", "12:30:45", "<<", "=",
            "-", "- a", "?", ": a", "a: b", "a:", "a #b", "#a", "'", "\"", "\\", "it's", "a, b", "[a]", "{a}", "*a", "&a",
            "!a", "%a", "@a", "`a", "|", ">", "---", "...", "--- a", " a", "a ", "\ta", "a\t", "é", "😀", "a\u{85}b",
            "\u{FEFF}", "\u{7}", "a\\nb", "10.10.1.0/24", "leaf-01/E1/1", "true", "1", "1.0",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "a\nb", "a\nb\n", "a\n\nb\n", "\na\n", " a\nb\n", "a\n b\n", "a\n\n", "\n", "a\nb \n", "  \na\n", "a\r\nb\n",
            "# a\nb: c\n", "a\n\tb\n", "a\n  \nb\n", "---\na\n", "a\n  ", "\n\n a\n",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[ -~\n\t]{0,16}",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => (-2000i64..2000).prop_map(|number| Value::Int(number.into())),
        1 => any::<i64>().prop_map(|number| Value::Int(number.into())),
        1 => (-1e6..1e6f64).prop_map(Value::Float),
        1 => prop::sample::select(vec![1e300, 1.5e-7, 0.1, 1e21]).prop_map(Value::Float),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-f]{1,3}",
        1 => prop::sample::select(vec![
            "name", "on", "1", "a.b/c", "a: b", "", "# a", "a b", "~", "<<", "é", "- a", "[", "a\nb", "it's",
        ]).prop_map(str::to_owned),
    ]
}

fn map_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), value), 0..5).prop_map(|entries| {
        let mut kept: Vec<(String, Value)> = Vec::new();
        for (key, value) in entries {
            if kept.iter().all(|(other, _)| *other != key) {
                kept.push((key, value));
            }
        }
        Value::Map(kept)
    })
}

/// Any value.
pub fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![map_of(inner.clone()), prop::collection::vec(inner, 0..5).prop_map(Value::List)]
    })
}

/// A map, as documents mostly are.
pub fn map() -> impl Strategy<Value = Value> {
    map_of(value())
}

/// Bytes that decide, one after the other, how a text is written.
pub fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 200)
}

/// Lists the paths to all fields of a value, the root included.
pub fn pointers(value: &Value) -> Vec<Pointer> {
    let mut found = vec![Pointer::root()];
    let mut at = 0;
    while let Some(pointer) = found.get(at).cloned() {
        at += 1;
        match get(value, &pointer) {
            Some(Value::Map(entries)) => {
                found.extend(
                    entries.iter().map(|(key, _)| Pointer::parse(&pointer.key(key).to_string()).unwrap()),
                );
            }
            Some(Value::List(items)) => found.extend((0..items.len()).map(|index| pointer.index(index))),
            _ => {}
        }
    }
    found
}

/// Returns the field of a value.
pub fn get<'a>(value: &'a Value, pointer: &Pointer) -> Option<&'a Value> {
    pointer.0.iter().try_fold(value, |value, step| match (value, step) {
        (Value::List(items), Step::Index(index)) => items.get(*index),
        (Value::Map(_), Step::Index(index)) => value.get(&index.to_string()),
        (Value::Map(_), Step::Key(key)) => value.get(key),
        _ => None,
    })
}

/// Writes a value in a style that `choices` decide, with comments.
pub fn write(value: &Value, choices: &[u8]) -> String {
    let mut writer = Writer { text: String::new(), choices: choices.to_vec(), next: 0, comments: 0 };
    let (step, list) = (writer.choose(3) * 2 + 2, writer.choose(2) * 2);
    let line_break = ["\n", "\n", "\n", "\r\n"][writer.choose(4)];
    match writer.choose(4) {
        0 => writer.text.push_str("---\n"),
        1 => writer.text.push_str("# at the top\n\n"),
        _ => {}
    }
    writer.block(value, 0, step, list, Before::Line);
    if writer.choose(6) == 0 {
        writer.text.push_str("# at the end\n");
    }
    let is_literal_last = writer.text.lines().last().is_some_and(|line| line.starts_with(' '));
    if writer.choose(6) == 0 && !is_literal_last {
        writer.text.pop();
    }
    writer.text.replace('\n', line_break)
}

#[derive(Clone, Copy, PartialEq)]
enum Before {
    Line,
    Key,
    Dash,
}

struct Writer {
    text: String,
    choices: Vec<u8>,
    next: usize,
    comments: usize,
}

impl Writer {
    fn choose(&mut self, of: usize) -> usize {
        let choice = self.choices[self.next % self.choices.len()];
        self.next += 1;
        usize::from(choice) % of
    }

    /// Ends a line, perhaps with a comment.
    fn end_line(&mut self) {
        if self.choose(5) == 0 {
            self.comments += 1;
            self.text.push_str(&format!("  # c{}.", self.comments));
        }
        self.text.push('\n');
    }

    /// Begins a line in a column, perhaps with a comment line or a blank one
    /// above.
    fn begin_line(&mut self, column: usize) {
        match self.choose(8) {
            0 => {
                self.comments += 1;
                self.text.push_str(&format!("{}# c{}.\n", " ".repeat(column), self.comments));
            }
            1 => self.text.push('\n'),
            _ => {}
        }
        self.text.push_str(&" ".repeat(column));
    }

    fn block(&mut self, value: &Value, column: usize, step: usize, list: usize, before: Before) {
        let blank = if before == Before::Line { "" } else { " " };
        let is_flow = self.choose(4) == 0 && before != Before::Line;
        match value {
            Value::Map(entries) if !entries.is_empty() && !is_flow => {
                let column = match before {
                    Before::Line => column,
                    Before::Key => column + step,
                    Before::Dash => column + 2,
                };
                let is_compact = before == Before::Dash && self.choose(4) > 0;
                self.text.push_str(if is_compact { " " } else { "" });
                if before != Before::Line && !is_compact {
                    self.end_line();
                }
                for (place, (key, value)) in entries.iter().enumerate() {
                    if place > 0 || !is_compact {
                        self.begin_line(column);
                    }
                    self.scalar(&Value::String(key.clone()), false, true);
                    self.text.push(':');
                    self.block(value, column, step, list, Before::Key);
                }
            }
            Value::List(items) if !items.is_empty() && !is_flow => {
                let column = match before {
                    Before::Line => column,
                    Before::Key => column + list,
                    Before::Dash => column + 2,
                };
                let is_compact = before == Before::Dash && self.choose(4) > 0;
                self.text.push_str(if is_compact { " " } else { "" });
                if before != Before::Line && !is_compact {
                    self.end_line();
                }
                for (place, item) in items.iter().enumerate() {
                    if place > 0 || !is_compact {
                        self.begin_line(column);
                    }
                    self.text.push('-');
                    self.block(item, column, step, list, Before::Dash);
                }
            }
            Value::Null if before != Before::Line && self.choose(2) == 0 => self.end_line(),
            Value::String(text)
                if is_simple_literal(text) && before != Before::Line && self.choose(3) > 0 =>
            {
                self.text.push_str(if text.ends_with('\n') { " |" } else { " |-" });
                self.end_line();
                let width = if before == Before::Key { step } else { 2 };
                for line in text.trim_end_matches('\n').split('\n') {
                    let blanks = if line.is_empty() { 0 } else { column + width };
                    self.text.push_str(&format!("{}{line}\n", " ".repeat(blanks)));
                }
            }
            _ => {
                self.text.push_str(blank);
                self.flow(value, column + 2, 0);
                self.end_line();
            }
        }
    }

    fn flow(&mut self, value: &Value, column: usize, depth: usize) {
        let is_tall = self.choose(4) == 0 && depth == 0;
        let count = match value {
            Value::Map(entries) => entries.len(),
            Value::List(items) => items.len(),
            _ => return self.scalar(value, depth > 0, false),
        };
        let is_map = matches!(value, Value::Map(_));
        let pad = if is_map && self.choose(3) == 0 && count > 0 { " " } else { "" };
        self.text.push_str(if is_map { "{" } else { "[" });
        self.text.push_str(pad);
        for place in 0..count {
            if is_tall {
                self.end_line();
                self.begin_line(column);
            }
            match value {
                Value::Map(entries) => {
                    self.scalar(&Value::String(entries[place].0.clone()), true, true);
                    self.text.push_str(": ");
                    self.flow(&entries[place].1, column, depth + 1);
                }
                Value::List(items) => self.flow(&items[place], column, depth + 1),
                _ => {}
            }
            if place + 1 < count {
                self.text.push_str(if is_tall { "," } else { ", " });
            } else if self.choose(4) == 0 {
                self.text.push(',');
            }
        }
        if is_tall && count > 0 {
            self.end_line();
            self.text.push_str(&" ".repeat(column));
        }
        self.text.push_str(pad);
        self.text.push_str(if is_map { "}" } else { "]" });
    }

    fn scalar(&mut self, value: &Value, in_flow: bool, is_key: bool) {
        let Value::String(text) = value else {
            let json = serde_json::to_string(value).unwrap();
            return self.text.push_str(&json);
        };
        let choice = self.choose(4);
        let is_word = !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && hedgerow::model::is_text_to_all(text);
        let is_tame = text.chars().all(|character| matches!(character, ' '..='~' | 'é' | '😀'));
        let _ = (in_flow, is_key);
        match choice {
            0 | 1 if is_word => self.text.push_str(text),
            2 if is_tame => self.text.push_str(&format!("'{}'", text.replace('\'', "''"))),
            _ => {
                let escaped: String = text
                    .chars()
                    .map(|character| match character {
                        '"' | '\\' => format!("\\{character}"),
                        ' '..='~' | 'é' | '😀' => character.to_string(),
                        other => format!("\\U{:08X}", other as u32),
                    })
                    .collect();
                self.text.push_str(&format!("\"{escaped}\""));
            }
        }
    }
}

fn is_simple_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with("\n\n")
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|character| matches!(character, ' '..='~' | '\n'))
        && !text.trim_end_matches('\n').split('\n').any(|line| !line.is_empty() && line.trim().is_empty())
}
