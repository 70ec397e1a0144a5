//! Writes an answer's text with conflict markers, for those who settle
//! conflicts in an editor.
//!
//! **Invariant:** markers stand around whole lines of whole nodes; without
//! conflicts the text is the content.

use super::answer::Conflict;
use super::answer::MergeAnswer;
use super::answer::Side;
use super::versions::Version;
use crate::edit::line_break;
use crate::text::Span;
use crate::text::TextEdit;
use crate::text::apply;

/// Returns the merged text with diff3-style markers at each open conflict.
///
/// A conflict about something theirs does not have stands at the end.
pub fn markers(answer: &MergeAnswer) -> String {
    let content = answer.content.as_deref().unwrap_or("");
    let end = line_break(content);
    let mut hunks: Vec<(Span, &Conflict)> = Vec::new();
    let mut rest: Vec<&Conflict> = Vec::new();
    for conflict in &answer.conflicts {
        let span = conflict.sides.theirs.span.filter(|_| conflict.sides.theirs.present);
        match span.map(|span| whole_lines(content, moved(span, &answer.edits))) {
            Some(span)
                if hunks.iter().all(|(other, _)| span.end <= other.start || other.end <= span.start) =>
            {
                hunks.push((span, conflict));
            }
            _ => rest.push(conflict),
        }
    }
    let mut edits: Vec<TextEdit> = Vec::new();
    for (span, conflict) in hunks {
        let lines = span.of(content);
        let (before, after) = around(content, span, &conflict.sides.theirs);
        edits.push(TextEdit::new(span, hunk(conflict, lines, before, after, end)));
    }
    let mut text = apply(content, &edits);
    for conflict in rest {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(end);
        }
        let theirs = conflict.sides.theirs.text.as_deref().unwrap_or("");
        text.push_str(&hunk(conflict, theirs, "", "", end));
    }
    text
}

/// Returns where a stretch of theirs is in the content.
fn moved(span: Span, edits: &[TextEdit]) -> Span {
    let shift = |offset: u32| {
        let before = edits.iter().filter(|edit| edit.span.end <= offset && edit.span.start < offset.max(1));
        before.fold(i64::from(offset), |at, edit| at + edit.text.len() as i64 - i64::from(edit.span.len()))
    };
    let place = |offset: u32| u32::try_from(shift(offset)).unwrap_or(0);
    Span::new(place(span.start), place(span.end))
}

fn whole_lines(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = (span.end as usize).max(start);
    let rest = text.get(end..).unwrap_or("");
    let ends_at_break = end > start && text.get(..end).is_some_and(|text| text.ends_with('\n'));
    let end = if ends_at_break { end } else { rest.find('\n').map_or(text.len(), |at| end + at + 1) };
    Span::new(start as u32, end as u32)
}

/// Returns what stands on the lines of a conflict before and behind its node.
fn around<'t>(content: &'t str, lines: Span, theirs: &Side) -> (&'t str, &'t str) {
    let text = lines.of(content);
    let node = theirs.text.as_deref().unwrap_or("");
    match text.find(node).filter(|_| !node.is_empty()) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + node.len()..).unwrap_or("")),
        None => ("", ""),
    }
}

fn hunk(conflict: &Conflict, theirs: &str, before: &str, after: &str, end: &str) -> String {
    let side = |version: Version| {
        let side = conflict.sides.of(version);
        match (&side.text, side.present) {
            (Some(text), true) => format!("{before}{text}{after}"),
            _ => String::new(),
        }
    };
    let line = |text: &str| {
        if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}{end}") }
    };
    format!(
        "<<<<<<< ours: {}{end}{}||||||| base{end}{}======={end}{}>>>>>>> theirs{end}",
        conflict.label,
        line(&side(Version::Ours)),
        line(&side(Version::Base)),
        line(theirs),
    )
}
