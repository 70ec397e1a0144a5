//! Reports characters that YAML does not take, and text that is none.

use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::text::Span;

/// Adds findings for control characters and for bytes that are no text.
pub(super) fn check(tree: &mut Tree, limits: &Limits) {
    let mut found = Vec::new();
    if let Some(at) = tree.source().broken_at() {
        let message = "the file is neither UTF-8 nor UTF-16 with a byte order mark";
        let finding = Diagnostic::error("yaml-encoding", Span::at(at), message);
        found.push(finding.help("Save the file as UTF-8"));
    }
    let bytes = tree.text().as_bytes();
    let mut at = 0;
    // Whole chunks are judged first: a file without such characters, which is
    // nearly every one, costs one branch for 64 bytes.
    for chunk in bytes.chunks(64) {
        if chunk.iter().fold(false, |any, &byte| any | is_control(byte)) {
            for (index, _) in chunk.iter().enumerate().filter(|&(_, &byte)| is_control(byte)) {
                let start = (at + index) as u32;
                let message = "a control character is not allowed in YAML";
                let finding =
                    Diagnostic::error("yaml-control-character", Span::new(start, start + 1), message);
                found.push(finding.help("Remove it, or write it as an escape in double quotes"));
                if found.len() + tree.diagnostics.len() >= limits.findings {
                    tree.diagnostics.append(&mut found);
                    return;
                }
            }
        }
        at += chunk.len();
    }
    tree.diagnostics.append(&mut found);
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r') | (byte == 0x7F)
}
