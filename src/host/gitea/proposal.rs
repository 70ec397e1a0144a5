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
    /// Makes a branch with the commit of a plan and asks for it to be merged.
    /// Doing it again finds what is there already.
    pub(in crate::host) async fn propose(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<Proposed, Failure> {
        let Proposal { branch, into, title, body: text } = proposal;
        if let Some(proposed) = self.pull_request(wire, proposal).await? {
            return Ok(proposed);
        }
        let request = self.write(Method::Post, "/contents", body(into, Some(branch), plan));
        let response = wire.send(request).await;
        match made(&response, wire.now_ms()) {
            Ok(_) => {}
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::Exists => {}
            Err(failure) => return Err(failure),
        }
        let pull = Value::object([
            ("title", title.as_str().into()),
            ("body", text.as_str().into()),
            ("head", branch.as_str().into()),
            ("base", into.as_str().into()),
        ]);
        let response = wire.send(self.write(Method::Post, "/pulls", pull)).await;
        match json(&response, wire.now_ms()) {
            Ok(Pull(proposed)) => Ok(proposed),
            Err(failure) if failure.trouble == Trouble::Exists => {
                self.pull_request(wire, proposal).await?.ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Returns the pull request of a branch if there is one.
    async fn pull_request(&self, wire: &Wire, proposal: &Proposal) -> Result<Option<Proposed>, Failure> {
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
