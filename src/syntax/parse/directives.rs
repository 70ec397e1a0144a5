//! Reads `%YAML` and `%TAG` lines.

use super::super::tree::TagHandle;
use super::Parser;
use super::flow::is_flow_sign;
use super::properties::is_uri;
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// How many `%TAG` lines a document may have: each tag looks through them all.
const TAG_HANDLES: usize = 64;

/// Says whether a text is `!`, `!!` or `!word!`.
fn is_handle(text: &[u8]) -> bool {
    match text {
        [b'!'] => true,
        [b'!', word @ .., b'!'] => word.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        _ => false,
    }
}

impl Parser<'_> {
    /// Reads the directives before a document. Says whether there are any.
    pub(super) fn directives(&mut self) -> bool {
        let mut found = false;
        let mut version_seen = false;
        while self.here() == b'%' && self.pos == self.line {
            found = true;
            let line = Span::new(self.pos as u32, self.line_end(self.pos) as u32);
            let words = self.words(line);
            match words.first().map(|word| self.src.get(word.range()).unwrap_or(&[])) {
                Some(b"%YAML") => {
                    if version_seen {
                        self.bad_directive(line, "the document has a second `%YAML` line");
                    }
                    version_seen = true;
                    self.version(line, &words);
                }
                Some(b"%TAG") => self.tag_handle(line, &words),
                Some(b"%") => self.bad_directive(line, "a directive has no name"),
                _ => {
                    let message = "YAML has no such directive; it is passed over";
                    self.report(Diagnostic::warning("yaml-unknown-directive", line, message));
                }
            }
            self.pos = line.end as usize;
            if let Some(comment) = words.iter().find(|word| self.at(word.start as usize) == b'#') {
                self.made.comments.push(Span::new(comment.start, line.end));
            }
            self.skip_trivia();
        }
        found
    }

    fn words(&self, line: Span) -> Vec<Span> {
        let mut words = Vec::new();
        let mut at = line.start as usize;
        let end = line.end as usize;
        while at < end {
            if matches!(self.at(at), b' ' | b'\t') {
                at += 1;
                continue;
            }
            let word = self.word(at);
            words.push(word);
            at = (word.end as usize).max(at + 1);
        }
        words
    }

    fn version(&mut self, line: Span, words: &[Span]) {
        let version = words.get(1).map(|word| self.src.get(word.range()).unwrap_or(&[]));
        let is_version = version.is_some_and(|text| {
            let mut parts = text.split(|&byte| byte == b'.');
            let numbers =
                parts.by_ref().take(2).filter(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
            numbers.count() == 2 && parts.next().is_none()
        });
        let more = words.get(2).is_some_and(|word| self.at(word.start as usize) != b'#');
        if !is_version || more {
            self.bad_directive(line, "a `%YAML` line takes one version, like 1.2");
        }
    }

    fn tag_handle(&mut self, line: Span, words: &[Span]) {
        let (Some(&handle), Some(&prefix)) = (words.get(1), words.get(2)) else {
            self.bad_directive(line, "a `%TAG` line takes a handle and a prefix");
            return;
        };
        let text = |word: Span| self.src.get(word.range()).unwrap_or(&[]);
        let more = words.get(3).is_some_and(|word| self.at(word.start as usize) != b'#');
        let is_prefix = is_uri(text(prefix)) && !is_flow_sign(self.at(prefix.start as usize));
        if !is_handle(text(handle)) || !is_prefix || more {
            self.bad_directive(line, "a `%TAG` line takes a handle like `!a!` and a prefix");
            return;
        }
        if self.tag_handles().count() == TAG_HANDLES {
            let message = format!("a document has more than {TAG_HANDLES} `%TAG` lines");
            return self.error("yaml-too-many-handles", line, message, "Write its tags in full, as `!<tag>`");
        }
        let document = self.document;
        self.made.tag_handles.push(TagHandle { document, handle, prefix });
    }

    /// Returns the handles of the current document, the last one first.
    pub(super) fn tag_handles(&self) -> impl Iterator<Item = &TagHandle> {
        let document = self.document;
        self.made.tag_handles.iter().rev().take_while(move |known| known.document == document)
    }

    fn bad_directive(&mut self, line: Span, message: &'static str) {
        self.error(
            "yaml-bad-directive",
            line,
            message,
            "Mend the line, or remove it: it is hardly ever needed",
        );
    }
}
