//! Commits, trees and blobs in memory, with the ids that Git gives them.

use hedgerow::plan::CommitText;
use hedgerow::plan::Entry;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::blob_id;
use hedgerow::plan::commit_id;
use hedgerow::plan::tree_id;
use std::collections::BTreeMap;

pub type Files = BTreeMap<String, (Mode, Vec<u8>)>;

pub struct Commit {
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub message: String,
    pub files: Files,
}

pub struct Repository {
    pub commits: BTreeMap<ObjectId, Commit>,
    pub trees: BTreeMap<ObjectId, Vec<(String, Entry)>>,
    pub blobs: BTreeMap<ObjectId, Vec<u8>>,
    /// Each with all the heads it had, the newest last.
    pub branches: BTreeMap<String, Vec<ObjectId>>,
    /// Trees that were made and no commit has yet.
    pub loose: BTreeMap<ObjectId, Files>,
    /// Branch and base of pull requests.
    pub pulls: Vec<(String, String)>,
    made: u64,
}

pub fn files(texts: &[(&str, &str)]) -> Files {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), (Mode::FILE, text.as_bytes().to_vec()));
    texts.iter().map(file).collect()
}

impl Repository {
    pub fn new(files: Files) -> Repository {
        let mut repository = Repository {
            commits: BTreeMap::new(),
            trees: BTreeMap::new(),
            blobs: BTreeMap::new(),
            branches: BTreeMap::new(),
            loose: BTreeMap::new(),
            pulls: Vec::new(),
            made: 0,
        };
        let first = repository.commit(files, &[], "First");
        repository.branches.insert("main".into(), vec![first]);
        repository
    }

    pub fn head(&self) -> ObjectId {
        *self.branches["main"].last().unwrap()
    }

    pub fn at_head(&self) -> &Commit {
        &self.commits[&self.head()]
    }

    /// The texts of the head.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at_head().files.get(path).map(|(_, bytes)| std::str::from_utf8(bytes).unwrap())
    }

    /// The commits from the head down, first parents only.
    pub fn history(&self, from: ObjectId) -> Vec<ObjectId> {
        let mut history = vec![from];
        while let Some(parent) = self.commits[history.last().unwrap()].parents.first() {
            history.push(*parent);
        }
        history
    }

    /// Makes a commit that no branch has yet.
    pub fn commit(&mut self, files: Files, parents: &[ObjectId], message: &str) -> ObjectId {
        self.made += 1;
        let tree = self.tree(&files);
        let who = format!("Ann <ann@example.com> {} +0000", 1_700_000_000 + self.made);
        let id = commit_id(&CommitText { tree, parents, author: &who, committer: &who, message });
        let commit = Commit { tree, parents: parents.to_vec(), message: message.to_owned(), files };
        self.commits.insert(id, commit);
        id
    }

    /// Somebody else pushes to a branch.
    pub fn push(&mut self, changes: &[(&str, Option<&str>)]) -> ObjectId {
        let mut files = self.at_head().files.clone();
        for (path, text) in changes {
            match text {
                Some(text) => drop(files.insert((*path).to_owned(), (Mode::FILE, text.as_bytes().to_vec()))),
                None => drop(files.remove(*path)),
            }
        }
        let head = self.head();
        let commit = self.commit(files, &[head], "Somebody else's");
        self.advance("main", commit);
        commit
    }

    pub fn advance(&mut self, branch: &str, to: ObjectId) {
        self.branches.entry(branch.to_owned()).or_default().push(to);
    }

    pub fn tree(&mut self, files: &Files) -> ObjectId {
        let mut entries: Vec<(String, Entry)> = Vec::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, (mode, bytes)) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest.to_owned(), (*mode, bytes.clone()));
                }
                None => {
                    let id = blob_id(bytes);
                    self.blobs.insert(id, bytes.clone());
                    entries.push((path.clone(), Entry { mode: *mode, id }));
                }
            }
        }
        for (name, files) in folders {
            let id = self.tree(&files);
            entries.push((name.to_owned(), Entry { mode: Mode::FOLDER, id }));
        }
        let id = tree_id(entries.iter().map(|(name, entry)| (name.as_str(), *entry)));
        self.trees.insert(id, entries);
        id
    }
}
