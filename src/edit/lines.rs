//! Where lines begin and end in a text.
//!
//! A byte order mark is no part of the first line.
//!
//! **Invariant:** every answer lies on a character border of the text.

use crate::text::Span;

/// The lines of a text.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    text: &'a str,
}

impl<'a> Lines<'a> {
    /// Looks at a text.
    pub fn new(text: &'a str) -> Lines<'a> {
        Lines { text }
    }

    /// Returns where the line of `offset` begins.
    pub fn start(self, offset: u32) -> u32 {
        let before = self.text.get(..offset as usize).unwrap_or(self.text);
        match before.rfind(['\n', '\r']) {
            Some(found) => found as u32 + 1,
            None => self.text_start(),
        }
    }

    /// Returns where the line of `offset` ends, before its line break.
    pub fn end(self, offset: u32) -> u32 {
        let rest = self.text.get(offset as usize..).unwrap_or("");
        match memchr::memchr2(b'\n', b'\r', rest.as_bytes()) {
            Some(found) => offset + found as u32,
            None => self.text.len() as u32,
        }
    }

    /// Returns where the next line begins; the end of the text if there is
    /// none.
    pub fn next(self, offset: u32) -> u32 {
        let end = self.end(offset);
        let rest = self.text.get(end as usize..).unwrap_or("");
        match rest.as_bytes() {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        }
    }

    /// Returns where the line before the one of `offset` begins.
    pub fn previous(self, offset: u32) -> Option<u32> {
        let start = self.start(offset);
        (start > self.text_start()).then(|| self.start(self.break_before(start)))
    }

    /// Returns where the line break before `line_start` begins.
    pub fn break_before(self, line_start: u32) -> u32 {
        let before = self.text.get(..line_start as usize).unwrap_or("");
        match before.as_bytes() {
            [.., b'\r', b'\n'] => line_start - 2,
            [.., b'\n' | b'\r'] => line_start - 1,
            _ => line_start,
        }
    }

    /// Returns the column of `offset` in characters, from 0.
    pub fn column(self, offset: u32) -> usize {
        Span::new(self.start(offset), offset).of(self.text).chars().count()
    }

    /// Says whether both offsets lie on one line.
    pub fn same(self, first: u32, second: u32) -> bool {
        self.start(first) == self.start(second)
    }

    /// Returns the span of the line of `offset`, without its line break.
    pub fn span(self, offset: u32) -> Span {
        Span::new(self.start(offset), self.end(offset))
    }

    /// Returns the first character of the line of `offset` that is no blank,
    /// or the line's end.
    pub fn first_sign(self, offset: u32) -> u32 {
        let line = self.span(offset);
        let text = line.of(self.text);
        line.start + (text.len() - text.trim_start_matches([' ', '\t']).len()) as u32
    }

    /// Says whether the line of `offset` holds nothing but blanks.
    pub fn is_blank(self, offset: u32) -> bool {
        self.first_sign(offset) == self.end(offset)
    }

    /// Returns where the first line begins.
    pub fn text_start(self) -> u32 {
        if self.text.starts_with('\u{FEFF}') { 3 } else { 0 }
    }
}
