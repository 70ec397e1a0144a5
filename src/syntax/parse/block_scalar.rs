//! Finds the extent of `|` and `>` scalars.

use super::super::tree::Kind;
use super::super::tree::Style;
use super::Parser;
use super::properties::Properties;
use crate::text::Span;

impl Parser<'_> {
    /// Parses the block scalar at `pos`. Leaves `pos` before the break of its
    /// last line.
    pub(super) fn block_scalar(&mut self, n: i32, props: Option<Properties>) {
        let start = self.pos;
        let style = if self.here() == b'|' { Style::Literal } else { Style::Folded };
        let (keeps, digit) = self.header();
        let header_end = self.pos;
        self.header_rest();
        let mut indent = digit.map(|digit| n.max(0) + digit);
        let mut end = header_end;
        let mut deepest_blank = (0, 0);
        let mut at = self.pos;
        while !self.is_eof(at) {
            let line = self.after_break(at);
            if self.is_eof(line) {
                break;
            }
            let mut text = line;
            while self.at(text) == b' ' {
                text += 1;
            }
            let spaces = (text - line) as i32;
            let is_blank = self.break_at(text) && indent.is_none_or(|indent| spaces <= indent);
            if is_blank {
                if indent.is_none() && spaces > deepest_blank.0 {
                    deepest_blank = (spaces, line);
                }
                if keeps {
                    end = text;
                }
                at = text;
                continue;
            }
            if spaces < indent.unwrap_or(n + 1) || (text == line && self.ends_at(line)) {
                self.tab_below(line, text);
                break;
            }
            if indent.is_none() {
                indent = Some(spaces);
                if deepest_blank.0 > spaces {
                    self.deep_blank(deepest_blank.1);
                }
            }
            at = self.line_end(text);
            end = at;
        }
        if end > header_end {
            self.pos = end;
        }
        self.leaf(Kind::Scalar, style, (start, end), props);
        // Without text every line is blank, however many spaces it has.
        self.set_len(indent.map_or(u32::MAX, |indent| indent.max(0) as u32));
    }

    /// Reads the signs behind `|` or `>`: whether `+` is there, and the digit.
    fn header(&mut self) -> (bool, Option<i32>) {
        self.pos += 1;
        let mut chomp = None;
        let mut digit = None;
        loop {
            match self.here() {
                sign @ (b'+' | b'-') if chomp.is_none() => chomp = Some(sign),
                sign @ b'1'..=b'9' if digit.is_none() => digit = Some(i32::from(sign - b'0')),
                _ => break,
            }
            self.pos += 1;
        }
        (chomp == Some(b'+'), digit)
    }

    /// Moves to the end of the header's line.
    fn header_rest(&mut self) {
        let header_end = self.pos;
        while matches!(self.here(), b' ' | b'\t') {
            self.pos += 1;
        }
        let end = self.line_end(self.pos);
        if self.here() == b'#' && self.pos > header_end {
            self.made.comments.push(Span::new(self.pos as u32, end as u32));
        } else if !self.break_at(self.pos) {
            self.error(
                "yaml-bad-block-header",
                self.rest_of_line(self.pos),
                "text stands on the line of `|` or `>`",
                "Begin the text on the next line, indented",
            );
        }
        self.pos = end;
    }

    /// Reports a line of the scalar that has a tab for its indentation. Behind
    /// the last value of a document such a line is none of the scalar's.
    fn tab_below(&mut self, line: usize, text: usize) {
        let is_blank = self.at(text) == b'\t' && self.break_at(self.skip_blanks(text));
        if is_blank && !self.is_last(text) {
            self.error(
                "yaml-tab-indent",
                Span::new(line as u32, self.line_end(text) as u32),
                "a tab is used as indentation",
                "Indent with spaces, or leave the line empty",
            );
        }
    }

    /// Says whether only blank lines and comments follow in the document.
    fn is_last(&self, from: usize) -> bool {
        let mut at = from;
        loop {
            at = self.skip_blanks(at);
            if self.at(at) == b'#' {
                at = self.line_end(at);
            }
            if self.is_eof(at) {
                return true;
            }
            if !self.break_at(at) {
                return false;
            }
            at = self.after_break(at);
            if self.ends_at(at) {
                return true;
            }
        }
    }

    fn skip_blanks(&self, from: usize) -> usize {
        let mut at = from;
        while matches!(self.at(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    fn deep_blank(&mut self, line: usize) {
        self.error(
            "yaml-bad-indent",
            Span::new(line as u32, self.line_end(line) as u32),
            "a blank line before the text is indented deeper than the text",
            "Remove the spaces of the blank line",
        );
    }
}
