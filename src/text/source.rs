//! The decoded text of a file, and the way back to its bytes.

use super::Span;

/// How a file's bytes stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Be,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Le,
    /// None of these. The text is a readable approximation.
    Unknown,
}

/// A file as text.
///
/// **Invariant:** [`Source::to_bytes`] gives the bytes the source was made
/// from. A byte order mark is the first character of the text.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
    encoding: Encoding,
    /// The bytes themselves, where the text cannot give them back.
    raw: Option<Box<[u8]>>,
    /// Where the first byte that is no text stands, in the decoded text.
    broken_at: Option<u32>,
}

impl Source {
    /// Makes a source from text, as if from its UTF-8 bytes.
    pub fn from_text(text: impl Into<String>) -> Source {
        Source { text: text.into(), encoding: Encoding::Utf8, raw: None, broken_at: None }
    }

    /// Decodes a file. Never fails: bytes that are no text are shown as U+FFFD.
    pub fn from_bytes(bytes: &[u8]) -> Source {
        Source::from_vec(bytes.to_vec())
    }

    /// Decodes a file without copying what is UTF-8.
    pub fn from_vec(bytes: Vec<u8>) -> Source {
        match bytes.as_slice() {
            [0xFE, 0xFF, ..] => Source::from_utf16(&bytes, Encoding::Utf16Be),
            [0xFF, 0xFE, ..] => Source::from_utf16(&bytes, Encoding::Utf16Le),
            _ => match String::from_utf8(bytes) {
                Ok(text) => Source::from_text(text),
                Err(error) => Source {
                    text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                    encoding: Encoding::Unknown,
                    broken_at: Some(error.utf8_error().valid_up_to() as u32),
                    raw: Some(error.into_bytes().into()),
                },
            },
        }
    }

    fn from_utf16(bytes: &[u8], encoding: Encoding) -> Source {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| match encoding {
            Encoding::Utf16Be => u16::from_be_bytes(*pair),
            _ => u16::from_le_bytes(*pair),
        });
        let mut text = String::with_capacity(bytes.len());
        let mut broken_at = None;
        for unit in char::decode_utf16(units) {
            if unit.is_err() && broken_at.is_none() {
                broken_at = Some(text.len() as u32);
            }
            text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if !rest.is_empty() && broken_at.is_none() {
            broken_at = Some(text.len() as u32);
        }
        match broken_at {
            None => Source { text, encoding, raw: None, broken_at },
            Some(_) => Source { text, encoding: Encoding::Unknown, raw: Some(bytes.into()), broken_at },
        }
    }

    /// Returns the text, byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns how the bytes stand for the text.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns where decoding first failed, as an offset into the text.
    pub fn broken_at(&self) -> Option<u32> {
        self.broken_at
    }

    /// Returns the part of the text a span covers.
    pub fn slice(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// Returns the bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.raw {
            Some(raw) => raw.to_vec(),
            None => Source::encode(&self.text, self.encoding),
        }
    }

    /// Encodes a changed text the way this file is encoded.
    pub fn encode_like(&self, text: &str) -> Vec<u8> {
        Source::encode(text, self.encoding)
    }

    fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Utf8 | Encoding::Unknown => text.as_bytes().to_vec(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }
}
