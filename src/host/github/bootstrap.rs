//! What GitHub knows about a branch before anything is loaded.

use crate::host::failure;
use crate::host::github::GitHub;
use crate::host::github::failure::FAILURES;
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
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;

struct Data {
    repository: Option<Repository>,
}

struct Repository {
    is_archived: bool,
    is_empty: bool,
    viewer_permission: Option<String>,
    default_branch_ref: Option<Branch>,
    r#ref: Option<Branch>,
}

struct Branch {
    name: String,
    target: Option<Target>,
    ref_update_rule: Option<Rule>,
}

struct Target {
    oid: ObjectId,
    tree: Option<Object>,
}

struct Rule {
    viewer_can_push: bool,
    required_approving_review_count: Option<u32>,
}

/// A repository as REST knows it.
struct RestRepository {
    default_branch: String,
    archived: bool,
    can_push: Option<bool>,
}

/// A branch as REST knows it.
struct RestBranch {
    head: ObjectId,
    tree: ObjectId,
    protected: bool,
}

impl GitHub {
    /// Asks for the head of a branch and what may be done with it, in one
    /// request. Without a name it is the default branch.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let variables = Value::object([
            ("owner", self.repository.owner.as_str().into()),
            ("name", self.repository.name.as_str().into()),
            ("ref", format!("refs/heads/{}", branch.unwrap_or("main")).into()),
        ]);
        let response = wire.send(self.graphql(Effect::Read, BOOTSTRAP_QUERY, variables)).await;
        match data::<Data>(&response, Faults::Refuse, wire.now_ms()) {
            Ok(Data { repository: Some(repository) }) => read(repository, branch),
            Ok(_) => Err(Failure::new(Trouble::Missing, "there is no such repository")),
            Err(failure) if is_worth_rest(failure.trouble) => self.bootstrap_rest(wire, branch).await,
            Err(failure) => Err(failure),
        }
    }

    /// The same in two requests of REST, or in one if the branch is named.
    async fn bootstrap_rest(&self, wire: &Wire, branch: Option<&str>) -> Result<Bootstrap, Failure> {
        let repository: RestRepository = self.read(wire, self.get("")).await?;
        let name = branch.unwrap_or(&repository.default_branch);
        let RestBranch { head, tree, protected } =
            self.read(wire, self.get(&format!("/branches/{}", encode(name)))).await?;
        let permission = match repository.can_push {
            _ if repository.archived => Permission::Read,
            Some(false) => Permission::Read,
            Some(true) if !protected => Permission::Push,
            _ => Permission::Unknown,
        };
        Ok(Bootstrap { branch: name.to_owned(), head, tree: Some(tree), permission })
    }

    /// Sends a read and returns the JSON of its answer.
    pub(super) async fn read<D: FromValue>(&self, wire: &Wire, request: Request) -> Result<D, Failure> {
        let response = wire.send(request).await;
        json(&response, wire.now_ms())
    }
}

/// Reads the JSON of an answer of REST.
pub(super) fn json<D: FromValue>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    failure::json(FAILURES, response, now_ms)
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
    Ok(Bootstrap { branch: found.name, head: target.oid, tree: Some(tree), permission })
}

impl FromValue for Data {
    fn from_value(value: Value) -> Result<Data, Misfit> {
        Ok(Data { repository: Fields::of(value)?.read("repository")? })
    }
}

impl FromValue for Repository {
    fn from_value(value: Value) -> Result<Repository, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Repository {
            is_archived: fields.read("isArchived")?,
            is_empty: fields.read("isEmpty")?,
            viewer_permission: fields.read("viewerPermission")?,
            default_branch_ref: fields.read("defaultBranchRef")?,
            r#ref: fields.read("ref")?,
        })
    }
}

impl FromValue for Branch {
    fn from_value(value: Value) -> Result<Branch, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Branch {
            name: fields.read("name")?,
            target: fields.read("target")?,
            ref_update_rule: fields.read("refUpdateRule")?,
        })
    }
}

impl FromValue for Target {
    fn from_value(value: Value) -> Result<Target, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Target { oid: fields.read("oid")?, tree: fields.read("tree")? })
    }
}

impl FromValue for Rule {
    fn from_value(value: Value) -> Result<Rule, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Rule {
            viewer_can_push: fields.read("viewerCanPush")?,
            required_approving_review_count: fields.read("requiredApprovingReviewCount")?,
        })
    }
}

impl FromValue for RestRepository {
    fn from_value(value: Value) -> Result<RestRepository, Misfit> {
        let mut fields = Fields::of(value)?;
        let permissions: Option<Value> = fields.read("permissions")?;
        Ok(RestRepository {
            default_branch: fields.read("default_branch")?,
            archived: fields.read_or_default("archived")?,
            can_push: permissions.map(|value| Fields::of(value)?.read("push")).transpose()?,
        })
    }
}

impl FromValue for RestBranch {
    fn from_value(value: Value) -> Result<RestBranch, Misfit> {
        let mut fields = Fields::of(value)?;
        let mut commit = Fields::of(fields.read("commit")?)?;
        let mut inner = Fields::of(commit.read("commit")?)?;
        Ok(RestBranch {
            head: commit.read("sha")?,
            tree: Fields::of(inner.read("tree")?)?.read("sha")?,
            protected: fields.read_or_default("protected")?,
        })
    }
}
