//! The head of a branch with all that lies in it: a comparison would name no
//! ids of files.

use crate::host::gitea::Gitea;
use crate::host::gitea::full_name;
use crate::host::machine::Wire;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Listed;

impl Gitea {
    /// Lists the head of a branch.
    pub(in crate::host) async fn changes(&self, wire: &Wire, branch: &str) -> Result<Compared, Failure> {
        let (head, level) = self.pages(wire, &full_name(branch), "&recursive=1").await?;
        Ok(Compared::Listed(Listed { head, level }))
    }
}
