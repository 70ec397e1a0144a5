//! What answers mean that are not the wanted ones: each host has a table of
//! rows, and the first that fits says it. What fits none is unknown.

use crate::host::http::Answer;
use crate::host::http::Response;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::model::FromValue;
use crate::model::Value;

/// Where in an answer a row looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the status is enough.
    Status,
    /// A header that is there.
    Header(&'static str),
    /// A header with this value.
    HeaderIs(&'static str, &'static str),
    /// The beginning of what the host says.
    Message(&'static str),
    /// Some text of what the host says.
    Says(&'static str),
    /// The `type`, `typeKey` or `error` of an answer, or of one of its `errors`.
    Type(&'static str),
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The statuses it is for, from and to.
    pub status: (u16, u16),
    /// What it looks for.
    pub place: Place,
    /// What it means.
    pub means: Trouble,
}

/// Makes a row for one status.
pub(super) const fn row(status: u16, place: Place, means: Trouble) -> Row {
    Row { status: (status, status), place, means }
}

/// Texts within texts that are looked into.
const DEPTH: u32 = 4;

/// What the host says.
#[derive(Default)]
struct Words {
    said: Vec<String>,
    kinds: Vec<String>,
}

impl Words {
    fn of(answer: &Answer) -> Words {
        let mut words = Words::default();
        match answer.json() {
            Some(value) => words.read(&value, DEPTH),
            // A page of HTML says nothing.
            None => match std::str::from_utf8(&answer.body) {
                Ok(text) if !text.trim_start().starts_with('<') => words.say(text.trim()),
                _ => {}
            },
        }
        words
    }

    fn say(&mut self, text: &str) {
        if !text.is_empty() {
            self.said.push(text.to_owned());
        }
    }

    /// Hosts put their words under different names, as texts, lists or objects.
    fn read(&mut self, value: &Value, depth: u32) {
        let names = ["message", "error", "error_description", "errors", "base"];
        match value {
            Value::String(text) => self.say(text),
            Value::List(items) if depth > 0 => items.iter().for_each(|item| self.read(item, depth - 1)),
            Value::Map(_) if depth > 0 => {
                for name in ["type", "typeKey", "error"] {
                    self.kinds.extend(value.get(name).and_then(Value::as_str).map(str::to_owned));
                }
                names.iter().filter_map(|name| value.get(name)).for_each(|value| self.read(value, depth - 1));
            }
            _ => {}
        }
    }
}

/// Returns what a response means that is not the wanted one, by a table.
pub fn classify(table: &[Row], response: &Response, now_ms: u64) -> Failure {
    let answer = match response {
        Response::Failed => return Failure::new(Trouble::Unreachable, "the host could not be reached"),
        Response::Redirected => return Failure::new(Trouble::Moved, "the host sends the request elsewhere"),
        Response::Answered(answer) => answer,
    };
    let words = Words::of(answer);
    let row = table.iter().find(|row| {
        let (from, to) = row.status;
        (from..=to).contains(&answer.status) && fits(row.place, answer, &words)
    });
    let trouble = row.map_or(Trouble::Unknown, |row| row.means);
    let said = words.said.join("; ");
    let message = if said.is_empty() { format!("status {}", answer.status) } else { said };
    let until_ms = if trouble == Trouble::Limited { until(answer, now_ms) } else { None };
    Failure { until_ms, ..Failure::new(trouble, &message) }
}

fn fits(place: Place, answer: &Answer, words: &Words) -> bool {
    match place {
        Place::Status => true,
        Place::Header(name) => answer.headers.get(name).is_some(),
        Place::HeaderIs(name, value) => answer.headers.get(name) == Some(value),
        Place::Message(start) => words.said.iter().any(|said| said.starts_with(start)),
        Place::Says(text) => words.said.iter().any(|said| said.contains(text)),
        Place::Type(kind) => words.kinds.iter().any(|known| known == kind),
    }
}

/// Reads the JSON of an answer.
pub(super) fn json<D: FromValue>(table: &[Row], response: &Response, now_ms: u64) -> Result<D, Failure> {
    let Response::Answered(answer) = response else { return Err(classify(table, response, now_ms)) };
    if !answer.is_success() {
        return Err(classify(table, response, now_ms));
    }
    answer.json().and_then(|value| D::from_value(value).ok()).ok_or_else(wrong)
}

/// Says that an answer is not what was asked for.
pub(super) fn wrong() -> Failure {
    Failure::new(Trouble::Wrong, "the answer is not what was asked for")
}

/// Returns when the allowance is there again: `Retry-After` is a time span, the
/// reset of the allowance a point in time, in seconds.
fn until(answer: &Answer, now_ms: u64) -> Option<u64> {
    if let Some(seconds) = answer.headers.number("retry-after") {
        return Some(now_ms.saturating_add(seconds.saturating_mul(1000)));
    }
    let is_used_up = answer.headers.get("x-ratelimit-remaining") == Some("0");
    let reset = answer.headers.number("x-ratelimit-reset").filter(|_| is_used_up)?;
    Some(reset.saturating_mul(1000).max(now_ms))
}
