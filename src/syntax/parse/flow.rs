//! Flow context: collections in brackets and braces.
//!
//! A bracket that is not closed would swallow the rest of the file. So a line
//! that is not indented deeper than the collection's parent ends it.

use super::super::tree::Kind;
use super::super::tree::Style;
use super::Parser;
use super::properties::Properties;
use super::scan::Stop;
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// Says whether a byte is one of `,[]{}`.
pub(super) fn is_flow_sign(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// Whether a `:` may follow without a blank.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// A quote or bracket ended the node.
    Closed,
    /// The node just stopped.
    Open,
}

impl Parser<'_> {
    /// Parses the collection whose bracket is at `pos`, and adds one subtree.
    pub(super) fn flow_collection(&mut self, n: i32) {
        if self.depth >= self.limits.depth {
            return self.too_deep();
        }
        self.depth += 1;
        self.flow += 1;
        let opening = self.here();
        let start = self.pos;
        let kind = if opening == b'[' { Kind::Sequence } else { Kind::Mapping };
        let id = self.open(kind, Style::Flow, start);
        self.pos += 1;
        self.flow_entries(n, opening, start);
        let end = if self.abort { 0 } else { self.pos };
        self.close(id, end.max(start + 1));
        self.flow -= 1;
        self.depth -= 1;
        if self.flow == 0 {
            self.abort = false;
        }
    }

    fn flow_entries(&mut self, n: i32, opening: u8, start: usize) {
        let closing = if opening == b'[' { b']' } else { b'}' };
        let mut expects_entry = true;
        loop {
            self.skip_flow_trivia(n, start);
            if self.abort {
                return;
            }
            match self.here() {
                found @ (b']' | b'}') => {
                    if found != closing {
                        self.wrong_bracket(start);
                    }
                    self.pos += 1;
                    return;
                }
                b',' => {
                    if expects_entry {
                        self.comma(
                            "yaml-extra-comma",
                            "nothing stands before this comma",
                            "Remove the comma",
                        );
                    }
                    self.pos += 1;
                    expects_entry = true;
                    continue;
                }
                _ => {}
            }
            if !expects_entry {
                self.comma(
                    "yaml-missing-comma",
                    "a comma is missing before this entry",
                    "Separate the entries with a comma",
                );
            }
            expects_entry = false;
            let before = self.pos;
            if opening == b'[' {
                self.flow_item(n, start);
            } else {
                self.flow_entry(n, start);
            }
            if self.pos == before && !self.abort {
                self.pos += 1;
            }
        }
    }

    fn wrong_bracket(&mut self, start: usize) {
        let closing = Span::new(self.pos as u32, self.pos as u32 + 1);
        let finding = Diagnostic::error("yaml-wrong-bracket", closing, "this does not close what is open")
            .help("Use the bracket that fits the opening one")
            .related(Span::new(start as u32, start as u32 + 1), "opened here");
        self.report(finding);
    }

    fn comma(&mut self, code: &'static str, message: &'static str, help: &'static str) {
        let span = Span::new(self.pos as u32, self.pos as u32 + 1);
        let span = if self.here() == b',' { span } else { self.rest_of_entry() };
        self.error(code, span, message, help);
    }

    fn rest_of_entry(&self) -> Span {
        let rest = self.src.get(self.pos..self.line_end(self.pos)).unwrap_or(&[]);
        let length = rest.iter().position(|&byte| is_flow_sign(byte)).unwrap_or(rest.len()).max(1);
        Span::new(self.pos as u32, self.trim_end(self.pos, self.pos + length) as u32)
    }

    /// Moves to the next token inside a collection. Sets `abort` where the
    /// collection cannot go on.
    fn skip_flow_trivia(&mut self, n: i32, start: usize) {
        if self.abort {
            return;
        }
        let gap = self.skip_trivia();
        let ended = self.is_eof(self.pos) || (self.pos == self.line && self.ends_at(self.pos));
        let shallow = gap.crossed && gap.column <= n;
        if shallow && !ended && matches!(self.here(), b']' | b'}') {
            let message = "this bracket is indented no deeper than the key it belongs to";
            let span = Span::new(self.pos as u32, self.pos as u32 + 1);
            self.error("yaml-flow-indent", span, message, "Indent it by one space at least");
        } else if shallow || ended {
            self.abort = true;
            let what = if self.at(start) == b'[' { "bracket" } else { "brace" };
            self.error(
                "yaml-unclosed-bracket",
                Span::new(start as u32, start as u32 + 1),
                format!("this {what} is not closed where its value ends"),
                "Close it; lines inside must be indented deeper than the key",
            );
        }
    }

    /// Says whether a `:` here leads a value.
    fn flow_colon(&self, ending: Ending) -> bool {
        let next = self.pos + 1;
        self.here() == b':'
            && (ending == Ending::Closed || self.blank_at(next) || is_flow_sign(self.at(next)))
    }

    /// Parses an item of a sequence, which may be a pair without braces.
    fn flow_item(&mut self, n: i32, opened: usize) {
        let id = self.made.nodes.len();
        let (start, line) = (self.pos, self.line);
        if self.here() == b'?' && self.blank_at(start + 1) {
            self.open(Kind::Mapping, Style::FlowPair, start);
            self.explicit_pair(n, opened);
            return self.close(id, 0);
        }
        let ending = if self.flow_colon(Ending::Open) {
            self.missing_here(start, None);
            Ending::Open
        } else {
            self.flow_node(n, opened)
        };
        self.skip_flow_trivia(n, opened);
        if self.abort || !self.flow_colon(ending) {
            return;
        }
        if self.line != line {
            self.error(
                "yaml-multi-line-key",
                Span::new(start as u32, self.pos as u32),
                "a key goes over more than one line",
                "Write it on one line, or put the pair in braces",
            );
        }
        self.wrap(id, Style::FlowPair, start);
        self.flow_value(n, opened);
        self.close(id, 0);
    }

    /// Parses an entry of a mapping.
    fn flow_entry(&mut self, n: i32, opened: usize) {
        let start = self.pos;
        if self.here() == b'?' && self.blank_at(start + 1) {
            return self.explicit_pair(n, opened);
        }
        let ending = if self.flow_colon(Ending::Open) {
            self.missing_here(start, None);
            Ending::Open
        } else {
            self.flow_node(n, opened)
        };
        self.pair_value(n, opened, ending);
    }

    fn explicit_pair(&mut self, n: i32, opened: usize) {
        let sign = self.pos as u32;
        self.pos += 1;
        self.skip_flow_trivia(n, opened);
        let id = self.made.nodes.len();
        let ending = if self.abort || self.no_node_here() {
            self.missing_here(sign as usize + 1, None);
            Ending::Open
        } else {
            self.flow_node(n, opened)
        };
        self.set_indicator(id, sign);
        self.pair_value(n, opened, ending);
    }

    /// Parses the value of a pair, if there is one.
    fn pair_value(&mut self, n: i32, opened: usize, ending: Ending) {
        let end = self.pos;
        self.skip_flow_trivia(n, opened);
        if !self.abort && self.flow_colon(ending) {
            self.flow_value(n, opened);
        } else {
            self.missing_here(end, None);
        }
    }

    /// Parses the colon at `pos` and the value behind it.
    fn flow_value(&mut self, n: i32, opened: usize) {
        let colon = self.pos as u32;
        self.pos += 1;
        let id = self.made.nodes.len();
        self.skip_flow_trivia(n, opened);
        if self.abort || self.no_node_here() {
            self.missing_here(colon as usize + 1, None);
        } else {
            self.flow_node(n, opened);
        }
        self.set_indicator(id, colon);
    }

    fn no_node_here(&self) -> bool {
        matches!(self.here(), b',' | b']' | b'}') || self.flow_colon(Ending::Open)
    }

    fn missing_here(&mut self, at: usize, props: Option<Properties>) {
        let at = props.as_ref().map_or(at, |props| props.all.end as usize);
        self.leaf(Kind::Scalar, Style::Plain, (at, at), props);
    }

    /// Parses one node and adds exactly one subtree.
    fn flow_node(&mut self, n: i32, opened: usize) -> Ending {
        let lead = self.pos;
        let props = self.properties();
        if props.is_some() {
            self.skip_flow_trivia(n, opened);
            if self.abort || self.no_node_here() {
                self.missing_here(lead, props);
                return Ending::Open;
            }
        }
        let start = self.pos;
        let id = self.made.nodes.len();
        match self.here() {
            b'[' | b'{' => {
                self.flow_collection(n);
                self.attach(id, props);
                Ending::Closed
            }
            quote @ (b'"' | b'\'') => {
                self.quoted(n);
                let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
                self.leaf(Kind::Scalar, style, (start, self.pos), props);
                Ending::Closed
            }
            b'*' => {
                self.name();
                if props.is_some() {
                    self.alias_property((start, self.pos));
                }
                self.leaf(Kind::Alias, Style::Plain, (start, self.pos), props);
                Ending::Open
            }
            _ => {
                let end = self.flow_plain(n);
                self.leaf(Kind::Scalar, Style::Plain, (start, end), props);
                Ending::Open
            }
        }
    }

    fn flow_plain(&mut self, n: i32) -> usize {
        self.check_plain_start();
        let first = self.pos;
        let (mut end, mut stop) = self.scan_plain(first);
        if end == first {
            // A sign that was just reported.
            (end, stop) = self.scan_plain(first + 1);
            end = end.max(first + 1);
        }
        while let Stop::Break(at) = stop {
            let Some((line, text)) = self.continuation(at, n) else { break };
            let (next_end, next_stop) = self.scan_plain(text);
            if next_end == text {
                break;
            }
            self.line = line;
            (end, stop) = (next_end, next_stop);
        }
        self.pos = end;
        end
    }
}
