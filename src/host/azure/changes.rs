//! What lies between a known commit and the head of its branch.

use crate::host::azure::Azure;
use crate::host::azure::version;
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

/// Commits that are read one by one; where there are more, the tree is read.
const COMMITS: usize = 20;
/// Files that a comparison is asked for.
const FILES: usize = 2000;

struct Comparison {
    common: Option<ObjectId>,
    target: Option<ObjectId>,
    changes: Vec<Change>,
    /// How many commits lie between, as far as it is told.
    count: usize,
}

struct Change {
    path: String,
    id: Option<ObjectId>,
    is_folder: bool,
    kind: String,
}

/// A commit as it is shown alone.
pub(super) struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub message: String,
    pub author: Author,
}

impl Commit {
    pub(super) fn recent(self) -> Recent {
        let Commit { id, tree, parents, message, author } = self;
        Recent { id, tree: Some(tree), parents, message, author }
    }
}

impl Azure {
    /// Compares a known commit with another one or with the head of a branch.
    pub(in crate::host) async fn changes(
        &self,
        wire: &Wire,
        known: ObjectId,
        other: &str,
    ) -> Result<Compared, Failure> {
        let (kind, name) = version(other);
        let path = format!(
            "/diffs/commits?baseVersion={known}&baseVersionType=commit&targetVersion={name}&targetVersionType={kind}&diffCommonCommit=false&$top={FILES}"
        );
        let Comparison { common, target, changes, count } = self.read(wire, self.get(&path)).await?;
        let Some(target) = target else { return Ok(Compared::Unclear) };
        if target == known {
            let nothing = Changes { commits: Vec::new(), files: Vec::new(), contents: Vec::new() };
            return Ok(Compared::Straight(nothing));
        }
        if common == Some(target) {
            return Ok(Compared::Behind);
        }
        if common != Some(known) || count > COMMITS {
            return Ok(Compared::Unclear);
        }
        match self.between(wire, known, target).await? {
            // Files that are not told make another tree than the commit's, which is read then.
            Some(commits) => {
                let files = files(changes);
                Ok(Compared::Straight(Changes { commits, files, contents: Vec::new() }))
            }
            None => Ok(Compared::Unclear),
        }
    }

    /// Reads the commits that lead from a known one to another, that one last;
    /// none if they are many.
    async fn between(
        &self,
        wire: &Wire,
        known: ObjectId,
        target: ObjectId,
    ) -> Result<Option<Vec<Recent>>, Failure> {
        let mut commits: Vec<Recent> = Vec::new();
        let mut open = vec![target];
        while let Some(id) = open.pop() {
            if id == known || commits.iter().any(|commit| commit.id == id) {
                continue;
            }
            if commits.len() == COMMITS {
                return Ok(None);
            }
            let commit = self.commit_at(wire, id).await?;
            open.extend(commit.parents.iter().copied());
            commits.push(commit.recent());
        }
        commits.reverse();
        Ok(Some(commits))
    }

    /// Reads one commit.
    pub(super) async fn commit_at(&self, wire: &Wire, id: ObjectId) -> Result<Commit, Failure> {
        self.read(wire, self.get(&format!("/commits/{id}"))).await
    }
}

/// What is taken away comes first: a path can be freed and filled by one change.
fn files(changes: Vec<Change>) -> Vec<Changed> {
    let files = changes.into_iter().filter(|change| !change.is_folder).filter_map(|change| {
        let is_gone = change.kind.contains("delete") || change.kind.contains("sourceRename");
        let now = if is_gone { None } else { Some(change.id?) };
        Some(Changed { path: change.path.trim_start_matches('/').to_owned(), now, mode: None })
    });
    let mut files: Vec<Changed> = files.collect();
    order::sort_by_key(&mut files, |file| file.now.is_some());
    files
}

impl FromValue for Comparison {
    fn from_value(value: Value) -> Result<Comparison, Misfit> {
        let mut fields = Fields::of(value)?;
        let counts: [usize; 2] =
            [fields.read_or_default("aheadCount")?, fields.read_or_default("behindCount")?];
        Ok(Comparison {
            count: counts.into_iter().max().unwrap_or_default(),
            common: fields.read("commonCommit")?,
            target: fields.read("targetCommit")?,
            changes: fields.read_or_default("changes")?,
        })
    }
}

impl FromValue for Change {
    fn from_value(value: Value) -> Result<Change, Misfit> {
        let mut fields = Fields::of(value)?;
        let mut item = Fields::of(fields.read("item")?)?;
        Ok(Change {
            path: item.read("path")?,
            id: item.read("objectId")?,
            is_folder: item.read_or_default("isFolder")?,
            kind: fields.read_or_default("changeType")?,
        })
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Commit {
            id: fields.read("commitId")?,
            tree: fields.read("treeId")?,
            parents: fields.read_or_default("parents")?,
            message: fields.read_or_default("comment")?,
            author: author(fields.read("author")?)?,
        })
    }
}

pub(super) fn author(value: Option<Value>) -> Result<Author, Misfit> {
    let Some(value) = value else { return Ok(Author::default()) };
    let mut fields = Fields::of(value)?;
    Ok(Author {
        name: fields.read_or_default("name")?,
        email: fields.read_or_default("email")?,
        date: fields.read_or_default("date")?,
    })
}
