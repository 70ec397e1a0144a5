//! Takes entries out of collections and puts entries in.
//!
//! In blocks, entries come and go as whole lines with their comments; in
//! brackets, with their commas.
//!
//! **Invariant:** at least one entry stays, and the bytes of those that stay
//! are not touched.

use super::lines::Lines;
use super::print::Place;
use super::print::print_entry;
use super::print::print_flow;
use super::print::print_flow_entry;
use super::print::print_item;
use super::print::print_key;
use super::style;
use super::style::LongTexts;
use super::style::Style;
use super::trivia::Entry;
use super::trivia::begins_its_line;
use super::trivia::gap_behind;
use super::trivia::is_comment;
use super::trivia::is_flow;
use super::trivia::is_in_block_text;
use super::trivia::last_line_end;
use super::trivia::lead_start;
use super::trivia::lines_of;
use crate::model::Reading;
use crate::model::Value;
use crate::model::read;
use crate::syntax;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;
use crate::text::TextEdit;

/// What happens to one old entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Kept,
    /// It goes.
    Removed,
}

/// An entry to put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition<'a> {
    /// The old entry it comes after; none for the front.
    pub after: Option<usize>,
    /// Its key; none in a list.
    pub key: Option<&'a str>,
    /// Its value.
    pub value: &'a Value,
}

/// Returns the edits that change which entries a collection has. Entries and
/// fates go side by side; additions come in order.
pub fn change_entries(
    tree: &Tree,
    collection: NodeId,
    entries: &[Entry],
    fates: &[Fate],
    additions: &[Addition<'_>],
    long_texts: LongTexts,
) -> Vec<TextEdit> {
    let style = Style { long_texts, ..Style::of(tree, collection) };
    let change = EntryChange { tree, lines: Lines::new(tree.text()), style, entries, fates, additions };
    if is_flow(tree, collection) { change.flow() } else { change.block() }
}

/// Mends edits that cut the last lines of a text without a line break at its
/// end: the line before them is to end it likewise.
pub fn keep_open_end(tree: &Tree, edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let (text, lines) = (tree.text(), Lines::new(tree.text()));
    let end = text.len() as u32;
    let mut start = end;
    let cut_before = |start: u32| {
        let mut cuts = edits.iter().filter(|edit| edit.text.is_empty() && edit.span.start < edit.span.end);
        cuts.find(|cut| cut.span.end == start).map(|cut| cut.span.start)
    };
    while let Some(earlier) = cut_before(start) {
        start = earlier;
    }
    let is_line = lines.start(start) == start && start > lines.text_start();
    if text.ends_with(['\n', '\r']) || start == end || !is_line {
        return edits;
    }
    let line_break = style::line_break(text);
    let border = lines.break_before(start);
    if is_in_block_text(tree, border) {
        return edits;
    }
    let (last, mut kept): (Vec<TextEdit>, Vec<TextEdit>) =
        edits.into_iter().partition(|edit| edit.span.start >= start);
    let added = last.into_iter().map(|edit| edit.text).filter(|text| !text.is_empty());
    let below = |text: String| match text.strip_suffix(line_break) {
        Some(lines) => format!("{line_break}{lines}"),
        None => text,
    };
    kept.push(TextEdit::insert(border, added.map(below).collect::<String>()));
    kept.push(TextEdit::cut(Span::new(border, end)));
    kept
}

struct EntryChange<'a> {
    tree: &'a Tree,
    lines: Lines<'a>,
    style: Style,
    entries: &'a [Entry],
    fates: &'a [Fate],
    additions: &'a [Addition<'a>],
}

impl<'a> EntryChange<'a> {
    fn kept(&self) -> impl DoubleEndedIterator<Item = (usize, Entry)> {
        let both = self.entries.iter().copied().zip(self.fates).enumerate();
        both.filter(|(_, (_, fate))| **fate == Fate::Kept).map(|(place, (entry, _))| (place, entry))
    }

    fn removed(&self) -> impl Iterator<Item = (usize, Entry)> {
        let both = self.entries.iter().copied().zip(self.fates).enumerate();
        both.filter(|(_, (_, fate))| **fate == Fate::Removed).map(|(place, (entry, _))| (place, entry))
    }

    /// Groups the additions by the kept entry they come after.
    fn placed(&self) -> Vec<(Option<Entry>, Vec<&'a Addition<'a>>)> {
        let mut groups: Vec<(Option<Entry>, Vec<&Addition<'_>>)> = Vec::new();
        for addition in self.additions {
            let limit = addition.after;
            let after = self.kept().rev().find(|&(place, _)| Some(place) <= limit).map(|(_, entry)| entry);
            match groups.last_mut() {
                Some((last, group)) if *last == after => group.push(addition),
                _ => groups.push((after, vec![addition])),
            }
        }
        groups
    }

    fn block(&self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let Some(column) = self.entries.first().map(|entry| self.lines.column(entry.span(self.tree).start))
        else {
            return edits;
        };
        let blanks = " ".repeat(column);
        for (after, group) in self.placed() {
            let printed = group.into_iter().map(|addition| self.print_in_block(addition, column));
            match after {
                Some(entry) => {
                    edits.extend(self.close_open_text(entry));
                    edits.push(self.behind_in_block(entry, &blanks, printed.collect()));
                }
                None => edits.extend(self.in_front_of_block(&blanks, printed.collect())),
            }
        }
        edits.extend(self.block_cuts().into_iter().map(TextEdit::cut));
        edits
    }

    /// Prints an entry of a block, in brackets if its like stands in brackets.
    fn print_in_block(&self, addition: &Addition<'_>, column: usize) -> String {
        let kind = match addition.value {
            Value::Map(_) => Kind::Mapping,
            Value::List(_) => Kind::Sequence,
            _ => Kind::Scalar,
        };
        let is_alike = |entry: &&Entry| self.tree.kind(entry.value) == kind && self.tree.len(entry.value) > 0;
        let mut alike = self.entries.iter().filter(is_alike).peekable();
        let is_flow = alike.peek().is_some() && alike.all(|entry| is_flow(self.tree, entry.value));
        match (addition.key, is_flow) {
            (Some(key), true) => {
                let key = print_key(key, &self.style, Place::Block);
                format!("{key}: {}", print_flow(addition.value, &self.style))
            }
            (None, true) => {
                let blanks = " ".repeat(self.style.item_indent.saturating_sub(1).max(1));
                format!("-{blanks}{}", print_flow(addition.value, &self.style))
            }
            (Some(key), false) => print_entry(key, addition.value, &self.style, column),
            (None, false) => print_item(addition.value, &self.style, column),
        }
    }

    /// Inserts below an entry: at the beginning of the next line, since the
    /// end of this one may go together with what it holds.
    fn behind_in_block(&self, entry: Entry, blanks: &str, printed: Vec<String>) -> TextEdit {
        let end = last_line_end(self.tree, entry);
        let next = self.lines.next(end);
        let line_break = self.style.line_break;
        let line = |entry: &String| match next == end {
            true => format!("{line_break}{blanks}{entry}"),
            false => format!("{blanks}{entry}{line_break}"),
        };
        TextEdit::insert(next, printed.iter().map(line).collect::<String>())
    }

    /// Keeps a block text that ends with the file, without a line break, from
    /// getting one by what is put below it.
    fn close_open_text(&self, entry: Entry) -> Option<TextEdit> {
        let mut last = entry.value;
        while let Some(child) = self.tree.children(last).last() {
            last = child;
        }
        let span = self.tree.span(last);
        let is_block = matches!(self.tree.style(last), syntax::Style::Literal | syntax::Style::Folded);
        let is_open = is_block
            && self.tree.kind(last) == Kind::Scalar
            && span.end as usize == self.tree.text().len()
            && matches!(read(self.tree, last, Reading::Kubernetes), Value::String(text) if !text.ends_with('\n'));
        let header = self.tree.raw(last).split(['\n', '\r', ' ']).next()?;
        let sign = header.find('+').map_or(Span::at(span.start + header.len() as u32), |at| {
            Span::new(span.start + at as u32, span.start + at as u32 + 1)
        });
        (is_open && !header.contains('-')).then(|| TextEdit::new(sign, "-"))
    }

    /// Inserts before the first entry that stays.
    fn in_front_of_block(&self, blanks: &str, printed: Vec<String>) -> Option<TextEdit> {
        let first = *self.entries.first()?;
        let line_break = self.style.line_break;
        if !begins_its_line(self.tree, first) {
            let above: String = printed.iter().map(|entry| format!("{entry}{line_break}{blanks}")).collect();
            return Some(TextEdit::insert(first.span(self.tree).start, above));
        }
        let (_, kept) = self.kept().next()?;
        let above: String = printed.iter().map(|entry| format!("{blanks}{entry}{line_break}")).collect();
        Some(TextEdit::insert(lead_start(self.tree, kept.span(self.tree).start), above))
    }

    /// Returns the lines that go.
    fn block_cuts(&self) -> Vec<Span> {
        let mut cuts: Vec<Span> = Vec::new();
        let Some((first_kept, kept)) = self.kept().next() else { return cuts };
        let shares_line = self.entries.first().filter(|&&first| !begins_its_line(self.tree, first));
        if let (Some(first), true) = (shares_line, first_kept > 0) {
            // `- a: 1` without `a` goes on where the next entry begins.
            let lead = lead_start(self.tree, kept.span(self.tree).start);
            cuts.push(Span::new(first.span(self.tree).start, self.lines.first_sign(lead)));
        }
        for (place, entry) in self.removed() {
            if shares_line.is_some() && place < first_kept {
                continue;
            }
            let lines = lines_of(self.tree, entry);
            let cut = Span::new(lines.start, self.lines.next(lines.end));
            match cuts.last_mut() {
                Some(last) if last.end == cut.start => last.end = cut.end,
                _ => cuts.push(cut),
            }
        }
        cuts
    }

    fn flow(&self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        for (after, group) in self.placed() {
            let printed = group.into_iter().map(|addition| match addition.key {
                Some(key) => print_flow_entry(key, addition.value, &self.style),
                None => print_flow(addition.value, &self.style),
            });
            match after {
                Some(entry) => edits.extend(self.behind_in_flow(entry, printed.collect())),
                None => edits.extend(self.in_front_of_flow(printed.collect())),
            }
        }
        edits.extend(self.flow_cuts().into_iter().map(TextEdit::cut));
        edits
    }

    fn behind_in_flow(&self, entry: Entry, printed: Vec<String>) -> Vec<TextEdit> {
        let span = entry.span(self.tree);
        if !self.has_lines_of_its_own(entry) {
            let text: String = printed.iter().map(|entry| format!(", {entry}")).collect();
            return vec![TextEdit::insert(span.end, format!("{}{text}", gap_behind(self.tree, entry)))];
        }
        let blanks = " ".repeat(self.lines.column(span.start));
        let line_break = self.style.line_break;
        let end = self.lines.end(span.end);
        let comma = self.comma_after(entry);
        let separator = format!(",{line_break}{blanks}");
        let mut below = format!("{line_break}{blanks}{}", printed.join(&separator));
        let mut edits = Vec::new();
        match comma {
            Some(_) => below.push(','),
            None => edits.push(TextEdit::insert(span.end, format!("{},", gap_behind(self.tree, entry)))),
        }
        edits.push(TextEdit::insert(end, below));
        edits
    }

    fn in_front_of_flow(&self, printed: Vec<String>) -> Option<TextEdit> {
        let (_, kept) = self.kept().next()?;
        let start = kept.span(self.tree).start;
        if !self.has_lines_of_its_own(kept) {
            let text: String = printed.iter().map(|entry| format!("{entry}, ")).collect();
            return Some(TextEdit::insert(start, text));
        }
        let blanks = " ".repeat(self.lines.column(start));
        let line_break = self.style.line_break;
        let above: String = printed.iter().map(|entry| format!("{blanks}{entry},{line_break}")).collect();
        Some(TextEdit::insert(lead_start(self.tree, start), above))
    }

    fn flow_cuts(&self) -> Vec<Span> {
        let mut cuts: Vec<Span> = Vec::new();
        for (place, entry) in self.removed() {
            let span = entry.span(self.tree);
            let kept_before = self.kept().take_while(|&(kept, _)| kept < place).last();
            let is_kept_behind = self.kept().any(|(kept, _)| kept > place);
            let comma = self.comma_after(entry);
            let cut = if self.has_lines_of_its_own(entry) {
                Span::new(lead_start(self.tree, span.start), self.lines.next(span.end))
            } else if let (true, Some(comma)) = (is_kept_behind, comma) {
                Span::new(span.start, self.past_blanks(comma + 1))
            } else if let Some((_, before)) = kept_before {
                let before = before.span(self.tree).end;
                let is_commented = !self.comments_in(Span::new(before, span.start)).is_empty();
                Span::new(if is_commented { span.start } else { before }, span.end)
            } else {
                span
            };
            match cuts.last_mut() {
                Some(last) if cut.start <= last.end => *last = last.cover(cut),
                _ => cuts.push(cut),
            }
        }
        cuts
    }

    fn comments_in(&self, span: Span) -> Vec<Span> {
        let comments = self.tree.comments().iter();
        comments.copied().filter(|comment| span.contains(comment.start)).collect()
    }

    fn past_blanks(&self, offset: u32) -> u32 {
        let rest = self.tree.text().get(offset as usize..).unwrap_or("");
        offset + (rest.len() - rest.trim_start_matches([' ', '\t']).len()) as u32
    }

    /// Returns the offset of the comma behind an entry in brackets.
    fn comma_after(&self, entry: Entry) -> Option<u32> {
        let mut at = entry.span(self.tree).end;
        loop {
            let rest = self.tree.text().get(at as usize..)?;
            let sign = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            at += (rest.len() - sign.len()) as u32;
            if sign.starts_with(',') {
                return Some(at);
            }
            if !is_comment(self.tree, at) {
                return None;
            }
            at = self.lines.end(at);
        }
    }

    /// Says whether an entry in brackets shares no line with anything but its
    /// comma and a comment.
    fn has_lines_of_its_own(&self, entry: Entry) -> bool {
        let span = entry.span(self.tree);
        let mut end = self.past_blanks(span.end);
        if self.comma_after(entry) == Some(end) {
            end = self.past_blanks(end + 1);
        }
        begins_its_line(self.tree, entry) && (self.lines.end(end) == end || is_comment(self.tree, end))
    }
}
