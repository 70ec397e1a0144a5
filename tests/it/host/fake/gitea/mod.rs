//! Gitea, as the host in memory speaks it.

mod zip;

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
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::blob_id;
use serde_json::Value;
use serde_json::json;

/// Finds out what a request asks for, with the parts of its path that vary.
pub(super) fn read(request: &Request) -> (Call, Vec<String>) {
    let path = request.url.strip_prefix("https://gitea.example.com/api/v1/repos/acme/fabric").unwrap();
    // Headers beyond these would not pass an instance as it comes.
    assert!(request.headers.iter().all(|(name, _)| *name == "content-type"));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    parts.push(query.to_owned());
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let is_single = query == "per_page=1";
    let call = match (request.method, &names[..names.len() - 1]) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["git", "trees", name]) if is_single && name.ends_with("^{tree}") => Call::Root,
        (Method::Get, ["git", "trees", _]) if is_single => Call::Head,
        (Method::Get, ["git", "trees", _]) => Call::Folder,
        (Method::Get, ["git", "blobs", _]) => Call::Blob,
        (Method::Get, ["archive", _]) if query.is_empty() => Call::Archive,
        (Method::Get, ["archive", _]) => Call::Blobs,
        (Method::Get, ["commits"]) => Call::Recent,
        (Method::Get, ["pulls", _, _]) => Call::Pulls,
        (Method::Post, ["pulls"]) => Call::NewPull,
        (Method::Put, ["branches", _]) => Call::Probe,
        (Method::Post, ["contents"]) => {
            let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            if body.get("new_branch").is_some() { Call::NewBranch } else { Call::Commit }
        }
        other => panic!("no such call: {other:?}"),
    };
    (call, parts)
}

fn says(status: u16, message: &str) -> Response {
    reply(status, vec![], &json!({"message": message, "url": "https://gitea.example.com/api/swagger"}))
}

fn raw(body: Vec<u8>) -> Response {
    Response::Answered(Answer { status: 200, headers: Headers::default(), body })
}

fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

impl Fake {
    pub(super) fn act_as_gitea(
        &mut self,
        call: Call,
        parts: &[String],
        body: &Value,
        fault: Option<&Fault>,
    ) -> Response {
        let query = parts.last().unwrap().as_str();
        let last = parts.iter().rev().nth(1).map_or("", String::as_str);
        match call {
            Call::Repository => reply(200, vec![], &json!({"default_branch": "main", "empty": false})),
            Call::Head | Call::Root | Call::Folder => self.gitea_tree(last, query, fault),
            Call::Archive | Call::Blobs => self.gitea_archive(last, query, fault),
            Call::Blob => match last.parse().ok().and_then(|id: ObjectId| self.repository.blobs.get(&id)) {
                Some(bytes) => {
                    let mut bytes = bytes.clone();
                    if matches!(fault, Some(Fault::WrongBytes)) {
                        bytes.push(b' ');
                    }
                    let content = STANDARD.encode(&bytes);
                    reply(200, vec![], &json!({"content": content, "encoding": "base64", "sha": last}))
                }
                None => says(400, "object does not exist"),
            },
            Call::Recent => self.gitea_recent(query),
            Call::Probe => match self.repository.branches.contains_key(last) {
                true => says(422, "[NewCommitID]: Required"),
                false => says(404, "branch does not exist"),
            },
            Call::Commit | Call::NewBranch => self.gitea_contents(body),
            Call::Pulls => {
                let wanted = (last.to_owned(), parts[1].clone());
                match self.repository.pulls.iter().position(|pull| *pull == wanted) {
                    Some(number) => self.gitea_pull(200, number),
                    None => says(404, "not found"),
                }
            }
            _ => self.gitea_new_pull(body),
        }
    }

    /// The commit that a name means.
    fn gitea_commit(&self, name: &str) -> Option<ObjectId> {
        let id = name.parse().ok().filter(|id| self.repository.commits.contains_key(id));
        id.or_else(|| self.repository.branches.get(name.strip_prefix("refs/heads/")?)?.last().copied())
    }

    fn gitea_tree(&mut self, name: &str, query: &str, fault: Option<&Fault>) -> Response {
        let (revision, path) = name.split_once(':').unwrap_or((name, ""));
        let commit = self.gitea_commit(revision.trim_end_matches("^{tree}"));
        let root =
            commit.map(|commit| self.repository.commits[&commit].tree).or_else(|| revision.parse().ok());
        let tree = path.split('/').filter(|part| !part.is_empty()).try_fold(root, |tree, part| {
            let entries = self.repository.trees.get(&tree?)?;
            Some(entries.iter().find(|(name, _)| name == part).map(|(_, entry)| entry.id))
        });
        let Some(tree) = tree.flatten().filter(|id| self.repository.trees.contains_key(id)) else {
            return says(400, &format!("sha not found [{name}]"));
        };
        // Asked by a commit, the answer names the commit.
        let sha = commit.filter(|_| path.is_empty() && !name.ends_with("^{tree}")).unwrap_or(tree);
        let mut items = Vec::new();
        self.list(tree, "", query.contains("recursive=1"), &mut items);
        let total = items.len();
        let size = value(query, "per_page").unwrap().parse::<usize>().unwrap().min(1000);
        let page: usize = value(query, "page").map_or(1, |page| page.parse().unwrap());
        let mut items: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        let mut count = total;
        if matches!(fault, Some(Fault::Truncated | Fault::Shortened)) {
            items.truncate(items.len() / 2);
        }
        if matches!(fault, Some(Fault::Shortened)) {
            count = items.len();
        }
        if matches!(fault, Some(Fault::WrongBytes)) {
            items[0]["sha"] = json!(blob_id(b"something else"));
        }
        let tree = if items.is_empty() { Value::Null } else { json!(items) };
        let truncated = page * size < total;
        reply(
            200,
            vec![],
            &json!({"sha": sha, "tree": tree, "truncated": truncated, "page": page, "total_count": count}),
        )
    }

    fn gitea_archive(&mut self, name: &str, query: &str, fault: Option<&Fault>) -> Response {
        let Some(commit) = self.gitea_commit(name.strip_suffix(".zip").unwrap()) else {
            return says(404, "unrecognized repository reference");
        };
        assert!(query.len() < 8000, "a proxy would cut the address");
        let paths: Vec<String> =
            query.split('&').filter_map(|pair| Some(decode(pair.strip_prefix("path=")?))).collect();
        if paths.len() > self.largest_batch {
            return Response::Failed;
        }
        let files = &self.repository.commits[&commit].files;
        let path = |path: &String| path.strip_prefix(":(literal)").unwrap().to_owned();
        let wanted: Vec<String> =
            if paths.is_empty() { files.keys().cloned().collect() } else { paths.iter().map(path).collect() };
        let mut packed = Vec::new();
        for (index, path) in wanted.into_iter().enumerate() {
            let Some((mode, bytes)) = files.get(&path) else {
                return says(400, "path doesn't exist or is invalid");
            };
            let mut bytes = bytes.clone();
            match fault {
                Some(Fault::WrongBytes) => bytes.push(b' '),
                Some(Fault::Gaps | Fault::Truncated) if index % 2 == 0 => continue,
                Some(Fault::Shortened) => bytes.truncate(bytes.len() / 2),
                _ => {}
            }
            packed.push((format!("fabric/{path}"), *mode == Mode::EXECUTABLE, bytes));
        }
        if matches!(fault, Some(Fault::Swapped)) {
            packed.reverse();
        }
        raw(zip::zip(&packed, &commit.to_string()))
    }

    fn gitea_recent(&mut self, query: &str) -> Response {
        let Some(head) = self.gitea_commit(&decode(value(query, "sha").unwrap())) else {
            return reply(404, vec![], &Value::Null);
        };
        let size: usize = value(query, "limit").unwrap().parse().unwrap();
        let page: usize = value(query, "page").unwrap().parse().unwrap();
        let mut history = self.repository.history(head);
        if let Some(path) = value(query, "path").map(decode) {
            let path = path.strip_prefix(":(literal)").unwrap();
            let file = |id: &ObjectId| self.repository.commits[id].files.get(path);
            history.retain(|id| file(id) != self.repository.commits[id].parents.first().and_then(file));
        }
        let shape = |id: ObjectId| {
            let commit = &self.repository.commits[&id];
            let parents: Vec<Value> = commit.parents.iter().map(|parent| json!({"sha": parent})).collect();
            let author = json!({"name": "Ann", "email": "ann@example.com", "date": "2026-11-25T10:00:00Z"});
            // The tree that is named here is the commit once more.
            let inner =
                json!({"message": format!("{}\n", commit.message), "tree": {"sha": id}, "author": author});
            json!({"sha": id, "commit": inner, "parents": parents})
        };
        let commits: Vec<Value> = history.into_iter().skip((page - 1) * size).take(size).map(shape).collect();
        reply(200, vec![], &json!(commits))
    }

    fn gitea_contents(&mut self, body: &Value) -> Response {
        let branch = body["branch"].as_str().unwrap();
        let Some(head) = self.repository.branches.get(branch).and_then(|heads| heads.last()).copied() else {
            return says(404, "branch does not exist [repo_id: 1 name: main]");
        };
        let new = body.get("new_branch").map(|name| name.as_str().unwrap());
        if new.is_some_and(|new| self.repository.branches.contains_key(new)) {
            return says(422, "branch already exists [name: x]");
        }
        if new.is_none() && self.is_protected {
            return says(403, "user cannot commit to repo [user: ann]");
        }
        let mut files = self.repository.commits[&head].files.clone();
        let listed = body["files"].as_array().unwrap();
        for file in listed {
            let path = file["path"].as_str().unwrap().to_owned();
            let there = files.get(&path).map(|(_, bytes)| blob_id(bytes));
            let operation = file["operation"].as_str().unwrap();
            match (operation, there) {
                ("create", Some(_)) => {
                    return says(422, &format!("repository file already exists [path: {path}]"));
                }
                ("create", None) => {}
                (_, None) => return says(404, &format!("object does not exist [id: , rel_path: {path}]")),
                (_, Some(there)) => {
                    // Without it, the file would be overwritten blindly.
                    let given = file["sha"].as_str().expect("a guard");
                    if given != there.to_string() {
                        let late = format!("sha does not match [given: {given}, expected: {there}]");
                        let tie = format!(
                            "cannot lock ref 'refs/heads/{branch}': is at {head} but expected {head}"
                        );
                        return if self.says_forbidden { says(403, &tie) } else { says(422, &late) };
                    }
                }
            }
            if operation == "delete" {
                files.remove(&path);
            } else {
                let mode = files.get(&path).map_or(Mode::FILE, |(mode, _)| *mode);
                files.insert(path, (mode, STANDARD.decode(file["content"].as_str().unwrap()).unwrap()));
            }
        }
        let commit = self.repository.commit(files, &[head], body["message"].as_str().unwrap());
        self.repository.advance(new.unwrap_or(branch), commit);
        let tree = self.repository.commits[&commit].tree;
        let made = json!({"sha": commit, "parents": [{"sha": head}], "tree": {"sha": tree}});
        reply(201, vec![], &json!({"files": [], "commit": made}))
    }

    fn gitea_new_pull(&mut self, body: &Value) -> Response {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let pull = (text("head"), text("base"));
        if self.repository.pulls.contains(&pull) {
            return says(409, "pull request already exists for these targets [id: 1]");
        }
        self.repository.pulls.push(pull);
        self.gitea_pull(201, self.repository.pulls.len() - 1)
    }

    fn gitea_pull(&self, status: u16, number: usize) -> Response {
        let sha = self.repository.branches[&self.repository.pulls[number].0].last().unwrap();
        let url = format!("https://gitea.example.com/acme/fabric/pulls/{}", number + 1);
        reply(status, vec![], &json!({"html_url": url, "head": {"sha": sha}}))
    }
}
