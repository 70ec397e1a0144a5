//! Block context: where lines and their indentation say what belongs where.

use super::super::tree::Kind;
use super::super::tree::NONE;
use super::super::tree::Style;
use super::Parser;
use super::properties::Properties;
use super::scan::Stop;
use crate::text::Span;

/// How long a key may be that has no `?`.
const KEY_CHARACTERS: usize = 1024;

/// What a node stands behind, which decides what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The start of a document without `---`.
    DocumentStart,
    /// A `---`.
    MarkerLine,
    /// The `-` of an item.
    Item,
    /// A `?`, or the `:` that goes with one.
    Explicit,
    /// The `:` of a key.
    Value,
}

impl Place {
    /// May a block collection begin on the same line?
    fn is_compact(self) -> bool {
        matches!(self, Place::DocumentStart | Place::Item | Place::Explicit)
    }

    /// May a list stand no deeper than the parent?
    fn takes_level_list(self) -> bool {
        matches!(self, Place::Explicit | Place::Value)
    }
}

/// A node that may turn out to be the first key of a mapping.
struct Start {
    /// Where its line's text begins, properties included.
    lead: usize,
    column: i32,
    /// Properties on lines before.
    outer: Option<Properties>,
    /// Properties on the same line.
    inner: Option<Properties>,
    /// A mapping or list may begin here.
    may_open: bool,
    tab: bool,
}

/// A scalar or alias of one line or more, read but not yet in the tree.
struct Leaf {
    kind: Kind,
    style: Style,
    range: (usize, usize),
}

impl Parser<'_> {
    /// Parses the root of a document; an empty document gets no node.
    pub(super) fn root(&mut self, place: Place) {
        self.skip_trivia();
        if !self.at_end() {
            self.node(-1, place, NONE);
        }
    }

    /// Parses one node deeper than column `n`, and adds exactly one subtree.
    fn node(&mut self, n: i32, place: Place, indicator: u32) {
        let id = self.made.nodes.len();
        if self.depth >= self.limits.depth {
            self.too_deep();
        } else {
            self.depth += 1;
            self.content(n, place);
            self.depth -= 1;
        }
        self.set_indicator(id, indicator);
    }

    /// Gives up on the rest of the document.
    pub(super) fn too_deep(&mut self) {
        let message = format!("collections are nested more than {} deep", self.limits.depth);
        self.error("yaml-too-deep", self.word(self.pos), message, "Nest less deeply");
        self.missing(self.pos, None);
        while !self.is_eof(self.pos) {
            self.pos = self.after_break(self.line_end(self.pos));
            self.line = self.pos;
            if self.marker_at(self.pos) {
                break;
            }
        }
        self.abort = self.flow > 0;
    }

    fn missing(&mut self, at: usize, props: Option<Properties>) {
        let at = props.as_ref().map_or(at, |props| props.all.end as usize);
        self.leaf(Kind::Scalar, Style::Plain, (at, at), props);
    }

    #[inline(always)]
    fn nothing_here(&self, n: i32, place: Place, crossed: bool, column: i32) -> bool {
        let level_list = place.takes_level_list() && column == n && self.sign(b'-');
        self.at_end() || (crossed && column <= n && !level_list)
    }

    /// Says whether a block sign with a blank behind it is here.
    #[inline(always)]
    fn sign(&self, sign: u8) -> bool {
        self.here() == sign && self.blank_at(self.pos + 1)
    }

    fn content(&mut self, n: i32, place: Place) {
        let empty_at = self.pos;
        let gap = self.skip_trivia();
        if self.nothing_here(n, place, gap.crossed, gap.column) {
            return self.missing(empty_at, None);
        }
        let mut start = Start {
            lead: self.pos,
            column: gap.column,
            outer: None,
            inner: None,
            may_open: gap.crossed || place.is_compact(),
            tab: gap.tab,
        };
        while matches!(self.here(), b'&' | b'!') {
            let found = self.properties();
            let gap = self.skip_trivia();
            if !gap.crossed && !self.at_end() {
                start.inner = found;
                break;
            }
            start.outer = self.joined(start.outer, found);
            if self.nothing_here(n, place, true, gap.column) {
                return self.missing(empty_at, start.outer);
            }
            (start.lead, start.column, start.tab, start.may_open) = (self.pos, gap.column, gap.tab, true);
        }
        match self.here() {
            b'-' | b'?' | b':' if self.blank_at(self.pos + 1) => self.collection_at_sign(start),
            b'|' | b'>' => {
                let props = self.only_properties(&start);
                self.block_scalar(n, props);
            }
            b'[' | b'{' => self.flow_or_key(n, start),
            _ => self.scalar_or_key(n, start),
        }
    }

    /// Returns the properties of a node that is no mapping's first key.
    fn only_properties(&mut self, start: &Start) -> Option<Properties> {
        self.joined(start.outer, start.inner)
    }

    /// Parses a list or a mapping that begins with `-`, `?` or `:`.
    fn collection_at_sign(&mut self, start: Start) {
        let is_list = self.here() == b'-';
        let sign = self.pos;
        let keeps_line = start.inner.is_some() && self.here() != b':';
        if !start.may_open || keeps_line {
            let what = if is_list { "a list" } else { "a mapping" };
            self.error(
                "yaml-collection-on-line",
                self.rest_of_line(sign),
                format!("{what} cannot begin on this line"),
                "Begin it on a line of its own, or put the text in quotes",
            );
        } else if start.tab {
            self.tab_indent(sign);
        }
        let column = if keeps_line { (sign - self.line) as i32 } else { start.column };
        let id = self.made.nodes.len();
        if is_list {
            let props = self.only_properties(&start);
            self.sequence(column, sign);
            return self.attach(id, props);
        }
        self.open(Kind::Mapping, Style::Block, start.lead);
        if keeps_line {
            let props = self.only_properties(&start);
            self.attach(id, props);
            self.entry(column, None);
        } else {
            self.attach(id, start.outer);
            self.entry(column, start.inner);
        }
        self.mapping_rest(id, column);
    }

    fn tab_indent(&mut self, at: usize) {
        let mut blanks = at;
        while blanks > 0 && matches!(self.at(blanks - 1), b' ' | b'\t') {
            blanks -= 1;
        }
        self.error(
            "yaml-tab-indent",
            Span::new(blanks as u32, at as u32),
            "a tab is used as indentation",
            "Indent with spaces",
        );
    }

    fn flow_or_key(&mut self, n: i32, start: Start) {
        let id = self.made.nodes.len();
        let (first, line) = (self.pos, self.line);
        self.flow_collection(n);
        if !self.key_follows() {
            let props = self.only_properties(&start);
            return self.attach(id, props);
        }
        if !self.may_be_key(&start, first) {
            let end = self.line_end(self.pos);
            self.pos = end;
            let props = self.only_properties(&start);
            return self.attach(id, props);
        }
        self.check_key((first, self.pos), line);
        self.attach(id, start.inner);
        self.wrap(id, Style::Block, start.lead);
        self.attach(id, start.outer);
        self.value(start.column);
        self.mapping_rest(id, start.column);
    }

    fn scalar_or_key(&mut self, n: i32, start: Start) {
        let line = self.line;
        let (leaf, is_key) = self.leaf_here(n, start.inner.is_some());
        if !is_key && self.misses_colon(&start, &leaf) {
            let id = self.open(Kind::Mapping, Style::Block, start.lead);
            self.attach(id, start.outer);
            self.keyless(leaf, start.inner);
            return self.mapping_rest(id, start.column);
        }
        if !is_key {
            if leaf.kind == Kind::Alias && start.outer.is_some() {
                self.alias_property(leaf.range);
            }
            let props = self.only_properties(&start);
            return self.leaf(leaf.kind, leaf.style, leaf.range, props);
        }
        if !self.may_be_key(&start, leaf.range.0) {
            let end = self.rest_of_line(self.pos).end as usize;
            self.pos = end;
            let props = self.only_properties(&start);
            return self.leaf(Kind::Error, Style::Plain, (leaf.range.0, end), props);
        }
        self.check_key(leaf.range, line);
        let id = self.open(Kind::Mapping, Style::Block, start.lead);
        self.attach(id, start.outer);
        self.leaf(leaf.kind, leaf.style, leaf.range, start.inner);
        self.value(start.column);
        self.mapping_rest(id, start.column);
    }

    /// Says whether a scalar is more likely a key without its colon: the next
    /// line, no deeper, is a key.
    fn misses_colon(&mut self, start: &Start, leaf: &Leaf) -> bool {
        if !start.may_open || start.tab || leaf.style != Style::Plain || self.flow > 0 {
            return false;
        }
        let line = self.line;
        let mut next = self.pos;
        while matches!(self.at(next), b' ' | b'\t') {
            next += 1;
        }
        if self.at(next) == b'#' {
            next = self.line_end(next);
        }
        if !self.break_at(next) {
            return false;
        }
        let Some((next_line, text)) = self.continuation(next, start.column - 1) else { return false };
        let (key_end, stop) = self.scan_plain(text);
        let is_key = key_end > text && matches!(stop, Stop::Colon(_));
        is_key && text - next_line == start.column as usize && leaf.range.0 >= line
    }

    /// Adds a key that has no colon, with its finding.
    fn keyless(&mut self, leaf: Leaf, props: Option<Properties>) {
        self.missing_colon(Span::new(leaf.range.0 as u32, leaf.range.1 as u32));
        let end = leaf.range.1;
        self.leaf(leaf.kind, leaf.style, leaf.range, props);
        self.missing(end, None);
    }

    /// Judges a key that was found where a value may stand. `pos` is at its
    /// colon.
    fn may_be_key(&mut self, start: &Start, first: usize) -> bool {
        if !start.may_open {
            let colon = Span::new(self.pos as u32, self.pos as u32 + 1);
            self.error(
                "yaml-nested-value",
                colon,
                "a second `: ` on one line would begin a mapping inside a value",
                "Put the value in quotes, or begin the mapping on a line of its own",
            );
        } else if start.tab {
            self.tab_indent(first.min(start.lead));
        }
        start.may_open
    }

    /// Reads a scalar or an alias. Says whether a `: ` follows it on its line;
    /// if so, `pos` is at that colon.
    fn leaf_here(&mut self, n: i32, has_props: bool) -> (Leaf, bool) {
        let start = self.pos;
        let (kind, style) = match self.here() {
            b'"' => {
                self.quoted(n);
                (Kind::Scalar, Style::DoubleQuoted)
            }
            b'\'' => {
                self.quoted(n);
                (Kind::Scalar, Style::SingleQuoted)
            }
            b'*' => {
                self.name();
                (Kind::Alias, Style::Plain)
            }
            _ => {
                let (end, is_key) = self.plain(n);
                return (Leaf { kind: Kind::Scalar, style: Style::Plain, range: (start, end) }, is_key);
            }
        };
        let leaf = Leaf { kind, style, range: (start, self.pos) };
        let is_key = self.key_follows();
        if kind == Kind::Alias && has_props {
            self.alias_property(leaf.range);
        }
        (leaf, is_key)
    }

    /// Reads a plain scalar, over as many lines as it goes.
    fn plain(&mut self, n: i32) -> (usize, bool) {
        self.check_plain_start();
        let start = self.pos;
        let (mut end, mut stop) = self.scan_plain(start);
        if end == start {
            // A sign that was just reported.
            (end, stop) = self.scan_plain(start + 1);
            end = end.max(start + 1);
        }
        if let Stop::Colon(colon) = stop {
            self.pos = colon;
            return (end, true);
        }
        while let Stop::Break(at) = stop {
            let Some((line, text)) = self.continuation(at, n) else { break };
            let (next_end, next_stop) = self.scan_plain(text);
            if next_end == text || matches!(next_stop, Stop::Colon(_)) {
                break;
            }
            self.line = line;
            (end, stop) = (next_end, next_stop);
        }
        self.pos = end;
        (end, false)
    }

    /// Moves over blanks to a `: `, if one follows; else stays.
    fn key_follows(&mut self) -> bool {
        let mut at = self.pos;
        while matches!(self.at(at), b' ' | b'\t') {
            at += 1;
        }
        let follows = self.at(at) == b':' && self.blank_at(at + 1);
        if follows {
            self.pos = at;
        }
        follows
    }

    /// Checks that a key keeps to one line and to its length. `line` is where
    /// the line of its start begins.
    #[inline]
    fn check_key(&mut self, range: (usize, usize), line: usize) {
        if self.line != line || range.1 - range.0 > KEY_CHARACTERS {
            self.judge_key(range, line);
        }
    }

    fn judge_key(&mut self, range: (usize, usize), line: usize) {
        let span = Span::new(range.0 as u32, range.1 as u32);
        let text = self.src.get(span.range()).unwrap_or(&[]);
        if self.line != line {
            self.error(
                "yaml-multi-line-key",
                span,
                "a key goes over more than one line",
                "Write it on one line, or lead it with `? `",
            );
        } else if text.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() > KEY_CHARACTERS {
            self.error(
                "yaml-key-too-long",
                span,
                "a key is longer than 1,024 characters",
                "Shorten it, or lead it with `? `",
            );
        }
    }

    /// Parses the colon at `pos` and the value behind it.
    #[inline(always)]
    fn value(&mut self, column: i32) {
        let colon = self.pos as u32;
        self.pos += 1;
        self.node(column, Place::Value, colon);
    }

    /// Parses the entries behind the first one, and ends the mapping.
    fn mapping_rest(&mut self, id: usize, column: i32) {
        loop {
            let gap = self.skip_trivia();
            if self.at_end() || (gap.crossed && gap.column < column) {
                break;
            }
            if !gap.crossed {
                self.stray_text();
                continue;
            }
            if gap.tab {
                self.tab_indent(self.pos);
            } else if gap.column > column {
                self.bad_indent(gap.column, column);
            }
            self.entry(column, None);
        }
        self.close(id, 0);
    }

    fn bad_indent(&mut self, found: i32, wanted: i32) {
        self.error(
            "yaml-bad-indent",
            self.rest_of_line(self.pos),
            format!("this line is indented by {found}, its neighbours by {wanted}"),
            "Indent it like its neighbours, or like the value it belongs to",
        );
    }

    /// Passes over text behind a value that is complete.
    fn stray_text(&mut self) {
        let message = match self.here() {
            b'#' => "a comment needs a blank before its `#`",
            _ => "text follows a value that is complete",
        };
        let help = "Put the whole value in quotes, or move the text to a line of its own";
        self.error("yaml-unexpected-text", self.rest_of_line(self.pos), message, help);
        self.pos = self.line_end(self.pos);
    }

    /// Parses one key and its value.
    fn entry(&mut self, column: i32, props: Option<Properties>) {
        let start = self.pos;
        if self.sign(b'?') {
            return self.explicit_entry(column, start);
        }
        if self.sign(b':') {
            self.missing(start, props);
            return self.value(column);
        }
        if self.sign(b'-') {
            self.error(
                "yaml-unexpected-item",
                self.rest_of_line(start),
                "a list item stands where a key is expected",
                "Indent it below the key it belongs to",
            );
            self.leaf(Kind::Error, Style::Plain, (start, start), None);
            let dash = (start - self.line) as i32;
            return self.sequence(dash, start);
        }
        let props = self.properties();
        if props.is_some() {
            let gap = self.skip_trivia();
            if gap.crossed || self.at_end() {
                let end = props.as_ref().map_or(start, |props| props.all.end as usize);
                self.missing_colon(Span::new(start as u32, end as u32));
                self.missing(end, props);
                return self.missing(end, None);
            }
            if self.sign(b':') {
                self.missing(start, props);
                return self.value(column);
            }
        }
        self.implicit_entry(column, props);
    }

    fn implicit_entry(&mut self, column: i32, props: Option<Properties>) {
        let (first, line) = (self.pos, self.line);
        let id = self.made.nodes.len();
        let is_key = match self.here() {
            b'[' | b'{' => {
                self.flow_collection(column);
                self.attach(id, props);
                self.key_follows()
            }
            b'|' | b'>' => {
                self.block_scalar(column, props);
                false
            }
            _ => {
                let (leaf, is_key) = self.leaf_here(column, props.is_some());
                self.leaf(leaf.kind, leaf.style, leaf.range, props);
                is_key
            }
        };
        if is_key {
            self.check_key((first, self.pos), line);
            return self.value(column);
        }
        let end = self.end_of(id);
        let shown = self.line_end(first).min(end);
        self.missing_colon(Span::new(first as u32, shown as u32));
        self.missing(end, None);
    }

    fn missing_colon(&mut self, span: Span) {
        let has_colon = self.src.get(span.range()).is_some_and(|text| text.contains(&b':'));
        let (message, help) = if has_colon {
            ("the colon of this key has no blank behind it", "Write a blank behind the colon")
        } else {
            (
                "this key has no `: ` behind it",
                "Write `: ` and a value behind the key, or indent the text to where it belongs",
            )
        };
        self.error("yaml-missing-colon", span, message, help);
    }

    fn explicit_entry(&mut self, column: i32, sign: usize) {
        self.pos += 1;
        let id = self.made.nodes.len();
        self.node(column, Place::Explicit, sign as u32);
        let gap = self.skip_trivia();
        if gap.crossed && gap.column == column && self.sign(b':') && !self.at_end() {
            if gap.tab {
                self.tab_indent(self.pos);
            }
            let colon = self.pos as u32;
            self.pos += 1;
            return self.node(column, Place::Explicit, colon);
        }
        let end = self.end_of(id);
        self.missing(end, None);
    }

    /// Parses the list whose first `-` is at `pos`.
    fn sequence(&mut self, column: i32, start: usize) {
        let id = self.open(Kind::Sequence, Style::Block, start);
        loop {
            let dash = self.pos as u32;
            self.pos += 1;
            self.node(column, Place::Item, dash);
            if !self.next_item(column) {
                break;
            }
        }
        self.close(id, 0);
    }

    /// Moves to the next item of a list, over what does not belong.
    fn next_item(&mut self, column: i32) -> bool {
        loop {
            let gap = self.skip_trivia();
            if self.at_end() || (gap.crossed && gap.column < column) {
                return false;
            }
            if !gap.crossed {
                self.stray_text();
            } else if self.sign(b'-') {
                if gap.tab {
                    self.tab_indent(self.pos);
                } else if gap.column > column {
                    self.bad_indent(gap.column, column);
                }
                return true;
            } else if gap.column == column && !gap.tab {
                return false;
            } else {
                self.bad_indent(gap.column, column);
                self.drop_node(column);
            }
        }
    }

    /// Parses a node that belongs nowhere, and forgets it.
    fn drop_node(&mut self, n: i32) {
        let (nodes, props) = (self.made.nodes.len(), self.made.props.len());
        let before = self.pos;
        self.node(n.min(self.gap.column - 1), Place::Item, NONE);
        self.made.nodes.truncate(nodes);
        self.made.props.truncate(props);
        if self.pos == before {
            self.pos = self.line_end(self.pos);
        }
    }
}
