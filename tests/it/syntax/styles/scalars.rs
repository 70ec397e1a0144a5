//! Writes scalars: plain, quoted, and as blocks.

use super::Context;
use super::Props;
use super::Writer;

impl Writer {
    pub(super) fn literal(&mut self, n: i32, text: &str, props: &Props) {
        self.put("|");
        let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
        self.block_text(n, text, &lines);
        self.scalar_event('|', text, props);
    }

    /// Each break of the text becomes two, for the first is folded.
    pub(super) fn folded(&mut self, n: i32, text: &str, props: &Props) {
        self.put(">");
        let body = text.trim_end_matches('\n');
        let start = body.len() - body.trim_start_matches('\n').len();
        let mut lines = vec![""; start];
        for (index, part) in body[start..].split('\n').enumerate() {
            if index > 0 {
                lines.push("");
            }
            lines.push(part);
        }
        // Where two breaks follow each other, one was added too many.
        let mut kept: Vec<&str> = Vec::new();
        let mut gap = 0;
        for (index, line) in lines.iter().enumerate() {
            if index < start || !line.is_empty() {
                kept.extend(std::iter::repeat_n("", if gap > 0 { gap / 2 + 1 } else { 0 }));
                gap = 0;
                kept.push(line);
            } else {
                gap += 1;
            }
        }
        self.block_text(n, text, &kept);
        self.scalar_event('>', text, props);
    }

    fn block_text(&mut self, n: i32, text: &str, lines: &[&str]) {
        let body = text.trim_end_matches('\n');
        let breaks = text.len() - body.len();
        let needs_digit = lines.iter().find(|line| !line.trim_matches(' ').is_empty() || !line.is_empty());
        let needs_digit = needs_digit.is_some_and(|line| line.starts_with([' ', '\t']));
        let indent = 1 + self.pick(4) as i32;
        let column = n.max(0) + indent;
        let digit = if needs_digit || self.one_in(6) { indent.to_string() } else { String::new() };
        let chomp = match breaks {
            0 => "-",
            1 if !body.is_empty() && self.pick(3) > 0 => "",
            _ => "+",
        };
        let header = if self.one_in(2) { format!("{digit}{chomp}") } else { format!("{chomp}{digit}") };
        self.put(&header);
        if self.one_in(6) {
            self.put(" # header");
        }
        if !body.is_empty() {
            for line in lines {
                self.put("\n");
                if !line.is_empty() {
                    self.spaces(column);
                    self.put(line);
                }
            }
        }
        let shown = if body.is_empty() { breaks } else { breaks.saturating_sub(1) };
        if chomp == "+" {
            self.put(&"\n".repeat(shown));
        }
        self.in_block_scalar = true;
        // Where there is no text, a comment below could be taken for it.
        self.keeps_breaks = chomp == "+" || body.is_empty();
    }

    /// Writes a plain or quoted scalar.
    pub(super) fn scalar(&mut self, n: i32, text: &str, props: &Props, context: Context) {
        let breaks = text.contains('\n') && context == Context::Key;
        match self.pick(4) {
            0 | 1 if is_plain(text) && !breaks => {
                self.scalar_event(':', text, props);
                self.words(n, text, context);
            }
            2 if is_single(text) && !breaks => {
                self.scalar_event('\'', text, props);
                self.put("'");
                self.words(n, &text.replace('\'', "''"), context);
                self.put("'");
            }
            _ => {
                self.scalar_event('"', text, props);
                self.double(n, text, context);
            }
        }
    }

    /// Writes text, and breaks the line at some of its spaces.
    fn words(&mut self, n: i32, text: &str, context: Context) {
        let characters: Vec<char> = text.chars().collect();
        for (index, &character) in characters.iter().enumerate() {
            let beside_blank = [index.wrapping_sub(1), index + 1]
                .iter()
                .any(|&at| characters.get(at).is_none_or(|other| matches!(other, ' ' | '\t' | '\n')));
            if character == '\n' {
                // The first break of a run is written twice.
                if index == 0 || characters[index - 1] != '\n' {
                    self.put("\n");
                }
                self.put("\n");
                if characters.get(index + 1) != Some(&'\n') {
                    self.fold_indent(n);
                }
            } else if character == ' ' && !beside_blank && context != Context::Key && self.one_in(3) {
                self.put("\n");
                self.fold_indent(n);
            } else {
                self.put(character.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn fold_indent(&mut self, n: i32) {
        // At column 0 the text could read as a marker of a document.
        let column = (n + 1).max(1) + self.pick(3) as i32;
        self.spaces(column);
    }

    fn double(&mut self, n: i32, text: &str, context: Context) {
        self.put("\"");
        let mut after_break = false;
        for character in text.chars() {
            let code = character as u32;
            let escaped = match character {
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\n' => "\\n".to_owned(),
                // Behind a break that is escaped a bare blank would be lost.
                ' ' if after_break => "\\ ".to_owned(),
                '\t' if after_break || self.one_in(2) => "\\t".to_owned(),
                '\u{7}' => "\\a".to_owned(),
                '\u{85}' => "\\N".to_owned(),
                '\u{A0}' => "\\_".to_owned(),
                '\u{2028}' => "\\L".to_owned(),
                '\u{FEFF}' => "\\uFEFF".to_owned(),
                _ if self.one_in(12) && code < 0x100 => format!("\\x{code:02x}"),
                _ if self.one_in(12) => format!("\\U{code:08X}"),
                _ => character.to_string(),
            };
            self.put(&escaped);
            after_break = context != Context::Key && self.one_in(12);
            if after_break {
                self.put("\\\n");
                self.fold_indent(n);
            }
        }
        self.put("\"");
    }
}

pub(super) fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | ' '..='~' | '\u{85}' | '\u{A0}'..)
}

pub(super) fn has_spaced_lines(text: &str) -> bool {
    text.split('\n').any(|line| line.starts_with([' ', '\t']))
}

/// Breaks inside quotes take the blanks beside them along.
fn is_single(text: &str) -> bool {
    let blanks_at_break = [" \n", "\t\n", "\n ", "\n\t"].iter().any(|pair| text.contains(pair));
    text.chars().all(|character| is_printable(character) && character != '\u{FEFF}') && !blanks_at_break
}

/// Words of letters and digits, signs only inside them.
fn is_plain(text: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric();
    let signs = |character: char| matches!(character, '-' | '/' | '.' | '=');
    let simple = |line: &str| {
        line.split(' ').all(|word| {
            word.starts_with(is_word)
                && word.ends_with(is_word)
                && word.replace([':', '#', '?'], "x").chars().all(|sign| is_word(sign) || signs(sign))
        })
    };
    !text.is_empty()
        && !text.starts_with('\n')
        && !text.ends_with('\n')
        && text.split('\n').filter(|line| !line.is_empty()).all(simple)
}
