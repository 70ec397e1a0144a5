//! What lies between a known commit and the head of its branch.

use crate::host::github::GitHub;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Changed;
use crate::host::outcome::Changes;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::order;
use crate::plan::ObjectId;

/// Files that a comparison shows; with that many there may be more.
const FILES: usize = 300;

struct Comparison {
    status: String,
    total_commits: usize,
    commits: Vec<Commit>,
    files: Vec<File>,
}

pub(super) struct Commit {
    sha: ObjectId,
    commit: Inner,
    parents: Vec<Object>,
}

struct Inner {
    message: String,
    tree: Object,
    author: Option<Person>,
}

#[derive(Default)]
struct Person {
    name: String,
    email: String,
    date: String,
}

pub(super) struct Object {
    pub(super) sha: ObjectId,
}

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
            tree: Some(self.commit.tree.sha),
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
    let changed = |path, now| Changed { path, now, mode: None };
    let mut files = Vec::new();
    for file in comparison.files {
        match file.status.as_str() {
            "removed" => files.push(changed(file.filename, None)),
            "renamed" => {
                files.push(changed(file.previous_filename?, None));
                files.push(changed(file.filename, Some(file.sha?)));
            }
            _ => files.push(changed(file.filename, Some(file.sha?))),
        }
    }
    // What is taken away comes first: a path can be freed and filled by one change.
    order::sort_by_key(&mut files, |file| file.now.is_some());
    let commits = comparison.commits.into_iter().map(Commit::recent).collect();
    Some(Changes { commits, files, contents: Vec::new() })
}

impl FromValue for Comparison {
    fn from_value(value: Value) -> Result<Comparison, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Comparison {
            status: fields.read("status")?,
            total_commits: fields.read("total_commits")?,
            commits: fields.read("commits")?,
            files: fields.read_or_default("files")?,
        })
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Commit {
            sha: fields.read("sha")?,
            commit: fields.read("commit")?,
            parents: fields.read("parents")?,
        })
    }
}

impl FromValue for Inner {
    fn from_value(value: Value) -> Result<Inner, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Inner {
            message: fields.read("message")?,
            tree: fields.read("tree")?,
            author: fields.read("author")?,
        })
    }
}

impl FromValue for Person {
    fn from_value(value: Value) -> Result<Person, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Person {
            name: fields.read_or_default("name")?,
            email: fields.read_or_default("email")?,
            date: fields.read_or_default("date")?,
        })
    }
}

impl FromValue for Object {
    fn from_value(value: Value) -> Result<Object, Misfit> {
        Ok(Object { sha: Fields::of(value)?.read("sha")? })
    }
}

impl FromValue for File {
    fn from_value(value: Value) -> Result<File, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(File {
            filename: fields.read("filename")?,
            previous_filename: fields.read("previous_filename")?,
            status: fields.read("status")?,
            sha: fields.read("sha")?,
        })
    }
}
