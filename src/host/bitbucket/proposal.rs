//! A branch of its own and a pull request, where nothing may be pushed directly.

use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::bootstrap::Page;
use crate::host::bitbucket::changes::Commit;
use crate::host::bitbucket::failure::json;
use crate::host::failure::wrong;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Proposed;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::write_json;

struct Pull {
    url: String,
    /// The beginning of the id of its commit.
    commit: String,
}

impl Bitbucket {
    /// Asks for the branch to be merged.
    pub(in crate::host) async fn ask_for_merge(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Proposed, Failure> {
        let end = |branch: &str| Value::object([("branch", Value::object([("name", branch.into())]))]);
        let pull = Value::object([
            ("title", proposal.title.as_str().into()),
            ("description", proposal.body.as_str().into()),
            ("source", end(&proposal.branch)),
            ("destination", end(&proposal.into)),
        ]);
        let body = write_json(&pull).into_bytes();
        let request = Request::write(Method::Post, self.url("/pullrequests"), body);
        let response = wire.send(request.header("accept", "application/json")).await;
        self.proposed(wire, json(&response, wire.now_ms())?).await
    }

    /// Returns the pull request of a branch if there is one, whatever became of it.
    pub(in crate::host) async fn pull_request(
        &self,
        wire: &Wire,
        proposal: &Proposal,
    ) -> Result<Option<Proposed>, Failure> {
        let [branch, into] = [&proposal.branch, &proposal.into].map(|name| name.replace('"', "\\\""));
        let wanted = format!("source.branch.name = \"{branch}\" AND destination.branch.name = \"{into}\"");
        let path = format!(
            "/pullrequests?state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED&q={}",
            encode(&wanted)
        );
        let Page { values, .. } = self.read(wire, self.get(&path)).await?;
        let Some(value) = values.into_iter().next() else { return Ok(None) };
        let pull = Pull::from_value(value).map_err(|_| wrong())?;
        self.proposed(wire, pull).await.map(Some)
    }

    /// Completes the id of the commit, which a pull request cuts short.
    async fn proposed(&self, wire: &Wire, Pull { url, commit }: Pull) -> Result<Proposed, Failure> {
        let commit: Commit = self.read(wire, self.get(&format!("/commit/{}", encode(&commit)))).await?;
        Ok(Proposed { url, commit: commit.hash })
    }
}

impl FromValue for Pull {
    fn from_value(value: Value) -> Result<Pull, Misfit> {
        let mut fields = Fields::of(value)?;
        let mut links = Fields::of(fields.read("links")?)?;
        let mut source = Fields::of(fields.read("source")?)?;
        Ok(Pull {
            url: Fields::of(links.read("html")?)?.read("href")?,
            commit: Fields::of(source.read("commit")?)?.read("hash")?,
        })
    }
}
