//! REST of the GitHub in memory.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::not_found;
use crate::host::fake::reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hedgerow::host::Answer;
use hedgerow::host::Headers;
use hedgerow::host::Request;
use hedgerow::host::Response;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use serde_json::Value;
use serde_json::json;

fn raw(status: u16, body: Vec<u8>) -> Response {
    Response::Answered(Answer { status, headers: Headers::default(), body })
}

fn id(text: &str) -> Option<ObjectId> {
    text.parse().ok()
}

impl Fake {
    pub(super) fn rest(
        &mut self,
        call: Call,
        request: &Request,
        parts: &[String],
        body: &Value,
        fault: Option<&Fault>,
    ) -> Response {
        let query = parts.last().unwrap().as_str();
        let last = parts.iter().rev().nth(1).map_or("", String::as_str);
        match call {
            Call::Head => self.head(request, last),
            Call::Repository => {
                let push = json!({"push": true});
                reply(200, vec![], &json!({"default_branch": "main", "archived": false, "permissions": push}))
            }
            Call::Branch => match self.shown_head(last) {
                Some(head) => {
                    let tree = self.repository.commits[&head].tree;
                    let commit = json!({"sha": head, "commit": {"tree": {"sha": tree}}});
                    reply(200, vec![], &json!({"commit": commit, "protected": self.is_protected}))
                }
                None => not_found(),
            },
            Call::Folder => self.folder(last, query, fault),
            Call::Blob => match id(last).and_then(|id| self.repository.blobs.get(&id)) {
                Some(bytes) if matches!(fault, Some(Fault::WrongBytes)) => {
                    raw(200, [bytes, &b" "[..]].concat())
                }
                Some(bytes) => raw(200, bytes.clone()),
                None => not_found(),
            },
            Call::Compare => self.compare(last),
            Call::Recent => self.recent(query),
            Call::NewBlob => {
                let content = STANDARD.decode(body["content"].as_str().unwrap()).unwrap();
                let id = hedgerow::plan::blob_id(&content);
                self.repository.blobs.insert(id, content);
                reply(201, vec![], &json!({"sha": id}))
            }
            Call::NewTree => self.new_tree(body),
            Call::NewCommit => self.new_commit(body),
            Call::MoveBranch => self.move_branch(last, body),
            Call::NewBranch => self.new_branch(body),
            Call::Pulls => {
                let found: Vec<Value> = self
                    .repository
                    .pulls
                    .iter()
                    .enumerate()
                    .filter(|(_, (head, _))| query.contains(&format!("head=acme:{head}&")))
                    .map(|(number, (head, _))| self.pull(number, head))
                    .collect();
                reply(200, vec![], &json!(found))
            }
            _ => self.new_pull(body),
        }
    }

    fn head(&mut self, request: &Request, name: &str) -> Response {
        let Some(head) = self.shown_head(name.strip_prefix("heads/").unwrap()) else { return not_found() };
        let etag = format!("\"{head}\"");
        let is_known = request.headers.iter().any(|(name, value)| *name == "if-none-match" && *value == etag);
        self.free += usize::from(is_known);
        if is_known { raw(304, vec![]) } else { raw(200, head.to_string().into_bytes()) }
    }

    fn folder(&mut self, name: &str, query: &str, fault: Option<&Fault>) -> Response {
        let Some(tree) = id(name).filter(|id| self.repository.trees.contains_key(id)) else {
            return not_found();
        };
        let mut items = Vec::new();
        self.list(tree, "", query.contains("recursive=1"), &mut items);
        if matches!(fault, Some(Fault::Truncated | Fault::Shortened)) {
            items.truncate(items.len() / 2);
        }
        if matches!(fault, Some(Fault::WrongBytes)) {
            items[0]["sha"] = json!(hedgerow::plan::blob_id(b"something else"));
        }
        let truncated = matches!(fault, Some(Fault::Truncated));
        reply(200, vec![], &json!({"sha": tree, "tree": items, "truncated": truncated}))
    }

    pub(in crate::host::fake) fn list(
        &self,
        tree: ObjectId,
        folder: &str,
        is_deep: bool,
        items: &mut Vec<Value>,
    ) {
        for (name, entry) in &self.repository.trees[&tree] {
            let path = format!("{folder}{name}");
            let kind = if entry.mode == Mode::FOLDER { "tree" } else { "blob" };
            items.push(json!({"path": path, "mode": entry.mode.to_string(), "type": kind, "sha": entry.id}));
            if is_deep && entry.mode == Mode::FOLDER {
                self.list(entry.id, &format!("{path}/"), true, items);
            }
        }
    }

    fn compare(&mut self, parts: &str) -> Response {
        let (base, branch) = parts.split_once("...").unwrap();
        let Some(head) = id(branch).or_else(|| self.shown_head(branch)) else { return not_found() };
        let Some(base) = id(base).filter(|base| self.repository.commits.contains_key(base)) else {
            return not_found();
        };
        let history = self.repository.history(head);
        let Some(ahead) = history.iter().position(|commit| *commit == base) else {
            return reply(
                200,
                vec![],
                &json!({"status": if self.repository.history(base).contains(&head) { "behind" } else { "diverged" }, "total_commits": 1, "commits": [], "files": []}),
            );
        };
        let commits: Vec<Value> = history[..ahead].iter().rev().map(|commit| self.shape(*commit)).collect();
        let (before, after) = (&self.repository.commits[&base].files, &self.repository.commits[&head].files);
        let mut changed = Vec::new();
        for (path, (_, bytes)) in after {
            match before.get(path) {
                Some((_, old)) if old == bytes => {}
                old => {
                    let status = if old.is_some() { "modified" } else { "added" };
                    let sha = hedgerow::plan::blob_id(bytes);
                    changed.push(json!({"filename": path, "status": status, "sha": sha}));
                }
            }
        }
        for path in before.keys().filter(|path| !after.contains_key(*path)) {
            changed.push(json!({"filename": path, "status": "removed", "sha": null}));
        }
        changed.truncate(300);
        let status = if ahead == 0 { "identical" } else { "ahead" };
        reply(
            200,
            vec![],
            &json!({"status": status, "total_commits": ahead, "commits": commits, "files": changed}),
        )
    }

    fn shape(&self, id: ObjectId) -> Value {
        let commit = &self.repository.commits[&id];
        let parents: Vec<Value> = commit.parents.iter().map(|parent| json!({"sha": parent})).collect();
        let author = json!({"name": "Ann", "email": "ann@example.com", "date": "2026-11-25T10:00:00Z"});
        let inner = json!({"message": commit.message, "tree": {"sha": commit.tree}, "author": author});
        json!({"sha": id, "commit": inner, "parents": parents})
    }

    fn recent(&mut self, query: &str) -> Response {
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let from = value("sha").unwrap();
        let Some(head) = id(from).or_else(|| self.shown_head(from)) else { return not_found() };
        let size: usize = value("per_page").unwrap().parse().unwrap();
        let page: usize = value("page").unwrap().parse().unwrap();
        let mut history = self.repository.history(head);
        if let Some(path) = value("path") {
            let file = |id: &ObjectId| self.repository.commits[id].files.get(path);
            history.retain(|id| {
                let parent = self.repository.commits[id].parents.first();
                file(id) != parent.and_then(file)
            });
        }
        let commits = history.into_iter().skip((page - 1) * size).take(size);
        let commits: Vec<Value> = commits.map(|commit| self.shape(commit)).collect();
        reply(200, vec![], &json!(commits))
    }

    fn new_tree(&mut self, body: &Value) -> Response {
        let base = id(body["base_tree"].as_str().unwrap()).unwrap();
        let mut files = self.repository.commits[&base].files.clone();
        for item in body["tree"].as_array().unwrap() {
            let path = item["path"].as_str().unwrap().to_owned();
            let mode = Mode::parse(item["mode"].as_str().unwrap()).unwrap();
            match (item.get("content"), item.get("sha")) {
                (Some(content), None) => {
                    drop(files.insert(path, (mode, content.as_str().unwrap().as_bytes().to_vec())));
                }
                (None, Some(Value::Null)) => drop(files.remove(&path)),
                (None, Some(sha)) => {
                    let bytes = self.repository.blobs[&id(sha.as_str().unwrap()).unwrap()].clone();
                    files.insert(path, (mode, bytes));
                }
                other => panic!("an item of a new tree has {other:?}"),
            }
        }
        let tree = self.repository.tree(&files);
        self.repository.loose.insert(tree, files);
        reply(201, vec![], &json!({"sha": tree}))
    }

    fn new_commit(&mut self, body: &Value) -> Response {
        let files = self.repository.loose[&id(body["tree"].as_str().unwrap()).unwrap()].clone();
        let parent = id(body["parents"][0].as_str().unwrap()).unwrap();
        let commit = self.repository.commit(files, &[parent], body["message"].as_str().unwrap());
        reply(201, vec![], &json!({"sha": commit}))
    }

    fn move_branch(&mut self, name: &str, body: &Value) -> Response {
        let branch = name.strip_prefix("heads/").unwrap();
        assert_eq!(body["force"], false);
        let to = id(body["sha"].as_str().unwrap()).unwrap();
        if self.is_protected {
            let message = "Repository rule violations found\n\nChanges must be made through a pull request.";
            return reply(422, vec![], &json!({"message": message}));
        }
        let head = *self.repository.branches[branch].last().unwrap();
        if !self.repository.history(to).contains(&head) {
            return reply(422, vec![], &json!({"message": "Update is not a fast forward"}));
        }
        self.repository.advance(branch, to);
        reply(200, vec![], &json!({"ref": format!("refs/heads/{branch}"), "object": {"sha": to}}))
    }

    fn new_branch(&mut self, body: &Value) -> Response {
        let name = body["ref"].as_str().unwrap().strip_prefix("refs/heads/").unwrap();
        if self.repository.branches.contains_key(name) {
            return reply(422, vec![], &json!({"message": "Reference already exists"}));
        }
        let to = id(body["sha"].as_str().unwrap()).unwrap();
        self.repository.advance(name, to);
        reply(201, vec![], &json!({"ref": body["ref"], "object": {"sha": to}}))
    }

    fn new_pull(&mut self, body: &Value) -> Response {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let pull = (text("head"), text("base"));
        if self.repository.pulls.contains(&pull) {
            let errors = json!([{"message": "A pull request already exists for acme:x."}]);
            return reply(422, vec![], &json!({"message": "Validation Failed", "errors": errors}));
        }
        self.repository.pulls.push(pull.clone());
        let shape = self.pull(self.repository.pulls.len() - 1, &pull.0);
        reply(201, vec![], &shape)
    }

    fn pull(&self, number: usize, head: &str) -> Value {
        let sha = self.repository.branches[head].last().unwrap();
        let url = format!("https://github.com/acme/fabric/pull/{}", number + 1);
        json!({"html_url": url, "head": {"sha": sha}})
    }
}
