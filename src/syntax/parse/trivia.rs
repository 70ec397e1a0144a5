//! Crosses what stands between tokens: blanks, comments and line breaks.

use super::Parser;
use crate::text::Span;

/// What was crossed on the way to a token.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gap {
    /// A line break.
    pub crossed: bool,
    /// A tab, between the start of the line or the token before and here.
    pub tab: bool,
    /// Column of the token. Where a tab leads it, the spaces before that tab.
    pub column: i32,
}

impl Parser<'_> {
    /// Moves to the next token. Asked again at the same token it gives the
    /// same answer, so that every open collection can judge the gap by itself.
    #[inline]
    pub(super) fn skip_trivia(&mut self) -> Gap {
        if self.gap_end == self.pos {
            return self.gap;
        }
        let mut gap = Gap::default();
        loop {
            let before = self.pos;
            while self.here() == b' ' {
                self.pos += 1;
            }
            gap.column = (self.pos - self.line) as i32;
            if self.here() == b'\t' {
                gap.tab = true;
                while matches!(self.here(), b' ' | b'\t') {
                    self.pos += 1;
                }
                if !gap.crossed {
                    gap.column = (self.pos - self.line) as i32;
                }
            }
            match self.here() {
                b'\n' | b'\r' => self.cross_break(&mut gap),
                b'#' if self.pos > before || self.pos == self.line => {
                    let end = self.line_end(self.pos);
                    self.made.comments.push(Span::new(self.pos as u32, end as u32));
                    self.pos = end;
                }
                _ => break,
            }
        }
        self.gap = gap;
        self.gap_end = self.pos;
        gap
    }

    fn cross_break(&mut self, gap: &mut Gap) {
        self.pos = self.after_break(self.pos);
        self.line = self.pos;
        gap.crossed = true;
        gap.tab = false;
    }
}
