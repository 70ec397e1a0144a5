//! Replacements in a text, as values.

use super::Span;
use crate::order;

/// The replacement of a stretch of text by another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

impl TextEdit {
    /// Makes the edit that puts `text` in the place of `span`.
    pub fn new(span: Span, text: impl Into<String>) -> TextEdit {
        TextEdit { span, text: text.into() }
    }

    /// Makes the edit that cuts `span`.
    pub fn cut(span: Span) -> TextEdit {
        TextEdit { span, text: String::new() }
    }

    /// Makes the edit that inserts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> TextEdit {
        TextEdit::new(Span::at(offset), text)
    }
}

/// Applies edits to a text.
///
/// The edits refer to the text as it was and may come in any order; several
/// insertions at one place keep the order they were given in. An edit that
/// overlaps an earlier one or does not fit the text is left out.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut order: Vec<&TextEdit> = edits.iter().collect();
    order::sort_by_key(&mut order, |edit| (edit.span.start, edit.span.end));
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut done = 0;
    for edit in order {
        let range = edit.span.range();
        let Some(kept) = text.get(done..range.start) else { continue };
        if text.get(range.clone()).is_none() {
            continue;
        }
        result.push_str(kept);
        result.push_str(&edit.text);
        done = range.end;
    }
    result.push_str(text.get(done..).unwrap_or(""));
    result
}
