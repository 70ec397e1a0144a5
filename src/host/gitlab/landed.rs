//! The newest commits of a branch, to find one that may have landed or to show
//! where a file comes from.

use crate::host::gitlab::GitLab;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;

/// A commit as GitLab shows it.
pub(super) struct Commit(pub Recent);

impl GitLab {
    /// Lists the newest commits of a branch, or those that lead to a commit, the
    /// newest first. With a path, only those that changed it. Pages count from 1.
    pub(in crate::host) async fn recent(
        &self,
        wire: &Wire,
        from: &str,
        path: Option<&str>,
        page: u32,
    ) -> Result<Vec<Recent>, Failure> {
        let path = path.map(|path| format!("&path={}", encode(path))).unwrap_or_default();
        let query = format!("/repository/commits?ref_name={}&per_page=30&page={page}{path}", encode(from));
        let commits: Vec<Commit> = self.read(wire, self.get(&query)).await?;
        Ok(commits.into_iter().map(|Commit(recent)| recent).collect())
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Commit(Recent {
            id: fields.read("id")?,
            tree: None,
            parents: fields.read("parent_ids")?,
            message: fields.read("message")?,
            author: Author {
                name: fields.read_or_default("author_name")?,
                email: fields.read_or_default("author_email")?,
                date: fields.read_or_default("authored_date")?,
            },
        }))
    }
}
