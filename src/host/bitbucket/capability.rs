//! What Bitbucket Cloud can do.

use crate::host::capability::Capabilities;
use crate::host::capability::Guard;
use crate::host::capability::PollCost;

/// What Bitbucket Cloud can do. Files come one by one.
pub const CAPABILITIES: Capabilities = Capabilities {
    guard: Guard::Branch,
    batch_files: 1,
    batch_bytes: 0,
    concurrency: 4,
    commit_bytes: 20 * 1024 * 1024,
    write_gap_ms: 0,
    poll: PollCost::Counted,
};
