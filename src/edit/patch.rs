//! Puts edits after edits, and says what they are to the first text.
//!
//! **Invariant:** [`Patch::edits`] turns the first text into
//! [`Patch::text`].

use crate::order;
use crate::text::Span;
use crate::text::TextEdit;
use crate::text::apply;

/// A text that was changed, in pieces.
#[derive(Debug, Clone)]
pub struct Patch<'a> {
    original: &'a str,
    pieces: Vec<Piece>,
    text: String,
}

#[derive(Debug, Clone)]
enum Piece {
    /// A stretch of the first text.
    Kept(Span),
    New(String),
}

impl<'a> Patch<'a> {
    /// Begins with an unchanged text.
    pub fn new(original: &'a str) -> Patch<'a> {
        let pieces = vec![Piece::Kept(Span::new(0, original.len() as u32))];
        Patch { original, pieces, text: original.to_owned() }
    }

    /// Returns the text as it stands.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Applies edits that refer to the text as it stands. They must not
    /// overlap.
    pub fn apply(&mut self, edits: &[TextEdit]) {
        let mut order: Vec<&TextEdit> = edits.iter().collect();
        order::sort_by_key(&mut order, |edit| (edit.span.start, edit.span.end));
        let mut pieces = Vec::with_capacity(self.pieces.len() + 2 * edits.len());
        let mut rest = std::mem::take(&mut self.pieces).into_iter();
        let mut open = rest.next();
        let mut at = 0;
        for edit in order {
            while at < edit.span.end || at < edit.span.start {
                let Some(piece) = open.take() else { break };
                // Up to the edit pieces are kept, inside it they go.
                let border = if at < edit.span.start { edit.span.start } else { edit.span.end };
                let (before, after) = self.split(piece, border - at);
                at += len(&before);
                if border == edit.span.start {
                    pieces.push(before);
                }
                open = after.or_else(|| rest.next());
            }
            pieces.push(Piece::New(edit.text.clone()));
        }
        pieces.extend(open);
        pieces.extend(rest);
        self.pieces = pieces;
        self.text = apply(&self.text, edits);
    }

    /// Cuts a piece after at most `bytes`.
    fn split(&self, piece: Piece, bytes: u32) -> (Piece, Option<Piece>) {
        if len(&piece) <= bytes {
            return (piece, None);
        }
        match piece {
            Piece::Kept(span) => {
                let border = span.start + bytes;
                (Piece::Kept(Span::new(span.start, border)), Some(Piece::Kept(Span::new(border, span.end))))
            }
            Piece::New(mut text) => {
                let after = text.split_off(bytes as usize);
                (Piece::New(text), Some(Piece::New(after)))
            }
        }
    }

    /// Returns the edits that lead from the first text to this one: in text
    /// order, none touching another, none that changes nothing, none with a
    /// whole line at an end that stays as it is.
    pub fn edits(&self) -> Vec<TextEdit> {
        let mut edits: Vec<TextEdit> = Vec::new();
        let mut open = TextEdit::insert(0, "");
        let end = Piece::Kept(Span::at(self.original.len() as u32));
        for piece in self.pieces.iter().chain([&end]) {
            match piece {
                Piece::New(text) => open.text.push_str(text),
                Piece::Kept(span) if span.is_empty() && span.start < self.original.len() as u32 => {}
                Piece::Kept(span) => {
                    open.span.end = span.start;
                    let next = TextEdit::insert(span.end, "");
                    edits.extend(self.trimmed(std::mem::replace(&mut open, next)));
                }
            }
        }
        edits
    }

    /// Takes off what stays the same at both ends, by whole lines.
    fn trimmed(&self, edit: TextEdit) -> Option<TextEdit> {
        let old = edit.span.of(self.original);
        if old == edit.text {
            return None;
        }
        let bytes = old.bytes().zip(edit.text.bytes());
        let same = bytes.take_while(|(old, new)| old == new).count();
        let start = last_break(old, same);
        let (old, new) = (old.get(start..)?, edit.text.get(start..)?);
        let bytes = old.bytes().rev().zip(new.bytes().rev());
        let same = bytes.take_while(|(old, new)| old == new).count();
        let end = first_break(old, same);
        let span = Span::new(edit.span.start + start as u32, edit.span.end - end as u32);
        Some(TextEdit::new(span, new.get(..new.len() - end)?))
    }
}

fn len(piece: &Piece) -> u32 {
    match piece {
        Piece::Kept(span) => span.len(),
        Piece::New(text) => text.len() as u32,
    }
}

/// Returns the length of the whole lines in the first `same` bytes.
fn last_break(text: &str, same: usize) -> usize {
    let bytes = text.as_bytes().get(..same).unwrap_or(&[]);
    bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
}

/// Returns the length of the whole lines in the last `same` bytes.
fn first_break(text: &str, same: usize) -> usize {
    let bytes = text.as_bytes();
    let bytes = bytes.get(bytes.len() - same..).unwrap_or(&[]);
    match bytes.iter().position(|&byte| byte == b'\n') {
        Some(at) => bytes.len() - at - 1,
        None => 0,
    }
}
