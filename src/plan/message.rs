//! The message of a commit and the operation it carries.
//!
//! A commit says in a trailer which save it is, so that a save whose answer
//! got lost can be found again.

use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use std::fmt;

/// The name of the trailer that holds the operation.
pub const OPERATION_TRAILER: &str = "Hedgerow-Operation";

/// The name of one save: 8 to 64 letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationId(String);

impl OperationId {
    /// Checks a name.
    pub fn new(text: &str) -> Option<OperationId> {
        let is_safe = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (is_safe && (8..=64).contains(&text.len())).then(|| OperationId(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromValue for OperationId {
    fn from_value(value: Value) -> Result<OperationId, Misfit> {
        let text = String::from_value(value)?;
        OperationId::new(&text).ok_or_else(|| Misfit::new("not the name of an operation"))
    }
}

/// Returns a message with the operation after it. A block of trailers at its
/// end is continued.
pub fn with_trailer(message: &str, operation: &OperationId) -> String {
    let message = message.trim_end();
    let last = last_paragraph(message);
    let has_trailers = last.len() < message.len() && last.lines().all(is_trailer);
    let gap = if has_trailers { "\n" } else { "\n\n" };
    format!("{message}{gap}{OPERATION_TRAILER}: {operation}")
}

/// Returns the operation that a commit's message carries.
pub fn operation_of(message: &str) -> Option<OperationId> {
    let mut lines = last_paragraph(message.trim_end()).lines().rev();
    lines.find_map(|line| {
        let value = line.trim_end().strip_prefix(OPERATION_TRAILER)?.strip_prefix(": ")?;
        OperationId::new(value)
    })
}

fn last_paragraph(message: &str) -> &str {
    let mut start = 0;
    let mut offset = 0;
    for line in message.split_inclusive('\n') {
        offset += line.len();
        if line.trim().is_empty() {
            start = offset;
        }
    }
    message.get(start..).unwrap_or_default()
}

fn is_trailer(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(key, value)| {
        !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !value.trim().is_empty()
    })
}
