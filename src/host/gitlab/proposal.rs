//! A branch of its own and a merge request, where nothing may be pushed directly.

use crate::host::gitlab::GitLab;
use crate::host::gitlab::commit::body;
use crate::host::gitlab::commit::made;
use crate::host::gitlab::failure::json;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Proposed;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::CommitPlan;

/// A merge request as GitLab shows it.
struct Merge(Proposed);

impl GitLab {
    /// Makes a branch that has the commit of a plan as its head.
    pub(in crate::host) async fn make_branch(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<(), Failure> {
        let Proposal { branch, into, .. } = proposal;
        let response = wire.send(self.post("/repository/commits", body(branch, Some(into), plan))).await;
        match made(&response, wire.now_ms()) {
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::Exists => Ok(()),
            other => other.map(drop),
        }
    }

    /// Asks for the branch to be merged.
    pub(in crate::host) async fn ask_for_merge(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Proposed, Failure> {
        let Proposal { branch, into, title, body: text } = proposal;
        let merge = Value::object([
            ("title", title.as_str().into()),
            ("description", text.as_str().into()),
            ("source_branch", branch.as_str().into()),
            ("target_branch", into.as_str().into()),
        ]);
        let response = wire.send(self.post("/merge_requests", merge)).await;
        json(&response, wire.now_ms()).map(|Merge(proposed)| proposed)
    }

    /// Returns the merge request of a branch if there is one.
    pub(in crate::host) async fn pull_request(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Option<Proposed>, Failure> {
        let (source, target) = (encode(&proposal.branch), encode(&proposal.into));
        let path = format!("/merge_requests?state=all&source_branch={source}&target_branch={target}");
        let found: Vec<Merge> = self.read(wire, self.get(&path)).await?;
        Ok(found.into_iter().next().map(|Merge(proposed)| proposed))
    }
}

impl FromValue for Merge {
    fn from_value(value: Value) -> Result<Merge, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Merge(Proposed { url: fields.read("web_url")?, commit: fields.read("sha")? }))
    }
}
