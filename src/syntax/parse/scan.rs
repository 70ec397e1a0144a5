//! Scans plain and quoted scalars.

use super::Parser;
use super::flow::is_flow_sign;
use crate::text::Span;

/// Why a plain scalar's line ended, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// At a colon that ends a key.
    Colon(usize),
    /// At the `#` of a comment.
    Comment(usize),
    /// At a line break or the end of the text.
    Break(usize),
    /// At a sign of a flow collection.
    Flow(usize),
}

/// What a byte can mean inside a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Blank,
    Break,
    Colon,
    Hash,
    Flow,
}

#[expect(clippy::indexing_slicing, reason = "a table made at compile time")]
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Text; 256];
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[b'\n' as usize] = Class::Break;
    classes[b'\r' as usize] = Class::Break;
    classes[b':' as usize] = Class::Colon;
    classes[b'#' as usize] = Class::Hash;
    classes[b',' as usize] = Class::Flow;
    classes[b'[' as usize] = Class::Flow;
    classes[b']' as usize] = Class::Flow;
    classes[b'{' as usize] = Class::Flow;
    classes[b'}' as usize] = Class::Flow;
    classes
};

/// Says whether a byte can mean something inside quotes.
#[inline(always)]
fn is_quoted_sign(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'\\' | b'\n' | b'\r')
}

impl Parser<'_> {
    /// Scans the part of a plain scalar on the line of `from`. Returns where
    /// its text ends, without the blanks behind it, and what ended it.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 classes")]
    pub(super) fn scan_plain(&self, from: usize) -> (usize, Stop) {
        let src = self.src;
        let mut at = from;
        let mut end = from;
        loop {
            // Text comes in runs, so that they have a loop to themselves.
            let rest = src.get(at..).unwrap_or(&[]);
            let Some(run) = rest.iter().position(|&byte| CLASSES[byte as usize] != Class::Text) else {
                let end = if rest.is_empty() { end } else { src.len() };
                return (end, Stop::Break(src.len()));
            };
            if run > 0 {
                at += run;
                end = at;
            }
            match CLASSES[self.at(at) as usize] {
                Class::Blank => {
                    at += 1;
                    continue;
                }
                Class::Break => return (end, Stop::Break(at)),
                Class::Colon if self.blank_at(at + 1) => return (end, Stop::Colon(at)),
                Class::Colon if self.flow > 0 && is_flow_sign(self.at(at + 1)) => {
                    return (end, Stop::Colon(at));
                }
                Class::Hash if at > end || at == from => return (end, Stop::Comment(at)),
                Class::Flow if self.flow > 0 => return (end, Stop::Flow(at)),
                _ => {}
            }
            at += 1;
            end = at;
        }
    }

    /// Reports a plain scalar that begins with a sign of YAML.
    #[inline(always)]
    pub(super) fn check_plain_start(&mut self) {
        if !self.here().is_ascii_alphanumeric() {
            self.check_sign();
        }
    }

    fn check_sign(&mut self) {
        let sign = self.here();
        let is_reserved = match sign {
            b'-' | b'?' | b':' => {
                self.blank_at(self.pos + 1) || (self.flow > 0 && is_flow_sign(self.at(self.pos + 1)))
            }
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@'
            | b'`' => true,
            _ => false,
        };
        if is_reserved {
            let span = Span::new(self.pos as u32, self.pos as u32 + 1);
            self.error(
                "yaml-reserved-character",
                span,
                format!("a value cannot begin with `{}`", sign as char),
                "Put the value in quotes",
            );
        }
    }

    /// Finds the line that goes on with a plain scalar that broke off at `at`.
    /// Returns where that line and its text begin.
    #[inline]
    pub(super) fn continuation(&self, at: usize, n: i32) -> Option<(usize, usize)> {
        let mut at = at;
        loop {
            if self.is_eof(at) {
                return None;
            }
            let line = self.after_break(at);
            let mut text = line;
            while self.at(text) == b' ' {
                text += 1;
            }
            let spaces = (text - line) as i32;
            while matches!(self.at(text), b' ' | b'\t') {
                text += 1;
            }
            if self.break_at(text) {
                at = text;
                continue;
            }
            let ends = spaces <= n || self.at(text) == b'#' || (text == line && self.ends_at(line));
            return (!ends).then_some((line, text));
        }
    }

    /// Scans the quoted scalar at `pos` and moves behind it.
    pub(super) fn quoted(&mut self, n: i32) {
        let start = self.pos;
        let quote = self.here();
        self.pos += 1;
        let first_line = self.line;
        loop {
            let rest = self.src.get(self.pos..).unwrap_or(&[]);
            self.pos += rest.iter().take_while(|&&byte| !is_quoted_sign(byte)).count();
            match self.here() {
                found if found == quote => {
                    self.pos += 1;
                    if quote != b'\'' || self.here() != b'\'' {
                        return;
                    }
                    self.pos += 1;
                }
                b'\\' if quote == b'"' => self.escape(),
                b'\n' | b'\r' => {
                    if !self.quoted_line(n) {
                        return self.unclosed(start, first_line);
                    }
                }
                _ if self.is_eof(self.pos) => {
                    let again = self.unclosed_quote;
                    self.unclosed_quote = true;
                    self.unclosed(start, first_line);
                    if again {
                        self.pos = self.src.len();
                    }
                    return;
                }
                _ => self.pos += 1,
            }
        }
    }

    /// Goes to the next line inside quotes. Says whether the text can go on
    /// there.
    fn quoted_line(&mut self, n: i32) -> bool {
        let line = self.after_break(self.pos);
        let mut text = line;
        while self.at(text) == b' ' {
            text += 1;
        }
        let spaces = (text - line) as i32;
        while matches!(self.at(text), b' ' | b'\t') {
            text += 1;
        }
        let is_blank = self.break_at(text);
        if self.marker_at(line) || (!is_blank && spaces <= n) {
            return false;
        }
        self.pos = text;
        self.line = line;
        true
    }

    fn unclosed(&mut self, start: usize, first_line: usize) {
        self.line = first_line;
        self.pos = self.line_end(start);
        self.error(
            "yaml-unclosed-quote",
            Span::new(start as u32, start as u32 + 1),
            "this quote is not closed where its value ends",
            "Close it; further lines of the value must be indented deeper than its key",
        );
        self.abort = self.flow > 0;
    }

    /// Moves over the escape at `pos`, and reports one that does not exist.
    fn escape(&mut self) {
        let start = self.pos;
        let digits = match self.at(start + 1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'r' | b'v' | b'f' | b'e' | b' ' | b'"' | b'/'
            | b'\\' | b'N' | b'_' | b'L' | b'P' => 0,
            b'\n' | b'\r' => {
                self.pos += 1;
                return;
            }
            _ => return self.bad_escape(start, start + 1),
        };
        let code = self.src.get(start + 2..start + 2 + digits).unwrap_or(&[]);
        let all_hex = code.len() == digits && code.iter().all(u8::is_ascii_hexdigit);
        if !all_hex {
            return self.bad_escape(start, start + 2);
        }
        self.pos = start + 2 + digits;
    }

    fn bad_escape(&mut self, start: usize, next: usize) {
        let mut end = next.min(self.src.len());
        if !self.break_at(end) && end == start + 1 {
            end += 1;
        }
        while self.at(end) & 0xC0 == 0x80 {
            end += 1;
        }
        self.pos = end;
        self.error(
            "yaml-bad-escape",
            Span::new(start as u32, end as u32),
            "double quotes know no such escape",
            "Double the backslash, or use single quotes",
        );
    }
}
