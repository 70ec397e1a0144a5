//! Writes values as YAML in every style, and what a parser must read there.
//!
//! **Invariant:** what is written is YAML 1.2, so a parser that reads anything
//! else is wrong.

mod scalars;

use super::witnesses::Events;
use proptest::prelude::*;

/// A text and the events that are in it.
#[derive(Debug, Clone)]
pub struct Written {
    pub text: String,
    pub events: String,
}

/// What is to be written.
#[derive(Debug, Clone)]
enum Value {
    Scalar(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

/// What a node stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The start of a line that begins a document.
    Root,
    Marker,
    Item,
    Explicit,
    Value,
}

/// Where a scalar stands, which decides how it may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    Flow,
    /// A key without `?`: on one line.
    Key,
}

/// A few documents with the choices of style drawn at random.
pub fn stream() -> impl Strategy<Value = Written> {
    let values = prop::collection::vec(value(), 1..4);
    (values, prop::collection::vec(any::<u8>(), 32..256)).prop_map(|(values, choices)| {
        let mut writer = Writer { choices, ..Writer::default() };
        for (index, value) in values.iter().enumerate() {
            writer.document(value, index == 0);
        }
        let windows = writer.pick(6) == 0;
        let text = if windows { writer.text.replace('\n', "\r\n") } else { writer.text };
        Written { text, events: writer.events.take() }
    })
}

fn value() -> impl Strategy<Value = Value> {
    let pieces = prop::sample::select(vec![
        "a",
        "b c",
        "x-y",
        "http://x/y?z=1",
        "é",
        "日本",
        "🦔",
        "no",
        "012",
        " ",
        "\n",
        "\n\n",
        "\t",
        "'",
        "\"",
        "\\",
        ": ",
        " #",
        "- ",
        "[",
        "}",
        ",",
        "%",
        "&",
        "*",
        "!",
        "|",
        "---",
        "...",
        "\u{7}",
        "\u{85}",
        "\u{A0}",
        "\u{2028}",
        "\u{FEFF}",
    ]);
    let simple = prop::sample::select(vec!["a", "b c", "key", "x-y", "é", "10", "a:b", "x#y", ""]);
    let text = prop_oneof![
        3 => simple.prop_map(str::to_owned),
        1 => prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat()),
    ];
    text.prop_map(Value::Scalar).prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::vec((inner.clone(), inner), 0..5).prop_map(Value::Map),
        ]
    })
}

#[derive(Default)]
struct Writer {
    text: String,
    events: Events,
    choices: Vec<u8>,
    chosen: usize,
    anchors: usize,
    has_handle: bool,
    /// The text ends inside a block scalar: no comment can follow on its line.
    in_block_scalar: bool,
    /// What follows on the next lines could count as text.
    keeps_breaks: bool,
}

impl Writer {
    /// Draws a number below `limit`.
    fn pick(&mut self, limit: usize) -> usize {
        let choice = self.choices.get(self.chosen % self.choices.len()).copied().unwrap_or(0);
        self.chosen += 1;
        usize::from(choice).wrapping_mul(31).wrapping_add(self.chosen * 7) % limit
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.pick(count) == 0
    }

    fn put(&mut self, text: &str) {
        self.text += text;
        self.in_block_scalar = false;
        self.keeps_breaks = false;
    }

    fn spaces(&mut self, count: i32) {
        self.put(&" ".repeat(usize::try_from(count).unwrap()));
    }

    fn column(&self) -> i32 {
        self.text.chars().rev().take_while(|&character| character != '\n').count() as i32
    }

    /// Ends the line, with comments and blank lines where they may be.
    fn new_line(&mut self, column: i32) {
        if !self.in_block_scalar && self.one_in(6) {
            self.put(" # it's a \"comment\": [");
        }
        let quiet = self.keeps_breaks;
        let below_block = self.in_block_scalar;
        self.put("\n");
        if !quiet && self.one_in(8) {
            self.put(if below_block { "\n" } else { "  \n\n" });
        }
        if !quiet && self.one_in(8) {
            let shift = if below_block { 0 } else { self.pick(4) as i32 };
            self.spaces(column + shift);
            self.put("# - note: {\n");
        }
    }

    fn indent(&mut self, column: i32) {
        self.new_line(column);
        self.spaces(column);
    }

    fn document(&mut self, value: &Value, is_first: bool) {
        let is_ended = !is_first && self.one_in(3);
        if is_ended {
            self.put("...\n");
        }
        let has_directives = (is_first || is_ended) && self.one_in(5);
        self.has_handle = false;
        if has_directives {
            self.put("%YAML 1.2\n");
            self.has_handle = self.one_in(2);
            if self.has_handle {
                self.put("%TAG !e! tag:example.org,2026:\n");
            }
        }
        let explicit = has_directives || !(is_first || is_ended) || self.one_in(3);
        if explicit {
            self.put("---");
        }
        self.events.document(explicit);
        self.anchors = 0;
        self.block(-1, value, if explicit { Place::Marker } else { Place::Root });
        self.new_line(0);
        self.events.end("-DOC");
    }

    /// Writes a node deeper than column `n`.
    fn block(&mut self, n: i32, value: &Value, place: Place) {
        if self.anchors > 0 && self.one_in(12) {
            self.separate(n, place);
            return self.alias();
        }
        let is_short = matches!(value, Value::List(items) if items.is_empty())
            || matches!(value, Value::Map(entries) if entries.is_empty());
        let props = self.props();
        match value {
            Value::Scalar(text) => {
                let may_miss = !matches!(place, Place::Root);
                self.events_scalar_block(n, text, &props, place, may_miss);
            }
            _ if is_short || self.one_in(4) => {
                self.separate(n, place);
                if !props.text.is_empty() {
                    self.put(&props.text);
                    self.separate(n, Place::Value);
                }
                self.flow(n, value, &props, Context::Flow);
            }
            _ => self.block_collection(n, value, &props, place),
        }
    }

    fn block_collection(&mut self, n: i32, value: &Value, props: &Props, place: Place) {
        let is_list = matches!(value, Value::List(_));
        if !props.text.is_empty() {
            self.separate(n, place);
            self.put(&props.text);
        }
        let compact =
            props.text.is_empty() && matches!(place, Place::Item | Place::Explicit) && self.one_in(2);
        let column = if compact {
            let blanks = 1 + self.pick(3) as i32;
            self.spaces(blanks);
            self.column()
        } else {
            let level =
                is_list && n >= 0 && matches!(place, Place::Explicit | Place::Value) && self.one_in(2);
            let column = if level { n } else { n + 1 + self.pick(4) as i32 };
            if place == Place::Root && props.text.is_empty() {
                self.spaces(column);
            } else {
                self.indent(column);
            }
            column
        };
        match value {
            Value::List(items) => {
                self.events.node("+SEQ", props.anchor(), props.tag(), "");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.indent(column);
                    }
                    self.put("-");
                    self.block(column, item, Place::Item);
                }
                self.events.end("-SEQ");
            }
            Value::Map(entries) => {
                self.events.node("+MAP", props.anchor(), props.tag(), "");
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        self.indent(column);
                    }
                    self.block_entry(column, key, value);
                }
                self.events.end("-MAP");
            }
            Value::Scalar(_) => unreachable!("a scalar is no collection"),
        }
    }

    fn block_entry(&mut self, column: i32, key: &Value, value: &Value) {
        if self.one_in(8) {
            self.put("?");
            self.block(column, key, Place::Explicit);
            self.indent(column);
            self.put(":");
            return self.block(column, value, Place::Explicit);
        }
        if self.anchors > 0 && self.one_in(12) {
            self.alias();
            self.put(" ");
        } else {
            self.flow_node(column, key, Context::Key);
        }
        if self.one_in(6) {
            self.put(" ");
        }
        self.put(":");
        self.block(column, value, Place::Value);
    }

    /// Writes what must stand before a node.
    fn separate(&mut self, n: i32, place: Place) {
        if place == Place::Root {
            let blanks = if self.one_in(4) { self.pick(3) as i32 } else { 0 };
            return self.spaces(blanks);
        }
        match self.pick(9) {
            0 => {
                let column = n + 1 + self.pick(4) as i32;
                self.indent(column);
            }
            1 => self.put("   "),
            2 => self.put("\t"),
            _ => self.put(" "),
        }
    }

    fn alias(&mut self) {
        let name = format!("a{}", self.pick(self.anchors));
        self.put(&format!("*{name}"));
        self.events.alias(&name);
    }

    fn props(&mut self) -> Props {
        let mut props = Props::default();
        if self.one_in(10) {
            // A name may be used again; the last one counts.
            let name = format!("a{}", if self.one_in(3) { self.anchors / 2 } else { self.anchors });
            self.anchors = self.anchors.max(name[1..].parse::<usize>().unwrap() + 1);
            props.text = format!("&{name}");
            props.anchor = Some(name);
        }
        if self.one_in(10) {
            let (tag, full) = match self.pick(if self.has_handle { 4 } else { 3 }) {
                0 => ("!!str", "tag:yaml.org,2002:str"),
                1 => ("!local", "!local"),
                2 => ("!<tag:a.b,1:c>", "tag:a.b,1:c"),
                _ => ("!e!f%21", "tag:example.org,2026:f!"),
            };
            props.tag = Some(full.to_owned());
            props.text = match props.text.as_str() {
                "" => tag.to_owned(),
                anchor if self.one_in(2) => format!("{tag} {anchor}"),
                anchor => format!("{anchor} {tag}"),
            };
        }
        props
    }

    fn events_scalar_block(&mut self, n: i32, text: &str, props: &Props, place: Place, may_miss: bool) {
        if text.is_empty() && may_miss && self.one_in(2) {
            if !props.text.is_empty() {
                self.separate(n, place);
                self.put(&props.text);
            }
            return self.scalar_event(':', text, props);
        }
        self.separate(n, place);
        if !props.text.is_empty() {
            self.put(&props.text);
            self.separate(n, Place::Value);
        }
        let fits = text.chars().all(|character| scalars::is_printable(character) && character != '\u{FEFF}');
        match self.pick(3) {
            0 if fits => self.literal(n, text, props),
            1 if fits && !scalars::has_spaced_lines(text) => self.folded(n, text, props),
            _ => self.scalar(n, text, props, Context::Block),
        }
    }

    fn scalar_event(&mut self, sign: char, text: &str, props: &Props) {
        self.events.node("=VAL", props.anchor(), props.tag(), &format!(" {sign}{text:?}"));
    }

    /// Writes a node inside brackets, or a key, with its properties.
    fn flow_node(&mut self, n: i32, value: &Value, context: Context) {
        let props = self.props();
        if !props.text.is_empty() {
            self.put(&props.text);
            self.put(" ");
        }
        self.flow(n, value, &props, context);
    }

    fn flow(&mut self, n: i32, value: &Value, props: &Props, context: Context) {
        match value {
            Value::Scalar(text) if text.is_empty() => {
                self.scalar_event('"', "", props);
                self.put("\"\"");
            }
            Value::Scalar(text) => self.scalar(n, text, props, context),
            Value::List(items) => {
                self.events.node("+SEQ", props.anchor(), props.tag(), "");
                self.put("[");
                self.flow_gap(n, context);
                for (index, item) in items.iter().enumerate() {
                    self.flow_item(n, item, context);
                    self.comma(n, index + 1 < items.len(), context);
                }
                self.put("]");
                self.events.end("-SEQ");
            }
            Value::Map(entries) => {
                self.events.node("+MAP", props.anchor(), props.tag(), "");
                self.put("{");
                self.flow_gap(n, context);
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.flow_entry(n, key, value, context);
                    self.comma(n, index + 1 < entries.len(), context);
                }
                self.put("}");
                self.events.end("-MAP");
            }
        }
    }

    fn comma(&mut self, n: i32, more: bool, context: Context) {
        self.flow_gap(n, context);
        if more || self.one_in(4) {
            self.put(",");
            self.flow_gap(n, context);
        }
    }

    /// Writes what may stand between the signs of a flow collection.
    fn flow_gap(&mut self, n: i32, context: Context) {
        match self.pick(8) {
            0 if context != Context::Key => {
                let column = n + 1 + self.pick(4) as i32;
                self.indent(column.max(1));
            }
            1 => self.put("\t"),
            2..5 => self.put(" "),
            _ => {}
        }
    }

    fn flow_item(&mut self, n: i32, item: &Value, context: Context) {
        match item {
            Value::Map(entries) if entries.len() == 1 && self.one_in(2) => {
                let (key, value) = &entries[0];
                self.events.node("+MAP", None, None, "");
                self.flow_entry(n, key, value, context);
                self.events.end("-MAP");
            }
            _ if self.anchors > 0 && self.one_in(12) => self.alias(),
            _ => self.flow_node(n, item, context),
        }
    }

    fn flow_entry(&mut self, n: i32, key: &Value, value: &Value, context: Context) {
        if self.one_in(8) {
            self.put("? ");
            self.flow_gap(n, context);
            self.flow_node(n, key, context);
            self.flow_gap(n, context);
            self.put(" : ");
        } else {
            let quoted = self.text.len();
            self.flow_node(n, key, Context::Key);
            let is_closed = self.text.len() > quoted && self.text.ends_with(['"', '\'', ']', '}']);
            let colon = if is_closed && self.one_in(2) { ":" } else { ": " };
            self.put(colon);
        }
        match value {
            Value::Scalar(text) if text.is_empty() => {
                let props = self.props();
                self.put(&props.text);
                self.scalar_event(':', "", &props);
            }
            _ => {
                self.flow_gap(n, context);
                self.flow_node(n, value, context);
            }
        }
    }
}

#[derive(Default)]
struct Props {
    text: String,
    anchor: Option<String>,
    tag: Option<String>,
}

impl Props {
    fn anchor(&self) -> Option<&str> {
        self.anchor.as_deref()
    }

    fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }
}
