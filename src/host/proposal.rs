//! A branch of its own and a pull request, where nothing may be pushed directly.
//!
//! **Invariant:** doing it again finds what is there already, however far it came
//! before it was cut off.

use crate::host::Host;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Proposed;
use crate::host::outcome::Trouble;
use crate::plan::CommitPlan;

pub(super) async fn propose(
    host: &Host,
    wire: &Wire,
    proposal: &Proposal,
    plan: &CommitPlan,
) -> Result<Proposed, Failure> {
    if let Some(proposed) = host.pull_request(wire, proposal).await? {
        return Ok(proposed);
    }
    host.make_branch(wire, proposal, plan).await?;
    match host.ask_for_merge(wire, proposal).await {
        Err(failure) if failure.trouble == Trouble::Exists => {
            host.pull_request(wire, proposal).await?.ok_or(failure)
        }
        asked => asked,
    }
}
