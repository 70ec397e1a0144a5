//! When to do what without being asked.

use crate::sync::outbox::Entry;
use crate::sync::outbox::EntryState;
use crate::sync::random::Random;

/// What is done without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A turn is taken.
    Turn,
    /// It is asked for the token, and a turn is taken if it is another one.
    AskToken,
}

/// What has to be there before the outbox can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// All of it is.
    Nothing,
    /// The branch was never read.
    Branch,
    /// A token that is accepted.
    Token,
}

/// What has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// When the last turn ended, in milliseconds since 1970.
    pub turned_ms: u64,
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

/// The shortest pause between two turns that nobody asked for.
const PAUSE_MS: u64 = 1000;
/// The pause between two tries to read a branch that was never read.
const UNREAD_MS: u64 = 5000;
/// The longest until it is asked whether there is another token.
const TOKEN_MS: u64 = 30_000;

/// Returns the next step that moves the outbox, and the time until then; none
/// if nothing waits. `seed` is drawn by chance.
///
/// A save that the token froze is tried again when there is another token, and
/// with the same one as seldom as a page looks for news: the host may have
/// changed its mind.
pub fn next_step(outbox: &[Entry], lacks: Lacks, past: Past, seed: u64) -> Option<(Step, u64)> {
    // Saves keep their order, so the first one decides.
    let first = outbox.first()?;
    let Past { turned_ms, now_ms } = past;
    let idle_ms = now_ms.saturating_sub(turned_ms);
    let until = |at_ms: u64| at_ms.max(turned_ms + PAUSE_MS).saturating_sub(now_ms);
    match lacks {
        Lacks::Branch => return Some((Step::Turn, until(turned_ms + UNREAD_MS))),
        Lacks::Nothing if first.state != EntryState::Frozen => {
            return Some((Step::Turn, until(first.retry_at_ms.unwrap_or(0))));
        }
        Lacks::Nothing | Lacks::Token => {}
    }
    let look_ms = until(turned_ms + next_look_ms(now_ms.saturating_sub(first.created_ms), seed));
    let ask_ms = (idle_ms / 4).clamp(PAUSE_MS, TOKEN_MS);
    Some(if look_ms <= ask_ms { (Step::Turn, look_ms) } else { (Step::AskToken, ask_ms) })
}

/// Returns the time until the next look, where nothing has happened for
/// `idle_ms`: 20 to 40 seconds at first, longer the longer nothing happens,
/// never more than five minutes. `seed` is drawn by chance, so that many pages
/// do not ask at once.
pub fn next_look_ms(idle_ms: u64, seed: u64) -> u64 {
    const LEAST_MS: u64 = 20_000;
    const MOST_MS: u64 = 300_000;
    let base = (idle_ms / 4).clamp(LEAST_MS, MOST_MS / 2);
    base + Random::new(seed).below(base)
}
