//! `markers`: an answer's text with conflict markers, for those who settle
//! conflicts in an editor.
//!
//! **Invariant:** markers stand around whole lines of whole nodes. Who takes
//! theirs at each of them gets the content back.

use crate::edit::is_flow;
use crate::edit::line_break;
use crate::limits::Limits;
use crate::model;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Pointer;
use crate::model::ResourceId;
use crate::model::Step;
use crate::model::Value;
use crate::order;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::syntax::parse;
use crate::text::LineIndex;
use crate::text::Source;
use crate::text::Span;
use crate::text::TextEdit;
use crate::text::apply;

/// What the markers need of a `MergeAnswer`, as a caller gives it back.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedAnswer {
    content: String,
    edits: Vec<Moved>,
    conflicts: Vec<Marked>,
}

/// A stretch of theirs that became so many UTF-16 units of the content.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moved {
    place: Place,
    units: u32,
}

/// A stretch of a version, in UTF-16 units, and the column it begins in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    start: u32,
    end: u32,
    column: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Marked {
    label: String,
    resource: Option<ResourceId>,
    field: Option<String>,
    /// Whole lines of the content for which ours has other lines; where it is
    /// left out, the place is that of theirs.
    lines: Option<Place>,
    /// Whether the sides are about two places that do not go together.
    is_semantic: bool,
    base: MarkedSide,
    ours: MarkedSide,
    theirs: MarkedSide,
}

/// What a version has; no text where it has nothing.
#[derive(Debug, Clone, PartialEq)]
struct MarkedSide {
    text: Option<String>,
    place: Option<Place>,
}

impl FromValue for MarkedAnswer {
    fn from_value(value: Value) -> Result<MarkedAnswer, Misfit> {
        read_answer(&value).ok_or_else(|| Misfit::new("an answer has `content`, `edits` and `conflicts`"))
    }
}

fn read_answer(value: &Value) -> Option<MarkedAnswer> {
    Some(MarkedAnswer {
        content: read_text(value.get("content")?).unwrap_or_default(),
        edits: value.get("edits")?.as_list()?.iter().map(read_edit).collect::<Option<_>>()?,
        conflicts: value.get("conflicts")?.as_list()?.iter().map(read_conflict).collect::<Option<_>>()?,
    })
}

fn read_edit(value: &Value) -> Option<Moved> {
    let units = value.get("text")?.as_str()?.encode_utf16().count() as u32;
    Some(Moved { place: read_place(value.get("range")?)?, units })
}

fn read_conflict(value: &Value) -> Option<Marked> {
    let resource = value.get("resource").and_then(|resource| {
        let text = |name| read_text(resource.get(name)?);
        let (group, kind) = (text("group")?, text("kind")?);
        Some(ResourceId { group, kind, namespace: text("namespace")?, name: text("name")? })
    });
    Some(Marked {
        label: read_text(value.get("label")?)?,
        resource,
        field: value.get("field").and_then(read_text),
        lines: value.get("lines").and_then(read_place),
        is_semantic: value.get("kind")?.as_str() == Some("semantic"),
        base: read_side(value.get("base")?)?,
        ours: read_side(value.get("ours")?)?,
        theirs: read_side(value.get("theirs")?)?,
    })
}

fn read_side(value: &Value) -> Option<MarkedSide> {
    let present = value.get("present")?.as_bool()?;
    let text = value.get("text").and_then(read_text).filter(|_| present);
    Some(MarkedSide { text, place: value.get("range").and_then(read_place) })
}

fn read_place(range: &Value) -> Option<Place> {
    let number = |end: &str, name: &str| match range.get(end)?.get(name)? {
        Value::Int(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    let column = number("start", "column")?.saturating_sub(1) as usize;
    Some(Place { start: number("start", "offset")?, end: number("end", "offset")?, column })
}

fn read_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Returns the merged text with diff3-style markers at each open conflict.
///
/// What theirs does not have stands at the end of what would hold it.
pub fn markers(answer: &MarkedAnswer) -> String {
    let page = Page::new(&answer.content);
    let mut gaps: Vec<Gap<'_>> =
        answer.conflicts.iter().filter_map(|conflict| page.gap(conflict, &answer.edits)).collect();
    order::sort_by_key(&mut gaps, |gap| (gap.span.start, u32::MAX - gap.span.end));
    let mut edits = Vec::new();
    let mut group: Vec<Gap<'_>> = Vec::new();
    let mut lines = Span::at(0);
    for gap in gaps {
        let own = page.lines(&gap);
        let shares = own.start < lines.end && !group.is_empty();
        if !shares {
            edits.extend(page.hunk(&group, lines));
            group.clear();
            lines = own;
        } else {
            lines = lines.cover(own);
        }
        group.push(gap);
    }
    edits.extend(page.hunk(&group, lines));
    apply(page.text, &edits)
}

/// A place in the content at which ours and base had something else.
#[derive(Debug)]
struct Gap<'a> {
    label: &'a str,
    span: Span,
    fill: Fill,
    ours: Option<String>,
    base: Option<String>,
}

/// What a gap takes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fill {
    /// A part of a line, or more.
    Part,
    /// Whole lines.
    Lines,
}

/// The content.
struct Page<'a> {
    text: &'a str,
    index: LineIndex,
    end: &'static str,
    tree: Tree,
}

impl<'a> Page<'a> {
    fn new(text: &'a str) -> Page<'a> {
        let tree = parse(Source::from_text(text), &Limits::DEFAULT);
        Page { text, index: LineIndex::new(text), end: line_break(text), tree }
    }

    fn gap(&self, conflict: &'a Marked, edits: &[Moved]) -> Option<Gap<'a>> {
        let label = conflict.label.as_str();
        if let Some(lines) = conflict.lines {
            let span =
                Span::new(self.index.byte(self.text, lines.start), self.index.byte(self.text, lines.end));
            let (ours, base) = (conflict.ours.text.clone(), Some(span.of(self.text).to_owned()));
            return Some(Gap { label, span, fill: Fill::Lines, ours, base });
        }
        if conflict.is_semantic {
            return self.semantic(conflict);
        }
        let (Some(theirs), Some(place)) = (&conflict.theirs.text, conflict.theirs.place) else {
            return self.missing(conflict);
        };
        let span = self.moved(place, edits, theirs);
        let found = span.of(self.text) == theirs;
        // A piece of a longer text, without its indentation.
        let piece = if found { None } else { self.piece(span, theirs) };
        let (span, column) = piece.unwrap_or((span, self.column(span.start)));
        let fill = if piece.is_some() { Fill::Lines } else { Fill::Part };
        let side = |side: &MarkedSide| {
            let from = side.place.filter(|_| fill == Fill::Part).map_or(0, |place| place.column);
            let text = self.shifted(side.text.as_deref()?, from, column);
            Some(if fill == Fill::Part { text } else { self.line(column, &text) })
        };
        Some(Gap { label, span, fill, ours: side(&conflict.ours), base: side(&conflict.base) })
    }

    /// Returns where ours' edit would stand, which does not go together with
    /// another place of theirs.
    fn semantic(&self, conflict: &'a Marked) -> Option<Gap<'a>> {
        let mut field = Pointer::parse(conflict.field.as_deref()?)?;
        let root = self.document(conflict.resource.as_ref());
        let nearest = root.and_then(|root| model::locate_nearest(&self.tree, root, &field));
        let ours = &conflict.ours;
        let found = nearest.filter(|nearest| nearest.steps == field.0.len()).map(|nearest| nearest.located);
        if let Some(found) = found {
            let value = self.tree.span(found.value);
            let from = ours.place.map_or(0, |place| place.column);
            let text = ours.text.as_deref().map(|text| self.shifted(text, from, self.column(value.start)));
            let span = match found.key.filter(|_| text.is_none()) {
                Some(key) => self.tree.span(key).cover(value),
                None => value,
            };
            let base = Some(span.of(self.text).to_owned());
            return Some(Gap { label: &conflict.label, span, fill: Fill::Part, ours: text, base });
        }
        // An entry of its own, with its key.
        let key = match field.0.pop()? {
            Step::Key(key) => key + ": ",
            Step::Index(_) => "- ".to_owned(),
        };
        let from = ours.place.map_or(0, |place| place.column);
        let text = key + &self.shifted(ours.text.as_deref()?, from, 2);
        let whole = MarkedSide { text: Some(text), place: None };
        let stand_in = Marked { ours: whole, ..conflict.clone() };
        let gap = self.missing(&stand_in)?;
        Some(Gap { label: &conflict.label, span: gap.span, fill: gap.fill, ours: gap.ours, base: gap.base })
    }

    /// Returns where something that theirs does not have would stand.
    fn missing<'m>(&self, conflict: &'m Marked) -> Option<Gap<'m>> {
        let source = if conflict.ours.text.is_some() { &conflict.ours } else { &conflict.base };
        source.text.as_ref()?;
        let parent = conflict.field.as_deref().and_then(Pointer::parse).and_then(|mut field| {
            field.0.pop()?;
            let root = self.document(conflict.resource.as_ref())?;
            Some(model::locate_nearest(&self.tree, root, &field)?.located.value)
        });
        let from = source.place.map_or(0, |place| place.column);
        let (offset, fill, column, before) = match parent {
            Some(parent) if is_flow(&self.tree, parent) => {
                let inside = self.tree.raw(parent).trim_end_matches([']', '}']).trim_end();
                let is_empty = inside.len() < 2;
                let offset = self.tree.span(parent).start + inside.len() as u32;
                (offset, Fill::Part, from, if is_empty { "" } else { ", " })
            }
            Some(parent) => {
                let span = self.tree.span(parent);
                let column = if self.tree.is_missing(parent) { from } else { self.column(span.start) };
                (self.whole_lines(span).end, Fill::Lines, column, "")
            }
            None => (self.text.len() as u32, Fill::Lines, 0, ""),
        };
        let side = |side: &MarkedSide| {
            let text = self.shifted(side.text.as_deref()?, from, column);
            if fill == Fill::Part {
                return Some(before.to_owned() + &text);
            }
            let starts = parent.is_some() || self.text.trim().is_empty() || text.starts_with("---");
            let start = if starts { String::new() } else { self.line(0, "---") };
            Some(start + &self.line(column, &text))
        };
        Some(Gap {
            label: &conflict.label,
            span: Span::at(offset),
            fill,
            ours: side(&conflict.ours),
            base: side(&conflict.base),
        })
    }

    fn document(&self, resource: Option<&ResourceId>) -> Option<NodeId> {
        let documents = model::documents(&self.tree);
        let only = documents.len() == 1;
        let found = documents.into_iter().find(|document| only || document.id.as_ref() == resource);
        found.map(|document| document.node)
    }

    /// Returns where a stretch of theirs is in the content.
    fn moved(&self, place: Place, edits: &[Moved], theirs: &str) -> Span {
        let shift = |offset: u32, counts: &dyn Fn(&Moved) -> bool| {
            let before = edits.iter().filter(|edit| edit.place.end <= offset && counts(edit));
            let moved = before.fold(i64::from(offset), |at, edit| {
                at + i64::from(edit.units) - i64::from(edit.place.end - edit.place.start)
            });
            self.index.byte(self.text, u32::try_from(moved).unwrap_or(0))
        };
        let end = shift(place.end, &|edit| edit.place.start < place.end);
        let start = shift(place.start, &|edit| edit.place.start < place.start);
        // What was put in just before it is no part of it.
        let behind = shift(place.start, &|_| true);
        let start = if Span::new(behind, end).of(self.text) == theirs { behind } else { start };
        Span::new(start.min(end), end)
    }

    /// Returns the lines of a piece of a text, and their column.
    fn piece(&self, within: Span, theirs: &str) -> Option<(Span, usize)> {
        let within = self.whole_lines(within);
        let wanted: Vec<&str> = theirs.lines().collect();
        let lines: Vec<&str> = within.of(self.text).split_inclusive('\n').collect();
        let fits =
            |lines: &[&str]| lines.iter().zip(&wanted).all(|(line, wanted)| line.trim() == wanted.trim());
        let at = lines.windows(wanted.len().max(1)).position(fits).filter(|_| !wanted.is_empty())?;
        let length = |lines: &[&str]| lines.iter().map(|line| line.len() as u32).sum::<u32>();
        let start = within.start + length(lines.get(..at)?);
        let found = lines.get(at..at + wanted.len())?;
        let column = found.first().map_or(0, |line| line.len() - line.trim_start().len());
        Some((Span::new(start, start + length(found)), column))
    }

    /// Writes a text of several lines for another column, with the content's
    /// line breaks.
    fn shifted(&self, text: &str, from: usize, to: usize) -> String {
        let mut shifted = String::with_capacity(text.len());
        for (at, line) in text.split_inclusive('\n').enumerate() {
            let (line, end) = match line.strip_suffix('\n') {
                Some(line) => (line.strip_suffix('\r').unwrap_or(line), self.end),
                None => (line, ""),
            };
            let blanks = line.len() - line.trim_start_matches(' ').len();
            if at == 0 || blanks < from || line.len() == blanks {
                shifted.push_str(line);
            } else {
                shifted.push_str(&" ".repeat(to));
                shifted.push_str(line.get(from..).unwrap_or(line));
            }
            shifted.push_str(end);
        }
        shifted
    }

    /// Writes a text that begins in a column and ends its line.
    fn line(&self, column: usize, text: &str) -> String {
        self.ended(" ".repeat(column) + text)
    }

    fn column(&self, offset: u32) -> usize {
        let line = self.whole_lines(Span::at(offset));
        Span::new(line.start, offset).of(self.text).chars().count()
    }

    fn lines(&self, gap: &Gap<'_>) -> Span {
        if gap.fill == Fill::Lines { gap.span } else { self.whole_lines(gap.span) }
    }

    fn whole_lines(&self, span: Span) -> Span {
        let before = self.text.get(..span.start as usize).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = span.end as usize;
        let is_whole = end > start && self.text.get(..end).is_some_and(|text| text.ends_with('\n'));
        let rest = self.text.get(end..).unwrap_or("").find('\n');
        let end = if is_whole { end } else { rest.map_or(self.text.len(), |at| end + at + 1) };
        Span::new(start as u32, end as u32)
    }

    /// Writes the markers around the lines of gaps.
    fn hunk(&self, gaps: &[Gap<'_>], lines: Span) -> Option<TextEdit> {
        let label = gaps.iter().map(|gap| gap.label).collect::<Vec<_>>().join(", ");
        gaps.first()?;
        let end = self.end;
        let starts = lines.start == 0 || self.text.get(..lines.start as usize)?.ends_with('\n');
        let parts = [
            if starts { "" } else { end },
            "<<<<<<< ours: ",
            &label,
            end,
            &self.filled(gaps, lines, |gap| gap.ours.as_deref()),
            "||||||| base",
            end,
            &self.filled(gaps, lines, |gap| gap.base.as_deref()),
            "=======",
            end,
            &self.ended(lines.of(self.text).to_owned()),
            ">>>>>>> theirs",
            end,
        ];
        Some(TextEdit::new(lines, parts.concat()))
    }

    /// Writes the lines with what a side has in the gaps.
    fn filled<'g>(
        &self,
        gaps: &'g [Gap<'_>],
        lines: Span,
        side: impl Fn(&'g Gap<'_>) -> Option<&'g str>,
    ) -> String {
        let mut text = String::new();
        let mut done = lines.start;
        // A conflict inside another stands in that one's texts.
        for gap in gaps {
            if gap.span.start < done {
                continue;
            }
            text.push_str(Span::new(done, gap.span.start).of(self.text));
            done = gap.span.end;
            match side(gap) {
                Some(fill) => text.push_str(fill),
                None if gap.fill == Fill::Part => {
                    done += cut(&mut text, Span::new(done, lines.end).of(self.text))
                }
                None => {}
            }
        }
        text.push_str(Span::new(done.min(lines.end), lines.end).of(self.text));
        self.ended(text)
    }

    fn ended(&self, mut text: String) -> String {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(self.end);
        }
        text
    }
}

/// Takes away what only made sense with a node between `before` and `after`:
/// its line, or a comma. Returns how much of `after` that is.
fn cut(before: &mut String, after: &str) -> u32 {
    let line = after.find('\n').map_or(after.len(), |at| at + 1);
    let rest = after.get(..line).unwrap_or("").trim();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let is_alone = before.get(start..).is_some_and(|text| text.trim().is_empty());
    if is_alone && (rest.is_empty() || rest.starts_with('#')) {
        before.truncate(start);
        return line as u32;
    }
    let kept = before.trim_end();
    // A key of its own line goes with its value, and so does one in braces.
    if kept.ends_with(':') {
        let key = before.get(start..).unwrap_or("").trim_start();
        let is_line = !key.starts_with(['-', '?']) && !key.contains([',', '{', '[']);
        if is_line && (rest.is_empty() || rest.starts_with('#')) {
            before.truncate(start);
            return line as u32;
        }
        if let Some(at) = kept.rfind([',', '{']).filter(|at| *at >= start) {
            let end = if kept.get(at..).is_some_and(|key| key.starts_with(',')) { at } else { at + 1 };
            before.truncate(end);
            return 0;
        }
    }
    let kept = before.trim_end();
    if let Some(kept) = kept.strip_suffix(',') {
        before.truncate(kept.len());
        return 0;
    }
    let behind = after.trim_start().strip_prefix(',').map(str::trim_start);
    behind.map_or(0, |behind| (after.len() - behind.len()) as u32)
}
