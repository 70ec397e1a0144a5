//! What a host can do, as a record that the engine reads.

/// How strongly a host guards a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It lands on the named head or not at all.
    Branch,
    /// Each file must be as named; others may have changed.
    PerFile,
}

/// What a poll without news costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollCost {
    /// Nothing.
    Free,
    /// One request.
    Counted,
}

/// What a host can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The guard of a commit.
    pub guard: Guard,
    /// Files that one request can read.
    pub batch_files: usize,
    /// What their paths may add up to, with [`Capabilities::PATH_BYTES`] for each.
    pub batch_bytes: usize,
    /// Requests that may be under way at once.
    pub concurrency: usize,
    /// Content that one commit can carry.
    pub commit_bytes: usize,
    /// Time between two writes.
    pub write_gap_ms: u64,
    /// The price of a poll.
    pub poll: PollCost,
}

impl Capabilities {
    /// What a path takes beside itself where it stands in an address.
    pub const PATH_BYTES: usize = 20;
}
