//! Requests and answers as plain data.

use crate::model::Value;
use crate::model::read_json;
use crate::order::Map;

/// What a request does at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends something new, or a query.
    Post,
    /// Moves a branch.
    Patch,
    /// Likewise, at other hosts.
    Put,
}

impl Method {
    /// Returns the word of HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Put => "PUT",
        }
    }
}

/// Whether a request changes something at the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It can be repeated and given up at will.
    Read,
    /// Once it is sent it is never aborted: a closed connection may land it all the same.
    Write,
}

/// Which of a host's allowances a request draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// That of REST.
    Rest,
    /// That of GraphQL.
    GraphQl,
}

/// One HTTP request, whole but for the token.
///
/// Whoever sends it adds the header of [`crate::host::Token`], sends it to the
/// given origin only, follows no redirect and keeps caches out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Further headers, lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// What it carries.
    pub body: Option<Vec<u8>>,
    /// Whether it changes something.
    pub effect: Effect,
    /// What it draws on.
    pub allowance: Allowance,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The host answered.
    Answered(Answer),
    /// The host sent the request elsewhere; it was not followed.
    Redirected,
    /// No answer could be read. The request may have had its effect.
    Failed,
}

/// An answer that could be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers a page may read.
    pub headers: Headers,
    /// What it carried.
    pub body: Vec<u8>,
}

/// Headers by lower-case name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Map<String, String>);

impl Headers {
    /// Returns the value of a header, given its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the value of a header that is a whole number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Headers {
        let lower = |(name, value): (N, V)| (name.into().to_ascii_lowercase(), value.into());
        Headers(headers.into_iter().map(lower).collect())
    }
}

impl Request {
    /// Makes a read.
    pub fn get(url: String) -> Request {
        Request {
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: None,
            effect: Effect::Read,
            allowance: Allowance::Rest,
        }
    }

    /// Makes a write that carries JSON.
    pub fn write(method: Method, url: String, body: Vec<u8>) -> Request {
        let request = Request { method, body: Some(body), effect: Effect::Write, ..Request::get(url) };
        request.header("content-type", "application/json")
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.headers.push((name, value.into()));
        self
    }
}

impl Answer {
    /// Says whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Reads the body as JSON.
    pub fn json(&self) -> Option<Value> {
        read_json(std::str::from_utf8(&self.body).ok()?).ok()
    }
}

/// Writes one part of an address so that no character of it has a meaning of its own.
pub fn encode(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
