//! The newest commits of a branch, to find one that may have landed or to show
//! where a file comes from.

use crate::host::gitea::Gitea;
use crate::host::gitea::full_name;
use crate::host::gitea::literally;
use crate::host::gitea::load::Root;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;

struct Commit(Recent);

impl Gitea {
    /// Lists the newest commits of a branch, or those that lead to a commit, the
    /// newest first. With a path, only those that changed it. Pages count from 1.
    pub(in crate::host) async fn recent(
        &self,
        wire: &Wire,
        from: &str,
        path: Option<&str>,
        page: u32,
    ) -> Result<Vec<Recent>, Failure> {
        let from = match from.parse::<ObjectId>() {
            Ok(commit) => commit.to_string(),
            Err(_) => full_name(from),
        };
        let path = path.map(|path| format!("&path={}", literally(path))).unwrap_or_default();
        let query = format!(
            "/commits?sha={from}&limit=30&page={page}&stat=false&files=false&verification=false{path}"
        );
        let commits: Vec<Commit> = self.read(wire, self.get(&query)).await?;
        Ok(commits.into_iter().map(|Commit(recent)| recent).collect())
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        let mut inner = Fields::of(fields.read("commit")?)?;
        let mut author = Fields::of(inner.read("author")?)?;
        let parents: Vec<Root> = fields.read("parents")?;
        Ok(Commit(Recent {
            id: fields.read("sha")?,
            // What stands here as the tree is the commit once more.
            tree: None,
            parents: parents.into_iter().map(|parent| parent.sha).collect(),
            message: inner.read("message")?,
            author: Author {
                name: author.read("name")?,
                email: author.read("email")?,
                date: author.read("date")?,
            },
        }))
    }
}
