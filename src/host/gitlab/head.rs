//! The head of a branch, for a poll.

use crate::host::gitlab::GitLab;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Head;
use crate::plan::ObjectId;

impl GitLab {
    /// Asks for the head.
    pub(in crate::host) async fn head(
        &self,
        wire: &Wire,
        branch: &str,
        known: Option<ObjectId>,
    ) -> Result<Head, Failure> {
        let head = self.branch(wire, branch).await?.head;
        Ok(if Some(head) == known { Head::Unchanged } else { Head::At(head) })
    }
}
