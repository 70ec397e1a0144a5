//! What GitHub knows about a branch before anything is loaded.

use crate::host::github::GitHub;
use crate::host::github::failure::classify;
use crate::host::github::graphql::BOOTSTRAP_QUERY;
use crate::host::github::graphql::Faults;
use crate::host::github::graphql::Object;
use crate::host::github::graphql::data;
use crate::host::http::Effect;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Bootstrap;
use crate::host::outcome::Failure;
use crate::host::outcome::Permission;
use crate::host::outcome::Trouble;
use crate::plan::ObjectId;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Serialize)]
struct Variables<'a> {
    owner: &'a str,
    name: &'a str,
    r#ref: String,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    is_archived: bool,
    is_empty: bool,
    viewer_permission: Option<String>,
    default_branch_ref: Option<Branch>,
    r#ref: Option<Branch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Branch {
    name: String,
    target: Option<Target>,
    ref_update_rule: Option<Rule>,
}

#[derive(Deserialize)]
struct Target {
    oid: ObjectId,
    tree: Option<Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    viewer_can_push: bool,
    required_approving_review_count: Option<u32>,
}

impl GitHub {
    /// Asks for the head of a branch and what may be done with it, in one
    /// request. Without a name it is the default branch.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let variables = Variables {
            owner: &self.repository.owner,
            name: &self.repository.name,
            r#ref: format!("refs/heads/{}", branch.unwrap_or("main")),
        };
        let response = wire.send(self.graphql(Effect::Read, BOOTSTRAP_QUERY, &variables)).await;
        match data::<Data>(&response, Faults::Refuse, wire.now_ms()) {
            Ok(Data { repository: Some(repository) }) => read(repository, branch),
            Ok(_) => Err(Failure::new(Trouble::Missing, "there is no such repository")),
            Err(failure) if is_worth_rest(failure.trouble) => self.bootstrap_rest(wire, branch).await,
            Err(failure) => Err(failure),
        }
    }

    /// The same in two requests of REST, or in one if the branch is named.
    async fn bootstrap_rest(&self, wire: &Wire, branch: Option<&str>) -> Result<Bootstrap, Failure> {
        #[derive(Deserialize)]
        struct Repository {
            default_branch: String,
            #[serde(default)]
            archived: bool,
            permissions: Option<Permissions>,
        }
        #[derive(Deserialize)]
        struct Permissions {
            push: bool,
        }
        #[derive(Deserialize)]
        struct Branch {
            commit: Commit,
            #[serde(default)]
            protected: bool,
        }
        #[derive(Deserialize)]
        struct Commit {
            sha: ObjectId,
            commit: Inner,
        }
        #[derive(Deserialize)]
        struct Inner {
            tree: Tree,
        }
        #[derive(Deserialize)]
        struct Tree {
            sha: ObjectId,
        }
        let repository: Repository = self.read(wire, self.get("")).await?;
        let name = branch.unwrap_or(&repository.default_branch);
        let Branch { commit, protected } =
            self.read(wire, self.get(&format!("/branches/{}", encode(name)))).await?;
        let permission = match &repository.permissions {
            _ if repository.archived => Permission::Read,
            Some(Permissions { push: false }) => Permission::Read,
            Some(Permissions { push: true }) if !protected => Permission::Push,
            _ => Permission::Unknown,
        };
        let (head, tree) = (commit.sha, commit.commit.tree.sha);
        Ok(Bootstrap { branch: name.to_owned(), head, tree, permission })
    }

    /// Sends a read and returns the JSON of its answer.
    pub(super) async fn read<D: DeserializeOwned>(
        &self,
        wire: &Wire,
        request: Request,
    ) -> Result<D, Failure> {
        let response = wire.send(request).await;
        json(&response, wire.now_ms())
    }
}

/// Reads the JSON of an answer of REST.
pub(super) fn json<D: DeserializeOwned>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    let Response::Answered(answer) = response else { return Err(classify(response, now_ms)) };
    if !answer.is_success() {
        return Err(classify(response, now_ms));
    }
    answer.json().ok_or_else(|| Failure::new(Trouble::Wrong, "the answer is not what was asked for"))
}

/// Says whether REST may do what GraphQL did not.
pub(super) fn is_worth_rest(trouble: Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Host
            | Trouble::Limited
            | Trouble::Unreachable
            | Trouble::Unsupported
            | Trouble::Unknown
            | Trouble::Wrong
    )
}

fn read(repository: Repository, branch: Option<&str>) -> Result<Bootstrap, Failure> {
    if repository.is_empty {
        return Err(Failure::new(Trouble::Empty, "the repository has no commit yet"));
    }
    let found = if branch.is_some() { repository.r#ref } else { repository.default_branch_ref };
    let found = found.ok_or_else(|| Failure::new(Trouble::Missing, "there is no such branch"))?;
    let wrong = || Failure::new(Trouble::Wrong, "the branch has no commit");
    let target = found.target.ok_or_else(wrong)?;
    let tree = target.tree.ok_or_else(wrong)?.oid;
    let can_write = matches!(repository.viewer_permission.as_deref(), Some("ADMIN" | "MAINTAIN" | "WRITE"));
    let permission = match found.ref_update_rule {
        _ if repository.is_archived || !can_write => Permission::Read,
        Some(rule) if rule.required_approving_review_count.unwrap_or(0) > 0 || !rule.viewer_can_push => {
            Permission::PullRequest
        }
        _ => Permission::Push,
    };
    Ok(Bootstrap { branch: found.name, head: target.oid, tree, permission })
}
