//! What two changes mean together.

use super::place::Path;
use super::versions::Version;
use std::collections::BTreeMap;

/// Places at which one version is taken whatever the merge says, by the key of
/// the path.
#[derive(Debug, Clone, Default)]
pub(super) struct Forced(pub BTreeMap<String, Version>);

impl Forced {
    /// Returns the version that is forced at a place.
    pub fn of(&self, path: &Path) -> Option<Version> {
        if self.0.is_empty() { None } else { self.0.get(&path.key()).copied() }
    }
}
