//! Why a request could not be answered.

use std::borrow::Cow;

/// Misuse: the caller's program has to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Stable, kebab-case: `bad-request`, `no-such-field`, …
    pub code: &'static str,
    /// One sentence that says what is wrong.
    pub message: Cow<'static, str>,
}

impl Error {
    /// Makes an error.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
        Error { code, message: message.into() }
    }

    /// Makes the error for a request that makes no sense.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new("bad-request", message)
    }
}
