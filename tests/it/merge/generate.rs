//! Makes fabrics of resources and edit scripts over them, as the inputs of
//! the laws.

use proptest::collection::vec;
use proptest::prelude::*;

/// A value with its dress.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Map(Vec<Entry>),
    List(Vec<Item>),
    Scalar(String, Quote),
    Text(Vec<String>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub item: Item,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub lead: Vec<String>,
    pub trail: Option<String>,
    pub blank: bool,
    pub flow: bool,
    pub node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quote {
    Plain,
    Single,
    Double,
}

/// A file: documents, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub documents: Vec<Node>,
    pub style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub step: usize,
    pub list_step: usize,
    pub crlf: bool,
}

/// One edit: what, where, with what.
pub type Op = (u8, u16, u16);

fn item(node: Node) -> Item {
    Item { lead: vec![], trail: None, blank: false, flow: false, node }
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.to_owned(), item: item(node) }
}

fn scalar(text: impl Into<String>) -> Node {
    Node::Scalar(text.into(), Quote::Plain)
}

fn map(entries: Vec<(&str, Node)>) -> Node {
    Node::Map(entries.into_iter().map(|(key, node)| entry(key, node)).collect())
}

fn list(items: Vec<Node>) -> Node {
    Node::List(items.into_iter().map(item).collect())
}

fn subnet(number: u16) -> Node {
    map(vec![
        ("subnet", scalar(format!("10.{}.{}.0/24", number / 200, number % 200))),
        ("vlan", scalar((1000 + number).to_string())),
        (
            "dhcp",
            map(vec![
                ("enable", scalar("true")),
                ("options", map(vec![("dnsServers", list(vec![scalar("1.1.1.1"), scalar("8.8.8.8")]))])),
            ]),
        ),
    ])
}

fn link(number: u16) -> Node {
    map(vec![
        ("server", map(vec![("port", scalar(format!("server-01/enp{number}s1")))])),
        ("switch", map(vec![("port", scalar(format!("leaf-01/E1/{number}")))])),
    ])
}

fn container(number: u16) -> Node {
    map(vec![
        ("name", scalar(format!("c{number}"))),
        ("image", scalar(format!("image:{number}"))),
        ("args", list(vec![scalar("serve"), scalar("--all")])),
        (
            "env",
            list(vec![
                map(vec![("name", scalar("A")), ("value", scalar("one"))]),
                map(vec![("name", scalar("B")), ("value", scalar("two"))]),
            ]),
        ),
    ])
}

fn document(kind: u8, number: u16) -> Node {
    let resource = |api: &str, kind: &str, rest: Vec<(&str, Node)>| {
        let labels = map(vec![("team", scalar("net")), ("tier", scalar("gold"))]);
        let metadata = map(vec![("name", scalar(format!("r{number}"))), ("labels", labels)]);
        let mut entries = vec![("apiVersion", scalar(api)), ("kind", scalar(kind)), ("metadata", metadata)];
        entries.extend(rest);
        map(entries)
    };
    match kind % 4 {
        0 => resource(
            "vpc.githedgehog.com/v1beta1",
            "VPC",
            vec![(
                "spec",
                map(vec![
                    ("mode", scalar("l2vni")),
                    ("subnets", Node::Map((1..4).map(|n| entry(&format!("s{n}"), subnet(n))).collect())),
                    (
                        "staticRoutes",
                        list(vec![map(vec![
                            ("prefix", scalar("10.9.0.0/16")),
                            ("nextHops", list(vec![scalar("10.0.0.1")])),
                        ])]),
                    ),
                ]),
            )],
        ),
        1 => resource(
            "wiring.githedgehog.com/v1beta1",
            "Connection",
            vec![(
                "spec",
                map(vec![(
                    "bundled",
                    map(vec![("links", list(vec![link(1), link(2), link(3)])), ("mtu", scalar("9036"))]),
                )]),
            )],
        ),
        2 => resource(
            "apps/v1",
            "Deployment",
            vec![(
                "spec",
                map(vec![
                    ("replicas", scalar("3")),
                    (
                        "template",
                        map(vec![(
                            "spec",
                            map(vec![("containers", list(vec![container(1), container(2)]))]),
                        )]),
                    ),
                ]),
            )],
        ),
        _ => resource(
            "v1",
            "ConfigMap",
            vec![(
                "data",
                map(vec![
                    ("mode", Node::Scalar("on".to_owned(), Quote::Double)),
                    (
                        "text",
                        Node::Text(["one", "two", "", "three", "four", "five"].map(str::to_owned).to_vec()),
                    ),
                ]),
            )],
        ),
    }
}

/// Walks to the entry or item of number `at`, counting from the root.
fn slot<'n>(node: &'n mut Node, at: &mut usize) -> Option<&'n mut Item> {
    let items: Vec<&mut Item> = match node {
        Node::Map(entries) => entries.iter_mut().map(|entry| &mut entry.item).collect(),
        Node::List(items) => items.iter_mut().collect(),
        _ => return None,
    };
    for item in items {
        if *at == 0 {
            return Some(item);
        }
        *at -= 1;
        let size = count(&item.node);
        if *at < size {
            return slot(&mut item.node, at);
        }
        *at -= size;
    }
    None
}

fn count(node: &Node) -> usize {
    match node {
        Node::Map(entries) => entries.iter().map(|entry| 1 + count(&entry.item.node)).sum(),
        Node::List(items) => items.iter().map(|item| 1 + count(&item.node)).sum(),
        _ => 0,
    }
}

/// Edits a file. `who` makes names and comments of the two sides differ.
pub fn edit(file: &mut File, ops: &[Op], who: &str, allowed: &[u8]) {
    for (serial, &(op, place, param)) in ops.iter().enumerate() {
        let op = allowed[op as usize % allowed.len()];
        let documents = file.documents.len();
        if op < 20 {
            let index = place as usize % documents;
            let root = &mut file.documents[index];
            let Node::Map(entries) = root else { continue };
            // The head names the resource.
            let Some(body) = entries.iter_mut().skip(2).nth(param as usize % 2) else { continue };
            let total = count(&body.item.node);
            let mut at = (place as usize / 7) % total.max(1);
            let is_metadata = body.key == "metadata";
            let Some(item) = slot(&mut body.item.node, &mut at) else { continue };
            if is_metadata
                && matches!(op, 0..=4)
                && at == 0
                && matches!(&item.node, Node::Scalar(text, _) if text.starts_with('r'))
            {
                continue;
            }
            edit_slot(item, op, param, &format!("{who}{serial}"));
        } else {
            match op {
                20 => file.style.step = 2 + (param as usize % 2) * 2,
                21 => file.style.list_step = (param as usize % 2) * 2,
                22 => file.style.crlf = !file.style.crlf,
                23 => file
                    .documents
                    .push(document(param as u8, 500 + param % 40 + if who == "o" { 100 } else { 0 })),
                24 if documents > 1 => drop(file.documents.remove(place as usize % documents)),
                25 if documents > 1 => {
                    file.documents.swap(place as usize % documents, param as usize % documents)
                }
                _ => {}
            }
        }
    }
}

fn edit_slot(item: &mut Item, op: u8, param: u16, name: &str) {
    match (op, &mut item.node) {
        (0, Node::Scalar(text, _)) if text.contains('/') || text.contains('.') => {
            *text = format!("10.200.{}.0/24", param % 250)
        }
        (0, Node::Scalar(text, _)) => *text = format!("v{}", param % 50),
        (0, Node::Text(lines)) if !lines.is_empty() => {
            let at = param as usize % lines.len();
            lines[at] = format!("line {name}");
        }
        (1, Node::Map(entries)) if entries.len() > 1 => {
            let at = param as usize % entries.len();
            // A link without one of its ends is no link.
            if !["server", "switch"].contains(&entries[at].key.as_str()) {
                entries.remove(at);
            }
        }
        (1, Node::List(items)) if items.len() > 1 => drop(items.remove(param as usize % items.len())),
        (1, Node::Text(lines)) if lines.len() > 1 => drop(lines.remove(param as usize % lines.len())),
        (2, Node::Map(entries)) => {
            let at = param as usize % (entries.len() + 1);
            if !entries.iter().any(|entry| entry.key == name) {
                entries.insert(at, entry(name, scalar(format!("new {param}"))));
            }
        }
        (2, Node::List(items)) => {
            let at = param as usize % (items.len() + 1);
            let new = match items.first().map(|item| &item.node) {
                Some(Node::Map(entries)) if entries.iter().any(|entry| entry.key == "switch") => {
                    link(20 + param % 900)
                }
                Some(Node::Map(entries)) if entries.iter().any(|entry| entry.key == "prefix") => map(vec![
                    ("prefix", scalar(format!("10.77.{}.0/24", param % 250))),
                    ("nextHops", list(vec![scalar("10.0.0.9")])),
                ]),
                Some(Node::Map(entries)) if entries.iter().any(|entry| entry.key == "image") => {
                    container(20 + param % 900)
                }
                Some(Node::Map(_)) => {
                    map(vec![("name", scalar(format!("E{param}"))), ("value", scalar(name))])
                }
                _ => scalar(format!("x{param}")),
            };
            let has_it = items.iter().any(|item| key(&item.node) == key(&new));
            if !has_it {
                items.insert(at, self::item(new));
            }
        }
        (2, Node::Text(lines)) => {
            let at = param as usize % (lines.len() + 1);
            lines.insert(at, format!("added {name}"));
        }
        (3, Node::Map(entries)) if entries.len() > 1 => {
            let len = entries.len();
            entries.swap(param as usize % len, (param as usize / 3) % len);
        }
        (4, node @ (Node::Map(_) | Node::List(_))) if param.is_multiple_of(4) && !is_end(node) => {
            *node = scalar(format!("flat {name}"))
        }
        (10, _) => item.lead = vec![format!("# above {name}")],
        (11, _) if param.is_multiple_of(3) => item.trail = None,
        (11, _) => item.trail = Some(format!("# behind {name}")),
        (12, Node::Scalar(_, quote)) => {
            *quote = match (*quote, param % 2) {
                (Quote::Plain, 0) => Quote::Single,
                (Quote::Plain, _) => Quote::Double,
                _ => *quote,
            };
        }
        (13, _) => item.blank = !item.blank,
        (14, Node::List(_)) => item.flow = !item.flow,
        (15, _) => item.lead.clear(),
        (16, Node::Map(entries)) if entries.len() > 1 => {
            let len = entries.len();
            entries.swap(param as usize % len, (param as usize / 3) % len);
        }
        _ => {}
    }
}

/// Says whether a map is an end of a link, which its item is known by.
fn is_end(node: &Node) -> bool {
    matches!(node, Node::Map(entries) if entries.iter().any(|entry| entry.key == "port" || entry.key == "switch"))
}

/// What an item of the generated lists is known by.
pub fn key(node: &Node) -> String {
    match node {
        Node::Scalar(text, _) => text.clone(),
        Node::Map(entries) => {
            let get =
                |name: &str| entries.iter().find(|entry| entry.key == name).map(|entry| &entry.item.node);
            ["prefix", "name"].iter().find_map(|name| get(name)).map_or_else(|| format!("{entries:?}"), key)
        }
        other => format!("{other:?}"),
    }
}

impl File {
    /// Writes the file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, document) in self.documents.iter().enumerate() {
            if index > 0 {
                text.push_str("---\n");
            }
            self.node(document, 0, &mut text);
        }
        if self.style.crlf { text.replace('\n', "\r\n") } else { text }
    }

    fn node(&self, node: &Node, column: usize, text: &mut String) {
        let pad = " ".repeat(column);
        match node {
            Node::Map(entries) => {
                for entry in entries {
                    lead(&entry.item, &pad, text);
                    text.push_str(&format!("{pad}{}:", entry.key));
                    self.value(&entry.item, column, self.style.step, text);
                }
            }
            Node::List(items) => {
                for item in items {
                    lead(item, &pad, text);
                    text.push_str(&format!("{pad}-"));
                    self.value(item, column, 2, text);
                }
            }
            _ => {}
        }
    }

    fn value(&self, item: &Item, column: usize, step: usize, text: &mut String) {
        let trail = item.trail.as_ref().map_or_else(String::new, |trail| format!(" {trail}"));
        match &item.node {
            Node::Scalar(scalar, quote) => text.push_str(&format!(" {}{trail}\n", quoted(scalar, *quote))),
            Node::Text(lines) => {
                text.push_str(" |\n");
                for line in lines {
                    if line.is_empty() {
                        text.push('\n');
                    } else {
                        text.push_str(&format!("{}{line}\n", " ".repeat(column + 2)));
                    }
                }
            }
            Node::Map(entries) if entries.is_empty() => text.push_str(&format!(" {{}}{trail}\n")),
            Node::List(items) if items.is_empty() => text.push_str(&format!(" []{trail}\n")),
            Node::List(items)
                if item.flow && items.iter().all(|item| matches!(item.node, Node::Scalar(..))) =>
            {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| match &item.node {
                        Node::Scalar(text, quote) => quoted(text, *quote),
                        _ => String::new(),
                    })
                    .collect();
                text.push_str(&format!(" [{}]{trail}\n", items.join(", ")));
            }
            Node::List(_) => {
                text.push_str(&format!("{trail}\n"));
                self.node(
                    &item.node,
                    column + if step == 2 && text.ends_with("-\n") { 2 } else { self.style.list_step },
                    text,
                );
            }
            Node::Map(_) => {
                text.push_str(&format!("{trail}\n"));
                self.node(&item.node, column + step, text);
            }
        }
    }
}

fn lead(item: &Item, pad: &str, text: &mut String) {
    if item.blank {
        text.push('\n');
    }
    for line in &item.lead {
        text.push_str(&format!("{pad}{line}\n"));
    }
}

fn quoted(text: &str, quote: Quote) -> String {
    match quote {
        Quote::Plain => text.to_owned(),
        Quote::Single => format!("'{text}'"),
        Quote::Double => format!("\"{text}\""),
    }
}

/// Bases: one to four documents in a style.
pub fn bases() -> impl Strategy<Value = File> {
    let style = (0..2_usize, 0..2_usize).prop_map(|(step, list)| Style {
        step: 2 + step * 2,
        list_step: list * 2,
        crlf: false,
    });
    let documents = vec(any::<u8>(), 1..4);
    let dress = vec((10..14_u8, any::<u16>(), any::<u16>()), 0..6);
    (documents, style, dress).prop_map(|(kinds, style, dress)| {
        let documents = kinds.iter().enumerate().map(|(index, &kind)| document(kind, index as u16)).collect();
        let mut file = File { documents, style };
        edit(&mut file, &dress, "b", &[10, 11, 12, 13]);
        file
    })
}

/// All edits.
pub const ANY: [u8; 18] = [0, 0, 0, 1, 2, 2, 3, 4, 10, 11, 12, 13, 14, 15, 20, 23, 24, 25];
/// Edits of dress alone.
pub const DRESS: [u8; 9] = [10, 11, 13, 14, 15, 16, 20, 21, 22];
/// Edits of values and presence, with no change of layout.
pub const VALUES: [u8; 6] = [0, 0, 1, 2, 2, 24];

/// An edit script.
pub fn scripts() -> impl Strategy<Value = Vec<Op>> {
    vec((any::<u8>(), any::<u16>(), any::<u16>()), 0..6)
}
