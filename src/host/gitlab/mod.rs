//! GitLab: gitlab.com and instances of one's own.
//!
//! Its guard is per file, by the last commit that touched the path. What it
//! does not guard is seen afterwards: the answer to a commit names what it
//! stands on. It names no tree, so lists are checked folder by folder.

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
pub use load::BLOBS_QUERY;

use crate::host::address::AddressProblem;
use crate::host::address::check_origin;
use crate::host::address::project_path;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::model::FromValue;
use crate::model::Value;
use crate::model::write_json;

/// One project of a GitLab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitLab {
    server: String,
    project: String,
}

impl GitLab {
    /// Names a project, below any number of groups. Without an address it is at
    /// gitlab.com. The address is that of the instance, with or without the path
    /// of its API.
    pub fn new(address: Option<&str>, project: &str) -> Result<GitLab, AddressProblem> {
        let project = project_path(project)?;
        let address = address.unwrap_or("https://gitlab.com").trim_end_matches('/');
        check_origin(address)?;
        let server = address.strip_suffix("/api/v4").unwrap_or(address).to_owned();
        Ok(GitLab { server, project })
    }

    /// Returns the address of something of the project.
    fn url(&self, path: &str) -> String {
        format!("{}/api/v4/projects/{}{path}", self.server, encode(&self.project))
    }

    fn get(&self, path: &str) -> Request {
        Request::get(self.url(path))
    }

    fn post(&self, path: &str, body: Value) -> Request {
        Request::write(Method::Post, self.url(path), write_json(&body).into_bytes())
    }

    /// Sends a request and returns the JSON of its answer.
    async fn read<D: FromValue>(&self, wire: &Wire, request: Request) -> Result<D, Failure> {
        let response = wire.send(request).await;
        failure::json(&response, wire.now_ms())
    }
}
