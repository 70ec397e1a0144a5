//! The head of a branch, for a poll.

use crate::host::gitea::Gitea;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Head;
use crate::plan::ObjectId;

impl Gitea {
    /// Asks for the head. Gitea's database may lag behind Git; this asks Git.
    pub(in crate::host) async fn head(
        &self,
        wire: &Wire,
        branch: &str,
        known: Option<ObjectId>,
    ) -> Result<Head, Failure> {
        let head = self.tip(wire, branch).await?;
        Ok(if Some(head) == known { Head::Unchanged } else { Head::At(head) })
    }
}
