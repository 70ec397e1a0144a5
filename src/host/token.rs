//! The secret that a host knows a person by.

use crate::host::http::Response;
use std::fmt;

/// A token. It shows itself in one header and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// How a host wants its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Bearer …`
    Bearer,
}

/// What stands where a token stood.
const HIDDEN: &str = "[token]";

impl Token {
    /// Takes a token as it was typed; white space around it is dropped. None if
    /// nothing is left or it cannot be sent in a header.
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let is_sendable = text.bytes().all(|byte| byte.is_ascii_graphic());
        (is_sendable && !text.is_empty()).then(|| Token(text.to_owned()))
    }

    /// Returns the header that carries the token.
    pub fn header(&self, scheme: Scheme) -> (&'static str, String) {
        match scheme {
            Scheme::Bearer => ("authorization", format!("Bearer {}", self.0)),
        }
    }

    /// Takes the token out of an answer that repeats it. Answers that hold data
    /// stay as they are: their bytes are checked, so none may change.
    pub fn hide_in(&self, response: Response) -> Response {
        let Response::Answered(mut answer) = response else { return response };
        if !answer.is_success() {
            let text = String::from_utf8_lossy(&answer.body);
            if text.contains(&self.0) {
                answer.body = text.replace(&self.0, HIDDEN).into_bytes();
            }
        }
        Response::Answered(answer)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(hidden)")
    }
}
