//! Turns values into YAML.
//!
//! **Invariant:** what is printed reads as the value it was printed from, to
//! the cluster and to readers of YAML 1.2.

use super::style::LongTexts;
use super::style::Padding;
use super::style::Quotes;
use super::style::Style;
use crate::model::Value;
use crate::model::is_text_to_all;
use std::fmt::Write;

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In lines by itself or behind a key.
    Block,
    /// In brackets or braces, where their signs end a plain scalar.
    Flow,
}

/// What a printed value stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// The `:` of a key.
    Key,
    /// A dash, on whose line a collection may begin.
    Dash,
    /// A dash with an anchor behind it, or the like: collections begin on the
    /// next line.
    Anchor,
    /// The `---` of a document.
    Marker,
    /// Nothing: the value begins a line.
    Line,
}

/// A printed value, split where a comment of its first line would stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printed {
    /// For the line it stands on, with the blank before it.
    pub head: String,
    /// The lines below, each with the line break before it.
    pub tail: String,
}

impl Printed {
    /// Returns head and tail together.
    pub fn joined(self) -> String {
        self.head + &self.tail
    }
}

/// Prints a value behind what stands in `column`.
pub fn print(value: &Value, style: &Style, column: usize, lead: Lead) -> Printed {
    let indent = match lead {
        Lead::Key => style.map_indent,
        Lead::Dash | Lead::Anchor => style.item_indent,
        Lead::Marker | Lead::Line => 0,
    };
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|(key, value)| print_entry(key, value, style, column + indent));
            stack(lines, style, column + indent, lead)
        }
        Value::List(items) if !items.is_empty() => {
            let indent = if lead == Lead::Key { style.list_indent } else { indent };
            let lines = items.iter().map(|item| print_item(item, style, column + indent));
            stack(lines, style, column + indent, lead)
        }
        Value::String(text) if text.contains('\n') && style.long_texts == LongTexts::Blocks => {
            let width = if indent == 0 { style.map_indent } else { indent };
            literal(text, style, column, width, lead).unwrap_or_else(|| inline(value, style, lead))
        }
        _ => inline(value, style, lead),
    }
}

/// Prints an entry of a block mapping whose keys stand in `column`, without the
/// blanks before it and the line break behind it.
pub fn print_entry(key: &str, value: &Value, style: &Style, column: usize) -> String {
    let key = print_key(key, style, Place::Block);
    let value = print(value, style, column, Lead::Key).joined();
    if key.len() <= MAX_SIMPLE_KEY {
        return format!("{key}:{value}");
    }
    format!("? {key}{}{}:{value}", style.line_break, " ".repeat(column))
}

/// Prints an item of a block list whose dashes stand in `column`, likewise.
pub fn print_item(item: &Value, style: &Style, column: usize) -> String {
    format!("-{}", print(item, style, column, Lead::Dash).joined())
}

/// Prints a value in one line.
pub fn print_flow(value: &Value, style: &Style) -> String {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let pad = if style.padding == Padding::Spaced { " " } else { "" };
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| print_flow_entry(key, value, style)).collect();
            format!("{{{pad}{}{pad}}}", entries.join(", "))
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| print_flow(item, style)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => print_scalar(value, style, Place::Flow),
    }
}

/// Prints an entry of a mapping in braces.
pub fn print_flow_entry(key: &str, value: &Value, style: &Style) -> String {
    let key = print_key(key, style, Place::Flow);
    let mark = if key.len() > MAX_SIMPLE_KEY { "? " } else { "" };
    format!("{mark}{key}: {}", print_flow(value, style))
}

/// Prints a key.
pub fn print_key(key: &str, style: &Style, place: Place) -> String {
    print_text(key, style.keys, style.needed, place)
}

/// Prints text in one line: in the quotes that are wanted if they can hold it.
pub fn print_text(text: &str, wanted: Quotes, needed: Quotes, place: Place) -> String {
    let quotes = match wanted {
        Quotes::None if is_plain(text, place) => Quotes::None,
        Quotes::None => needed,
        _ => wanted,
    };
    match quotes {
        Quotes::None => text.to_owned(),
        Quotes::Single if text.chars().all(is_printable) => format!("'{}'", text.replace('\'', "''")),
        _ => double_quoted(text),
    }
}

/// Says whether text can stand without quotes and reads as text to everybody.
pub fn is_plain(text: &str, place: Place) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    let begins_well = match first {
        b'-' | b'?' | b':' => {
            bytes.get(1).is_some_and(|&next| !matches!(next, b' ' | b',' | b'[' | b']' | b'{' | b'}'))
        }
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%'
        | b'@' | b'`' | b' ' => false,
        _ => true,
    };
    let has_flow_sign = || bytes.iter().any(|byte| matches!(byte, b',' | b'[' | b']' | b'{' | b'}'));
    begins_well
        && !matches!(last, b' ' | b':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && (place == Place::Block || !has_flow_sign())
        && text.chars().all(|character| is_printable(character) && character != '\t')
        && is_text_to_all(text)
}

/// Keys over 1,024 characters need a `?`.
const MAX_SIMPLE_KEY: usize = 1000;

fn stack(lines: impl Iterator<Item = String>, style: &Style, column: usize, lead: Lead) -> Printed {
    let mut printed = Printed::default();
    for (place, line) in lines.enumerate() {
        match (place, lead) {
            (0, Lead::Line) => printed.head = line,
            (0, Lead::Dash) => printed.head = " ".repeat(style.item_indent.saturating_sub(1).max(1)) + &line,
            _ => {
                printed.tail.push_str(style.line_break);
                printed.tail.extend(std::iter::repeat_n(' ', column));
                printed.tail.push_str(&line);
            }
        }
    }
    // The first line of what begins on a dash's line may hold lines below.
    if let Some(at) = printed.head.find(['\n', '\r']) {
        let below = printed.head.split_off(at);
        printed.tail.insert_str(0, &below);
    }
    printed
}

fn inline(value: &Value, style: &Style, lead: Lead) -> Printed {
    let text = match value {
        Value::Map(_) | Value::List(_) => print_flow(value, style),
        _ => print_scalar(value, style, Place::Block),
    };
    let blanks = match lead {
        Lead::Line => 0,
        Lead::Dash => style.item_indent.saturating_sub(1).max(1),
        _ => 1,
    };
    Printed { head: " ".repeat(blanks) + &text, tail: String::new() }
}

fn print_scalar(value: &Value, style: &Style, place: Place) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => print_float(*value),
        Value::String(text) => print_text(text, style.texts, style.needed, place),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
    }
}

/// Prints a number so that readers of YAML 1.1 take it for one too: they want
/// a point and a signed exponent.
fn print_float(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9.2e18 {
        return format!("{value:.0}");
    }
    let text = format!("{value:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            printable if is_printable(printable) => quoted.push(printable),
            other => push_escape(&mut quoted, other as u32),
        }
    }
    quoted.push('"');
    quoted
}

fn push_escape(quoted: &mut String, code: u32) {
    // Writing to a string cannot fail.
    let _ = match code {
        0..=0xFF => write!(quoted, "\\x{code:02X}"),
        0x100..=0xFFFF => write!(quoted, "\\u{code:04X}"),
        _ => write!(quoted, "\\U{code:08X}"),
    };
}

/// Says whether a character may stand in a line as it is: printable in YAML,
/// no line break in any version of it, and no byte order mark.
fn is_printable(character: char) -> bool {
    matches!(character,
        '\t' | ' '..='~' | '\u{A0}'..='\u{2027}' | '\u{202A}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}'
        | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Prints text of several lines as a `|` block; none if that cannot hold it.
fn literal(text: &str, style: &Style, column: usize, width: usize, lead: Lead) -> Option<Printed> {
    let (body, chomping) = match text.strip_suffix('\n') {
        Some(body) => (body, ""),
        None => (text, "-"),
    };
    let lines: Vec<&str> = body.split('\n').collect();
    let is_blank = |line: &&str| line.trim_matches([' ', '\t']).is_empty();
    let first = lines.iter().find(|line| !line.is_empty())?;
    let fits = !is_blank(first)
        && !lines.last().is_some_and(is_blank)
        && lines.iter().all(|line| line.chars().all(is_printable));
    let indicator = match first.starts_with(' ') {
        true if width > 9 => return None,
        true => width.to_string(),
        false => String::new(),
    };
    let blank = if lead == Lead::Line { "" } else { " " };
    let mut tail = String::with_capacity(text.len() + lines.len() * (column + width));
    for line in &lines {
        tail.push_str(style.line_break);
        if !line.is_empty() {
            tail.extend(std::iter::repeat_n(' ', column + width));
            tail.push_str(line);
        }
    }
    fits.then(|| Printed { head: format!("{blank}|{indicator}{chomping}"), tail })
}
