//! The newest commits of a branch, to find one that may have landed or to show
//! where a file comes from.

use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::bootstrap::Page;
use crate::host::bitbucket::changes::recents;
use crate::host::bitbucket::encode_path;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;

impl Bitbucket {
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
        let query = format!("/commits/{}?pagelen=30&page={page}{path}", encode_path(from));
        let Page { values, .. } = self.read(wire, self.get(&query)).await?;
        recents(values)
    }
}
