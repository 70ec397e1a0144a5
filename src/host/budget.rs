//! What is left of a host's allowances, and what it may be spent on.
//!
//! **Invariant:** reads never use up what a write may need.

use crate::host::http::Allowance;
use crate::host::http::Headers;
use crate::order::Map;
use std::cell::RefCell;
use std::rc::Rc;

/// What a request is for, the most needed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A commit.
    Write,
    /// Finding out what became of one.
    Probe,
    /// Something a person waits for.
    Read,
    /// Looking for news.
    Poll,
}

/// Whether a request may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Now,
    /// Not before this time, in milliseconds since 1970.
    At(u64),
}

/// What the host said about one allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    limit: u64,
    remaining: u64,
    reset_ms: u64,
}

/// What is left of each allowance, as far as the host says. Copies share what
/// they know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget(Rc<RefCell<Map<Allowance, Left>>>);

/// Percent of an allowance that only writes and probes may use.
const RESERVE: u64 = 15;

impl Budget {
    /// Notes what the headers of an answer say. The newest window counts, and in
    /// it the least that is left: answers may come in any order.
    pub fn note(&self, allowance: Allowance, headers: &Headers) {
        let number = |name: &str| headers.number(name);
        let (Some(limit), Some(remaining), Some(reset)) =
            (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), number("x-ratelimit-reset"))
        else {
            return;
        };
        let new = Left { limit, remaining, reset_ms: reset.saturating_mul(1000) };
        let mut all = self.0.borrow_mut();
        let left = all.entry(allowance).or_insert(new);
        if new.reset_ms > left.reset_ms || (new.reset_ms == left.reset_ms && remaining < left.remaining) {
            *left = new;
        }
    }

    /// Says whether a request may be sent.
    pub fn admits(&self, purpose: Purpose, allowance: Allowance, now_ms: u64) -> Admission {
        let left = self.0.borrow().get(&allowance).copied();
        let Some(left) = left.filter(|left| left.reset_ms > now_ms) else {
            return Admission::Now;
        };
        let needed = match purpose {
            Purpose::Write | Purpose::Probe => 1,
            Purpose::Read | Purpose::Poll => (left.limit * RESERVE).div_ceil(100),
        };
        if left.remaining >= needed { Admission::Now } else { Admission::At(left.reset_ms) }
    }
}
