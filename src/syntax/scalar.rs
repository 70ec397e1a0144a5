//! Reads what a scalar says: folding, chomping and escapes undone.

use super::tree::Kind;
use super::tree::NodeId;
use super::tree::Style;
use super::tree::Tree;
use std::borrow::Cow;

/// Returns the content of a scalar; empty for other nodes.
pub(super) fn read(tree: &Tree, id: NodeId) -> Cow<'_, str> {
    if tree.kind(id) != Kind::Scalar {
        return Cow::Borrowed("");
    }
    let raw = tree.raw(id);
    match tree.style(id) {
        Style::SingleQuoted => single_quoted(inside(raw, '\'')),
        Style::DoubleQuoted => double_quoted(inside(raw, '"')),
        Style::Literal | Style::Folded => Cow::Owned(block(tree, id)),
        _ => fold_lines(raw),
    }
}

/// Returns the text between quotes; the closing one may be missing.
fn inside(raw: &str, quote: char) -> &str {
    let text = raw.strip_prefix(quote).unwrap_or(raw);
    text.strip_suffix(quote).unwrap_or(text)
}

fn has_break(text: &str) -> bool {
    memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some()
}

/// Splits at LF, CR LF and CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = memchr::memchr2(b'\n', b'\r', text.as_bytes()) else {
            rest = None;
            return Some(text);
        };
        let next = if text.get(at..at + 2) == Some("\r\n") { at + 2 } else { at + 1 };
        rest = text.get(next..);
        text.get(..at)
    })
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Joins the lines of a plain or single-quoted scalar: one break is a space,
/// further ones are themselves.
fn fold_lines(text: &str) -> Cow<'_, str> {
    if !has_break(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut pending = Vec::new();
    let count = lines(text).count();
    for (index, line) in lines(text).enumerate() {
        let start = if index == 0 { line } else { line.trim_start_matches(BLANKS) };
        let line = if index + 1 == count { start } else { start.trim_end_matches(BLANKS) };
        pending.push(line);
    }
    join(&pending, &mut folded);
    Cow::Owned(folded)
}

/// Appends trimmed lines: a break between two texts is a space, each empty
/// line between them a break.
fn join(lines: &[&str], folded: &mut String) {
    let mut breaks = 0;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            breaks += 1;
        }
        if line.is_empty() && index > 0 && index + 1 < lines.len() {
            continue;
        }
        match breaks {
            0 => {}
            1 => folded.push(' '),
            more => folded.extend(std::iter::repeat_n('\n', more - 1)),
        }
        breaks = 0;
        folded.push_str(line);
    }
}

fn single_quoted(text: &str) -> Cow<'_, str> {
    match fold_lines(text) {
        folded if !folded.contains("''") => folded,
        folded => Cow::Owned(folded.replace("''", "'")),
    }
}

fn double_quoted(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'\\', b'\n', b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    // What stands before is not trimmed: it came from an escape.
    let mut fixed = 0;
    let mut rest = text;
    while let Some(at) = memchr::memchr3(b'\\', b'\n', b'\r', rest.as_bytes()) {
        result.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        if rest.starts_with('\\') {
            rest = escape(rest, &mut result);
            fixed = result.len();
        } else {
            let kept = result.get(fixed..).unwrap_or("").trim_end_matches(BLANKS).len();
            result.truncate(fixed + kept);
            rest = fold_break(rest, &mut result);
            fixed = result.len();
        }
    }
    result.push_str(rest);
    Cow::Owned(result)
}

/// Reads breaks and the blanks between them. One break is a space.
fn fold_break<'t>(text: &'t str, result: &mut String) -> &'t str {
    let (rest, breaks) = skip_breaks(text);
    match breaks {
        1 => result.push(' '),
        more => result.extend(std::iter::repeat_n('\n', more - 1)),
    }
    rest
}

fn skip_breaks(text: &str) -> (&str, usize) {
    let mut rest = text;
    let mut breaks = 0;
    loop {
        let line = rest.trim_start_matches(BLANKS);
        let Some(next) = line.strip_prefix("\r\n").or_else(|| line.strip_prefix(['\n', '\r'])) else {
            return (line, breaks);
        };
        rest = next;
        breaks += 1;
    }
}

/// Reads the escape that `text` begins with, and returns what follows. One
/// that does not exist stays as it is.
fn escape<'t>(text: &'t str, result: &mut String) -> &'t str {
    let mut characters = text.chars();
    characters.next();
    let sign = characters.next();
    let plain = match sign {
        Some('0') => '\0',
        Some('a') => '\u{7}',
        Some('b') => '\u{8}',
        Some('t' | '\t') => '\t',
        Some('n') => '\n',
        Some('v') => '\u{B}',
        Some('f') => '\u{C}',
        Some('r') => '\r',
        Some('e') => '\u{1B}',
        Some('N') => '\u{85}',
        Some('_') => '\u{A0}',
        Some('L') => '\u{2028}',
        Some('P') => '\u{2029}',
        Some(same @ (' ' | '"' | '/' | '\\')) => same,
        Some('x') => return code(text, 2, result),
        Some('u') => return code(text, 4, result),
        Some('U') => return code(text, 8, result),
        Some('\n' | '\r') => {
            let (rest, breaks) = skip_breaks(text.get(1..).unwrap_or(""));
            result.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
            return rest;
        }
        _ => {
            result.push('\\');
            return text.get(1..).unwrap_or("");
        }
    };
    result.push(plain);
    characters.as_str()
}

fn code<'t>(text: &'t str, digits: usize, result: &mut String) -> &'t str {
    let number = text.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
    let Some(number) = number else {
        result.push('\\');
        return text.get(1..).unwrap_or("");
    };
    let rest = text.get(2 + digits..).unwrap_or("");
    // JSON writes a character beyond the first plane as two escapes.
    if (0xD800..0xDC00).contains(&number)
        && let Some(low) = rest.strip_prefix("\\u").and_then(|rest| rest.get(..4))
        && let Ok(low @ 0xDC00..0xE000) = u32::from_str_radix(low, 16)
    {
        let both = 0x10000 + ((number - 0xD800) << 10) + (low - 0xDC00);
        result.push(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER));
        return rest.get(6..).unwrap_or("");
    }
    result.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// What happens to the breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

fn block(tree: &Tree, id: NodeId) -> String {
    let raw = tree.raw(id);
    let header_end = memchr::memchr2(b'\n', b'\r', raw.as_bytes()).unwrap_or(raw.len());
    let header = raw.get(..header_end).unwrap_or("");
    let signs = header.split('#').next().unwrap_or("");
    let chomp = match () {
        () if signs.contains('+') => Chomp::Keep,
        () if signs.contains('-') => Chomp::Strip,
        () => Chomp::Clip,
    };
    if header_end == raw.len() {
        return String::new();
    }
    let rest = raw.get(header_end..).unwrap_or("");
    let body = rest.strip_prefix("\r\n").or_else(|| rest.get(1..)).unwrap_or("");
    let indent = tree.node(id).len as usize;
    let mut content: Vec<&str> = lines(body).map(|line| unindent(line, indent)).collect();
    let mut blank = 0;
    while content.last() == Some(&"") {
        content.pop();
        blank += 1;
    }
    let mut result = String::with_capacity(body.len() + 1);
    if tree.style(id) == Style::Literal {
        for (index, line) in content.iter().enumerate() {
            if index > 0 {
                result.push('\n');
            }
            result.push_str(line);
        }
    } else {
        fold_block(&content, &mut result);
    }
    // The end of the text counts as a break, as the YAML test suite has it.
    let last_break = usize::from(!content.is_empty());
    match chomp {
        Chomp::Strip => {}
        Chomp::Clip => result.extend(std::iter::repeat_n('\n', last_break)),
        Chomp::Keep => result.extend(std::iter::repeat_n('\n', blank + last_break)),
    }
    result
}

fn unindent(line: &str, indent: usize) -> &str {
    let spaces = line.bytes().take(indent).take_while(|&byte| byte == b' ').count();
    line.get(spaces..).unwrap_or("")
}

/// Joins the lines of a folded scalar. Breaks next to a line that begins with
/// a blank stay.
fn fold_block(lines: &[&str], result: &mut String) {
    let mut breaks = 0;
    let mut before_is_spaced = true;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            breaks += 1;
        }
        if line.is_empty() {
            continue;
        }
        let is_spaced = line.starts_with(BLANKS);
        let first = result.is_empty();
        let kept = if first || is_spaced || before_is_spaced { breaks } else { breaks - 1 };
        if kept == 0 && !first {
            result.push(' ');
        }
        result.extend(std::iter::repeat_n('\n', kept));
        result.push_str(line);
        before_is_spaced = is_spaced;
        breaks = 0;
    }
}

/// Resolves a tag as it is written to the tag it stands for.
pub(super) fn resolve_tag(tree: &Tree, id: NodeId, tag: &str) -> Option<String> {
    if let Some(verbatim) = tag.strip_prefix("!<") {
        return Some(verbatim.trim_end_matches('>').to_owned());
    }
    let second = tag.get(1..)?.find('!').map(|at| at + 2);
    let (handle, suffix) = tag.split_at_checked(second.unwrap_or(1))?;
    let mut declared = tree.tag_handles(tree.document_of(id)).iter().rev();
    let prefix = declared.find(|known| tree.source().slice(known.handle) == handle);
    let prefix = match (prefix, handle) {
        (Some(known), _) if !suffix.is_empty() => tree.source().slice(known.prefix),
        (_, "!!") => "tag:yaml.org,2002:",
        _ => handle,
    };
    Some(unescape_uri(&format!("{prefix}{suffix}")))
}

fn unescape_uri(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        let code = more.get(..2).and_then(|code| str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = more.get(2..).unwrap_or(&[]);
            }
            _ => {
                bytes.push(first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
