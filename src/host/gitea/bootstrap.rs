//! What Gitea knows about a branch before anything is loaded.

use crate::host::failure;
use crate::host::gitea::Gitea;
use crate::host::gitea::failure::FAILURES;
use crate::host::gitea::failure::classify;
use crate::host::gitea::full_name;
use crate::host::gitea::load::Root;
use crate::host::http::Effect;
use crate::host::http::Method;
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

struct Repository {
    default_branch: String,
    is_empty: bool,
}

impl Gitea {
    /// Asks for the head of a branch, for its tree, and for what may be done with
    /// it. Without a name it is the default branch.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let branch = match branch {
            Some(branch) => branch.to_owned(),
            None => self.default_branch(wire).await?,
        };
        let head = match self.tip(wire, &branch).await {
            Ok(head) => head,
            // Without a commit, there is no branch either: the repository tells which it is.
            Err(failure) if failure.trouble == Trouble::Missing => {
                self.default_branch(wire).await?;
                return Err(failure);
            }
            Err(failure) => return Err(failure),
        };
        let tree = Some(self.root(wire, head).await?);
        let permission = self.permission(wire, &branch).await?;
        Ok(Bootstrap { branch, head, tree, permission })
    }

    /// Returns the default branch of a repository that has a commit.
    async fn default_branch(&self, wire: &Wire) -> Result<String, Failure> {
        let Repository { default_branch, is_empty } = self.read(wire, self.get("")).await?;
        match is_empty {
            true => Err(Failure::new(Trouble::Empty, "the repository has no commit yet")),
            false => Ok(default_branch),
        }
    }

    /// Returns the head of a branch, straight from Git.
    pub(super) async fn tip(&self, wire: &Wire, branch: &str) -> Result<ObjectId, Failure> {
        let Root { sha } =
            self.read(wire, self.get(&format!("/git/trees/{}?per_page=1", full_name(branch)))).await?;
        Ok(sha)
    }

    /// Returns the id of a commit's tree.
    pub(super) async fn root(&self, wire: &Wire, commit: ObjectId) -> Result<ObjectId, Failure> {
        let tree = encode(&format!("{commit}^{{tree}}"));
        let Root { sha } = self.read(wire, self.get(&format!("/git/trees/{tree}?per_page=1"))).await?;
        Ok(sha)
    }

    /// Asks what the token may do with a branch, by asking to move it nowhere:
    /// only who may move it is told that it must say where to.
    pub(super) async fn permission(&self, wire: &Wire, branch: &str) -> Result<Permission, Failure> {
        let request = self.write(Method::Put, &format!("/branches/{}", encode(branch)), Value::object([]));
        // Nothing is changed, whatever becomes of it.
        let request = Request { effect: Effect::Read, ..request };
        let response = wire.send(request).await;
        match &response {
            Response::Answered(answer) if answer.status == 422 => return Ok(Permission::Push),
            Response::Answered(_) => {}
            _ => return Ok(Permission::Unknown),
        }
        let failure = classify(&response, wire.now_ms());
        match failure.trouble {
            Trouble::NoPermission | Trouble::ReadOnly => Ok(Permission::Read),
            Trouble::BadToken | Trouble::TokenNotAllowed => Err(failure),
            // An older server does not know the call.
            _ => Ok(Permission::Unknown),
        }
    }
}

/// Reads the JSON of an answer.
pub(super) fn json<D: FromValue>(response: &Response, now_ms: u64) -> Result<D, Failure> {
    failure::json(FAILURES, response, now_ms)
}

impl FromValue for Repository {
    fn from_value(value: Value) -> Result<Repository, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Repository {
            default_branch: fields.read("default_branch")?,
            is_empty: fields.read_or_default("empty")?,
        })
    }
}
