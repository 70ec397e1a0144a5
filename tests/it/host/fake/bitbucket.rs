//! Bitbucket Cloud, as the host in memory speaks it: no ids of files or trees.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::decode;
use crate::host::fake::reply;
use crate::host::fake::value_of;
use hedgerow::host::Answer;
use hedgerow::host::Headers;
use hedgerow::host::Method;
use hedgerow::host::Request;
use hedgerow::host::Response;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

const API: &str = "https://api.bitbucket.org/2.0/repositories/acme/fabric";

/// Finds out what a request asks for, with its path and its query.
pub(super) fn read(request: &Request) -> (Call, Vec<String>) {
    let rest = request.url.strip_prefix(API).expect("only one repository is asked");
    let header =
        |name: &str| request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value);
    assert!(header("authorization").is_none() && header("user-agent").is_none());
    assert_eq!(request.body.is_some(), header("content-type").is_some());
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = decode(path);
    let parts: Vec<&str> = path.splitn(4, '/').skip(1).collect();
    let call = match (request.method, parts.as_slice()) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["refs", "branches", _]) => Call::Branch,
        (Method::Get, ["src", _, below]) if below.is_empty() || below.ends_with('/') => Call::Folder,
        (Method::Get, ["src", _, _]) if query == "format=meta" => Call::Item,
        (Method::Get, ["src", _, _]) => Call::Blob,
        (Method::Post, ["src"]) => Call::Commit,
        (Method::Get, ["commits", ..]) if query.contains("exclude=") => Call::Compare,
        (Method::Get, ["commits", ..]) => Call::Recent,
        (Method::Get, ["commit", _]) => Call::OneCommit,
        (Method::Get, ["diffstat", _]) => Call::Compare,
        (Method::Get, ["pullrequests"]) => Call::Pulls,
        (Method::Post, ["pullrequests"]) => Call::NewPull,
        other => panic!("no such call: {other:?}"),
    };
    (call, vec![path.clone(), decode(query)])
}

fn refused(status: u16, message: &str) -> Response {
    reply(status, vec![], &json!({"type": "error", "error": {"message": message}}))
}

fn raw(body: Vec<u8>) -> Response {
    Response::Answered(Answer { status: 200, headers: Headers::default(), body })
}

impl Fake {
    pub(super) fn act_as_bitbucket(
        &mut self,
        call: Call,
        request: &Request,
        parts: &[String],
        fault: Option<&Fault>,
    ) -> Response {
        let (path, query) = (parts[0].as_str(), parts[1].as_str());
        let last = path.splitn(4, '/').nth(3).unwrap_or_else(|| path.rsplit('/').next().unwrap());
        match call {
            Call::Repository => reply(200, vec![], &json!({"mainbranch": {"name": "main"}})),
            Call::Branch => match self.shown_head(last) {
                Some(head) => {
                    let target = self.bitbucket_commit(head);
                    reply(200, vec![], &json!({"type": "branch", "name": last, "target": target}))
                }
                None => refused(404, "No such branch"),
            },
            Call::Folder => self.bitbucket_folder(path, query, fault),
            Call::Item | Call::Blob => self.bitbucket_file(call, path, fault),
            Call::Commit => self.bitbucket_upload(request),
            Call::Compare if path.starts_with("/diffstat/") => self.bitbucket_diffstat(last),
            Call::Compare | Call::Recent => self.bitbucket_commits(&path["/commits/".len()..], query),
            Call::OneCommit => {
                let known = self.repository.commits.keys().find(|id| id.to_string().starts_with(last));
                match known.copied() {
                    Some(id) => reply(200, vec![], &self.bitbucket_commit(id)),
                    None => refused(404, "No such commit"),
                }
            }
            Call::Pulls => {
                let wanted = value_of(query, "q").unwrap();
                let pulls = self.repository.pulls.iter().enumerate().filter(|(_, (head, base))| {
                    wanted
                        == format!("source.branch.name = \"{head}\" AND destination.branch.name = \"{base}\"")
                });
                let found: Vec<Value> =
                    pulls.map(|(number, (head, _))| self.bitbucket_pull(number, head)).collect();
                reply(200, vec![], &json!({"values": found}))
            }
            _ => {
                let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
                let name = |end: &str| body[end]["branch"]["name"].as_str().unwrap().to_owned();
                self.repository.pulls.push((name("source"), name("destination")));
                let shape = self.bitbucket_pull(self.repository.pulls.len() - 1, &name("source"));
                reply(201, vec![], &shape)
            }
        }
    }

    fn bitbucket_pull(&self, number: usize, head: &str) -> Value {
        let hash = self.repository.branches[head].last().unwrap().to_string();
        let url = format!("https://bitbucket.org/acme/fabric/pull-requests/{}", number + 1);
        json!({"links": {"html": {"href": url}}, "source": {"commit": {"hash": hash[..12]}}})
    }

    fn bitbucket_commit(&self, id: ObjectId) -> Value {
        let commit = &self.repository.commits[&id];
        let parents: Vec<Value> = commit.parents.iter().map(|hash| json!({"hash": hash})).collect();
        json!({
            "type": "commit",
            "hash": id,
            "date": "2026-11-25T10:00:00+00:00",
            "author": {"type": "author", "raw": "Ann <ann@example.com>"},
            "message": commit.message,
            "parents": parents,
        })
    }

    fn bitbucket_folder(&mut self, path: &str, query: &str, fault: Option<&Fault>) -> Response {
        let mut parts = path.splitn(4, '/').skip(2);
        let Some(commit) = parts.next().and_then(|id| self.repository.commits.get(&id.parse().ok()?)) else {
            return refused(404, "No such commit");
        };
        let folder = parts.next().unwrap();
        let is_deep = query.contains("max_depth=100");
        if is_deep && matches!(fault, Some(Fault::Truncated)) {
            return refused(555, "The request took too long");
        }
        let mut items = Vec::new();
        let mut folders = BTreeSet::new();
        for (path, (mode, bytes)) in &commit.files {
            let Some(below) = path.strip_prefix(folder) else { continue };
            match below.split_once('/') {
                Some((name, _)) if !is_deep => drop(folders.insert(format!("{folder}{name}"))),
                _ => {
                    let attributes: &[&str] = if *mode == Mode::EXECUTABLE { &["executable"] } else { &[] };
                    items.push(json!({"type": "commit_file", "path": path, "size": bytes.len(), "attributes": attributes}));
                }
            }
        }
        items.extend(folders.iter().map(|path| json!({"type": "commit_directory", "path": path})));
        assert_eq!(value_of(query, "q").is_some(), is_deep, "folders are wanted where one is opened");
        let page: usize = value_of(query, "page").map_or(0, |page| page.parse().unwrap());
        let size: usize = value_of(query, "pagelen").unwrap().parse().unwrap();
        let next = ((page + 1) * size < items.len())
            .then(|| format!("{API}{path}?{}&page={}", query.split("&page=").next().unwrap(), page + 1));
        let values: Vec<Value> = items.into_iter().skip(page * size).take(size).collect();
        let mut answer = json!({"pagelen": size, "values": values});
        if let Some(next) = next {
            answer["next"] = json!(next.replace('"', "%22"));
        }
        reply(200, vec![], &answer)
    }

    fn bitbucket_file(&mut self, call: Call, path: &str, fault: Option<&Fault>) -> Response {
        let mut parts = path.splitn(4, '/').skip(2);
        let commit = parts.next().and_then(|id| self.repository.commits.get(&id.parse().ok()?));
        let path = parts.next().unwrap();
        let Some((mode, bytes)) = commit.and_then(|commit| commit.files.get(path)) else {
            return refused(404, "No such file");
        };
        let attributes: &[&str] = if *mode == Mode::EXECUTABLE { &["executable"] } else { &[] };
        match fault {
            _ if call == Call::Item => {
                let item = json!({"type": "commit_file", "path": path, "size": bytes.len(), "attributes": attributes});
                reply(200, vec![], &item)
            }
            Some(Fault::WrongBytes) => raw([bytes, &b" "[..]].concat()),
            Some(Fault::Shortened | Fault::Truncated) => raw(bytes[..bytes.len() / 2].to_vec()),
            _ => raw(bytes.clone()),
        }
    }

    fn bitbucket_upload(&mut self, request: &Request) -> Response {
        let form = form(request);
        let field = |wanted: &str| form.iter().find(|part| part.is_field(wanted)).map(|part| part.text());
        let (branch, parent) = (field("branch").unwrap(), field("parents").unwrap());
        if self.is_protected && branch == "main" {
            return refused(403, "Permission denied to update branch main.");
        }
        let parent: ObjectId = parent.parse().unwrap();
        let tip = self.repository.branches.get(&branch).map(|heads| *heads.last().unwrap());
        if tip.is_some_and(|tip| tip != parent) {
            return refused(409, "The parent is not the tip of the branch");
        }
        let mut files = self.repository.commits[&parent].files.clone();
        for part in &form {
            if part.filename.is_some() {
                let mode = if part.is_executable { Mode::EXECUTABLE } else { Mode::FILE };
                let path = part.name.strip_prefix('/').unwrap();
                files.insert(path.to_owned(), (mode, part.content.clone()));
            } else if part.name == "files" {
                assert!(files.remove(part.text().strip_prefix('/').unwrap()).is_some());
            }
        }
        let commit = self.repository.commit(files, &[parent], &field("message").unwrap());
        self.repository.advance(&branch, commit);
        Response::Answered(Answer { status: 201, headers: Headers::default(), body: vec![] })
    }

    fn bitbucket_diffstat(&mut self, spec: &str) -> Response {
        let (newer, older) = spec.split_once("..").unwrap();
        let files = |id: &str| Some(&self.repository.commits.get(&id.parse().ok()?)?.files);
        let (Some(after), Some(before)) = (files(newer), files(older)) else {
            return refused(404, "No such commit");
        };
        let mut changes = Vec::new();
        for path in after.keys().chain(before.keys()).collect::<BTreeSet<_>>() {
            let [was, now] = [before, after].map(|files| files.get(path));
            if was == now {
                continue;
            }
            let file = |file: Option<&(Mode, Vec<u8>)>| file.map(|_| json!({"path": path}));
            let is_same = was.zip(now).is_some_and(|(was, now)| was.1 == now.1);
            let lines = usize::from(!is_same);
            changes
                .push(json!({"old": file(was), "new": file(now), "lines_added": lines, "lines_removed": 0}));
        }
        reply(200, vec![], &json!({"pagelen": 500, "values": changes}))
    }

    fn bitbucket_commits(&mut self, from: &str, query: &str) -> Response {
        let head = from.parse().ok().filter(|id| self.repository.commits.contains_key(id));
        let Some(head) = head.or_else(|| self.shown_head(from)) else {
            return refused(404, "No such commit");
        };
        let mut history = self.repository.history(head);
        if let Some(excluded) = value_of(query, "exclude") {
            let Some(id) = excluded.parse().ok().filter(|id| self.repository.commits.contains_key(id)) else {
                return refused(404, "No such commit");
            };
            let known = self.repository.history(id);
            history.retain(|id| !known.contains(id));
        }
        if let Some(path) = value_of(query, "path") {
            let file = |id: &ObjectId| self.repository.commits[id].files.get(path.as_str());
            history.retain(|id| file(id) != self.repository.commits[id].parents.first().and_then(file));
        }
        let size: usize = value_of(query, "pagelen").unwrap().parse().unwrap();
        let page: usize = value_of(query, "page").map_or(1, |page| page.parse().unwrap());
        let commits = history.iter().skip((page - 1) * size).take(size);
        let values: Vec<Value> = commits.map(|id| self.bitbucket_commit(*id)).collect();
        let mut answer = json!({"values": values});
        if page * size < history.len() {
            answer["next"] = json!(format!("{API}/commits/{from}?{query}&page={}", page + 1));
        }
        reply(200, vec![], &answer)
    }
}

/// One part of a form.
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub is_executable: bool,
    pub content: Vec<u8>,
}

impl Part {
    fn is_field(&self, name: &str) -> bool {
        self.filename.is_none() && self.name == name
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.content.clone()).unwrap()
    }
}

/// Reads a form as a host does: by its mark alone.
pub fn form(request: &Request) -> Vec<Part> {
    let (_, kind) = request.headers.iter().find(|(name, _)| *name == "content-type").unwrap();
    let mark = format!("\r\n--{}", kind.strip_prefix("multipart/form-data; boundary=").unwrap());
    let body = [b"\r\n", request.body.as_deref().unwrap()].concat();
    let marks: Vec<usize> = (0..body.len()).filter(|at| body[*at..].starts_with(mark.as_bytes())).collect();
    assert_eq!(&body[marks.last().unwrap() + mark.len()..], b"--\r\n");
    let parts = marks.windows(2).map(|pair| &body[pair[0] + mark.len() + 2..pair[1]]);
    parts.map(part).collect()
}

fn part(bytes: &[u8]) -> Part {
    let gap = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..gap]).unwrap();
    let value = |name: &str| {
        let (_, rest) = head.split_once(&format!("; {name}=\""))?;
        Some(rest.split_once('"').unwrap().0.to_owned())
    };
    Part {
        name: value("name").unwrap(),
        filename: value("filename"),
        is_executable: value("x-attributes").as_deref() == Some("executable"),
        content: bytes[gap + 4..].to_vec(),
    }
}
