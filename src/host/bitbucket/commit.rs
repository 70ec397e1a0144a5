//! One commit on a branch, if its head is still the named one.

use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::failure::classify;
use crate::host::bitbucket::form::Form;
use crate::host::bitbucket::form::form;
use crate::host::http::Effect;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Sent;
use crate::host::outcome::Sight;
use crate::host::outcome::Trouble;
use crate::plan::CommitPlan;
use crate::plan::operation_of;

impl Bitbucket {
    /// Sends a commit. The parent is named, so Bitbucket takes it on the tip of
    /// the branch or not at all. It answers without a word, so the branch is read.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        if let Err(failure) = self.upload(wire, branch, plan).await {
            return Sent::failed(failure);
        }
        match self.tip(wire, branch).await {
            Ok(tip) if operation_of(&tip.message) == operation_of(&plan.message) => {
                Sent::Accepted { commit: tip.hash, sight: Sight::OnBranch }
            }
            // The read lags behind, or somebody has moved on from it already.
            Ok(_) => Sent::Unknown(Failure::new(Trouble::Unknown, "the commit is not the head yet")),
            Err(failure) => Sent::Unknown(failure),
        }
    }

    /// Makes a branch that has the commit of a plan as its head.
    pub(in crate::host) async fn make_branch(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<(), Failure> {
        match self.upload(wire, &proposal.branch, plan).await {
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::HeadMoved => Ok(()),
            other => other,
        }
    }

    async fn upload(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Result<(), Failure> {
        let unsupported = || Failure::new(Trouble::Unsupported, "Bitbucket cannot be told such a path");
        let Form { content_type, body } = form(branch, plan).ok_or_else(unsupported)?;
        let request = Request {
            method: Method::Post,
            effect: Effect::Write,
            body: Some(body),
            ..Request::get(self.url("/src"))
        };
        match wire.send(request.header("content-type", content_type)).await {
            Response::Answered(answer) if answer.status == 201 => Ok(()),
            other => Err(classify(&other, wire.now_ms())),
        }
    }
}
