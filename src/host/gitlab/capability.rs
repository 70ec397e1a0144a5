//! What GitLab can do.

use crate::host::capability::Capabilities;
use crate::host::capability::Guard;
use crate::host::capability::PollCost;

/// What GitLab can do. A query gives a hundred files at most; requests beyond
/// 20 MB are slowed down.
pub const CAPABILITIES: Capabilities = Capabilities {
    guard: Guard::PerFile,
    batch_files: 100,
    batch_bytes: usize::MAX,
    concurrency: 4,
    commit_bytes: 14 * 1024 * 1024,
    write_gap_ms: 0,
    poll: PollCost::Counted,
};
