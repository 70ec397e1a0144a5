//! A file as it comes in: its path, its text, and positions in it.

use super::shapes::Finding;
use super::shapes::Position;
use super::shapes::Range;
use super::shapes::Related;
use super::shapes::TextEdit;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::syntax::parse;
use crate::text::LineIndex;
use crate::text::Source;
use crate::text::Span;
use std::cell::OnceCell;

/// Where the lines of a text begin; found when a position is asked for.
#[derive(Debug, Default)]
pub struct Lines(OnceCell<LineIndex>);

impl Lines {
    /// Returns the position of a byte of `text`, which is the same at each
    /// call.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let lines = self.0.get_or_init(|| LineIndex::new(text));
        let position = lines.position(text, offset);
        Position { offset: position.offset, line: position.line, column: position.column }
    }

    /// Returns where a span of `text` stands.
    pub fn range(&self, text: &str, span: Span) -> Range {
        Range { start: self.position(text, span.start), end: self.position(text, span.end) }
    }
}

/// A parsed file. The index of its lines is made when a position is asked for.
#[derive(Debug)]
pub struct File {
    /// The path the caller gave it, for findings to name.
    pub path: Option<String>,
    tree: Tree,
    lines: Lines,
    documents: OnceCell<Vec<NodeId>>,
}

impl File {
    /// Parses a file.
    pub fn new(path: Option<String>, bytes: &[u8]) -> File {
        File::from_source(path, Source::from_bytes(bytes))
    }

    /// Parses what has been decoded.
    pub fn from_source(path: Option<String>, source: Source) -> File {
        File::from_tree(path, parse(source, &Limits::DEFAULT))
    }

    /// Makes a file of a tree.
    pub fn from_tree(path: Option<String>, tree: Tree) -> File {
        File { path, tree, lines: Lines::default(), documents: OnceCell::new() }
    }

    /// Returns the tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns the documents in order.
    pub fn documents(&self) -> &[NodeId] {
        self.documents.get_or_init(|| self.tree.documents().collect())
    }

    /// Returns where a span stands.
    pub fn range(&self, span: Span) -> Range {
        self.lines.range(self.tree.text(), span)
    }

    /// Turns a finding about this file's text into an answer.
    pub fn finding(&self, finding: &Diagnostic) -> Finding {
        Finding::of(finding, self.path.clone(), Some((self.tree.text(), &self.lines)))
    }

    /// Turns an edit of this file's text into an answer.
    pub fn text_edit(&self, edit: &crate::text::TextEdit) -> TextEdit {
        TextEdit { range: self.range(edit.span), text: edit.text.clone() }
    }
}

impl Finding {
    /// Makes an answer of a finding about a text; where that is not at hand,
    /// without places.
    pub(super) fn of(finding: &Diagnostic, path: Option<String>, text: Option<(&str, &Lines)>) -> Finding {
        let range = |span| text.map(|(text, lines)| lines.range(text, span));
        let related = finding.related.iter().map(|related| Related {
            message: related.message.clone().into_owned(),
            path: path.clone(),
            resource: None,
            range: range(related.span),
        });
        Finding {
            code: finding.code.into(),
            detail: None,
            severity: finding.severity.into(),
            message: finding.message.clone().into_owned(),
            help: finding.help.clone().map(String::from),
            resource: None,
            field: None,
            range: range(finding.span),
            related: related.collect(),
            fix: None,
            path,
        }
    }
}
