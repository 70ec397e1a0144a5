//! Reports characters that YAML does not take, and text that is none.

use super::tree::Kind;
use super::tree::NodeId;
use super::tree::Style;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::text::Span;

/// Adds findings for control characters, for byte order marks where none may
/// be, and for bytes that are no text.
pub(super) fn check(tree: &mut Tree, limits: &Limits) {
    let mut found = Vec::new();
    if let Some(at) = tree.source().broken_at() {
        let message = "the file is neither UTF-8 nor UTF-16 with a byte order mark";
        let finding = Diagnostic::error("yaml-encoding", Span::at(at), message);
        found.push(finding.help("Save the file as UTF-8"));
    }
    let space = limits.findings.saturating_sub(tree.diagnostics.len());
    let mut quotes = Quotes { tree, next: 0 };
    // Whole chunks are judged first: a file without such characters, which is
    // nearly every one, costs one branch for 64 bytes.
    for (index, chunk) in tree.text().as_bytes().chunks(64).enumerate() {
        if chunk.iter().fold(false, |any, &byte| any | is_suspect(byte)) {
            let start = index * 64;
            let suspects = chunk.iter().enumerate().filter(|&(_, &byte)| is_suspect(byte));
            found.extend(suspects.filter_map(|(index, _)| finding(&mut quotes, start + index)));
            if found.len() >= space {
                break;
            }
        }
    }
    found.truncate(space);
    tree.diagnostics.append(&mut found);
}

/// Says whether a character that YAML does not take may begin with the byte.
fn is_suspect(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r')
        | (byte == 0x7F)
        | (byte == 0xC2)
        | (byte == 0xEF)
}

/// Judges the character at `offset`.
///
/// YAML takes those from U+007F on inside quotes. The cluster's reader does
/// not, and so neither do we.
fn finding(quotes: &mut Quotes<'_>, offset: usize) -> Option<Diagnostic> {
    let tree = quotes.tree;
    let character = tree.text().get(offset..)?.chars().next()?;
    let span = Span::new(offset as u32, (offset + character.len_utf8()) as u32);
    match character {
        '\u{85}' | '\u{A0}'..'\u{FEFF}' | '\u{FF00}'..'\u{FFFE}' => None,
        '\u{FEFF}' if tree.marks.binary_search(&span.start).is_ok() || quotes.hold(span.start) => None,
        '\u{FEFF}' => {
            let message = "a byte order mark stands inside the text";
            let finding = Diagnostic::error("yaml-byte-order-mark", span, message);
            Some(finding.help("Remove this character, which cannot be seen"))
        }
        _ => {
            let message = "a control character is not allowed in YAML";
            let finding = Diagnostic::error("yaml-control-character", span, message);
            Some(finding.help("Remove it, or write it as an escape in double quotes"))
        }
    }
}

/// The quoted scalars of a tree, asked for offsets that grow.
struct Quotes<'t> {
    tree: &'t Tree,
    next: u32,
}

impl Quotes<'_> {
    fn hold(&mut self, offset: u32) -> bool {
        while (self.next as usize) < self.tree.node_count() {
            let id = NodeId(self.next);
            let span = self.tree.span(id);
            let is_quoted = matches!(self.tree.style(id), Style::SingleQuoted | Style::DoubleQuoted);
            if self.tree.kind(id) == Kind::Scalar && is_quoted && span.end > offset {
                return span.start < offset;
            }
            self.next += 1;
        }
        false
    }
}
