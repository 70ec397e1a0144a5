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
    let mut omitted = 0;
    let mut quotes = Quotes { tree, next: 0 };
    // Whole chunks are judged first: a file without such characters, which is
    // nearly every one, costs a few instructions for 8 bytes.
    let (chunks, rest) = tree.text().as_bytes().as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        if is_odd(u64::from_le_bytes(*chunk)) {
            omitted += judge(&mut quotes, chunk, index * 8, &mut found, space);
        }
    }
    omitted += judge(&mut quotes, rest, chunks.len() * 8, &mut found, space);
    tree.omitted += omitted + found.len().saturating_sub(space);
    found.truncate(space);
    tree.diagnostics.append(&mut found);
}

/// Judges each character that begins in the bytes at `start`. Returns how many
/// findings there is no space for.
fn judge(
    quotes: &mut Quotes<'_>,
    bytes: &[u8],
    start: usize,
    found: &mut Vec<Diagnostic>,
    space: usize,
) -> usize {
    let mut omitted = 0;
    for (index, &byte) in bytes.iter().enumerate().filter(|(_, byte)| is_suspect(**byte)) {
        if found.len() < space {
            found.extend(finding(quotes, start + index));
        } else {
            // Only what is no ASCII may be fine when it is looked at.
            omitted += usize::from(byte.is_ascii() || finding(quotes, start + index).is_some());
        }
    }
    omitted
}

/// Says whether any of eight bytes is a control character other than a line
/// feed, or no ASCII.
const fn is_odd(eight: u64) -> bool {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The high bit of each byte that is not zero; the bytes have none of their own.
    let upper = (eight & 0x6060_6060_6060_6060) + LOW;
    let no_line_feed = ((eight & LOW) ^ 0x0A0A_0A0A_0A0A_0A0A) + LOW;
    let delete = (eight & LOW) + 0x0101_0101_0101_0101;
    ((!upper & no_line_feed) | delete | eight) & HIGH != 0
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
