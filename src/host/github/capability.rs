//! What GitHub can do.

use crate::host::capability::Capabilities;
use crate::host::capability::Guard;
use crate::host::capability::PollCost;

/// What GitHub can do. Commits fail near 40 MiB of base64; writes want a
/// second between them.
pub const CAPABILITIES: Capabilities = Capabilities {
    guard: Guard::Branch,
    batch_files: 250,
    batch_bytes: usize::MAX,
    concurrency: 4,
    commit_bytes: 28 * 1024 * 1024,
    write_gap_ms: 1000,
    poll: PollCost::Free,
};
