//! How often to look for news.

use crate::sync::random::Random;

/// Returns the time until the next look, for a page on which nobody has done
/// anything for `idle_ms`: 20 to 40 seconds at first, longer the longer nothing
/// happens, never more than five minutes. `seed` is drawn by chance, so that
/// many pages do not ask at once.
pub fn next_look_ms(idle_ms: u64, seed: u64) -> u64 {
    const LEAST_MS: u64 = 20_000;
    const MOST_MS: u64 = 300_000;
    let base = (idle_ms / 4).clamp(LEAST_MS, MOST_MS / 2);
    base + Random::new(seed).below(base)
}
