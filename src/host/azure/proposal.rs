//! A branch of its own and a pull request, where nothing may be pushed directly.

use crate::host::azure::Azure;
use crate::host::azure::bootstrap::List;
use crate::host::azure::failure::json;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Proposed;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;

/// Characters that what is said of a pull request may have.
const DESCRIPTION: usize = 4000;

struct Pull {
    number: u64,
    commit: ObjectId,
}

impl Azure {
    /// Asks for the branch to be merged.
    pub(in crate::host) async fn ask_for_merge(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Proposed, Failure> {
        let pull = Value::object([
            ("sourceRefName", format!("refs/heads/{}", proposal.branch).into()),
            ("targetRefName", format!("refs/heads/{}", proposal.into).into()),
            ("title", proposal.title.as_str().into()),
            ("description", proposal.body.chars().take(DESCRIPTION).collect::<String>().into()),
        ]);
        let response = wire.send(self.write("/pullrequests", &pull)).await;
        json(&response, wire.now_ms()).map(|pull| self.proposed(&pull))
    }

    /// Returns the pull request of a branch if there is one.
    pub(in crate::host) async fn pull_request(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Option<Proposed>, Failure> {
        let name = |branch: &str| encode(&format!("refs/heads/{branch}"));
        let path = format!(
            "/pullrequests?searchCriteria.status=all&searchCriteria.sourceRefName={}&searchCriteria.targetRefName={}",
            name(&proposal.branch),
            name(&proposal.into)
        );
        let List(found): List<Pull> = self.read(wire, self.get(&path)).await?;
        Ok(found.first().map(|pull| self.proposed(pull)))
    }

    fn proposed(&self, pull: &Pull) -> Proposed {
        let Azure { project, repository } = self;
        let url = format!("{project}/_git/{repository}/pullrequest/{}", pull.number);
        Proposed { url, commit: pull.commit }
    }
}

impl FromValue for Pull {
    fn from_value(value: Value) -> Result<Pull, Misfit> {
        let mut fields = Fields::of(value)?;
        let mut source = Fields::of(fields.read("lastMergeSourceCommit")?)?;
        Ok(Pull { number: fields.read("pullRequestId")?, commit: source.read("commitId")? })
    }
}
