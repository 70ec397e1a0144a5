//! The directory of a fabric: a path inside a repository that is safe to use.

use crate::fabric::place::Place;
use crate::fabric::place::is_yaml;
use crate::model::ResourceId;
use serde::Serialize;
use std::fmt;

/// Longest path of a directory, in bytes.
const PATH_BYTES: usize = 255;
/// Most parts that a directory may have.
const DEPTH: usize = 10;
/// Longest name of a file, in bytes.
const FILE_NAME_BYTES: usize = 255;
/// Parts that belong to other tools.
const RESERVED: [&str; 2] = ["node_modules", "__pycache__"];

/// Where a fabric lies in its repository.
///
/// Slashes separate the parts; there is none at either end. The empty path is
/// the repository itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Directory(String);

/// Why a path cannot be the directory of a fabric, or a name not that of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathProblem {
    /// It is longer than 255 bytes.
    #[error("the path is longer than {PATH_BYTES} bytes")]
    TooLong,
    /// It has more than ten parts.
    #[error("the path has more than {DEPTH} parts")]
    TooDeep,
    /// A part is empty, `.` or `..`.
    #[error("the path has an empty part or one of dots")]
    NotCanonical,
    /// A part holds a character that is not a letter, digit, `_`, `-` or `.`.
    #[error("the path has a character that is not allowed: {0:?}")]
    Character(char),
    /// A part begins with a dot or belongs to another tool.
    #[error("the part `{0}` of the path belongs to another tool")]
    Reserved(String),
}

impl Directory {
    /// Checks a path. Slashes at its ends are dropped: HNP writes `/` for the
    /// whole repository.
    pub fn new(path: &str) -> Result<Directory, PathProblem> {
        let path = path.trim_matches('/');
        if path.is_empty() {
            return Ok(Directory(String::new()));
        }
        if path.len() > PATH_BYTES {
            return Err(PathProblem::TooLong);
        }
        if path.split('/').count() > DEPTH {
            return Err(PathProblem::TooDeep);
        }
        path.split('/').try_for_each(check_part)?;
        Ok(Directory(path.to_owned()))
    }

    /// Returns the path, without slashes at its ends.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what of `path` comes after this directory; none if it lies elsewhere.
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.0.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.0.as_str())?.strip_prefix('/')
    }

    /// Says whether one of the two lies inside the other, or both are the same.
    pub fn overlaps(&self, other: &Directory) -> bool {
        self == other || self.strip(&other.0).is_some() || other.strip(&self.0).is_some()
    }

    /// Says whether a folder of the repository lies in this directory or on the way to it.
    pub fn meets(&self, folder: &str) -> bool {
        folder.is_empty()
            || folder == self.0
            || self.strip(folder).is_some()
            || self.0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns the path of the file of a resource: `managed/<plural>/<name>.yaml`,
    /// outside the namespace `default` `<namespace>_<name>.yaml`. An underscore can
    /// occur in neither, so no two resources of a kind share a path.
    pub fn managed_path(&self, plural: &str, id: &ResourceId) -> Result<String, PathProblem> {
        let file = match id.namespace.as_str() {
            "default" => format!("{}.yaml", id.name),
            namespace => format!("{namespace}_{}.yaml", id.name),
        };
        if file.len() > FILE_NAME_BYTES {
            return Err(PathProblem::TooLong);
        }
        check_part(plural)?;
        check_part(&file)?;
        Ok(self.join(&format!("managed/{plural}/{file}")))
    }

    /// Returns the path of `inside`, which is written relative to this directory.
    pub fn join(&self, inside: &str) -> String {
        if self.0.is_empty() { inside.to_owned() } else { format!("{}/{inside}", self.0) }
    }

    /// Says which part of the directory a path is in; none if it lies elsewhere.
    pub fn place(&self, path: &str) -> Option<Place> {
        self.strip(path).map(Place::of)
    }

    /// Says whether a path is a YAML file that holds resources of the fabric.
    pub fn holds_resources(&self, path: &str) -> bool {
        is_yaml(path) && self.place(path).is_some_and(Place::holds_resources)
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}

fn check_part(part: &str) -> Result<(), PathProblem> {
    if part.is_empty() || part.bytes().all(|byte| byte == b'.') {
        return Err(PathProblem::NotCanonical);
    }
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    if let Some(character) = part.chars().find(|character| !is_allowed(*character)) {
        return Err(PathProblem::Character(character));
    }
    if part.starts_with('.') || RESERVED.contains(&part) {
        return Err(PathProblem::Reserved(part.to_owned()));
    }
    Ok(())
}
