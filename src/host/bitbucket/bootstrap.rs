//! What Bitbucket knows about a branch before anything is loaded.

use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::changes::Commit;
use crate::host::bitbucket::encode_path;
use crate::host::bitbucket::failure::json;
use crate::host::failure::wrong;
use crate::host::http::Request;
use crate::host::machine::Wire;
use crate::host::outcome::Bootstrap;
use crate::host::outcome::Failure;
use crate::host::outcome::Permission;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;

struct Repository {
    main: Option<Branch>,
}

struct Branch {
    name: String,
}

struct Tip {
    target: Commit,
}

/// One page of a list.
pub(super) struct Page {
    pub values: Vec<Value>,
    pub next: Option<String>,
}

impl Bitbucket {
    /// Asks for the head of a branch, in one request if it is named.
    pub(in crate::host) async fn bootstrap(
        &self,
        wire: &Wire,
        branch: Option<&str>,
    ) -> Result<Bootstrap, Failure> {
        let branch = match branch {
            Some(branch) => branch.to_owned(),
            None => {
                let Repository { main } = self.read(wire, self.get("")).await?;
                main.ok_or_else(|| Failure::new(Trouble::Empty, "the repository has no commit yet"))?.name
            }
        };
        let head = self.tip(wire, &branch).await?.hash;
        Ok(Bootstrap { branch, head, tree: None, permission: Permission::Unknown })
    }

    /// Reads the head of a branch.
    pub(super) async fn tip(&self, wire: &Wire, branch: &str) -> Result<Commit, Failure> {
        let path = format!("/refs/branches/{}", encode_path(branch));
        let Tip { target } = self.read(wire, self.get(&path)).await?;
        Ok(target)
    }

    /// Sends a read and returns the JSON of its answer.
    pub(super) async fn read<D: FromValue>(&self, wire: &Wire, request: Request) -> Result<D, Failure> {
        let response = wire.send(request).await;
        json(&response, wire.now_ms())
    }

    /// Reads a list of so many pages at most; none if there are more. The host
    /// says where the next page is, but not on another host.
    pub(super) async fn pages(
        &self,
        wire: &Wire,
        path: &str,
        most: usize,
    ) -> Result<Option<Vec<Value>>, Failure> {
        let mut request = self.get(path);
        let mut all = Vec::new();
        for _ in 0..most {
            let Page { values, next } = self.read(wire, request).await?;
            all.extend(values);
            let Some(next) = next else { return Ok(Some(all)) };
            if !next.starts_with(&self.url("/")) {
                return Err(wrong());
            }
            request = Request::get(next).header("accept", "application/json");
        }
        Ok(None)
    }
}

impl FromValue for Repository {
    fn from_value(value: Value) -> Result<Repository, Misfit> {
        Ok(Repository { main: Fields::of(value)?.read("mainbranch")? })
    }
}

impl FromValue for Branch {
    fn from_value(value: Value) -> Result<Branch, Misfit> {
        Ok(Branch { name: Fields::of(value)?.read("name")? })
    }
}

impl FromValue for Tip {
    fn from_value(value: Value) -> Result<Tip, Misfit> {
        Ok(Tip { target: Fields::of(value)?.read("target")? })
    }
}

impl FromValue for Page {
    fn from_value(value: Value) -> Result<Page, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Page { values: fields.read("values")?, next: fields.read("next")? })
    }
}
