//! One thing three times: before, with our change, with theirs.

/// One thing as it stands in each of the three versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Versions<T> {
    /// Before either change.
    pub base: T,
    /// With the change of the person at the page.
    pub ours: T,
    /// With the change that is on the branch.
    pub theirs: T,
}

/// One of the three versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Before either change.
    Base,
    /// The draft.
    Ours,
    /// The branch.
    Theirs,
}

impl Version {
    /// All three.
    pub const ANY: [Version; 3] = [Version::Base, Version::Ours, Version::Theirs];

    /// Returns the other side.
    pub(super) fn other(self) -> Version {
        if self == Version::Ours { Version::Theirs } else { Version::Ours }
    }
}

impl<T> Versions<T> {
    /// Makes the three from what `make` says for each.
    pub fn each(mut make: impl FnMut(Version) -> T) -> Versions<T> {
        Versions { base: make(Version::Base), ours: make(Version::Ours), theirs: make(Version::Theirs) }
    }

    /// Returns one of the three.
    pub fn of(&self, version: Version) -> &T {
        match version {
            Version::Base => &self.base,
            Version::Ours => &self.ours,
            Version::Theirs => &self.theirs,
        }
    }

    /// Turns each of the three into something else.
    pub fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Versions<U> {
        Versions { base: turn(self.base), ours: turn(self.ours), theirs: turn(self.theirs) }
    }
}

/// Which version a three-way comparison takes: the side that changed, theirs
/// where nothing is to choose. None where both changed to different things.
pub(super) fn three_way<T: PartialEq>(versions: &Versions<T>) -> Option<Version> {
    if versions.ours == versions.base || versions.ours == versions.theirs {
        Some(Version::Theirs)
    } else if versions.theirs == versions.base {
        Some(Version::Ours)
    } else {
        None
    }
}
