//! Turns nodes into values.
//!
//! Aliases are expanded and merge keys applied within a budget, so a text that
//! doubles itself thirty times costs no more than an honest one.
//!
//! **Invariant:** reading never fails. What has no value (an error node, an
//! alias of nothing, the rest behind the budget) reads as null, and a finding
//! says why.

use super::reading::Plain;
use super::reading::Reading;
use super::reading::is_surely_text;
use super::reading::read_plain;
use super::reading::read_plain_key;
use super::value::Value;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::order::Map;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::syntax::Tree;
use std::borrow::Cow;

/// The expansion of aliases passes a limit.
pub const ALIAS_BUDGET: &str = "yaml-alias-budget";
/// An alias stands inside what it stands for.
pub const ALIAS_CYCLE: &str = "yaml-alias-cycle";
/// A key is no text and cannot be made into one.
pub const KEY_NOT_TEXT: &str = "yaml-key-not-text";
/// A merge key holds something else than mappings.
pub const MERGE_NOT_MAP: &str = "yaml-merge-not-map";
/// A number that JSON does not have.
pub const NUMBER_NOT_JSON: &str = "yaml-number-not-json";
/// A scalar does not have the type its tag names.
pub const TAG_MISMATCH: &str = "yaml-tag-mismatch";
/// An alias of an anchor that is not there.
pub const UNKNOWN_ALIAS: &str = "yaml-unknown-alias";

/// A value, and what is worth saying about how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The value.
    pub value: Value,
    /// What is wrong, in the order it was met.
    pub findings: Vec<Diagnostic>,
    /// How many more findings there are that have not been kept.
    pub omitted: usize,
}

/// A key and its value in a mapping, repeated and merged keys settled.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub key: Cow<'a, str>,
    pub value: NodeId,
    /// Came in by a merge key.
    pub merged: bool,
}

/// Reads a node, or the root of a document, with the default limits.
pub fn read(tree: &Tree, node: NodeId, reading: Reading) -> Value {
    read_with_findings(tree, node, reading, &Limits::DEFAULT).value
}

/// Reads a node, or the root of a document, and says what is wrong with it.
pub fn read_with_findings(tree: &Tree, node: NodeId, reading: Reading, limits: &Limits) -> Read {
    let mut reader = Reader::new(tree, reading, limits);
    // Keys that repeat are in the diagnostics, as long as those are all there.
    reader.is_calm =
        tree.kind(node) == Kind::Document && tree.diagnostics().is_empty() && !tree.may_surprise(node);
    let value = reader.value(node);
    Read { value, findings: reader.findings, omitted: reader.omitted }
}

/// Walks a tree through its aliases and keeps count.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub tree: &'a Tree,
    pub reading: Reading,
    /// Nothing in what is read is worth saying: all keys are text, each stands
    /// once, and there are no tags.
    is_calm: bool,
    limits: Limits,
    /// Nodes that aliases may still add.
    budget: usize,
    depth: u32,
    /// Aliases and merges around the place.
    expansions: u32,
    findings: Vec<Diagnostic>,
    /// Findings behind the limit.
    omitted: usize,
}

impl<'a> Reader<'a> {
    pub fn new(tree: &'a Tree, reading: Reading, limits: &Limits) -> Reader<'a> {
        Reader {
            tree,
            reading,
            is_calm: false,
            limits: *limits,
            budget: limits.expanded_nodes,
            depth: 0,
            expansions: 0,
            findings: Vec::new(),
            omitted: 0,
        }
    }

    pub fn value(&mut self, node: NodeId) -> Value {
        match self.tree.kind(node) {
            Kind::Document => self.tree.root(node).map_or(Value::Null, |root| self.value(root)),
            Kind::Scalar => self.scalar(node),
            Kind::Error => Value::Null,
            Kind::Alias => match self.alias(node) {
                Some(target) => self.expanded(|reader| reader.value(target)).unwrap_or_default(),
                None => Value::Null,
            },
            Kind::Sequence => self.deeper(node, |reader| {
                Value::List(reader.tree.items(node).map(|item| reader.value(item)).collect())
            }),
            Kind::Mapping if self.is_calm => self.deeper(node, |reader| {
                let mut entries = Vec::with_capacity(reader.tree.len(node) / 2);
                for (key, value) in reader.tree.entries(node) {
                    // A plain key stands on one line here.
                    let key = match reader.tree.style(key) {
                        Style::Plain => reader.tree.raw(key).to_owned(),
                        _ => reader.tree.scalar(key).into_owned(),
                    };
                    entries.push((key, reader.value(value)));
                }
                Value::Map(entries)
            }),
            Kind::Mapping => self.deeper(node, |reader| {
                let entries = reader.entries(node);
                let read = |entry: Entry<'a>| {
                    let value = match entry.merged {
                        true => reader.expanded(|reader| reader.value(entry.value)).unwrap_or_default(),
                        false => reader.value(entry.value),
                    };
                    (entry.key.into_owned(), value)
                };
                Value::Map(entries.into_iter().map(read).collect())
            }),
        }
    }

    /// Returns what an alias stands for; none, with a finding, if that cannot
    /// be said.
    pub fn alias(&mut self, alias: NodeId) -> Option<NodeId> {
        let name = self.tree.alias_name(alias).unwrap_or("");
        let span = self.tree.span(alias);
        let Some(target) = self.tree.alias_target(alias) else {
            let message = format!("no anchor `&{name}` comes before this alias");
            self.report(Diagnostic::error(UNKNOWN_ALIAS, span, message).help("Write the value itself"));
            return None;
        };
        if self.tree.full_span(target).contains(span.start) {
            let message = format!("the alias `*{name}` stands inside what it stands for");
            self.report(Diagnostic::error(ALIAS_CYCLE, span, message).help("Write the value itself"));
            return None;
        }
        Some(target)
    }

    /// Runs `read` one level further in. None behind the budget.
    pub fn expanded<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.budget == 0 {
            return self.run_out();
        }
        self.expansions += 1;
        self.depth += 1;
        let result = if self.depth <= self.limits.depth { Some(read(self)) } else { self.run_out() };
        self.depth -= 1;
        self.expansions -= 1;
        result
    }

    fn deeper(&mut self, node: NodeId, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.spend(self.tree.len(node) + 1) {
            return Value::Null;
        }
        self.depth += 1;
        // The parser holds the same limit, so only aliases lead beyond it.
        let result = if self.depth <= self.limits.depth.saturating_mul(2) { read(self) } else { Value::Null };
        self.depth -= 1;
        result
    }

    /// Takes `nodes` off the budget if an alias leads here.
    pub fn spend(&mut self, nodes: usize) -> bool {
        if self.expansions == 0 {
            return true;
        }
        if self.budget >= nodes {
            self.budget -= nodes;
            return true;
        }
        self.run_out::<()>();
        false
    }

    /// Uses up the budget, and says so once.
    fn run_out<T>(&mut self) -> Option<T> {
        let is_reported = self.findings.iter().any(|finding| finding.code == ALIAS_BUDGET);
        if !is_reported && let Some(document) = self.tree.documents().next() {
            let first = self.first_alias(document).unwrap_or(document);
            let message = "the aliases expand to more than may be read";
            let finding = Diagnostic::error(ALIAS_BUDGET, self.tree.span(first), message);
            self.findings.push(finding.help("Write values out, or use fewer aliases inside each other"));
        }
        self.budget = 0;
        None
    }

    fn first_alias(&self, document: NodeId) -> Option<NodeId> {
        let mut open = vec![document];
        while let Some(node) = open.pop() {
            if self.tree.kind(node) == Kind::Alias {
                return Some(node);
            }
            let children: Vec<NodeId> = self.tree.children(node).collect();
            open.extend(children.into_iter().rev());
        }
        None
    }

    /// Keeps a finding, unless the place was already read where it stands.
    fn report(&mut self, finding: Diagnostic) {
        match self.expansions == 0 {
            true if self.findings.len() < self.limits.findings => self.findings.push(finding),
            true => self.omitted += 1,
            false => {}
        }
    }

    fn scalar(&mut self, node: NodeId) -> Value {
        let text = read_text(self.tree, node, self.reading);
        if self.is_calm && is_surely_text(&text) {
            return Value::String(text.into_owned());
        }
        if let Some(tag) = self.tree.resolved_tag(node) {
            return self.tagged(node, &tag, text);
        }
        if self.tree.style(node) != Style::Plain {
            return Value::String(text.into_owned());
        }
        let plain = read_plain(&text, self.reading);
        self.finite(node, plain.into_value(text))
    }

    /// Reports a number that JSON does not have.
    fn finite(&mut self, node: NodeId, value: Value) -> Value {
        if let Value::Float(number) = value
            && !number.is_finite()
        {
            let message = format!("`{}` is a number that JSON does not have", self.tree.raw(node));
            let finding = Diagnostic::error(NUMBER_NOT_JSON, self.tree.span(node), message);
            self.report(finding.help("Write a number, or put it in quotes if it is text"));
        }
        value
    }

    fn tagged(&mut self, node: NodeId, tag: &str, text: Cow<'a, str>) -> Value {
        let plain = read_plain(&text, self.reading);
        let value = match (tag.strip_prefix("tag:yaml.org,2002:"), plain) {
            (Some("null"), Plain::Null) => Some(Value::Null),
            (Some("bool"), Plain::Bool(value)) => Some(Value::Bool(value)),
            (Some("int"), Plain::Int(value)) => Some(Value::Int(value)),
            (Some("float"), Plain::Float(value)) => Some(Value::Float(value)),
            (Some("float"), Plain::Int(value)) if self.reading == Reading::Kubernetes => {
                Some(Value::Int(value))
            }
            (Some("float"), Plain::Int(value)) => Some(Value::Float(value as f64)),
            (Some("null" | "bool" | "int" | "float" | "seq" | "map"), _) => None,
            (Some("binary"), _) if self.reading == Reading::Kubernetes => {
                decode_base_64(&text).map(Value::String)
            }
            // Any other tag is one that neither the cluster nor JSON knows:
            // they take the text.
            _ => return Value::String(text.into_owned()),
        };
        match value {
            Some(value) => self.finite(node, value),
            None => {
                let written = self.tree.tag(node).unwrap_or("");
                let message = format!("`{}` is not what the tag `{written}` says", self.tree.raw(node));
                let finding = Diagnostic::error(TAG_MISMATCH, self.tree.span(node), message);
                self.report(finding.help("Remove the tag or change the value"));
                Value::String(text.into_owned())
            }
        }
    }

    /// Returns the pairs of a mapping. A key that repeats stands where it stood
    /// first, with its last value.
    pub fn entries(&mut self, mapping: NodeId) -> Vec<Entry<'a>> {
        let mut entries = Vec::with_capacity(self.tree.len(mapping) / 2);
        for (key, value) in self.tree.entries(mapping) {
            if self.is_merge_key(key) {
                entries.append(&mut self.merge(value));
            } else {
                entries.push(Entry { key: self.key(key), value, merged: false });
            }
        }
        settle_repeated(entries)
    }

    /// Says whether a key merges mappings in.
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        self.reading == Reading::Kubernetes
            && self.tree.kind(key) == Kind::Scalar
            && self.tree.style(key) == Style::Plain
            && self.tree.raw(key) == "<<"
    }

    /// Returns the mappings that the value of a merge key stands for, in the
    /// order in which later ones win.
    pub fn merge_sources(&mut self, value: NodeId) -> Vec<NodeId> {
        let listed: Vec<NodeId> = match self.tree.kind(value) {
            Kind::Sequence => self.tree.items(value).collect(),
            _ => vec![value],
        };
        let mut sources = Vec::with_capacity(listed.len());
        for node in listed.into_iter().rev() {
            let target = if self.tree.kind(node) == Kind::Alias { self.alias(node) } else { Some(node) };
            match target {
                Some(target) if self.tree.kind(target) == Kind::Mapping => sources.push(target),
                Some(_) => {
                    let span = self.tree.span(node);
                    let finding = Diagnostic::error(MERGE_NOT_MAP, span, "only mappings can be merged in");
                    self.report(finding.help("Put a mapping or an alias of one here"));
                }
                None => {}
            }
        }
        sources
    }

    fn merge(&mut self, value: NodeId) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        for source in self.merge_sources(value) {
            let merged = self.expanded(|reader| match reader.spend(reader.tree.len(source) + 1) {
                true => reader.entries(source),
                false => Vec::new(),
            });
            entries.extend(merged.into_iter().flatten().map(|entry| Entry { merged: true, ..entry }));
        }
        settle_repeated(entries)
    }

    fn key(&mut self, key: NodeId) -> Cow<'a, str> {
        let text = key_text(self.tree, key, self.reading);
        if let Key::SourceText(_) = text {
            let message = "a key that is no text stands for its source text";
            let finding = Diagnostic::info(KEY_NOT_TEXT, self.tree.full_span(key), message);
            self.report(finding.help("Write the key as text in quotes"));
        }
        text.into_text()
    }
}

/// What a key is in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key<'a> {
    /// Text, or made into text as the reading has it.
    Text(Cow<'a, str>),
    /// JSON has no such key; this is how it is written.
    SourceText(&'a str),
}

impl<'a> Key<'a> {
    fn into_text(self) -> Cow<'a, str> {
        match self {
            Key::Text(text) => text,
            Key::SourceText(text) => Cow::Borrowed(text),
        }
    }
}

/// Returns what a scalar says. The last line of a block scalar that ends with
/// the file, without a line break, has none to the cluster, but one as the
/// YAML test suite has it.
pub(super) fn read_text(tree: &Tree, node: NodeId, reading: Reading) -> Cow<'_, str> {
    let mut text = tree.scalar(node);
    let is_block = matches!(tree.style(node), Style::Literal | Style::Folded);
    let is_open = is_block
        && reading == Reading::Kubernetes
        && tree.span(node).end as usize == tree.text().len()
        && !tree.text().ends_with(['\n', '\r']);
    if is_open && lacks_last_break(tree.raw(node), &text) {
        text.to_mut().pop();
    }
    text
}

/// Says whether the break at the end of `text` is none of `raw`'s.
fn lacks_last_break(raw: &str, text: &str) -> bool {
    let header = raw.split(['\n', '\r', '#']).next().unwrap_or("");
    let last_line = raw.rsplit(['\n', '\r']).next().unwrap_or("");
    let is_blank = |line: &str| line.bytes().all(|byte| byte == b' ');
    let Some(content) = text.strip_suffix('\n') else { return false };
    // Blanks count as a line only beyond the indentation.
    header.contains('+') || !is_blank(last_line) || content.ends_with(' ')
}

/// Returns what a key is in JSON: its text, or its source text where JSON has
/// no such key.
pub fn read_key(tree: &Tree, key: NodeId, reading: Reading) -> Cow<'_, str> {
    key_text(tree, key, reading).into_text()
}

fn key_text(tree: &Tree, key: NodeId, reading: Reading) -> Key<'_> {
    let target = match tree.kind(key) {
        Kind::Alias => tree.alias_target(key).unwrap_or(key),
        _ => key,
    };
    let source_text = || Key::SourceText(tree.source().slice(tree.full_span(key)));
    if tree.kind(target) != Kind::Scalar {
        return source_text();
    }
    let text = tree.scalar(target);
    if tree.style(target) != Style::Plain || tree.tag(target).is_some() {
        return Key::Text(text);
    }
    // Borrowed almost always: a plain key in one line is its own text.
    match text {
        Cow::Borrowed(text) => read_plain_key(text, reading).map_or_else(source_text, Key::Text),
        Cow::Owned(text) => match read_plain_key(&text, reading) {
            Some(key) => Key::Text(Cow::Owned(key.into_owned())),
            None => source_text(),
        },
    }
}

/// Keeps each key once: at its first place, with its last value.
fn settle_repeated(entries: Vec<Entry<'_>>) -> Vec<Entry<'_>> {
    const FEW: usize = 12;
    let mut rest = entries.as_slice();
    let mut is_first = || {
        let (last, before) = rest.split_last()?;
        rest = before;
        Some(before.iter().all(|earlier| earlier.key != last.key))
    };
    if entries.len() <= FEW && std::iter::from_fn(&mut is_first).all(|is_first| is_first) {
        return entries;
    }
    let mut kept: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
    let mut places: Map<Cow<'_, str>, usize> = Map::new();
    for entry in entries {
        let place = *places.entry(entry.key.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => *earlier = entry,
            None => kept.push(entry),
        }
    }
    kept
}

/// Decodes base 64 as the cluster's decoder does with `!!binary`.
fn decode_base_64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0u32);
    let mut letters =
        text.trim_end().trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace());
    letters.try_for_each(|letter| {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
        Some(())
    })?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
