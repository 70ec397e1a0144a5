//! Places in a document at which a version is taken whatever the merge says.
//!
//! **Invariant:** of what is forced twice, the first counts.

use super::place::Path;
use super::versions::Version;
use super::versions::Versions;
use crate::model::Pointer;
use crate::order::Map;

/// Whether both sides have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    OneSide,
    BothSides,
}

impl Presence {
    /// Looks at what the sides have.
    pub fn of<T>(versions: &Versions<Option<T>>) -> Presence {
        match (&versions.ours, &versions.theirs) {
            (Some(_), Some(_)) => Presence::BothSides,
            _ => Presence::OneSide,
        }
    }
}

/// What is forced in one document.
#[derive(Debug, Clone, Default)]
pub(super) struct Forced {
    /// By the version the pointers are for.
    at: Versions<Map<Pointer, Force>>,
    count: usize,
    is_asked: bool,
}

#[derive(Debug, Clone, Copy)]
struct Force {
    number: usize,
    take: Version,
}

impl Forced {
    /// Forces a version at a place of another.
    pub fn add(&mut self, of: Version, field: Pointer, take: Version) {
        let at = match of {
            Version::Base => &mut self.at.base,
            Version::Ours => &mut self.at.ours,
            Version::Theirs => &mut self.at.theirs,
        };
        let number = self.count;
        at.entry(field).or_insert(Force { number, take });
        self.count += 1;
    }

    /// Notes that a person was asked what the document means.
    pub fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Returns the version that is forced at a place. Of what one side does not
    /// have, what is forced inside is forced for all of it.
    pub fn of(&self, path: &Path, presence: Presence) -> Option<Version> {
        let forces = Version::ANY.into_iter().filter_map(|version| {
            let at = self.at.of(version);
            let here = path.pointer(version).filter(|_| !at.is_empty())?;
            match presence {
                Presence::BothSides => at.get(&here).copied(),
                Presence::OneSide => {
                    let inside = at.from(&here).take_while(|(field, _)| field.0.starts_with(&here.0));
                    inside.map(|(_, force)| *force).min_by_key(|force| force.number)
                }
            }
        });
        forces.min_by_key(|force| force.number).map(|force| force.take)
    }

    /// Says whether a person was asked what the document means, and need not be
    /// asked again.
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Says whether nothing is forced.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the version that is forced for the whole document.
    pub fn of_document(&self, presence: Presence) -> Option<Version> {
        self.of(&Path::default(), presence)
    }
}
