//! What Azure DevOps knows about a branch before anything is loaded.

use crate::host::azure::Azure;
use crate::host::azure::failure::json;
use crate::host::http::Request;
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

const HEADS: &str = "refs/heads/";

/// A list of anything.
pub(super) struct List<T>(pub Vec<T>);

/// The root of a commit.
struct Root {
    object_id: ObjectId,
    commit_id: ObjectId,
}

struct Repository {
    default_branch: Option<String>,
    is_disabled: Option<bool>,
}

impl Azure {
    /// Asks for the head of a branch, in one request if it is named. The root of
    /// a branch names the commit and the tree at once.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let (branch, permission) = match branch {
            Some(branch) => (branch.to_owned(), Permission::Unknown),
            None => self.default_branch(wire).await?,
        };
        let path = format!(
            "/items?scopePath=/&recursionLevel=none&versionDescriptor.versionType=branch&versionDescriptor.version={}",
            encode(&branch)
        );
        let List(roots): List<Root> = self.read(wire, self.get(&path)).await?;
        let wrong = || Failure::new(Trouble::Wrong, "the branch has no root");
        let Root { object_id, commit_id } = roots.into_iter().next().ok_or_else(wrong)?;
        Ok(Bootstrap { branch, head: commit_id, tree: Some(object_id), permission })
    }

    async fn default_branch(&self, wire: &Wire) -> Result<(String, Permission), Failure> {
        let Repository { default_branch, is_disabled } = self.read(wire, self.get("")).await?;
        let empty = || Failure::new(Trouble::Empty, "the repository has no commit yet");
        let name = default_branch.ok_or_else(empty)?;
        let permission = if is_disabled == Some(true) { Permission::Read } else { Permission::Unknown };
        Ok((name.strip_prefix(HEADS).unwrap_or(&name).to_owned(), permission))
    }

    /// Sends a read and returns the JSON of its answer.
    pub(super) async fn read<D: FromValue>(&self, wire: &Wire, request: Request) -> Result<D, Failure> {
        let response = wire.send(request).await;
        json(&response, wire.now_ms())
    }
}

impl<T: FromValue> FromValue for List<T> {
    fn from_value(value: Value) -> Result<List<T>, Misfit> {
        Ok(List(Fields::of(value)?.read("value")?))
    }
}

impl FromValue for Root {
    fn from_value(value: Value) -> Result<Root, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Root { object_id: fields.read("objectId")?, commit_id: fields.read("commitId")? })
    }
}

impl FromValue for Repository {
    fn from_value(value: Value) -> Result<Repository, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Repository {
            default_branch: fields.read("defaultBranch")?,
            is_disabled: fields.read("isDisabled")?,
        })
    }
}
