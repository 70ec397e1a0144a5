//! Azure DevOps, in the cloud and on servers.
//!
//! Everything has its id here and many contents come in one zip, so a load is
//! three requests whatever its size. Who is not signed in gets a page for
//! people with a status of success.

mod bootstrap;
mod capability;
mod changes;
mod commit;
mod failure;
mod head;
mod landed;
mod load;
mod proposal;

pub use capability::CAPABILITIES;
pub use failure::FAILURES;

use crate::host::address::AddressProblem;
use crate::host::address::check_origin;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::encode;
use crate::model::Value;
use crate::model::write_json;
use crate::plan::ObjectId;

const VERSION: &str = "api-version=7.1";

/// One repository of an Azure DevOps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Azure {
    /// The address of its project.
    project: String,
    /// What it is called.
    repository: String,
}

impl Azure {
    /// Names a repository as `organization/project/repository`, or shorter as
    /// `organization/project` if it bears the name of its project. Without an
    /// address it is at dev.azure.com. Where an address has a path, that is the
    /// organization or collection, and the repository is named without it.
    pub fn new(address: Option<&str>, repository: &str) -> Result<Azure, AddressProblem> {
        let address = address.unwrap_or("https://dev.azure.com").trim_end_matches('/');
        let origin = check_origin(address)?;
        let parts: Vec<&str> = repository.split('/').collect();
        if !parts.iter().all(|part| is_name(part)) {
            return Err(AddressProblem::Repository);
        }
        let (organization, project, repository) = match (origin.is_whole, parts.as_slice()) {
            (true, [organization, project]) => (Some(*organization), *project, *project),
            (true, [organization, project, repository]) => (Some(*organization), *project, *repository),
            (false, [project]) => (None, *project, *project),
            (false, [project, repository]) => (None, *project, *repository),
            _ => return Err(AddressProblem::Repository),
        };
        let collection = match organization {
            Some(organization) => format!("{address}/{}", encode(organization)),
            None => address.to_owned(),
        };
        let project = format!("{collection}/{}", encode(project));
        Ok(Azure { project, repository: encode(repository) })
    }

    /// Returns the address of something of the repository. The path may have a query.
    fn url(&self, path: &str) -> String {
        let Azure { project, repository } = self;
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{project}/_apis/git/repositories/{repository}{path}{mark}{VERSION}")
    }

    fn get(&self, path: &str) -> Request {
        Request::get(self.url(path)).header("accept", "application/json")
    }

    fn write(&self, path: &str, body: &Value) -> Request {
        let body = write_json(body).into_bytes();
        Request::write(Method::Post, self.url(path), body).header("accept", "application/json")
    }
}

/// Names of projects may have spaces and letters of all kinds.
fn is_name(part: &str) -> bool {
    let is_odd = |character: char| character.is_control() || "\\?#%:*\"<>|".contains(character);
    !part.trim().is_empty() && !part.chars().any(is_odd) && !part.chars().all(|character| character == '.')
}

/// Returns the words that mean a branch, or a commit by its id.
fn version(name: &str) -> (&'static str, String) {
    let kind = if name.parse::<ObjectId>().is_ok() { "commit" } else { "branch" };
    (kind, encode(name))
}
