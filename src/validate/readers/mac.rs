//! Hardware addresses as Go's `net.ParseMAC` reads them.

use std::fmt;

/// A hardware address of 6, 8 or 20 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mac(pub Vec<u8>);

impl fmt::Display for Mac {
    /// Writes lower case with colons.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(formatter, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}

/// Reads `00:11:22:33:44:55`, the same with `-`, or `0011.2233.4455`.
pub fn read_mac(text: &str) -> Option<Mac> {
    let separator = text.chars().find(|&at| !at.is_ascii_hexdigit())?;
    let digits = match separator {
        ':' | '-' => 2,
        '.' => 4,
        _ => return None,
    };
    let mut bytes = Vec::new();
    for group in text.split(separator) {
        if group.len() != digits || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for at in (0..digits).step_by(2) {
            bytes.push(u8::from_str_radix(group.get(at..at + 2)?, 16).ok()?);
        }
    }
    matches!(bytes.len(), 6 | 8 | 20).then_some(Mac(bytes))
}
