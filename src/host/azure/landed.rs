//! The newest commits of a branch, to find one that may have landed or to show
//! where a file comes from.

use crate::host::azure::Azure;
use crate::host::azure::bootstrap::List;
use crate::host::azure::changes::author;
use crate::host::azure::version;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::ObjectId;

/// Commits on a page.
const PAGE: u32 = 20;

/// A commit as a list shows it: of its message the beginning, of its tree and
/// its parents nothing.
struct Listed {
    id: ObjectId,
    message: String,
    is_cut: bool,
    author: Author,
}

impl Azure {
    /// Lists the newest commits of a branch, or those that lead to a commit, the
    /// newest first. With a path, only those that changed it. Pages count from 1.
    /// What a list keeps back is read for each, but for what is not younger than `until`.
    pub(in crate::host) async fn recent(
        &self,
        wire: &Wire,
        from: &str,
        path: Option<&str>,
        until: Option<ObjectId>,
        page: u32,
    ) -> Result<Vec<Recent>, Failure> {
        let (kind, name) = version(from);
        let of_path = path.map(|path| format!("&searchCriteria.itemPath={}", encode(&format!("/{path}"))));
        let query = format!(
            "/commits?searchCriteria.itemVersion.version={name}&searchCriteria.itemVersion.versionType={kind}{}&$top={PAGE}&$skip={}",
            of_path.unwrap_or_default(),
            (page - 1) * PAGE
        );
        let List(listed): List<Listed> = self.read(wire, self.get(&query)).await?;
        let mut commits = Vec::with_capacity(listed.len());
        let mut is_old = false;
        for Listed { id, message, is_cut, author } in listed {
            is_old = is_old || Some(id) == until;
            if is_cut && !is_old {
                commits.push(self.commit_at(wire, id).await?.recent());
            } else {
                commits.push(Recent { id, tree: None, parents: Vec::new(), message, author });
            }
        }
        Ok(commits)
    }
}

impl FromValue for Listed {
    fn from_value(value: Value) -> Result<Listed, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Listed {
            id: fields.read("commitId")?,
            message: fields.read_or_default("comment")?,
            is_cut: fields.read_or_default("commentTruncated")?,
            author: author(fields.read("author")?)?,
        })
    }
}
