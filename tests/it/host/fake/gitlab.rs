//! GitLab, as the host in memory speaks it.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::decode;
use crate::host::fake::reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hedgerow::host::Answer;
use hedgerow::host::Headers;
use hedgerow::host::Method;
use hedgerow::host::Request;
use hedgerow::host::Response;
use hedgerow::host::gitlab::BLOBS_QUERY;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::blob_id;
use serde_json::Value;
use serde_json::json;

/// Finds out what a request asks for, with the parts of its path that vary.
pub(super) fn read(request: &Request) -> (Call, Vec<String>) {
    if request.url == "https://gitlab.com/api/graphql" {
        let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        assert_eq!(body["query"], BLOBS_QUERY);
        assert_eq!(body["variables"]["project"], "acme/fabric");
        return (Call::Blobs, vec![]);
    }
    let path = request.url.strip_prefix("https://gitlab.com/api/v4/projects/acme%2Ffabric").unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    parts.push(query.to_owned());
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let call = match (request.method, &names[..names.len() - 1]) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["repository", "branches", _]) => Call::Head,
        (Method::Get, ["repository", "tree"]) => Call::Folder,
        (Method::Get, ["repository", "blobs", _, "raw"]) => Call::Blob,
        (Method::Get, ["repository", "compare"]) => Call::Compare,
        (Method::Get, ["repository", "commits"]) => Call::Recent,
        (Method::Get, ["merge_requests"]) => Call::Pulls,
        (Method::Post, ["merge_requests"]) => Call::NewPull,
        (Method::Post, ["repository", "commits"]) => {
            let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            if body.get("start_branch").is_some() { Call::NewBranch } else { Call::Commit }
        }
        other => panic!("no such call: {other:?}"),
    };
    (call, parts)
}

fn says(status: u16, message: &str) -> Response {
    reply(status, vec![], &json!({"message": message}))
}

fn value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| Some(decode(pair.strip_prefix(name)?.strip_prefix('=')?)))
}

impl Fake {
    pub(super) fn act_as_gitlab(
        &mut self,
        call: Call,
        parts: &[String],
        body: &Value,
        fault: Option<&Fault>,
    ) -> Response {
        let query = parts.last().map_or("", String::as_str);
        match call {
            Call::Repository => reply(200, vec![], &json!({"default_branch": "main", "empty_repo": false})),
            Call::Head => match self.gitlab_shown(&parts[2]) {
                Some(head) => {
                    let can_push = !self.is_protected;
                    let commit = self.gitlab_shape(head);
                    reply(200, vec![], &json!({"commit": commit, "protected": true, "can_push": can_push}))
                }
                None => says(404, "404 Branch Not Found"),
            },
            Call::Folder => self.gitlab_tree(query, fault),
            Call::Blobs => self.gitlab_blobs(&body["variables"], fault),
            Call::Blob => match parts[2].parse().ok().and_then(|id: ObjectId| self.repository.blobs.get(&id))
            {
                Some(bytes) => {
                    let mut body = bytes.clone();
                    if matches!(fault, Some(Fault::WrongBytes)) {
                        body.push(b' ');
                    }
                    Response::Answered(Answer { status: 200, headers: Headers::default(), body })
                }
                None => says(404, "404 Blob Not Found"),
            },
            Call::Compare => self.gitlab_compare(query),
            Call::Recent => self.gitlab_recent(query),
            Call::Commit | Call::NewBranch => self.gitlab_actions(body),
            Call::Pulls => {
                let wanted = (value(query, "source_branch").unwrap(), value(query, "target_branch").unwrap());
                let found = self.repository.pulls.iter().position(|pull| *pull == wanted);
                let found: Vec<Value> = found.map(|number| self.gitlab_merge(number)).into_iter().collect();
                reply(200, vec![], &json!(found))
            }
            _ => self.gitlab_new_merge(body),
        }
    }

    /// The commit that a name means.
    fn gitlab_commit(&self, name: &str) -> Option<ObjectId> {
        let id = name.parse().ok().filter(|id| self.repository.commits.contains_key(id));
        id.or_else(|| self.repository.branches.get(name)?.last().copied())
    }

    /// The same, as a read shows it.
    fn gitlab_shown(&mut self, name: &str) -> Option<ObjectId> {
        let id = name.parse().ok().filter(|id| self.repository.commits.contains_key(id));
        id.or_else(|| self.shown_head(name))
    }

    fn gitlab_shape(&self, id: ObjectId) -> Value {
        let commit = &self.repository.commits[&id];
        json!({
            "id": id, "parent_ids": commit.parents, "message": commit.message,
            "author_name": "Ann", "author_email": "ann@example.com", "authored_date": "2026-11-25T10:00:00Z",
        })
    }

    fn gitlab_tree(&mut self, query: &str, fault: Option<&Fault>) -> Response {
        let not_found = || says(404, "404 Tree Not Found");
        let Some(commit) = self.gitlab_commit(&value(query, "ref").unwrap()) else { return not_found() };
        let path = value(query, "path").unwrap_or_default();
        let root = self.repository.commits[&commit].tree;
        let tree = path.split('/').filter(|part| !part.is_empty()).try_fold(root, |tree, part| {
            let entries = self.repository.trees.get(&tree)?;
            entries.iter().find(|(name, _)| name == part).map(|(_, entry)| entry.id)
        });
        let Some(tree) = tree.filter(|id| self.repository.trees.contains_key(id)) else { return not_found() };
        let mut items = Vec::new();
        let above = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.list(tree, &above, query.contains("recursive=true"), &mut items);
        let total = items.len();
        let size: usize = value(query, "per_page").unwrap().parse().unwrap();
        let page: usize = value(query, "page").unwrap().parse().unwrap();
        let mut items: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        for item in &mut items {
            let id = item["sha"].take();
            item["id"] = id;
        }
        if matches!(fault, Some(Fault::Truncated | Fault::Shortened)) {
            items.truncate(items.len() / 2);
        }
        if matches!(fault, Some(Fault::WrongBytes)) {
            let folder = items.iter_mut().find(|item| item["mode"] == "040000").unwrap();
            folder["id"] = json!(blob_id(b"something else"));
        }
        let next = if page * size < total { (page + 1).to_string() } else { String::new() };
        reply(200, vec![("x-next-page", next), ("x-total", total.to_string())], &json!(items))
    }

    fn gitlab_blobs(&mut self, variables: &Value, fault: Option<&Fault>) -> Response {
        let commit = self.gitlab_commit(variables["ref"].as_str().unwrap()).unwrap();
        let paths = variables["paths"].as_array().unwrap();
        assert!(paths.len() <= 100);
        if paths.len() > self.largest_batch {
            return reply(
                200,
                vec![],
                &json!({"errors": [{"message": "Query has complexity of 301, which exceeds max"}]}),
            );
        }
        let files = &self.repository.commits[&commit].files;
        let mut nodes = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            let Some((_, bytes)) = files.get(path.as_str().unwrap()) else { continue };
            // What is no text comes with other signs in it.
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            let mut oid = json!(blob_id(bytes));
            match fault {
                Some(Fault::WrongBytes) => text.push(' '),
                Some(Fault::Gaps | Fault::Truncated) if index % 2 == 0 => continue,
                Some(Fault::Shortened) => text.truncate(text.len() / 2),
                Some(Fault::Swapped) => {
                    let other = paths[(index + 1) % paths.len()].as_str().unwrap();
                    oid = json!(blob_id(&files[other].1));
                }
                _ => {}
            }
            nodes.push(json!({"oid": oid, "path": path, "rawTextBlob": text}));
        }
        nodes.reverse();
        let blobs = json!({"blobs": {"nodes": nodes}});
        reply(200, vec![], &json!({"data": {"project": {"repository": blobs}}}))
    }

    fn gitlab_compare(&mut self, query: &str) -> Response {
        assert_eq!(value(query, "straight").as_deref(), Some("true"));
        let ends =
            [value(query, "from").unwrap(), value(query, "to").unwrap()].map(|name| self.gitlab_shown(&name));
        let [Some(from), Some(to)] = ends else { return says(404, "404 Ref Not Found") };
        let old = self.repository.history(from);
        let new: Vec<ObjectId> =
            self.repository.history(to).into_iter().filter(|id| !old.contains(id)).collect();
        let commits: Vec<Value> = new.iter().rev().map(|id| self.gitlab_shape(*id)).collect();
        let (before, after) = (&self.repository.commits[&from].files, &self.repository.commits[&to].files);
        let mut diffs = Vec::new();
        let diff = |path: &str, mode: &str, is_new: bool, is_gone: bool| {
            json!({
                "old_path": path, "new_path": path, "a_mode": "100644", "b_mode": mode, "diff": "@@ -1 +1 @@\n",
                "new_file": is_new, "renamed_file": false, "deleted_file": is_gone,
            })
        };
        for (path, file) in after.iter().filter(|(path, file)| before.get(*path) != Some(*file)) {
            diffs.push(diff(path, &file.0.to_string(), !before.contains_key(path), false));
        }
        for path in before.keys().filter(|path| !after.contains_key(*path)) {
            diffs.push(diff(path, "0", false, true));
        }
        let head = if new.is_empty() { Value::Null } else { self.gitlab_shape(to) };
        reply(
            200,
            vec![],
            &json!({"commit": head, "commits": commits, "diffs": diffs, "compare_same_ref": from == to}),
        )
    }

    /// The last commit that touched a path, as seen from another.
    fn gitlab_last(&self, path: &str, from: ObjectId) -> Option<ObjectId> {
        let file = |id: &ObjectId| self.repository.commits[id].files.get(path);
        let touches = |id: &ObjectId| file(id) != self.repository.commits[id].parents.first().and_then(file);
        self.repository.history(from).into_iter().find(touches)
    }

    fn gitlab_recent(&mut self, query: &str) -> Response {
        let Some(head) = self.gitlab_shown(&value(query, "ref_name").unwrap()) else {
            return says(404, "404 Commit Not Found");
        };
        let size: usize = value(query, "per_page").unwrap().parse().unwrap();
        let page: usize = value(query, "page").unwrap().parse().unwrap();
        let mut history = self.repository.history(head);
        if let Some(path) = value(query, "path") {
            let file = |id: &ObjectId| self.repository.commits[id].files.get(&path);
            history.retain(|id| file(id) != self.repository.commits[id].parents.first().and_then(file));
        }
        let commits = history.into_iter().skip((page - 1) * size).take(size);
        let commits: Vec<Value> = commits.map(|id| self.gitlab_shape(id)).collect();
        reply(200, vec![], &json!(commits))
    }

    fn gitlab_actions(&mut self, body: &Value) -> Response {
        let branch = body["branch"].as_str().unwrap();
        let from = body.get("start_branch").map_or(branch, |name| name.as_str().unwrap());
        let is_new = from != branch;
        let Some(head) = self.gitlab_commit(from) else {
            return says(400, "You can only create or edit files when you are on a branch");
        };
        if is_new && self.repository.branches.contains_key(branch) {
            return says(400, &format!("A branch called '{branch}' already exists. Switch to that branch"));
        }
        if !is_new && self.is_protected {
            return says(403, "403 Forbidden - You are not allowed to push into this branch");
        }
        let mut files = self.repository.commits[&head].files.clone();
        for action in body["actions"].as_array().unwrap() {
            let path = action["file_path"].as_str().unwrap();
            let is_there = files.contains_key(path);
            match action["action"].as_str().unwrap() {
                "create" if is_there => return says(400, "A file with this name already exists"),
                "create" => {}
                _ if !is_there => return says(400, "A file with this name doesn't exist"),
                _ => {
                    let known = action["last_commit_id"].as_str().expect("a guard").parse().unwrap();
                    // An unknown commit, or one without the file, is passed over in silence.
                    let seen =
                        self.repository.commits.contains_key(&known).then(|| self.gitlab_last(path, known));
                    if seen.flatten().is_some_and(|last| Some(last) != self.gitlab_last(path, head)) {
                        return match self.says_forbidden {
                            true => {
                                says(400, "Could not update refs/heads/main. Please refresh and try again.")
                            }
                            false => says(
                                400,
                                &format!("The file has changed since you started editing it: {path}"),
                            ),
                        };
                    }
                }
            }
            if action["action"] == "delete" {
                files.remove(path);
            } else {
                assert_eq!(action["encoding"], "base64");
                let mode = files.get(path).map_or(Mode::FILE, |(mode, _)| *mode);
                files.insert(
                    path.to_owned(),
                    (mode, STANDARD.decode(action["content"].as_str().unwrap()).unwrap()),
                );
            }
        }
        let commit = self.repository.commit(files, &[head], body["commit_message"].as_str().unwrap());
        self.repository.advance(branch, commit);
        reply(201, vec![], &self.gitlab_shape(commit))
    }

    fn gitlab_new_merge(&mut self, body: &Value) -> Response {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let pull = (text("source_branch"), text("target_branch"));
        if self.repository.pulls.contains(&pull) {
            let words = "Another open merge request already exists for this source branch: !1";
            return reply(409, vec![], &json!({"message": [words]}));
        }
        self.repository.pulls.push(pull);
        reply(201, vec![], &self.gitlab_merge(self.repository.pulls.len() - 1))
    }

    fn gitlab_merge(&self, number: usize) -> Value {
        let sha = self.repository.branches[&self.repository.pulls[number].0].last().unwrap();
        json!({"web_url": format!("https://gitlab.com/acme/fabric/-/merge_requests/{}", number + 1), "sha": sha})
    }
}
