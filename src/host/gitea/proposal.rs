//! A branch of its own and a pull request, where nothing may be pushed directly.

use crate::host::gitea::Gitea;
use crate::host::gitea::bootstrap::json;
use crate::host::gitea::commit::body;
use crate::host::gitea::commit::made;
use crate::host::gitea::load::Root;
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

/// A pull request as Gitea shows it.
struct Pull(Proposed);

impl Gitea {
    /// Makes a branch that has the commit of a plan as its head.
    pub(in crate::host) async fn make_branch(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<(), Failure> {
        let Proposal { branch, into, .. } = proposal;
        let response = wire.send(self.write(Method::Post, "/contents", body(into, Some(branch), plan))).await;
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
        let pull = Value::object([
            ("title", title.as_str().into()),
            ("body", text.as_str().into()),
            ("head", branch.as_str().into()),
            ("base", into.as_str().into()),
        ]);
        let response = wire.send(self.write(Method::Post, "/pulls", pull)).await;
        json(&response, wire.now_ms()).map(|Pull(proposed)| proposed)
    }

    /// Returns the pull request of a branch if there is one.
    pub(in crate::host) async fn pull_request(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Option<Proposed>, Failure> {
        let path = format!("/pulls/{}/{}", encode(&proposal.into), encode(&proposal.branch));
        match self.read(wire, self.get(&path)).await {
            Ok(Pull(proposed)) => Ok(Some(proposed)),
            Err(failure) if failure.trouble == Trouble::Missing => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl FromValue for Pull {
    fn from_value(value: Value) -> Result<Pull, Misfit> {
        let mut fields = Fields::of(value)?;
        let head: Root = fields.read("head")?;
        Ok(Pull(Proposed { url: fields.read("html_url")?, commit: head.sha }))
    }
}
