//! A branch of its own and a pull request, where nothing may be pushed directly.

use crate::host::github::GitHub;
use crate::host::github::bootstrap::json;
use crate::host::github::commit::done;
use crate::host::http::Method;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Proposed;
use crate::host::outcome::Trouble;
use crate::plan::CommitPlan;
use crate::plan::ObjectId;
use serde::Deserialize;
use serde::Serialize;

#[derive(Deserialize)]
struct PullRequest {
    html_url: String,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: ObjectId,
}

impl GitHub {
    /// Makes a branch with the commit of a plan and asks for it to be merged.
    /// Doing it again finds what is there already.
    pub(in crate::host) async fn propose(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<Proposed, Failure> {
        if let Some(proposed) = self.pull_request(wire, proposal).await? {
            return Ok(proposed);
        }
        self.make_branch(wire, &proposal.branch, plan).await?;
        #[derive(Serialize)]
        struct NewPull<'a> {
            title: &'a str,
            body: &'a str,
            head: &'a str,
            base: &'a str,
        }
        let pull = NewPull {
            title: &proposal.title,
            body: &proposal.body,
            head: &proposal.branch,
            base: &proposal.into,
        };
        let response = wire.send(self.write(Method::Post, "/pulls", &pull)).await;
        match json::<PullRequest>(&response, wire.now_ms()) {
            Ok(pull) => Ok(Proposed { url: pull.html_url, commit: pull.head.sha }),
            Err(failure) if failure.trouble == Trouble::Exists => {
                self.pull_request(wire, proposal).await?.ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes a branch that has the commit of a plan as its head.
    async fn make_branch(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct NewRef {
            r#ref: String,
            sha: ObjectId,
        }
        let commit = self.commit_object(wire, plan).await?;
        let new = NewRef { r#ref: format!("refs/heads/{branch}"), sha: commit };
        let response = wire.send(self.write(Method::Post, "/git/refs", &new)).await;
        match done(&response, wire.now_ms()) {
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::Exists => Ok(()),
            other => other,
        }
    }

    /// Returns the pull request of a branch if there is one.
    async fn pull_request(&self, wire: &Wire, proposal: &Proposal) -> Result<Option<Proposed>, Failure> {
        let head = encode(&format!("{}:{}", self.repository.owner, proposal.branch));
        let path = format!("/pulls?state=all&head={head}&base={}", encode(&proposal.into));
        let found: Vec<PullRequest> = self.read(wire, self.get(&path)).await?;
        Ok(found.into_iter().next().map(|pull| Proposed { url: pull.html_url, commit: pull.head.sha }))
    }
}
