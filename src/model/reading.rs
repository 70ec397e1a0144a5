//! Turns the text of a plain scalar into what a YAML reader makes of it.
//!
//! The first byte decides which readings are possible at all, so most text is
//! known to be text after one look. Nothing is allocated but for numbers with
//! underscores.
//!
//! **Invariant:** under [`Reading::Kubernetes`] the answer is the one of the
//! cluster's own decoder: go-yaml v2, then JSON.

use super::value::Value;
use std::borrow::Cow;

/// Whose eyes a text is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// The cluster's: YAML 1.1 as go-yaml v2 has it, turned into JSON. `yes`
    /// is true, `0777` is 511, `1.0` is 1, `<<` merges.
    Kubernetes,
    /// The core schema of YAML 1.2. `yes` is text, `0777` is 777.
    Core,
}

/// What a plain scalar says. Text is not repeated here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plain {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number that fits 64 bits, with or without sign.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Itself.
    Text,
}

impl Plain {
    /// Returns the value; `text` is what was read.
    pub fn into_value(self, text: Cow<'_, str>) -> Value {
        match self {
            Plain::Null => Value::Null,
            Plain::Bool(value) => Value::Bool(value),
            Plain::Int(value) => Value::Int(value),
            Plain::Float(value) => Value::Float(value),
            Plain::Text => Value::String(text.into_owned()),
        }
    }
}

/// Reads a plain scalar as a value.
pub fn read_plain(text: &str, reading: Reading) -> Plain {
    match (resolve(text, reading), reading) {
        (Plain::Float(number), Reading::Kubernetes) => whole(number).map_or(Plain::Float(number), Plain::Int),
        (plain, _) => plain,
    }
}

/// Reads a plain scalar as a key. None if JSON has no such key.
pub fn read_plain_key(text: &str, reading: Reading) -> Option<Cow<'_, str>> {
    match (resolve(text, reading), reading) {
        (Plain::Null, _) => None,
        (Plain::Text, _) | (_, Reading::Core) => Some(Cow::Borrowed(text)),
        (Plain::Bool(value), _) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        (Plain::Int(value), _) => Some(Cow::Owned(value.to_string())),
        (Plain::Float(value), _) => Some(Cow::Owned(go_float_key(value))),
    }
}

/// Says whether every YAML reader in use takes the plain scalar for text:
/// those of YAML 1.1 with dates and numbers to the base of 60, and those of
/// YAML 1.2.
pub fn is_text_to_all(text: &str) -> bool {
    resolve(text, Reading::Kubernetes) == Plain::Text
        && resolve(text, Reading::Core) == Plain::Text
        && !is_old_type(text)
}

/// Says whether only some readers of YAML 1.1 take the plain scalar for
/// something else than text: a date, a number to the base of 60, `=`, `<<`.
pub fn is_old_type(text: &str) -> bool {
    match text.as_bytes() {
        b"=" | b"<<" => true,
        [b'0'..=b'9' | b'+' | b'-', ..] => is_date(text) || is_base_60(text),
        _ => false,
    }
}

/// Says after one look whether every reader takes the plain scalar for text.
/// Most text is; what is not said to be may be text all the same.
pub(super) fn is_surely_text(text: &str) -> bool {
    match text.as_bytes() {
        [b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O', ..] => text.len() > 5,
        [first, ..] => first.is_ascii_alphabetic(),
        [] => false,
    }
}

/// Returns the integer a number is in JSON: Go prints a whole number without
/// a point, and it is read back as an integer.
pub(super) fn whole(number: f64) -> Option<i128> {
    (number.fract() == 0.0 && number.abs() < 9.2e18).then_some(number as i128)
}

fn resolve(text: &str, reading: Reading) -> Plain {
    let Some(&first) = text.as_bytes().first() else { return Plain::Null };
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => match reading {
            Reading::Kubernetes => go_number(text),
            Reading::Core => core_number(text),
        },
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O' if text.len() <= 5 => {
            word(text, reading)
        }
        _ => Plain::Text,
    }
}

fn word(text: &str, reading: Reading) -> Plain {
    match (text, reading) {
        ("~" | "null" | "Null" | "NULL", _) => Plain::Null,
        ("true" | "True" | "TRUE", _) => Plain::Bool(true),
        ("false" | "False" | "FALSE", _) => Plain::Bool(false),
        ("y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON", Reading::Kubernetes) => Plain::Bool(true),
        ("n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF", Reading::Kubernetes) => Plain::Bool(false),
        _ => Plain::Text,
    }
}

/// Reads as go-yaml v2: Go's `ParseInt` with base 0 once the underscores are
/// out, then a float.
fn go_number(text: &str) -> Plain {
    if !may_be_number(text) {
        return special_float(text);
    }
    let digits: Cow<'_, str> = match text.contains('_') {
        true if text.starts_with('.') && !underscores_part_digits(text) => return Plain::Text,
        true => Cow::Owned(text.replace('_', "")),
        false => Cow::Borrowed(text),
    };
    let (sign, magnitude) = split_sign(&digits);
    let (radix, rest) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, magnitude.get(2..)),
        [b'0', b'o' | b'O', ..] => (8, magnitude.get(2..)),
        [b'0', b'b' | b'B', ..] => (2, magnitude.get(2..)),
        [b'0', _, ..] => (8, magnitude.get(1..)),
        _ => (10, Some(magnitude)),
    };
    match rest.and_then(|rest| integer(rest, radix)) {
        Some(value) if fits_64_bits(sign, value) => Plain::Int(sign.apply(value)),
        _ => match decimal_float(&digits) {
            Plain::Text => signed_binary(&digits),
            number => number,
        },
    }
}

/// Reads `0b-11` as -3, which go-yaml does by reading on behind the `0b`.
fn signed_binary(text: &str) -> Plain {
    let Some(rest) = text.strip_prefix("0b") else { return Plain::Text };
    let (sign, magnitude) = split_sign(rest);
    match integer(magnitude, 2) {
        Some(value) if fits_64_bits(sign, value) => Plain::Int(sign.apply(value)),
        _ => Plain::Text,
    }
}

fn core_number(text: &str) -> Plain {
    if !may_be_number(text) {
        return special_float(text);
    }
    let prefixed = match text.as_bytes() {
        [b'0', b'x', ..] => text.get(2..).and_then(|rest| integer(rest, 16)),
        [b'0', b'o', ..] => text.get(2..).and_then(|rest| integer(rest, 8)),
        _ => None,
    };
    let (sign, magnitude) = split_sign(text);
    match prefixed.or_else(|| integer(magnitude, 10)) {
        Some(value) if value <= u64::MAX.into() => Plain::Int(sign.apply(value)),
        _ => decimal_float(text),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    None,
    Plus,
    Minus,
}

impl Sign {
    fn apply(self, value: u128) -> i128 {
        let value = value as i128;
        if self == Sign::Minus { -value } else { value }
    }
}

fn split_sign(text: &str) -> (Sign, &str) {
    match text.as_bytes().first() {
        Some(b'+') => (Sign::Plus, text.get(1..).unwrap_or("")),
        Some(b'-') => (Sign::Minus, text.get(1..).unwrap_or("")),
        _ => (Sign::None, text),
    }
}

/// Go reads a signed number as `int64` and one without a sign also as
/// `uint64`.
fn fits_64_bits(sign: Sign, value: u128) -> bool {
    match sign {
        Sign::None => value <= u64::MAX.into(),
        Sign::Plus => value <= i64::MAX as u128,
        Sign::Minus => value <= i64::MIN.unsigned_abs().into(),
    }
}

/// Reads digits only: no sign, at least one digit.
fn integer(digits: &str, radix: u32) -> Option<u128> {
    let is_digit = |byte: u8| char::from(byte).is_digit(radix);
    if digits.is_empty() || !digits.bytes().all(is_digit) {
        return None;
    }
    u128::from_str_radix(digits, radix).ok().filter(|&value| value <= u64::MAX.into())
}

/// Says whether all characters occur in numbers. Addresses with a mask, ports,
/// and most names that begin with a digit fail here.
fn may_be_number(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'x' | b'X' | b'o' | b'O')
    })
}

fn decimal_float(text: &str) -> Plain {
    match text.parse::<f64>() {
        Ok(number) if is_decimal_float(text) && number.is_finite() => Plain::Float(number),
        _ => special_float(text),
    }
}

/// Matches `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal_float(text: &str) -> bool {
    let (_, text) = split_sign(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_is_good = match mantissa.split_once('.') {
        Some((before, after)) => digits(before) && digits(after) && mantissa.len() > 1,
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let (_, exponent) = split_sign(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_is_good && exponent_is_good
}

fn special_float(text: &str) -> Plain {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Plain::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Plain::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Plain::Float(f64::NAN),
        _ => Plain::Text,
    }
}

fn underscores_part_digits(text: &str) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'_').all(|(at, _)| {
        is_digit(at.checked_sub(1).and_then(|before| bytes.get(before))) && is_digit(bytes.get(at + 1))
    })
}

/// Writes a number as the cluster's decoder does when it is a key: Go's
/// shortest form of a 32-bit float.
fn go_float_key(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    let number = number as f32;
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{number}"),
    }
}

/// Matches the dates and times of YAML 1.1: `2001-12-14`, `2001-12-14t21:59:43.10-05:00`.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let day_len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after_day = rest.as_bytes().get(day_len);
    let is_day = (1..=2).contains(&day_len) && matches!(after_day, None | Some(b'T' | b't' | b' ' | b'\t'));
    year.len() == 4 && digits(year) && (1..=2).contains(&month.len()) && digits(month) && is_day
}

/// Matches `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
fn is_base_60(text: &str) -> bool {
    let (_, text) = split_sign(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let head = parts.next().unwrap_or("");
    let mut tail = parts.peekable();
    let is_sixtieth = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    head.starts_with(|first: char| first.is_ascii_digit())
        && is_number(head)
        && is_number(fraction)
        && tail.peek().is_some()
        && tail.all(is_sixtieth)
}
