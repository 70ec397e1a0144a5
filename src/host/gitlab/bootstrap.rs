//! What GitLab knows about a branch before anything is loaded.

use crate::host::gitlab::GitLab;
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

struct Project {
    default_branch: Option<String>,
    is_empty: bool,
}

/// A branch as GitLab shows it.
pub(super) struct Branch {
    pub head: ObjectId,
    is_protected: bool,
    can_push: bool,
}

impl GitLab {
    /// Asks for the head of a branch and what may be done with it, in one
    /// request. Without a name it is the default branch.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let branch = match branch {
            Some(branch) => branch.to_owned(),
            None => self.default_branch(wire).await?,
        };
        let found = match self.branch(wire, &branch).await {
            Ok(found) => found,
            // Without a commit there is no branch either: the project tells which it is.
            Err(failure) if failure.trouble == Trouble::Missing => {
                self.default_branch(wire).await?;
                return Err(failure);
            }
            Err(failure) => return Err(failure),
        };
        let Branch { head, is_protected, can_push } = found;
        let permission = match can_push {
            true => Permission::Push,
            false if is_protected => Permission::PullRequest,
            false => Permission::Read,
        };
        Ok(Bootstrap { branch, head, tree: None, permission })
    }

    pub(super) async fn branch(&self, wire: &Wire, name: &str) -> Result<Branch, Failure> {
        self.read(wire, self.get(&format!("/repository/branches/{}", encode(name)))).await
    }

    /// Returns the default branch of a project that has a commit.
    async fn default_branch(&self, wire: &Wire) -> Result<String, Failure> {
        match self.read(wire, self.get("")).await? {
            Project { default_branch: Some(name), is_empty: false } => Ok(name),
            _ => Err(Failure::new(Trouble::Empty, "the repository has no commit yet")),
        }
    }
}

impl FromValue for Project {
    fn from_value(value: Value) -> Result<Project, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Project {
            default_branch: fields.read("default_branch")?,
            is_empty: fields.read_or_default("empty_repo")?,
        })
    }
}

impl FromValue for Branch {
    fn from_value(value: Value) -> Result<Branch, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Branch {
            head: Fields::of(fields.read("commit")?)?.read("id")?,
            is_protected: fields.read_or_default("protected")?,
            can_push: fields.read_or_default("can_push")?,
        })
    }
}
