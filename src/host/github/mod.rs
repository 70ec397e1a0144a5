//! GitHub: github.com, its enterprise clouds and servers.
//!
//! GraphQL is used where it saves requests or guards what REST cannot; REST
//! stands behind it.

mod bootstrap;
mod capability;
mod changes;
mod commit;
mod failure;
mod graphql;
mod head;
mod landed;
mod load;
mod proposal;

pub use capability::CAPABILITIES;
pub use failure::FAILURES;
pub use graphql::BOOTSTRAP_QUERY;
pub use graphql::COMMIT_MUTATION;
pub use graphql::blobs_query;

use crate::host::address::AddressProblem;
use crate::host::address::Repository;
use crate::host::address::check_origin;
use crate::host::http::Allowance;
use crate::host::http::Effect;
use crate::host::http::Method;
use crate::host::http::Request;
use crate::host::http::encode;
use crate::model::Value;
use crate::model::write_json;

const VERSION: (&str, &str) = ("x-github-api-version", "2022-11-28");
const JSON: &str = "application/vnd.github+json";

/// One repository of a GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHub {
    rest: String,
    graphql: String,
    repository: Repository,
}

impl GitHub {
    /// Names a repository. Without an address it is at github.com. An address
    /// with a path, or on the machine itself, is that of the API; any other is
    /// that of an enterprise server, whose API lies below `/api`.
    pub fn new(address: Option<&str>, repository: &str) -> Result<GitHub, AddressProblem> {
        let repository = Repository::new(repository)?;
        let address = address.unwrap_or("https://github.com").trim_end_matches('/');
        let origin = check_origin(address)?;
        let (rest, graphql) = if ["https://github.com", "https://api.github.com"].contains(&address) {
            ("https://api.github.com".to_owned(), "https://api.github.com/graphql".to_owned())
        } else if let Some(server) = address.strip_suffix("/api/v3") {
            (address.to_owned(), format!("{server}/api/graphql"))
        } else if origin.is_whole && !origin.is_loopback && !address.starts_with("https://api.") {
            (format!("{address}/api/v3"), format!("{address}/api/graphql"))
        } else {
            (address.to_owned(), format!("{address}/graphql"))
        };
        Ok(GitHub { rest, graphql, repository })
    }

    /// Returns the address of something of the repository.
    fn url(&self, path: &str) -> String {
        format!(
            "{}/repos/{}/{}{path}",
            self.rest,
            encode(&self.repository.owner),
            encode(&self.repository.name)
        )
    }

    fn get(&self, path: &str) -> Request {
        Request::get(self.url(path)).header("accept", JSON).header(VERSION.0, VERSION.1)
    }

    fn write(&self, method: Method, path: &str, body: Value) -> Request {
        let body = write_json(&body).into_bytes();
        Request::write(method, self.url(path), body).header("accept", JSON).header(VERSION.0, VERSION.1)
    }

    fn graphql(&self, effect: Effect, query: &str, variables: Value) -> Request {
        let call = Value::object([("query", query.into()), ("variables", variables)]);
        let body = write_json(&call).into_bytes();
        let request = Request::write(Method::Post, self.graphql.clone(), body).header("accept", JSON);
        Request { effect, allowance: Allowance::GraphQl, ..request }
    }
}
