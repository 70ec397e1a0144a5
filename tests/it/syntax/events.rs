//! Writes a tree as the event list of the YAML test suite.

use hedgerow::syntax::Kind;
use hedgerow::syntax::NodeId;
use hedgerow::syntax::Style;
use hedgerow::syntax::Tree;

/// Returns one event a line, without indentation.
pub fn events(tree: &Tree) -> String {
    let mut out = String::from("+STR\n");
    for document in tree.documents() {
        out += if tree.has_start_marker(document) { "+DOC ---\n" } else { "+DOC\n" };
        match tree.root(document) {
            Some(root) => node(tree, root, &mut out),
            None => out += "=VAL :\n",
        }
        out += if tree.has_end_marker(document) { "-DOC ...\n" } else { "-DOC\n" };
    }
    out + "-STR\n"
}

fn node(tree: &Tree, id: NodeId, out: &mut String) {
    let mut properties = String::new();
    if let Some(anchor) = tree.anchor(id) {
        properties += &format!(" &{anchor}");
    }
    if let Some(tag) = tree.resolved_tag(id) {
        properties += &format!(" <{tag}>");
    }
    let flow = tree.style(id) != Style::Block;
    match tree.kind(id) {
        Kind::Mapping => {
            *out += &format!("+MAP{}{properties}\n", if flow { " {}" } else { "" });
            tree.children(id).for_each(|child| node(tree, child, out));
            *out += "-MAP\n";
        }
        Kind::Sequence => {
            *out += &format!("+SEQ{}{properties}\n", if flow { " []" } else { "" });
            tree.children(id).for_each(|child| node(tree, child, out));
            *out += "-SEQ\n";
        }
        Kind::Alias => *out += &format!("=ALI *{}\n", tree.alias_name(id).unwrap_or_default()),
        Kind::Scalar => {
            let sign = sign(tree.style(id));
            *out += &format!("=VAL{properties} {sign}{}\n", escaped(&tree.scalar(id)));
        }
        Kind::Document | Kind::Error => *out += "ERROR\n",
    }
}

/// Returns the sign that stands for the style of a scalar.
pub fn sign(style: Style) -> char {
    match style {
        Style::SingleQuoted => '\'',
        Style::DoubleQuoted => '"',
        Style::Literal => '|',
        Style::Folded => '>',
        _ => ':',
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            '\r' => out += "\\r",
            '\u{8}' => out += "\\b",
            other => out.push(other),
        }
    }
    out
}
