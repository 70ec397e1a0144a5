//! The fabrics that share one repository and branch.

use crate::fabric::directory::Directory;
use crate::fabric::directory::PathProblem;
use crate::fabric::place::Place;
use crate::fabric::place::is_yaml;

/// One fabric of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fabric {
    /// What people call it.
    pub name: String,
    /// Where it lies.
    pub directory: Directory,
}

/// Fabrics of which none lies inside another and no two have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fabrics(Vec<Fabric>);

/// Why fabrics cannot stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FabricProblem {
    /// There is none.
    #[error("no fabric is named")]
    None,
    /// A fabric has no name.
    #[error("a fabric has no name")]
    NoName,
    /// Two have the same name.
    #[error("two fabrics are called `{0}`")]
    SameName(String),
    /// One lies inside the other.
    #[error("the directories of `{first}` and `{second}` overlap")]
    Overlap {
        /// The one that is named first.
        first: String,
        /// The other.
        second: String,
    },
    /// A directory is not usable.
    #[error("the directory of `{name}` cannot be used: {problem}")]
    Path {
        /// The fabric.
        name: String,
        /// What is wrong.
        problem: PathProblem,
    },
}

impl Fabrics {
    /// Checks fabrics, given by name and directory.
    pub fn new<'a>(fabrics: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Fabrics, FabricProblem> {
        let mut checked: Vec<Fabric> = Vec::new();
        for (name, path) in fabrics {
            let directory = Directory::new(path)
                .map_err(|problem| FabricProblem::Path { name: name.to_owned(), problem })?;
            if name.is_empty() {
                return Err(FabricProblem::NoName);
            }
            if checked.iter().any(|other| other.name == name) {
                return Err(FabricProblem::SameName(name.to_owned()));
            }
            if let Some(other) = checked.iter().find(|other| other.directory.overlaps(&directory)) {
                return Err(FabricProblem::Overlap { first: other.name.clone(), second: name.to_owned() });
            }
            checked.push(Fabric { name: name.to_owned(), directory });
        }
        if checked.is_empty() { Err(FabricProblem::None) } else { Ok(Fabrics(checked)) }
    }

    /// Returns the fabrics in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Fabric> {
        self.0.iter()
    }

    /// Returns the fabric of that name.
    pub fn named(&self, name: &str) -> Option<&Fabric> {
        self.0.iter().find(|fabric| fabric.name == name)
    }

    /// Returns the fabric in whose directory a path lies.
    pub fn of_path(&self, path: &str) -> Option<&Fabric> {
        self.0.iter().find(|fabric| fabric.directory.strip(path).is_some())
    }

    /// Says whether a path is a YAML file that holds resources of one of the fabrics.
    pub fn holds_resources(&self, path: &str) -> bool {
        is_yaml(path) && self.0.iter().any(|fabric| fabric.directory.holds_resources(path))
    }

    /// Says whether a path is a YAML file whose content is needed: one that holds
    /// resources, or one that waits to be ingested.
    pub fn is_read(&self, path: &str) -> bool {
        is_yaml(path) && self.0.iter().any(|fabric| fabric.directory.place(path).is_some_and(Place::is_read))
    }

    /// Says whether something of a fabric can lie below a folder of the repository.
    pub fn meets(&self, folder: &str) -> bool {
        self.0.iter().any(|fabric| fabric.directory.meets(folder))
    }
}
