//! What Azure DevOps can do.

use crate::host::capability::Capabilities;
use crate::host::capability::Guard;
use crate::host::capability::PollCost;

/// What Azure DevOps can do. One zip holds as many contents as are wanted, and
/// they are asked for by id.
pub const CAPABILITIES: Capabilities = Capabilities {
    guard: Guard::Branch,
    batch_files: 10_000,
    batch_bytes: usize::MAX,
    concurrency: 4,
    commit_bytes: 20 * 1024 * 1024,
    write_gap_ms: 0,
    poll: PollCost::Counted,
};
