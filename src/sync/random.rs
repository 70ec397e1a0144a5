//! Chance, from a seed that the caller draws.

/// Numbers that look like chance and are the same for the same seed
/// (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Returns a number from 0 up to and without `bound`; 0 if there is none.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// Returns a wait before try number `round`: anything up to a bound that
    /// doubles each time, so that those who met once do not meet again.
    pub(super) fn wait_ms(&mut self, round: u32) -> u64 {
        const LEAST_MS: u64 = 200;
        const MOST_MS: u64 = 3000;
        let bound = (LEAST_MS << round.min(8)).min(MOST_MS);
        LEAST_MS + self.below(bound - LEAST_MS + 1)
    }
}
