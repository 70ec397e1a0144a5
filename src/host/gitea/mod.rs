//! Gitea, and Forgejo, which speaks the same.
//!
//! Its guard is per file, by the id of what the file holds. What it does not
//! guard is seen afterwards: the answer to a commit names what it stands on.

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
use crate::host::address::Repository;
use crate::host::address::check_origin;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::model::FromValue;
use crate::model::Value;
use crate::model::write_json;

/// One repository of a Gitea.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gitea {
    api: String,
    repository: Repository,
}

impl Gitea {
    /// Names a repository. The address is that of the instance, with or without
    /// the path of its API.
    pub fn new(address: Option<&str>, repository: &str) -> Result<Gitea, AddressProblem> {
        let repository = Repository::new(repository)?;
        let address = address.ok_or(AddressProblem::Missing)?.trim_end_matches('/');
        check_origin(address)?;
        let api = match address.ends_with("/api/v1") {
            true => address.to_owned(),
            false => format!("{address}/api/v1"),
        };
        Ok(Gitea { api, repository })
    }

    /// Returns the address of something of the repository.
    fn url(&self, path: &str) -> String {
        let Repository { owner, name } = &self.repository;
        format!("{}/repos/{}/{}{path}", self.api, encode(owner), encode(name))
    }

    fn get(&self, path: &str) -> Request {
        Request::get(self.url(path))
    }

    fn write(&self, method: Method, path: &str, body: Value) -> Request {
        Request::write(method, self.url(path), write_json(&body).into_bytes())
    }

    /// Sends a request and returns the JSON of its answer.
    async fn read<D: FromValue>(&self, wire: &Wire, request: Request) -> Result<D, Failure> {
        let response = wire.send(request).await;
        bootstrap::json(&response, wire.now_ms())
    }
}

/// Writes the full name of a branch as one part of an address. A name alone
/// may be that of a tag, too.
fn full_name(branch: &str) -> String {
    encode(&format!("refs/heads/{branch}"))
}

/// Writes a path so that Git takes no character of it for a pattern.
fn literally(path: &str) -> String {
    encode(&format!(":(literal){path}"))
}
