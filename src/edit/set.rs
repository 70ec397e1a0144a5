//! Turns a node into another value by as few edits as can be.
//!
//! Where both are maps or both are lists, only what differs inside is changed.
//! A scalar keeps its quotes where they can hold the new text.
//!
//! **Invariant:** equal values give no edit.

use super::anchors::refuse_used;
use super::anchors::refuse_used_inside;
use super::collection::Addition;
use super::collection::Fate;
use super::collection::change_entries;
use super::collection::keep_open_end;
use super::error::EditError;
use super::lines::Lines;
use super::print::Lead;
use super::print::Place;
use super::print::Printed;
use super::print::print;
use super::print::print_flow;
use super::print::print_text;
use super::style::LongTexts;
use super::style::Quotes;
use super::style::Style;
use super::style::quotes_of;
use super::trivia::Entry;
use super::trivia::comment_on_line;
use super::trivia::content_end;
use super::trivia::entries;
use super::trivia::gap_behind;
use super::trivia::is_flow;
use super::trivia::last_line_end;
use crate::model::Reading;
use crate::model::Value;
use crate::model::read;
use crate::model::read_key;
use crate::model::same_value;
use crate::order::Map;
use crate::syntax;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;
use crate::text::TextEdit;

/// Returns the edits that give a node a value.
pub fn set(
    tree: &Tree,
    node: NodeId,
    value: &Value,
    long_texts: LongTexts,
) -> Result<Vec<TextEdit>, EditError> {
    let mut edits = Vec::new();
    set_into(tree, node, value, long_texts, &mut edits)?;
    Ok(keep_open_end(tree, edits))
}

/// Returns the edits that print a value whole in the place of a node.
pub fn replace(
    tree: &Tree,
    node: NodeId,
    value: &Value,
    long_texts: LongTexts,
) -> Result<Vec<TextEdit>, EditError> {
    refuse_used_inside(tree, node)?;
    let style = Style { long_texts, ..Style::of(tree, node) };
    let lines = Lines::new(tree.text());
    let place = match slot(tree, node) {
        Slot::Flow { entry } => return Ok(vec![replace_in_flow(tree, node, entry, value, &style)]),
        Slot::Block { after, column, lead } => BlockPlace { tree, lines, after, column, lead },
        Slot::Question { key, column } => {
            let end = lines.end(end_of(tree, key));
            let printed = print(value, &style, column, Lead::Key).joined();
            let text = format!("{}{}:{printed}", style.line_break, " ".repeat(column));
            return Ok(vec![TextEdit::insert(end, text)]);
        }
        Slot::Line { after, column } => BlockPlace { tree, lines, after, column, lead: Lead::Line },
    };
    Ok(place.replace(Some(node), value, &style))
}

/// Returns the edits that give an empty document its root.
pub fn fill_document(tree: &Tree, document: NodeId, value: &Value, long_texts: LongTexts) -> Vec<TextEdit> {
    let lines = Lines::new(tree.text());
    let style = Style { long_texts, ..Style::of(tree, document) };
    match marker_end(tree, document) {
        Some(after) => {
            let place = BlockPlace { tree, lines, after, column: 0, lead: Lead::Marker };
            place.replace(None, value, &style)
        }
        None => {
            let at = tree.span(document).start;
            let printed = print(value, &style, 0, Lead::Line).joined();
            vec![TextEdit::insert(at, printed + style.line_break)]
        }
    }
}

fn set_into(
    tree: &Tree,
    node: NodeId,
    value: &Value,
    long_texts: LongTexts,
    edits: &mut Vec<TextEdit>,
) -> Result<(), EditError> {
    let old = read(tree, node, Reading::Kubernetes);
    if same_value(&old, value) {
        return Ok(());
    }
    refuse_used(tree, node)?;
    let plan = match (tree.kind(node), &old, value) {
        (Kind::Mapping, Value::Map(old), Value::Map(new)) => plan_map(tree, node, old, new),
        (Kind::Sequence, Value::List(old), Value::List(new)) => Some(plan_list(tree, node, old, new)),
        _ => None,
    };
    let plan =
        plan.filter(|plan| plan.fates.contains(&Fate::Kept) && tree.style(node) != syntax::Style::FlowPair);
    let Some(plan) = plan else {
        edits.extend(replace(tree, node, value, long_texts)?);
        return Ok(());
    };
    for (entry, value) in &plan.changed {
        set_into(tree, entry.value, value, long_texts, edits)?;
    }
    let entries = entries(tree, node);
    let removed = entries.iter().zip(&plan.fates).filter(|(_, fate)| **fate == Fate::Removed);
    for (entry, _) in removed {
        refuse_used_inside(tree, entry.value)?;
    }
    if plan.fates.contains(&Fate::Removed) || !plan.additions.is_empty() {
        edits.extend(change_entries(tree, node, &entries, &plan.fates, &plan.additions, long_texts));
    }
    Ok(())
}

/// What is to happen to the entries of a collection.
struct Plan<'a> {
    fates: Vec<Fate>,
    /// Entries that stay with another value.
    changed: Vec<(Entry, &'a Value)>,
    additions: Vec<Addition<'a>>,
}

/// None if the map must be written anew: a key that has to go comes in by a
/// merge key.
fn plan_map<'a>(
    tree: &Tree,
    node: NodeId,
    old: &[(String, Value)],
    new: &'a [(String, Value)],
) -> Option<Plan<'a>> {
    let entries = entries(tree, node);
    let keys: Vec<Option<String>> = entries
        .iter()
        .map(|entry| entry.key.filter(|&key| tree.raw(key) != "<<"))
        .map(|key| key.map(|key| read_key(tree, key, Reading::Kubernetes).into_owned()))
        .collect();
    let wanted: Map<&str, &Value> = new.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let before: Map<&str, &Value> = old.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let mut own: Map<&str, Entry> = Map::new();
    let mut fates = Vec::with_capacity(entries.len());
    for (entry, key) in entries.iter().zip(&keys) {
        match key {
            Some(key) if wanted.contains_key(key.as_str()) => {
                own.insert(key, *entry);
                fates.push(Fate::Kept);
            }
            Some(key) => {
                own.insert(key, *entry);
                fates.push(Fate::Removed);
            }
            None => fates.push(Fate::Kept),
        }
    }
    let must_unmerge = before.keys().any(|key| !own.contains_key(key) && !wanted.contains_key(key));
    if must_unmerge {
        return None;
    }
    let mut changed = Vec::new();
    let mut additions = Vec::new();
    for (key, value) in new {
        match own.get(key.as_str()) {
            Some(entry) => changed.push((*entry, value)),
            None if before.get(key.as_str()).is_some_and(|before| same_value(before, value)) => {}
            None => additions.push(Addition { after: entries.len().checked_sub(1), key: Some(key), value }),
        }
    }
    Some(Plan { fates, changed, additions })
}

fn plan_list<'a>(tree: &Tree, node: NodeId, old: &[Value], new: &'a [Value]) -> Plan<'a> {
    let entries = entries(tree, node);
    let mut fates = vec![Fate::Removed; entries.len()];
    let mut changed = Vec::new();
    let mut additions = Vec::new();
    let mut after = None;
    let mut matched = super::align::align(old, new).into_iter().peekable();
    for (place, value) in new.iter().enumerate() {
        match matched.next_if(|&(_, new)| new == place) {
            Some((old_place, _)) => {
                if let (Some(fate), Some(entry)) = (fates.get_mut(old_place), entries.get(old_place)) {
                    *fate = Fate::Kept;
                    changed.push((*entry, value));
                }
                after = Some(old_place);
            }
            None => additions.push(Addition { after, key: None, value }),
        }
    }
    Plan { fates, changed, additions }
}

/// Where a node stands, as far as printing another in its place goes.
enum Slot {
    Flow {
        entry: Option<Entry>,
    },
    Block {
        after: u32,
        column: usize,
        lead: Lead,
    },
    /// A `?` whose value is not written.
    Question {
        key: NodeId,
        column: usize,
    },
    Line {
        after: u32,
        column: usize,
    },
}

fn slot(tree: &Tree, node: NodeId) -> Slot {
    let lines = Lines::new(tree.text());
    let Some(parent) = tree.parent(node) else { return Slot::Flow { entry: None } };
    if tree.kind(parent) == Kind::Document {
        let start = tree.full_span(node).start;
        return match marker_end(tree, parent) {
            Some(after) if lines.same(after, start) => Slot::Block { after, column: 0, lead: Lead::Marker },
            _ if Span::new(lines.start(start), start).of(tree.text()).contains('\t') => {
                Slot::Line { after: lines.start(start), column: 0 }
            }
            _ => Slot::Line { after: start, column: lines.column(start) },
        };
    }
    let entry =
        entries(tree, parent).into_iter().find(|entry| entry.value == node || entry.key == Some(node));
    if is_flow(tree, parent) {
        return Slot::Flow { entry };
    }
    let Some(entry) = entry else { return Slot::Flow { entry: None } };
    let column = lines.column(entry.span(tree).start);
    match entry.sign(tree) {
        Some(sign) => {
            let lead = if entry.key.is_some() { Lead::Key } else { Lead::Dash };
            Slot::Block { after: sign + 1, column, lead }
        }
        None => match entry.key {
            Some(key) => Slot::Question { key, column },
            None => Slot::Flow { entry: Some(entry) },
        },
    }
}

fn marker_end(tree: &Tree, document: NodeId) -> Option<u32> {
    if !tree.has_start_marker(document) {
        return None;
    }
    let lines = Lines::new(tree.text());
    let span = tree.span(document);
    let mut at = span.start;
    while at < span.end {
        let start = lines.start(at);
        if Span::new(start, span.end).of(tree.text()).starts_with("---") {
            return Some(start + 3);
        }
        at = lines.next(at).max(at + 1);
    }
    None
}

fn replace_in_flow(
    tree: &Tree,
    node: NodeId,
    entry: Option<Entry>,
    value: &Value,
    style: &Style,
) -> TextEdit {
    let printed = match (value, quotes_of(tree, node)) {
        (Value::String(text), Some(quotes)) => {
            print_text(text, kept_quotes(tree, node, style), style_quotes(quotes, style), Place::Flow)
        }
        _ => print_flow(value, style),
    };
    if !tree.full_span(node).is_empty() {
        return TextEdit::new(tree.full_span(node), kept_anchor(tree, node) + &printed);
    }
    match entry.map(|entry| (entry, entry.sign(tree))) {
        Some((_, Some(sign))) => TextEdit::insert(sign + 1, format!(" {printed}")),
        Some((entry, None)) => {
            TextEdit::insert(entry.span(tree).end, format!("{}: {printed}", gap_behind(tree, entry)))
        }
        None => TextEdit::insert(tree.span(node).start, printed),
    }
}

/// A place behind a `:`, a `-` or a `---` that begins in `column`.
struct BlockPlace<'a> {
    tree: &'a Tree,
    lines: Lines<'a>,
    after: u32,
    column: usize,
    lead: Lead,
}

impl BlockPlace<'_> {
    fn replace(&self, node: Option<NodeId>, value: &Value, style: &Style) -> Vec<TextEdit> {
        let tree = self.tree;
        let span = node.map(|node| tree.full_span(node)).filter(|span| !span.is_empty());
        let anchor = node.map_or_else(String::new, |node| kept_anchor(tree, node));
        let printed = self.print(node, value, &anchor, style);
        if let (Some(node), Some(span)) = (node, span)
            && printed.tail.is_empty()
            && !is_block_collection(tree, node)
            && !is_block_scalar(tree, node)
        {
            let start = if self.lead == Lead::Line { self.after } else { span.start };
            return vec![TextEdit::new(Span::new(start, span.end), anchor + printed.head.trim_start())];
        }
        let head = self.with_anchor(&anchor, printed.head);
        let line_end = self.lines.end(self.after);
        let has_comment =
            comment_on_line(tree, self.after).is_some_and(|comment| comment.start >= self.after);
        let beside_comment = if has_comment { self.after } else { line_end };
        // What gives way to the head, what goes, and where the tail begins.
        let (head_end, gone, tail_start) = match (node, span) {
            (Some(node), Some(span)) if is_block_collection(tree, node) => {
                let is_beside = self.lines.same(self.after, span.start);
                let head_end = if is_beside { line_end } else { beside_comment };
                (head_end, Span::new(line_end, end_of(tree, node)), line_end)
            }
            (Some(node), Some(span)) if is_block_scalar(tree, node) => {
                let head_end = if has_comment { content_end(tree, span.start) } else { line_end };
                (head_end, Span::new(line_end, span.end), line_end)
            }
            (_, Some(span)) if has_comment && !self.lines.same(self.after, span.start) => {
                (self.after, Span::new(line_end, span.end), self.lines.end(span.end))
            }
            (_, Some(span)) => (span.end, Span::at(span.end), self.lines.end(span.end)),
            _ => (beside_comment, Span::at(line_end), line_end),
        };
        let head = TextEdit::new(Span::new(self.after, head_end), head);
        if tail_start == gone.start {
            return vec![head, TextEdit::new(gone, printed.tail)];
        }
        vec![head, TextEdit::cut(gone), TextEdit::insert(tail_start, printed.tail)]
    }

    fn print_inline(&self, text: &str) -> Printed {
        let blank = if self.lead == Lead::Line { "" } else { " " };
        Printed { head: format!("{blank}{text}"), tail: String::new() }
    }

    fn with_anchor(&self, anchor: &str, head: String) -> String {
        match (anchor.is_empty(), self.lead) {
            (true, _) => head,
            (false, Lead::Line) => format!("{}{head}", anchor.trim_end()),
            (false, _) => format!(" {}{head}", anchor.trim_end()),
        }
    }

    fn print(&self, node: Option<NodeId>, value: &Value, anchor: &str, style: &Style) -> Printed {
        let old_quotes = node.and_then(|node| quotes_of(self.tree, node));
        let was_flow = node.is_some_and(|node| is_flow(self.tree, node) && self.tree.len(node) > 0);
        match (node, value, old_quotes) {
            (Some(node), Value::String(text), Some(quotes)) if !text.contains('\n') => {
                let wanted = kept_quotes(self.tree, node, style);
                let text = print_text(text, wanted, style_quotes(quotes, style), Place::Block);
                self.print_inline(&text)
            }
            (_, Value::Map(_) | Value::List(_), _) if was_flow => {
                self.print_inline(&print_flow(value, style))
            }
            _ => {
                let lead = match self.lead {
                    Lead::Dash if !anchor.is_empty() => Lead::Anchor,
                    Lead::Line if !anchor.is_empty() => Lead::Marker,
                    lead => lead,
                };
                print(value, style, self.column, lead)
            }
        }
    }
}

/// Returns the quotes the author would put around another text here.
fn kept_quotes(tree: &Tree, node: NodeId, style: &Style) -> Quotes {
    let was_text = matches!(read(tree, node, Reading::Kubernetes), Value::String(_));
    match quotes_of(tree, node) {
        Some(quotes) if was_text => quotes,
        Some(Quotes::None) | None => style.texts,
        Some(quotes) => quotes,
    }
}

fn style_quotes(quotes: Quotes, style: &Style) -> Quotes {
    if quotes == Quotes::None { style.needed } else { quotes }
}

/// Returns the anchor of a node and the blank behind it, to be kept.
pub fn kept_anchor(tree: &Tree, node: NodeId) -> String {
    tree.anchor(node).map_or_else(String::new, |name| format!("&{name} "))
}

fn is_block_scalar(tree: &Tree, node: NodeId) -> bool {
    matches!(tree.style(node), syntax::Style::Literal | syntax::Style::Folded)
}

pub fn is_block_collection(tree: &Tree, node: NodeId) -> bool {
    matches!(tree.kind(node), Kind::Mapping | Kind::Sequence) && !is_flow(tree, node)
}

/// Returns the end of a node; of a block collection, of its last line.
pub fn end_of(tree: &Tree, node: NodeId) -> u32 {
    let entries = if is_block_collection(tree, node) { entries(tree, node) } else { Vec::new() };
    entries.last().map_or(tree.full_span(node).end, |entry| last_line_end(tree, *entry))
}
