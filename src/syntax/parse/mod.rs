//! Parses a source into a tree, in one pass and by recursive descent.
//!
//! The descent follows the grammar of YAML 1.2: `n` is the indentation of the
//! parent, and what belongs to a node stands deeper than that. After an error
//! the parser goes on at the next place where a reader would: the next line
//! that can belong to an open collection, the next document at the latest.
//!
//! **Invariant:** every turn of every loop moves `pos` forwards or leaves the
//! loop, so the cost is linear in the text.

mod block;
mod block_scalar;
mod build;
mod directives;
mod flow;
mod properties;
mod scan;
mod trivia;

use super::aliases;
use super::characters;
use super::duplicates;
use super::tree::EXPLICIT_END;
use super::tree::EXPLICIT_START;
use super::tree::Kind;
use super::tree::Node;
use super::tree::Props;
use super::tree::Style;
use super::tree::TagHandle;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::order;
use crate::text::Source;
use crate::text::Span;
use block::Place;
use std::borrow::Cow;
use trivia::Gap;

/// Parses a source. Never fails; what is wrong is in the tree's diagnostics.
pub fn parse(source: Source, limits: &Limits) -> Tree {
    let mut tree = Tree {
        source,
        nodes: Vec::new(),
        props: Vec::new(),
        comments: Vec::new(),
        tag_handles: Vec::new(),
        marks: Vec::new(),
        diagnostics: Vec::new(),
        omitted: 0,
    };
    if tree.source.text().len() > limits.file_bytes {
        let message = format!("the file is larger than {} MiB", limits.file_bytes >> 20);
        let finding = Diagnostic::error("yaml-too-large", Span::at(0), message);
        tree.diagnostics.push(finding.help("Split the file into smaller ones"));
        return tree;
    }
    let parser = Parser::new(&tree.source, limits);
    let Parts { nodes, props, comments, tag_handles, marks, diagnostics, omitted } = parser.stream();
    (tree.nodes, tree.props, tree.comments) = (nodes, props, comments);
    (tree.tag_handles, tree.marks) = (tag_handles, marks);
    (tree.diagnostics, tree.omitted) = (diagnostics, omitted);
    aliases::resolve(&mut tree);
    characters::check(&mut tree, limits);
    duplicates::check(&mut tree, limits);
    order::sort_by_key(&mut tree.diagnostics, |finding| (finding.span, finding.code));
    tree
}

/// What the descent makes.
#[derive(Default)]
struct Parts {
    nodes: Vec<Node>,
    props: Vec<Props>,
    comments: Vec<Span>,
    tag_handles: Vec<TagHandle>,
    marks: Vec<u32>,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics behind the limit.
    omitted: usize,
}

/// Text, place in it, and what has been made so far.
struct Parser<'s> {
    src: &'s [u8],
    pos: usize,
    /// Where the current line begins.
    line: usize,
    /// The gap before the token at `pos`, when it has been crossed.
    gap: Gap,
    gap_end: usize,
    depth: u32,
    /// Flow collections that are open.
    flow: u32,
    /// Set while the descent unwinds out of a broken flow collection.
    abort: bool,
    document: u32,
    /// The last document has no `...`, so that the next one needs its `---`.
    unended: bool,
    /// A quote was looked for up to the end of the text in vain.
    unclosed_quote: bool,
    made: Parts,
    limits: &'s Limits,
}

impl<'s> Parser<'s> {
    fn new(source: &'s Source, limits: &'s Limits) -> Parser<'s> {
        let src = source.text().as_bytes();
        // Measured on Kubernetes files: a node for every 13 bytes.
        let nodes = Vec::with_capacity(src.len() / 12 + 4);
        Parser {
            src,
            pos: 0,
            line: 0,
            gap: Gap::default(),
            gap_end: usize::MAX,
            depth: 0,
            flow: 0,
            abort: false,
            document: 0,
            unended: false,
            unclosed_quote: false,
            made: Parts { nodes, ..Parts::default() },
            limits,
        }
    }

    /// Returns the byte at `offset`; 0 behind the end.
    #[inline(always)]
    fn at(&self, offset: usize) -> u8 {
        self.src.get(offset).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn here(&self) -> u8 {
        self.at(self.pos)
    }

    #[inline(always)]
    fn is_eof(&self, offset: usize) -> bool {
        offset >= self.src.len()
    }

    /// Says whether a blank, a line break or the end is at `offset`.
    #[inline(always)]
    fn blank_at(&self, offset: usize) -> bool {
        matches!(self.at(offset), b' ' | b'\t' | b'\n' | b'\r') || self.is_eof(offset)
    }

    /// Says whether a line break or the end is at `offset`.
    #[inline(always)]
    fn break_at(&self, offset: usize) -> bool {
        matches!(self.at(offset), b'\n' | b'\r') || self.is_eof(offset)
    }

    /// Returns the offset behind the line break at `offset`.
    #[inline(always)]
    fn after_break(&self, offset: usize) -> usize {
        match (self.at(offset), self.at(offset + 1)) {
            (b'\r', b'\n') => offset + 2,
            _ => (offset + 1).min(self.src.len()),
        }
    }

    /// Returns where the line of `offset` ends, before its break.
    fn line_end(&self, offset: usize) -> usize {
        let rest = self.src.get(offset..).unwrap_or(&[]);
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.src.len(), |found| offset + found)
    }

    /// Returns the end of the text before the blanks that end at `offset`.
    fn trim_end(&self, start: usize, offset: usize) -> usize {
        let text = self.src.get(start..offset).unwrap_or(&[]);
        let blanks = text.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t'));
        offset - blanks.count()
    }

    /// Says whether `---` or `...` stands at `offset`, which begins a line.
    #[inline]
    fn marker_at(&self, offset: usize) -> bool {
        let found = self.src.get(offset..offset + 3);
        (found == Some(b"---") || found == Some(b"...")) && self.blank_at(offset + 3)
    }

    fn mark_at(&self, offset: usize) -> bool {
        self.src.get(offset..offset + 3) == Some("\u{FEFF}".as_bytes())
    }

    /// Says whether a document ends at `offset`, which begins a line: at a
    /// marker, or at a byte order mark that leads what may stand between two
    /// documents.
    #[inline]
    fn ends_at(&self, offset: usize) -> bool {
        match self.at(offset) {
            b'-' | b'.' => self.marker_at(offset),
            0xEF if self.mark_at(offset) => {
                let mut next = offset + 3;
                while self.mark_at(next) {
                    next += 3;
                }
                self.at(next) == b'#' || self.blank_at(next) || self.marker_at(next)
            }
            _ => false,
        }
    }

    /// Says whether the current document has no more text.
    #[inline(always)]
    fn at_end(&self) -> bool {
        self.is_eof(self.pos) || (self.pos == self.line && self.ends_at(self.pos))
    }

    fn report(&mut self, finding: Diagnostic) {
        if self.made.diagnostics.len() < self.limits.findings {
            self.made.diagnostics.push(finding);
        } else {
            self.made.omitted += 1;
        }
    }

    fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.report(Diagnostic::error(code, span, message).help(help));
    }

    /// Returns the span of the word at `offset`, for pointing at it.
    fn word(&self, offset: usize) -> Span {
        let rest = self.src.get(offset..).unwrap_or(&[]);
        let length = rest.iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        Span::new(offset as u32, (offset + length) as u32)
    }

    /// Returns the span of the rest of the line at `offset`, without blanks at
    /// its end.
    fn rest_of_line(&self, offset: usize) -> Span {
        let end = self.line_end(offset);
        Span::new(offset as u32, self.trim_end(offset, end) as u32)
    }

    fn stream(mut self) -> Parts {
        loop {
            self.skip_trivia();
            if self.is_eof(self.pos) {
                return self.made;
            }
            if self.pos == self.line && self.mark_at(self.pos) {
                self.made.marks.push(self.pos as u32);
                self.pos += 3;
                self.line = self.pos;
            } else {
                self.document();
            }
        }
    }

    /// Parses one document, or a `...` that ends none.
    fn document(&mut self) {
        let start = self.pos;
        let id = self.made.nodes.len();
        self.document = id as u32;
        let has_directives = self.directives();
        let is_marker = self.pos == self.line && self.marker_at(self.pos);
        let explicit = is_marker && self.here() == b'-';
        if has_directives && !explicit {
            self.error(
                "yaml-bad-directive",
                self.word(start),
                "a directive is not followed by a document",
                "Begin the document with a line `---`",
            );
        }
        if is_marker && !explicit {
            self.document_end();
            return;
        }
        if self.unended && !explicit {
            self.error(
                "yaml-unexpected-text",
                self.rest_of_line(start),
                "a document without `---` follows another one",
                "Begin it with a line `---`",
            );
        }
        self.open(Kind::Document, Style::Block, start);
        let mut end = start;
        if explicit {
            self.pos += 3;
            end = self.pos;
            self.mark(id, EXPLICIT_START);
        }
        let place = if explicit { Place::MarkerLine } else { Place::DocumentStart };
        self.root(place);
        self.skip_stray_lines();
        self.unended = true;
        if !self.is_eof(self.pos) && self.here() == b'.' {
            end = self.pos + 3;
            self.mark(id, EXPLICIT_END);
            self.document_end();
        }
        self.close(id, end);
    }

    /// Consumes a `...` and what may follow it on its line.
    fn document_end(&mut self) {
        self.pos += 3;
        self.unended = false;
        let gap = self.skip_trivia();
        if !gap.crossed && !self.is_eof(self.pos) {
            self.error(
                "yaml-unexpected-text",
                self.rest_of_line(self.pos),
                "text follows the end of the document",
                "Put it on a line of its own, behind a line `---`",
            );
            self.pos = self.line_end(self.pos);
        }
    }

    /// Skips lines that stand behind the root of a document and belong to
    /// nothing, up to the next marker. One finding covers them all.
    fn skip_stray_lines(&mut self) {
        self.skip_trivia();
        if self.at_end() {
            return;
        }
        let start = self.pos;
        let mut end = start;
        while !self.at_end() {
            end = self.line_end(self.pos);
            self.pos = end;
            self.skip_trivia();
        }
        let span = Span::new(start as u32, self.trim_end(start, end) as u32);
        let (message, help) = if self.at(start) == b'%' {
            ("a directive stands inside a document", "End the document before it with a line `...`")
        } else {
            (
                "this text belongs to nothing",
                "Indent it to where it belongs, or begin a new document with a line `---`",
            )
        };
        self.error("yaml-unexpected-text", span, message, help);
    }
}
