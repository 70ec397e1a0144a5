//! What Gitea can do.

use crate::host::capability::Capabilities;
use crate::host::capability::Guard;
use crate::host::capability::PollCost;

/// What Gitea can do. Paths of a batch stand in its address, which proxies cut
/// at 8 kB.
pub const CAPABILITIES: Capabilities = Capabilities {
    guard: Guard::PerFile,
    batch_files: 500,
    batch_bytes: 7500,
    concurrency: 4,
    commit_bytes: 28 * 1024 * 1024,
    write_gap_ms: 0,
    poll: PollCost::Counted,
};
