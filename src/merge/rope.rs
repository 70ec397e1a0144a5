//! Collects the result: stretches of the host's text, and new text between
//! them.
//!
//! **Invariant:** the edits turn the host's text into the result, and touch
//! nothing that both have at the same place.

use crate::text::Span;
use crate::text::TextEdit;
use crate::text::diff::changes_of_lines;
use crate::text::diff::lines;

#[derive(Debug)]
enum Piece {
    Host(Span),
    Text(String),
}

/// A text in the making.
#[derive(Debug)]
pub(super) struct Rope<'h> {
    host: &'h str,
    pieces: Vec<Piece>,
    last: Option<u8>,
}

impl<'h> Rope<'h> {
    pub fn new(host: &'h str) -> Rope<'h> {
        Rope { host, pieces: Vec::new(), last: None }
    }

    /// Adds a stretch of the host.
    pub fn host(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        self.last = span.of(self.host).as_bytes().last().copied().or(self.last);
        match self.pieces.last_mut() {
            Some(Piece::Host(last)) if last.end == span.start => last.end = span.end,
            _ => self.pieces.push(Piece::Host(span)),
        }
    }

    /// Adds new text.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.last = text.as_bytes().last().copied();
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// Keeps the byte order mark of the host, which is no part of any node.
    pub fn keep_mark(&mut self) {
        let mark = '\u{FEFF}';
        let end = mark.len_utf8() as u32;
        match self.pieces.first_mut() {
            _ if !self.host.starts_with(mark) => {}
            Some(Piece::Host(span)) if span.start <= end => span.start = 0,
            Some(Piece::Text(text)) if text.starts_with(mark) => {}
            _ => self.pieces.insert(0, Piece::Host(Span::new(0, end))),
        }
    }

    /// Begins a new line unless one has just begun.
    pub fn begin_line(&mut self, line_break: &str) {
        if self.last.is_some_and(|last| last != b'\n' && last != b'\r') {
            self.text(line_break);
        }
    }

    /// Says whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Returns the text.
    pub fn build(&self) -> String {
        let mut text = String::with_capacity(self.host.len() + 64);
        for piece in &self.pieces {
            match piece {
                Piece::Host(span) => text.push_str(span.of(self.host)),
                Piece::Text(piece) => text.push_str(piece),
            }
        }
        text
    }

    /// Returns what leads from the host's text to this one.
    pub fn edits(&self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let mut done = 0;
        let mut new = String::new();
        for piece in &self.pieces {
            match piece {
                // A stretch that was moved back is new where it stands.
                Piece::Host(span) if span.start < done => new.push_str(span.of(self.host)),
                Piece::Host(span) => {
                    self.replace(Span::new(done, span.start), &new, &mut edits);
                    new.clear();
                    done = span.end;
                }
                Piece::Text(text) => new.push_str(text),
            }
        }
        self.replace(Span::new(done, self.host.len() as u32), &new, &mut edits);
        edits
    }

    /// Adds the edits that put `new` in the place of a stretch.
    fn replace(&self, span: Span, new: &str, edits: &mut Vec<TextEdit>) {
        let old = span.of(self.host);
        if old == new {
            return;
        }
        if old.is_empty() || new.is_empty() {
            edits.push(TextEdit::new(span, new));
            return;
        }
        let (old_lines, new_lines) = (lines(old), lines(new));
        let mut places = vec![span.start];
        for line in &old_lines {
            places.push(places.last().copied().unwrap_or(span.start) + line.len() as u32);
        }
        for change in changes_of_lines(&old_lines, &new_lines) {
            let (Some(&start), Some(&end)) = (places.get(change.old.start), places.get(change.old.end))
            else {
                continue;
            };
            let text = new_lines.get(change.new).unwrap_or_default().concat();
            edits.push(trimmed(self.host, Span::new(start, end), text));
        }
    }
}

/// Leaves out of an edit what both texts begin and end with.
fn trimmed(host: &str, span: Span, text: String) -> TextEdit {
    let old = span.of(host);
    if old.is_empty() || text.is_empty() {
        return TextEdit::new(span, text);
    }
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let start: usize = old.chars().zip(text.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, text_rest) = (old.get(start..).unwrap_or(""), text.get(start..).unwrap_or(""));
    let end: usize =
        old_rest.chars().rev().zip(text_rest.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let kept = text_rest.get(..text_rest.len() - end).unwrap_or("").to_owned();
    TextEdit::new(Span::new(span.start + start as u32, span.end - end as u32), kept)
}

impl Rope<'_> {
    /// Returns the pieces: a stretch of the host, or else text.
    pub fn into_pieces(self) -> Vec<(Option<Span>, String)> {
        let piece = |piece| match piece {
            Piece::Host(span) => (Some(span), String::new()),
            Piece::Text(text) => (None, text),
        };
        self.pieces.into_iter().map(piece).collect()
    }

    /// Takes the line break off the end.
    pub fn end_without_break(&mut self) {
        while let Some(last) = self.pieces.last_mut() {
            match last {
                Piece::Host(span) => {
                    let text = span.of(self.host);
                    span.end -= (text.len() - text.trim_end_matches(['\n', '\r']).len()) as u32;
                    if !span.is_empty() {
                        break;
                    }
                }
                Piece::Text(text) => {
                    text.truncate(text.trim_end_matches(['\n', '\r']).len());
                    if !text.is_empty() {
                        break;
                    }
                }
            }
            self.pieces.pop();
        }
        self.last = None;
    }
}
