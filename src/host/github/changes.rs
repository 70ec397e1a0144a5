//! What lies between a known commit and the head of its branch.

use crate::host::github::GitHub;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Changes;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::order;
use crate::plan::ObjectId;
use serde::Deserialize;

/// Files that a comparison shows; with that many there may be more.
const FILES: usize = 300;

#[derive(Deserialize)]
struct Comparison {
    status: String,
    total_commits: usize,
    commits: Vec<Commit>,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Deserialize)]
pub(super) struct Commit {
    sha: ObjectId,
    commit: Inner,
    parents: Vec<Object>,
}

#[derive(Deserialize)]
struct Inner {
    message: String,
    tree: Object,
    author: Option<Person>,
}

#[derive(Default, Deserialize)]
struct Person {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    date: String,
}

#[derive(Deserialize)]
struct Object {
    sha: ObjectId,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    previous_filename: Option<String>,
    status: String,
    sha: Option<ObjectId>,
}

impl Commit {
    pub(super) fn recent(self) -> Recent {
        let Person { name, email, date } = self.commit.author.unwrap_or_default();
        Recent {
            author: Author { name, email, date },
            id: self.sha,
            tree: self.commit.tree.sha,
            parents: self.parents.into_iter().map(|parent| parent.sha).collect(),
            message: self.commit.message,
        }
    }
}

impl GitHub {
    /// Compares a known commit with another one or with the head of a branch.
    pub(in crate::host) async fn changes(
        &self,
        wire: &Wire,
        known: ObjectId,
        other: &str,
    ) -> Result<Compared, Failure> {
        let path = format!("/compare/{known}...{}", encode(other));
        let comparison: Comparison = self.read(wire, self.get(&path)).await?;
        Ok(read(comparison))
    }
}

fn read(comparison: Comparison) -> Compared {
    match comparison.status.as_str() {
        "behind" => Compared::Behind,
        "ahead" | "identical" => straight(comparison).map_or(Compared::Unclear, Compared::Straight),
        _ => Compared::Unclear,
    }
}

fn straight(comparison: Comparison) -> Option<Changes> {
    if comparison.commits.len() != comparison.total_commits || comparison.files.len() >= FILES {
        return None;
    }
    let mut files = Vec::new();
    for file in comparison.files {
        match file.status.as_str() {
            "removed" => files.push((file.filename, None)),
            "renamed" => {
                files.push((file.previous_filename?, None));
                files.push((file.filename, Some(file.sha?)));
            }
            _ => files.push((file.filename, Some(file.sha?))),
        }
    }
    // What is taken away comes first: a path can be freed and filled by one change.
    order::sort_by_key(&mut files, |(_, id)| id.is_some());
    Some(Changes { commits: comparison.commits.into_iter().map(Commit::recent).collect(), files })
}
