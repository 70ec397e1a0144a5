//! Asks three other parsers what they make of a text, in one form.
//!
//! The form is a list of events: values read, tags resolved, anchors as the
//! number of the node that bears them. `...` and the layout of collections are
//! left out, for not every witness tells them.

use super::events::sign;
use hedgerow::syntax::Kind;
use hedgerow::syntax::NodeId;
use hedgerow::syntax::Tree;
use std::collections::BTreeMap;

/// What a parser makes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is YAML, with these events.
    Accepts(String),
    /// It is not YAML.
    Refuses(String),
    /// The parser stops for a reason of its own.
    Abstains,
}

/// Builds a list of events.
#[derive(Default)]
pub struct Events {
    out: String,
    count: usize,
    anchors: BTreeMap<String, usize>,
}

impl Events {
    pub fn document(&mut self, explicit: bool) {
        self.anchors.clear();
        self.out += if explicit { "+DOC ---\n" } else { "+DOC\n" };
    }

    pub fn node(&mut self, start: &str, anchor: Option<&str>, tag: Option<&str>, text: &str) {
        self.out += start;
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), self.count);
            self.out += &format!(" &{}", self.count);
            self.count += 1;
        }
        if let Some(tag) = tag {
            self.out += &format!(" <{tag}>");
        }
        self.out += &format!("{text}\n");
    }

    pub fn alias(&mut self, name: &str) {
        match self.anchors.get(name) {
            Some(number) => self.out += &format!("=ALI *{number}\n"),
            None => self.out += "=ALI unknown\n",
        }
    }

    pub fn end(&mut self, line: &str) {
        self.out += line;
        self.out.push('\n');
    }

    /// Returns the list.
    pub fn take(self) -> String {
        self.out
    }
}

/// Writes our own tree in the form of the witnesses.
pub fn ours(tree: &Tree) -> String {
    let mut events = Events::default();
    let mut numbers = BTreeMap::new();
    for document in tree.documents() {
        events.document(tree.has_start_marker(document));
        match tree.root(document) {
            Some(root) => our_node(tree, root, &mut events, &mut numbers),
            None => events.node("=VAL", None, None, " :\"\""),
        }
        events.end("-DOC");
    }
    events.out
}

fn our_node(tree: &Tree, id: NodeId, events: &mut Events, numbers: &mut BTreeMap<NodeId, usize>) {
    let (anchor, tag) = (tree.anchor(id), tree.resolved_tag(id));
    if anchor.is_some() {
        numbers.insert(id, events.count);
    }
    let (start, end) = match tree.kind(id) {
        Kind::Mapping => ("+MAP", "-MAP"),
        Kind::Sequence => ("+SEQ", "-SEQ"),
        Kind::Alias => {
            let number = tree.alias_target(id).and_then(|target| numbers.get(&target));
            let target = number.map_or(" unknown".to_owned(), |number| format!(" *{number}"));
            return events.end(&format!("=ALI{target}"));
        }
        Kind::Scalar => {
            let text = format!(" {}{:?}", sign(tree.style(id)), tree.scalar(id));
            return events.node("=VAL", anchor, tag.as_deref(), &text);
        }
        Kind::Document | Kind::Error => return events.end("ERROR"),
    };
    events.node(start, anchor, tag.as_deref(), "");
    for child in tree.children(id) {
        our_node(tree, child, events, numbers);
    }
    events.end(end);
}

/// Asks one of them.
pub type Witness = fn(&str) -> Verdict;

/// The witnesses by name, each from a lineage of its own.
pub const WITNESSES: [(&str, Witness); 3] =
    [("saphyr", saphyr), ("oneyaml", oneyaml), ("rlsp", rlsp_or_nothing)];

fn saphyr(text: &str) -> Verdict {
    use saphyr_parser::Event;
    use saphyr_parser::ScalarStyle;
    let mut events = Events::default();
    // It gives anchors as numbers already, in text order.
    let names = |id: usize| (id > 0).then(|| id.to_string());
    for event in saphyr_parser::Parser::new_from_str(text) {
        let event = match event {
            Ok((event, _)) => event,
            // The others leave this to the reader, as we do.
            Err(error) if error.info().contains("unknown anchor") => return Verdict::Abstains,
            Err(error) => return Verdict::Refuses(error.to_string()),
        };
        let full = |tag: Option<std::borrow::Cow<'_, saphyr_parser::Tag>>| {
            tag.map(|tag| format!("{}{}", tag.handle, tag.suffix))
        };
        match event {
            Event::DocumentStart(explicit) => events.document(explicit),
            Event::DocumentEnd => events.end("-DOC"),
            Event::Alias(id) => events.alias(&id.to_string()),
            Event::Scalar(value, style, id, tag) => {
                let sign = match style {
                    ScalarStyle::SingleQuoted => '\'',
                    ScalarStyle::DoubleQuoted => '"',
                    ScalarStyle::Literal => '|',
                    ScalarStyle::Folded => '>',
                    ScalarStyle::Plain => ':',
                };
                let text = format!(" {sign}{value:?}");
                events.node("=VAL", names(id).as_deref(), full(tag).as_deref(), &text);
            }
            Event::SequenceStart(id, tag) => {
                events.node("+SEQ", names(id).as_deref(), full(tag).as_deref(), "");
            }
            Event::MappingStart(id, tag) => {
                events.node("+MAP", names(id).as_deref(), full(tag).as_deref(), "");
            }
            Event::SequenceEnd => events.end("-SEQ"),
            Event::MappingEnd => events.end("-MAP"),
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
        }
    }
    Verdict::Accepts(events.out)
}

fn oneyaml(text: &str) -> Verdict {
    use oneyaml_syntax::EventKind;
    use oneyaml_syntax::event::ScalarStyle;
    let mut events = Events::default();
    for event in oneyaml_syntax::events(text) {
        if let EventKind::Error(error) = event.kind() {
            return Verdict::Refuses(error.to_string());
        }
        let anchor = event.anchor().map(|anchor| anchor.name);
        let tag = event.tag().map(|tag| tag.resolved);
        let (anchor, tag) = (anchor, tag.as_deref());
        match event.kind() {
            EventKind::DocumentStart { explicit, .. } => events.document(*explicit),
            EventKind::DocumentEnd { .. } => events.end("-DOC"),
            EventKind::Alias => events.alias(event.alias_name().unwrap_or_default()),
            EventKind::Scalar { style, .. } => {
                let sign = match style {
                    ScalarStyle::SingleQuoted => '\'',
                    ScalarStyle::DoubleQuoted => '"',
                    ScalarStyle::Literal => '|',
                    ScalarStyle::Folded => '>',
                    _ => ':',
                };
                let text = format!(" {sign}{:?}", event.value().unwrap_or_default());
                events.node("=VAL", anchor, tag, &text);
            }
            EventKind::SequenceStart { .. } => events.node("+SEQ", anchor, tag, ""),
            EventKind::MappingStart { .. } => events.node("+MAP", anchor, tag, ""),
            EventKind::SequenceEnd => events.end("-SEQ"),
            EventKind::MappingEnd => events.end("-MAP"),
            _ => {}
        }
    }
    Verdict::Accepts(events.out)
}

/// It panics on some texts, in builds that check its assertions.
fn rlsp_or_nothing(text: &str) -> Verdict {
    std::panic::catch_unwind(|| rlsp(text)).unwrap_or(Verdict::Abstains)
}

fn rlsp(text: &str) -> Verdict {
    use rlsp_yaml_parser::Event;
    use rlsp_yaml_parser::ScalarStyle;
    let mut events = Events::default();
    let mut is_empty = false;
    for event in rlsp_yaml_parser::parse_events(text) {
        let event = match event {
            Ok((event, _)) => event,
            Err(error) => return Verdict::Refuses(error.to_string()),
        };
        let (anchor, tag) = (event.anchor(), event.tag());
        let was_empty = std::mem::replace(&mut is_empty, false);
        match &event {
            Event::DocumentStart { explicit, .. } => {
                events.document(*explicit);
                is_empty = true;
            }
            Event::DocumentEnd { .. } => {
                // It leaves out the null of an empty document.
                if was_empty {
                    events.node("=VAL", None, None, " :\"\"");
                }
                events.end("-DOC");
            }
            Event::Alias { name } => events.alias(name),
            Event::Scalar { value, style, .. } => {
                let sign = match style {
                    ScalarStyle::SingleQuoted => '\'',
                    ScalarStyle::DoubleQuoted => '"',
                    ScalarStyle::Literal(_) => '|',
                    ScalarStyle::Folded(_) => '>',
                    ScalarStyle::Plain => ':',
                };
                events.node("=VAL", anchor, tag, &format!(" {sign}{value:?}"));
            }
            Event::SequenceStart { .. } => events.node("+SEQ", anchor, tag, ""),
            Event::MappingStart { .. } => events.node("+MAP", anchor, tag, ""),
            Event::SequenceEnd => events.end("-SEQ"),
            Event::MappingEnd => events.end("-MAP"),
            Event::Comment { .. } => is_empty = was_empty,
            Event::StreamStart | Event::StreamEnd => {}
        }
    }
    Verdict::Accepts(events.out)
}
