//! What lies between a known commit and the head of its branch.

use crate::host::gitlab::GitLab;
use crate::host::gitlab::landed::Commit;
use crate::host::gitlab::load::Node;
use crate::host::gitlab::load::Nodes;
use crate::host::gitlab::load::nodes;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Changed;
use crate::host::outcome::Changes;
use crate::host::outcome::Compared;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::order::Map;
use crate::plan::Mode;
use crate::plan::ObjectId;

/// Files and lines up to which GitLab leaves nothing out of a comparison.
const FILES: usize = 100;
const LINES: usize = 5000;

struct Comparison {
    is_same: bool,
    head: Option<Recent>,
    commits: Vec<Recent>,
    files: Vec<File>,
}

struct File {
    old_path: String,
    new_path: String,
    mode: String,
    is_gone: bool,
    is_renamed: bool,
    lines: usize,
}

impl GitLab {
    /// Compares a known commit with another one or with the head of a branch. The
    /// ids of files come from a second request, with what they hold.
    pub(in crate::host) async fn changes(
        &self,
        wire: &Wire,
        known: ObjectId,
        other: &str,
    ) -> Result<Compared, Failure> {
        let path = format!("/repository/compare?from={known}&to={}&straight=true", encode(other));
        let Comparison { is_same, head, mut commits, files } = self.read(wire, self.get(&path)).await?;
        if commits.is_empty() {
            let nothing = Changes { commits, files: Vec::new(), contents: Vec::new() };
            return Ok(if is_same { Compared::Straight(nothing) } else { Compared::Behind });
        }
        let lines: usize = files.iter().map(|file| file.lines).sum();
        let stands_on_known = commits.iter().any(|commit| commit.parents.contains(&known));
        let Some(head) = head.filter(|_| stands_on_known && files.len() < FILES && lines < LINES) else {
            return Ok(Compared::Unclear);
        };
        commits.retain(|commit| commit.id != head.id);
        commits.push(head.clone());
        let there: Vec<&File> = files.iter().filter(|file| !file.is_gone).collect();
        let paths: Vec<&str> = there.iter().map(|file| file.new_path.as_str()).collect();
        let mut ids: Map<String, ObjectId> = Map::new();
        let mut contents = Vec::new();
        if !paths.is_empty() {
            let response = wire.send(self.blobs(head.id, &paths)).await;
            for Node { oid, path, text } in nodes(&response, wire.now_ms()).map(|Nodes(nodes)| nodes)? {
                ids.insert(path, oid);
                contents.extend(text.map(|text| (oid, text.into_bytes())));
            }
        }
        let gone = files.iter().filter(|file| file.is_gone || file.is_renamed);
        let gone = gone.map(|file| Changed { path: file.old_path.clone(), now: None, mode: None });
        let mut changed: Vec<Changed> = gone.collect();
        for file in there {
            let (Some(id), Some(mode)) = (ids.get(&file.new_path), Mode::parse(&file.mode)) else {
                return Ok(Compared::Unclear);
            };
            changed.push(Changed { path: file.new_path.clone(), now: Some(*id), mode: Some(mode) });
        }
        Ok(Compared::Straight(Changes { commits, files: changed, contents }))
    }
}

impl FromValue for Comparison {
    fn from_value(value: Value) -> Result<Comparison, Misfit> {
        let mut fields = Fields::of(value)?;
        let head: Option<Commit> = fields.read("commit")?;
        let commits: Vec<Commit> = fields.read("commits")?;
        Ok(Comparison {
            is_same: fields.read_or_default("compare_same_ref")?,
            head: head.map(|Commit(recent)| recent),
            commits: commits.into_iter().map(|Commit(recent)| recent).collect(),
            files: fields.read("diffs")?,
        })
    }
}

impl FromValue for File {
    fn from_value(value: Value) -> Result<File, Misfit> {
        let mut fields = Fields::of(value)?;
        let diff: String = fields.read_or_default("diff")?;
        Ok(File {
            old_path: fields.read("old_path")?,
            new_path: fields.read("new_path")?,
            mode: fields.read("b_mode")?,
            is_gone: fields.read("deleted_file")?,
            is_renamed: fields.read("renamed_file")?,
            lines: diff.lines().count(),
        })
    }
}
