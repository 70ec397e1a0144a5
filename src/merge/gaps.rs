//! Says which slot the comments and blank lines between slots belong to.
//!
//! A comment belongs to the slot it stands above; one that is indented deeper
//! than what follows belongs to what it follows, and so does one that touches
//! what is above it and has a blank line below.
//!
//! **Invariant:** a line belongs to one slot.

use super::shape::Shape;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::text::Span;

impl Shape<'_> {
    pub(super) fn without_break(&self, span: Span) -> u32 {
        let text = self.text(span);
        span.start + text.trim_end_matches(['\n', '\r']).len() as u32
    }

    /// Returns the offset behind the line in which a node ends.
    pub(super) fn content_end(&self, id: NodeId) -> u32 {
        let mut at = id;
        while self.tree.style(at) == Style::Block {
            match self.tree.children(at).last() {
                Some(last) => at = last,
                None => break,
            }
        }
        let sign = self.tree.indicator(at).map_or(0, |sign| sign + 1);
        self.line_end(self.tree.full_span(at).end.max(sign))
    }

    /// Splits the comments and blank lines between two slots at `column`.
    pub(super) fn split(&self, gap: Span, column: u32) -> u32 {
        if gap.is_empty() {
            return gap.start;
        }
        let mut split = gap.start;
        let mut touches = true;
        let mut touching_end = gap.start;
        let mut blank_after_touching = false;
        for line in self.lines(gap) {
            let text = self.text(line);
            let trimmed = text.trim_start_matches([' ', '\t']);
            if !trimmed.starts_with('#') {
                blank_after_touching |= touches && touching_end > gap.start;
                touches = false;
                continue;
            }
            let indent = (text.len() - trimmed.len()) as u32;
            if indent > column {
                split = line.end;
                touches = false;
                touching_end = gap.start;
                blank_after_touching = false;
            } else if touches {
                touching_end = line.end;
            }
        }
        if split == gap.start && blank_after_touching { touching_end } else { split }
    }

    /// Returns where the lines of a collection at `column` end, of the
    /// comments and blank lines after its last slot.
    pub(super) fn region_end(&self, after: Span, column: u32) -> u32 {
        let mut end = after.start;
        for line in self.lines(after) {
            let text = self.text(line);
            let trimmed = text.trim_start_matches([' ', '\t']);
            if trimmed.starts_with('#') {
                if ((text.len() - trimmed.len()) as u32) < column {
                    break;
                }
                end = line.end;
            }
        }
        end
    }
}
