//! From byte offsets to the positions an editor knows.

/// A place in a text as an editor counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// UTF-16 units from the start of the text.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
}

/// Where the lines of a text begin, in bytes and in UTF-16 units.
///
/// Lines end at LF, CR LF or a lone CR, as YAML has it. Building costs one
/// scan; a look-up costs a binary search and, on lines that are not ASCII, a
/// scan of the line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    lines: Vec<Line>,
    text_bytes: u32,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    start_utf16: u32,
    ascii: bool,
}

impl LineIndex {
    /// Builds the index of a text.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut lines = Vec::with_capacity(text.len() / 24 + 1);
        let mut start = 0;
        let mut start_utf16 = 0;
        for found in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes.get(found) == Some(&b'\r') && bytes.get(found + 1) == Some(&b'\n') {
                continue;
            }
            let line = text.get(start..=found).unwrap_or("");
            let ascii = line.is_ascii();
            lines.push(Line { start: start as u32, start_utf16, ascii });
            start_utf16 += utf16_len(line, ascii);
            start = found + 1;
        }
        let rest = text.get(start..).unwrap_or("");
        lines.push(Line { start: start as u32, start_utf16, ascii: rest.is_ascii() });
        LineIndex { lines, text_bytes: text.len() as u32 }
    }

    /// Returns the number of lines; a text that ends in a line break has an
    /// empty last one.
    pub fn line_count(&self) -> u32 {
        self.lines.len() as u32
    }

    /// Returns the byte offset at which `line` (from 1) begins.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.lines.get((line as usize).checked_sub(1)?).map(|line| line.start)
    }

    /// Returns the position of byte `offset` of `text`, clamped to its end.
    /// `text` is the one the index was built from.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = offset.min(self.text_bytes);
        let index = self.lines.partition_point(|line| line.start <= offset).saturating_sub(1);
        let Some(line) = self.lines.get(index) else {
            return Position { offset: 0, line: 1, column: 1 };
        };
        let before = text.get(line.start as usize..offset as usize).unwrap_or("");
        let units = if line.ascii { offset - line.start } else { utf16_len(before, false) };
        Position { offset: line.start_utf16 + units, line: index as u32 + 1, column: units + 1 }
    }

    /// Returns the UTF-16 offset of byte `offset`, clamped to the end of the
    /// text.
    pub fn utf16(&self, text: &str, offset: u32) -> u32 {
        self.position(text, offset).offset
    }

    /// Returns the byte offset of UTF-16 offset `units`, clamped to the end of
    /// the text. Inside a surrogate pair it is the start of the character.
    pub fn byte(&self, text: &str, units: u32) -> u32 {
        let index = self.lines.partition_point(|line| line.start_utf16 <= units).saturating_sub(1);
        let Some(line) = self.lines.get(index) else { return 0 };
        let wanted = units - line.start_utf16;
        if line.ascii {
            return (line.start + wanted).min(self.text_bytes);
        }
        let mut seen = 0;
        for (at, character) in text.get(line.start as usize..).unwrap_or("").char_indices() {
            seen += character.len_utf16() as u32;
            if seen > wanted {
                return line.start + at as u32;
            }
        }
        self.text_bytes
    }
}

fn utf16_len(text: &str, ascii: bool) -> u32 {
    if ascii { text.len() as u32 } else { text.chars().map(|c| c.len_utf16() as u32).sum() }
}
