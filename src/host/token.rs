//! The secret that a host knows a person by.

use crate::host::http::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1_smol::Sha1;
use std::fmt;

/// A token. It shows itself in one header and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Tells a token from others without being it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 20]);

/// How a host wants its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Bearer`, but `Basic` for a user and a token with a colon between.
    Pair,
    /// `Basic` for the password of nobody, but `Bearer` for a token in three
    /// parts, as those that are signed for a while are.
    Password,
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

    /// Returns what tells the token from others without being it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha1::from(&self.0).digest().bytes())
    }

    /// Returns the header that carries the token.
    pub fn header(&self, scheme: Scheme) -> (&'static str, String) {
        match scheme {
            Scheme::Pair if self.0.contains(':') => ("authorization", format!("Basic {}", self.pair())),
            Scheme::Password if self.0.split('.').count() != 3 => {
                ("authorization", format!("Basic {}", self.password()))
            }
            _ => ("authorization", format!("Bearer {}", self.0)),
        }
    }

    fn pair(&self) -> String {
        STANDARD.encode(&self.0)
    }

    fn password(&self) -> String {
        STANDARD.encode(format!(":{}", self.0))
    }

    /// Takes the token out of an answer that repeats it. Answers that hold data
    /// stay as they are: their bytes are checked, so none may change.
    pub fn hide_in(&self, response: Response) -> Response {
        let Response::Answered(mut answer) = response else { return response };
        if !answer.is_success() {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            let mut text = said.clone();
            let half = self.0.split_once(':').map_or("", |(_, secret)| secret);
            for secret in [&self.pair(), &self.password(), &self.0, half] {
                if !secret.is_empty() {
                    text = text.replace(secret, HIDDEN);
                }
            }
            if text != said {
                answer.body = text.into_bytes();
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
