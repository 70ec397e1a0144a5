//! Reads JSON into values, and writes values as JSON.
//!
//! The reader is strict (RFC 8259): one value, nothing behind it but blanks,
//! escapes that stand for characters, numbers that a double can hold.
//!
//! **Invariant:** what is written reads as the value that was written, but for
//! numbers that JSON does not have: those are written as null.

use super::value::Value;
use crate::limits::Limits;
use std::fmt::Write;

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {offset}")]
pub struct NotJson {
    /// What is wrong.
    pub message: &'static str,
    /// Where, in bytes.
    pub offset: usize,
}

/// Reads a text that holds one value.
///
/// A whole number is exact if an `i64` or `u64` can hold it; any other number
/// is the nearest double. Keys may repeat.
pub fn read_json(text: &str) -> Result<Value, NotJson> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() { reader.fail("there is more behind the value") } else { Ok(value) }
}

/// Writes a value without blanks.
pub fn write_json(value: &Value) -> String {
    let mut json = String::new();
    write_value(&mut json, value);
    json
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, NotJson> {
        Err(NotJson { message, offset: self.at })
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over a byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Result<Value, NotJson> {
        self.blanks();
        match self.peek() {
            Some(b'{') => self.deeper(Reader::map),
            Some(b'[') => self.deeper(Reader::list),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    /// Steps over a bracket and reads what it holds.
    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<Value, NotJson>,
    ) -> Result<Value, NotJson> {
        if self.depth >= Limits::DEFAULT.depth {
            return self.fail("lists and objects are nested too deeply");
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Value, NotJson> {
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.is_last(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    fn map(&mut self) -> Result<Value, NotJson> {
        let mut entries = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::Map(entries));
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return self.fail("a colon is missing");
            }
            entries.push((key, self.value()?));
            if self.is_last(b'}')? {
                return Ok(Value::Map(entries));
            }
        }
    }

    /// Steps over a comma, or over the bracket that ends it all.
    fn is_last(&mut self, end: u8) -> Result<bool, NotJson> {
        self.blanks();
        match self.take(end) {
            true => Ok(true),
            false if self.take(b',') => Ok(false),
            false => self.fail("a comma or a closing bracket is missing"),
        }
    }

    fn word(&mut self) -> Result<Value, NotJson> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, value) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fail("a value is missing")
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fail("a digit is missing") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Value, NotJson> {
        let start = self.at;
        let is_negative = self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut is_whole = true;
        if self.take(b'.') {
            is_whole = false;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_whole = false;
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        if is_whole && digits != "-0" {
            let exact = match is_negative {
                true => digits.parse::<i64>().ok().map(i128::from),
                false => digits.parse::<u64>().ok().map(i128::from),
            };
            if let Some(exact) = exact {
                return Ok(Value::Int(exact));
            }
        }
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => self.fail("the number is out of range"),
        }
    }

    fn string(&mut self) -> Result<String, NotJson> {
        if !self.take(b'"') {
            return self.fail("a string is missing");
        }
        let mut string = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            string.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                Some(_) => return self.fail("a control character stands in a string"),
                None => return self.fail("a string does not end"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        match letter {
            Some(b'"') => Ok('"'),
            Some(b'\\') => Ok('\\'),
            Some(b'/') => Ok('/'),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(b'n') => Ok('\n'),
            Some(b'r') => Ok('\r'),
            Some(b't') => Ok('\t'),
            Some(b'u') => self.code_point(),
            _ => self.fail("there is no such escape"),
        }
    }

    /// Reads a UTF-16 unit, or two that stand for one character.
    fn code_point(&mut self) -> Result<char, NotJson> {
        let first = self.unit()?;
        let is_pair = (0xd800..0xdc00).contains(&first) && self.take(b'\\') && self.take(b'u');
        let second = if is_pair { self.unit()? } else { 0 };
        let code = match second {
            0xdc00..0xe000 => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
            // Half a pair is no character, so `char` refuses it.
            _ => first,
        };
        char::from_u32(code).map_or_else(|| self.fail("an escape is half a character"), Ok)
    }

    fn unit(&mut self) -> Result<u32, NotJson> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let unit =
            digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?));
        match unit {
            Some(unit) if digits.len() == 4 => {
                self.at += 4;
                Ok(unit)
            }
            _ => self.fail("four hexadecimal digits are missing"),
        }
    }
}

fn write_value(json: &mut String, value: &Value) {
    match value {
        Value::Null => json.push_str("null"),
        Value::Bool(true) => json.push_str("true"),
        Value::Bool(false) => json.push_str("false"),
        Value::Int(number) => write_whole(json, *number),
        Value::Float(number) => write_double(json, *number),
        Value::String(text) => write_string(json, text),
        Value::List(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_value(json, item);
            }
            json.push(']');
        }
        Value::Map(entries) => {
            json.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_string(json, key);
                json.push(':');
                write_value(json, value);
            }
            json.push('}');
        }
    }
}

/// Writes a whole number; beyond 64 bits it is the nearest double, as readers
/// of JSON take it.
fn write_whole(json: &mut String, number: i128) {
    // Writing to a text does not fail.
    let _ = match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => write!(json, "{number}"),
        (_, Ok(number)) => write!(json, "{number}"),
        _ => return write_double(json, number as f64),
    };
}

fn write_double(json: &mut String, number: f64) {
    match number.is_finite() {
        // The shortest digits that read as the same double.
        true => drop(write!(json, "{number:?}")),
        false => json.push_str("null"),
    }
}

fn write_string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' => drop(write!(json, "\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
}
