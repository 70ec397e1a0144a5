//! A branch of its own and a pull request, where nothing may be pushed directly.

use crate::host::github::GitHub;
use crate::host::github::bootstrap::json;
use crate::host::github::changes::Object;
use crate::host::github::commit::done;
use crate::host::http::Method;
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

impl GitHub {
    /// Asks for the branch to be merged.
    pub(in crate::host) async fn ask_for_merge(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Proposed, Failure> {
        let pull = Value::object([
            ("title", proposal.title.as_str().into()),
            ("body", proposal.body.as_str().into()),
            ("head", proposal.branch.as_str().into()),
            ("base", proposal.into.as_str().into()),
        ]);
        let response = wire.send(self.write(Method::Post, "/pulls", pull)).await;
        json(&response, wire.now_ms())
    }

    /// Makes a branch that has the commit of a plan as its head.
    pub(in crate::host) async fn make_branch(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<(), Failure> {
        let branch = &proposal.branch;
        let commit = self.commit_object(wire, plan).await?;
        let new = Value::object([("ref", format!("refs/heads/{branch}").into()), ("sha", commit.into())]);
        let response = wire.send(self.write(Method::Post, "/git/refs", new)).await;
        match done(&response, wire.now_ms()) {
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::Exists => Ok(()),
            other => other,
        }
    }

    /// Returns the pull request of a branch if there is one.
    pub(in crate::host) async fn pull_request(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Option<Proposed>, Failure> {
        let head = encode(&format!("{}:{}", self.repository.owner, proposal.branch));
        let path = format!("/pulls?state=all&head={head}&base={}", encode(&proposal.into));
        let found: Vec<Proposed> = self.read(wire, self.get(&path)).await?;
        Ok(found.into_iter().next())
    }
}

impl FromValue for Proposed {
    fn from_value(value: Value) -> Result<Proposed, Misfit> {
        let mut fields = Fields::of(value)?;
        let head: Object = fields.read("head")?;
        Ok(Proposed { url: fields.read("html_url")?, commit: head.sha })
    }
}
