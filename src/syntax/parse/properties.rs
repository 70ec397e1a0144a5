//! Reads the anchor and the tag before a node.

use super::super::tree::TagHandle;
use super::Parser;
use super::flow::is_flow_sign;
use crate::text::Span;

/// An anchor, a tag, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Properties {
    pub anchor: Span,
    pub tag: Span,
    pub all: Span,
}

/// Says whether a text has only characters that a URI may have.
pub(super) fn is_uri(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((&byte, more)) = rest.split_first() {
        let digits = || more.iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count();
        match byte {
            b'%' if digits() == 2 => {}
            byte if byte.is_ascii_alphanumeric() || b"-#;/?:@&=+$,_.!~*'()[]".contains(&byte) => {}
            _ => return false,
        }
        rest = more;
    }
    true
}

impl Parser<'_> {
    /// Reads the properties at `pos` as far as they stand on this line. Leaves
    /// `pos` behind the last one.
    #[inline]
    pub(super) fn properties(&mut self) -> Option<Properties> {
        if matches!(self.here(), b'&' | b'!') { self.properties_here() } else { None }
    }

    fn properties_here(&mut self) -> Option<Properties> {
        let start = self.pos;
        let mut end = start;
        let mut anchor = Span::at(start as u32);
        let mut tag = anchor;
        loop {
            let (found, what) = match self.here() {
                b'&' => (&mut anchor, "anchor"),
                b'!' => (&mut tag, "tag"),
                _ => break,
            };
            let is_repeated = !found.is_empty();
            let span = if what == "anchor" { self.name() } else { self.tag() };
            if is_repeated {
                self.error(
                    "yaml-repeated-property",
                    span,
                    format!("this is the second {what} of one value"),
                    "Remove one of the two",
                );
            } else if what == "anchor" {
                anchor = span;
            } else {
                tag = span;
            }
            end = self.pos;
            while matches!(self.here(), b' ' | b'\t') {
                self.pos += 1;
            }
        }
        self.pos = end;
        (end > start).then(|| Properties { anchor, tag, all: Span::new(start as u32, end as u32) })
    }

    /// Puts together the properties that stand on the lines before a node.
    #[inline]
    pub(super) fn joined(
        &mut self,
        first: Option<Properties>,
        more: Option<Properties>,
    ) -> Option<Properties> {
        match (first, more) {
            (Some(one), Some(two)) => Some(self.join(one, two)),
            _ => first.or(more),
        }
    }

    fn join(&mut self, one: Properties, two: Properties) -> Properties {
        let is_repeated = |one: Span, two: Span| !one.is_empty() && !two.is_empty();
        if is_repeated(one.anchor, two.anchor) || is_repeated(one.tag, two.tag) {
            self.error(
                "yaml-repeated-property",
                two.all,
                "the value has an anchor or tag already",
                "Remove one of the two",
            );
        }
        let pick = |one: Span, two: Span| if one.is_empty() { two } else { one };
        Properties {
            anchor: pick(one.anchor, two.anchor),
            tag: pick(one.tag, two.tag),
            all: one.all.cover(two.all),
        }
    }

    /// Reads `&name` or `*name`.
    pub(super) fn name(&mut self) -> Span {
        let start = self.pos;
        self.pos += 1;
        while !self.blank_at(self.pos) && !is_flow_sign(self.here()) {
            self.pos += 1;
        }
        let span = Span::new(start as u32, self.pos as u32);
        if self.pos == start + 1 {
            let what = if self.at(start) == b'&' { "an anchor" } else { "an alias" };
            self.error(
                "yaml-bad-anchor",
                span,
                format!("{what} has no name"),
                "Write a name behind the sign, or put the text in quotes",
            );
        }
        span
    }

    /// Reports an alias that has properties.
    pub(super) fn alias_property(&mut self, range: (usize, usize)) {
        self.error(
            "yaml-alias-property",
            Span::new(range.0 as u32, range.1 as u32),
            "an alias cannot have an anchor or a tag of its own",
            "Remove the anchor or tag before it",
        );
    }

    fn tag(&mut self) -> Span {
        let start = self.pos;
        self.pos += 1;
        if self.here() == b'<' {
            while !self.blank_at(self.pos) && self.here() != b'>' {
                self.pos += 1;
            }
            if self.here() == b'>' {
                self.check_uri(start, start + 2);
                self.pos += 1;
            } else {
                self.bad_tag(start, "the tag is not closed with `>`");
            }
        } else {
            while !self.blank_at(self.pos) && !is_flow_sign(self.here()) {
                self.pos += 1;
            }
            self.check_uri(start, start + 1);
            self.check_handle(start);
        }
        let in_flow_end = self.flow > 0 && matches!(self.here(), b',' | b']' | b'}');
        if !self.blank_at(self.pos) && !in_flow_end {
            self.bad_tag(start, "a tag must be followed by a blank");
        }
        Span::new(start as u32, self.pos as u32)
    }

    /// Checks that a tag, from `from` up to `pos`, has only characters of a URI.
    fn check_uri(&mut self, start: usize, from: usize) {
        if !is_uri(self.src.get(from..self.pos).unwrap_or(&[])) {
            self.bad_tag(start, "a tag takes letters, digits and few signs; others as `%` and two digits");
        }
    }

    /// Checks that `!handle!suffix` uses a handle that this document declares.
    fn check_handle(&mut self, start: usize) {
        let tag = self.src.get(start..self.pos).unwrap_or(&[]);
        let Some(second) = tag.iter().skip(1).position(|&byte| byte == b'!') else { return };
        let handle = tag.get(..second + 2).unwrap_or(&[]);
        let suffix = tag.get(second + 2..).unwrap_or(&[]);
        if suffix.is_empty() {
            self.bad_tag(start, "the tag has a handle but no name");
            return;
        }
        if suffix.contains(&b'!') {
            self.bad_tag(start, "the tag holds more than one handle");
            return;
        }
        let is_handle = |known: &TagHandle| self.src.get(known.handle.range()) == Some(handle);
        let declared = self.tag_handles().any(is_handle);
        if handle != b"!!" && !declared {
            self.bad_tag(start, "the tag's handle is not declared in this document");
        }
    }

    fn bad_tag(&mut self, start: usize, message: &'static str) {
        let span = Span::new(start as u32, self.pos.max(start + 1) as u32);
        self.error("yaml-bad-tag", span, message, "Mend the tag, or put the text in quotes");
    }
}
