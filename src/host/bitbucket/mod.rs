//! Bitbucket Cloud.
//!
//! It names no ids of files or folders. So what is loaded is held against the
//! sizes that a list tells, its ids are computed here, and files that no fabric
//! reads have [`crate::plan::ObjectId::NONE`]: the tree of a snapshot is made
//! of these and is not the one that Git has. Nothing is read twice for that, for
//! Bitbucket tells which files differ between any two commits.

mod bootstrap;
mod capability;
mod changes;
mod commit;
mod failure;
mod form;
mod head;
mod landed;
mod load;
mod proposal;

pub use capability::CAPABILITIES;
pub use failure::FAILURES;

use crate::host::address::AddressProblem;
use crate::host::address::Repository;
use crate::host::address::check_origin;
use crate::host::http::Request;
use crate::host::http::encode;

/// One repository of Bitbucket Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitbucket {
    /// The address of the API.
    api: String,
    repository: Repository,
}

impl Bitbucket {
    /// Names a repository as `workspace/repository`. Without an address it is at
    /// bitbucket.org; another one is that of a proxy before it.
    pub fn new(address: Option<&str>, repository: &str) -> Result<Bitbucket, AddressProblem> {
        let repository = Repository::new(repository)?;
        let address = address.unwrap_or("https://bitbucket.org").trim_end_matches('/');
        check_origin(address)?;
        let api = match address {
            "https://bitbucket.org" => "https://api.bitbucket.org/2.0".to_owned(),
            _ if address.ends_with("/2.0") => address.to_owned(),
            _ => format!("{address}/2.0"),
        };
        Ok(Bitbucket { api, repository })
    }

    /// Returns the address of something of the repository.
    fn url(&self, path: &str) -> String {
        let Bitbucket { api, repository } = self;
        format!("{api}/repositories/{}/{}{path}", encode(&repository.owner), encode(&repository.name))
    }

    fn get(&self, path: &str) -> Request {
        Request::get(self.url(path)).header("accept", "application/json")
    }
}

/// Writes a path, or the name of a branch, as parts of an address.
fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<String>>().join("/")
}
