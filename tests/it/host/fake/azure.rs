//! Azure DevOps, as the host in memory speaks it.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::decode;
use crate::host::fake::reply;
use crate::host::fake::value_of;
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
use std::collections::BTreeSet;

const API: &str = "https://dev.azure.com/acme/fabric/_apis/git/repositories/fabric";

/// Finds out what a request asks for, with its path and its query.
pub(super) fn read(request: &Request) -> (Call, Vec<String>) {
    let rest = request.url.strip_prefix(API).expect("only one repository is asked");
    let header =
        |name: &str| request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value);
    assert!(header("accept").is_some() && header("authorization").is_none());
    assert_eq!(request.body.is_some(), header("content-type").is_some());
    let (path, query) = rest.split_once('?').unwrap();
    assert_eq!(value_of(&decode(query), "api-version").as_deref(), Some("7.1"));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let call = match (request.method, parts.as_slice()) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["items"]) => Call::Bootstrap,
        (Method::Get, ["refs"]) => Call::Head,
        (Method::Get, ["trees", _]) => Call::Folder,
        (Method::Post, ["blobs"]) => Call::Blobs,
        (Method::Get, ["blobs", _]) => Call::Blob,
        (Method::Get, ["diffs", "commits"]) => Call::Compare,
        (Method::Get, ["commits", _]) => Call::OneCommit,
        (Method::Get, ["commits"]) => Call::Recent,
        (Method::Post, ["pushes"]) => Call::Commit,
        (Method::Get, ["pullrequests"]) => Call::Pulls,
        (Method::Post, ["pullrequests"]) => Call::NewPull,
        other => panic!("no such call: {other:?}"),
    };
    (call, vec![path.to_owned(), decode(query)])
}

fn refused(status: u16, kind: &str, message: &str) -> Response {
    reply(status, vec![], &json!({"$id": "1", "message": message, "typeKey": kind}))
}

fn missing() -> Response {
    refused(404, "GitUnresolvableToCommitException", "TF401175: The version could not be resolved")
}

fn raw(body: Vec<u8>) -> Response {
    Response::Answered(Answer { status: 200, headers: Headers::default(), body })
}

impl Fake {
    pub(super) fn act_as_azure(
        &mut self,
        call: Call,
        parts: &[String],
        body: &Value,
        fault: Option<&Fault>,
    ) -> Response {
        let (path, query) = (parts[0].as_str(), parts[1].as_str());
        let last = path.rsplit('/').next().unwrap();
        match call {
            Call::Repository => reply(200, vec![], &json!({"defaultBranch": "refs/heads/main"})),
            Call::Bootstrap => {
                let branch = value_of(query, "versionDescriptor.version").unwrap();
                let Some(head) = self.shown_head(&branch) else { return missing() };
                let tree = self.repository.commits[&head].tree;
                let root = json!({"objectId": tree, "gitObjectType": "tree", "commitId": head, "path": "/"});
                reply(200, vec![], &json!({"count": 1, "value": [root]}))
            }
            Call::Head => {
                let wanted = format!("refs/{}", value_of(query, "filter").unwrap());
                let names: Vec<String> = self.repository.branches.keys().cloned().collect();
                let mut value = Vec::new();
                for name in names {
                    let full = format!("refs/heads/{name}");
                    if full.starts_with(&wanted) {
                        value.push(json!({"name": full, "objectId": self.shown_head(&name)}));
                    }
                }
                reply(200, vec![], &json!({"value": value}))
            }
            Call::Folder => self.azure_tree(last, query, fault),
            Call::Blobs => self.azure_blobs(body, fault),
            Call::Blob => match last.parse().ok().and_then(|id: ObjectId| self.repository.blobs.get(&id)) {
                Some(bytes) if matches!(fault, Some(Fault::WrongBytes)) => raw([bytes, &b" "[..]].concat()),
                Some(bytes) => raw(bytes.clone()),
                None => refused(404, "GitItemNotFoundException", "TF401174: no such blob"),
            },
            Call::Compare => self.azure_diff(query),
            Call::OneCommit => {
                match last.parse().ok().filter(|id| self.repository.commits.contains_key(id)) {
                    Some(id) => reply(200, vec![], &self.azure_commit(id)),
                    None => missing(),
                }
            }
            Call::Recent => self.azure_commits(query),
            Call::Commit => self.azure_push(body),
            Call::Pulls => {
                let name = |end: &str| value_of(query, &format!("searchCriteria.{end}RefName")).unwrap();
                let wanted = (name("source"), name("target"));
                let pulls = self.repository.pulls.iter().enumerate().filter(|(_, (head, base))| {
                    wanted == (format!("refs/heads/{head}"), format!("refs/heads/{base}"))
                });
                let found: Vec<Value> =
                    pulls.map(|(number, (head, _))| self.azure_pull(number, head)).collect();
                reply(200, vec![], &json!({"value": found}))
            }
            _ => {
                let name = |end: &str| {
                    let full = body[format!("{end}RefName")].as_str().unwrap();
                    full.strip_prefix("refs/heads/").unwrap().to_owned()
                };
                let pull = (name("source"), name("target"));
                if self.repository.pulls.contains(&pull) {
                    return refused(409, "GitPullRequestExistsException", "TF401179: There is one already");
                }
                self.repository.pulls.push(pull.clone());
                let shape = self.azure_pull(self.repository.pulls.len() - 1, &pull.0);
                reply(201, vec![], &shape)
            }
        }
    }

    fn azure_pull(&self, number: usize, head: &str) -> Value {
        let tip = self.repository.branches[head].last().unwrap();
        json!({"pullRequestId": number + 1, "lastMergeSourceCommit": {"commitId": tip}})
    }

    fn azure_commit(&self, id: ObjectId) -> Value {
        let commit = &self.repository.commits[&id];
        json!({
            "commitId": id,
            "treeId": commit.tree,
            "parents": commit.parents,
            "comment": commit.message,
            "author": {"name": "Ann", "email": "ann@example.com", "date": "2026-11-25T10:00:00Z"},
        })
    }

    /// A version that a query names.
    fn azure_version(&mut self, query: &str, version: &str, kind: &str) -> Option<ObjectId> {
        let name = value_of(query, version)?;
        match value_of(query, kind)?.as_str() {
            "commit" => name.parse().ok().filter(|id| self.repository.commits.contains_key(id)),
            _ => self.shown_head(&name),
        }
    }

    fn azure_tree(&mut self, name: &str, query: &str, fault: Option<&Fault>) -> Response {
        let Some(tree) = name.parse().ok().filter(|id| self.repository.trees.contains_key(id)) else {
            return refused(404, "GitItemNotFoundException", "TF401174: no such tree");
        };
        let mut items = Vec::new();
        self.azure_list(tree, "", query.contains("recursive=true"), &mut items);
        if matches!(fault, Some(Fault::Truncated | Fault::Shortened)) {
            items.truncate(items.len() / 2);
        }
        if matches!(fault, Some(Fault::WrongBytes)) {
            items[0]["objectId"] = json!(blob_id(b"something else"));
        }
        reply(200, vec![], &json!({"objectId": tree, "treeEntries": items}))
    }

    fn azure_list(&self, tree: ObjectId, folder: &str, is_deep: bool, items: &mut Vec<Value>) {
        for (name, entry) in &self.repository.trees[&tree] {
            let path = format!("{folder}{name}");
            let mode = entry.mode.to_string();
            let mode = mode.trim_start_matches('0');
            items.push(json!({"relativePath": path, "mode": mode, "objectId": entry.id}));
            if is_deep && entry.mode == Mode::FOLDER {
                self.azure_list(entry.id, &format!("{path}/"), true, items);
            }
        }
    }

    fn azure_blobs(&mut self, body: &Value, fault: Option<&Fault>) -> Response {
        let ids: Vec<ObjectId> =
            body.as_array().unwrap().iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect();
        if ids.len() > self.largest_batch {
            return Response::Failed;
        }
        let mut files = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let Some(bytes) = self.repository.blobs.get(id) else {
                return refused(404, "GitItemNotFoundException", "TF401174: no such blob");
            };
            let bytes = match fault {
                Some(Fault::Gaps) if index % 2 == 0 => continue,
                Some(Fault::WrongBytes) => [bytes, &b" "[..]].concat(),
                Some(Fault::Shortened | Fault::Truncated) => bytes[..bytes.len() / 2].to_vec(),
                _ => bytes.clone(),
            };
            let name = if matches!(fault, Some(Fault::Swapped)) { ids[(index + 1) % ids.len()] } else { *id };
            files.push((name.to_string(), bytes));
        }
        raw(zip(&files))
    }

    fn azure_diff(&mut self, query: &str) -> Response {
        let Some(base) = self.azure_version(query, "baseVersion", "baseVersionType") else {
            return missing();
        };
        let Some(target) = self.azure_version(query, "targetVersion", "targetVersionType") else {
            return missing();
        };
        let [above, below] = [target, base].map(|id| self.repository.history(id));
        let common = above.iter().find(|id| below.contains(id));
        let (before, after) =
            (&self.repository.commits[&base].files, &self.repository.commits[&target].files);
        let mut changes = Vec::new();
        for path in after.keys().chain(before.keys()).collect::<BTreeSet<_>>() {
            let [was, now] = [before, after].map(|files| files.get(path));
            if was == now {
                continue;
            }
            let kind = if now.is_none() {
                "delete"
            } else if was.is_none() {
                "add"
            } else {
                "edit"
            };
            let id = blob_id(&now.or(was).unwrap().1);
            let item = json!({"objectId": id, "gitObjectType": "blob", "path": format!("/{path}")});
            changes.push(json!({"item": item, "changeType": kind}));
        }
        let most: usize = value_of(query, "$top").unwrap().parse().unwrap();
        changes.truncate(most);
        let answer = json!({
            "commonCommit": common,
            "baseCommit": base,
            "targetCommit": target,
            "changes": changes,
            "aheadCount": above.iter().filter(|id| !below.contains(id)).count(),
            "behindCount": below.iter().filter(|id| !above.contains(id)).count(),
        });
        reply(200, vec![], &answer)
    }

    fn azure_commits(&mut self, query: &str) -> Response {
        let (version, kind) =
            ("searchCriteria.itemVersion.version", "searchCriteria.itemVersion.versionType");
        let Some(head) = self.azure_version(query, version, kind) else { return missing() };
        let mut history = self.repository.history(head);
        if let Some(path) = value_of(query, "searchCriteria.itemPath") {
            let file = |id: &ObjectId| self.repository.commits[id].files.get(path.trim_start_matches('/'));
            history.retain(|id| file(id) != self.repository.commits[id].parents.first().and_then(file));
        }
        let number = |name: &str| value_of(query, name).unwrap().parse::<usize>().unwrap();
        let commits = history.iter().skip(number("$skip")).take(number("$top"));
        let shape = |id: &ObjectId| {
            let mut shape = self.azure_commit(*id);
            let message = self.repository.commits[id].message.as_str();
            let first = message.lines().next().unwrap_or_default();
            shape["comment"] = json!(first);
            if first != message {
                shape["commentTruncated"] = json!(true);
            }
            shape.as_object_mut().unwrap().retain(|name, _| name != "treeId" && name != "parents");
            shape
        };
        reply(200, vec![], &json!({"value": commits.map(shape).collect::<Vec<Value>>()}))
    }

    fn azure_push(&mut self, body: &Value) -> Response {
        let update = &body["refUpdates"][0];
        let branch = update["name"].as_str().unwrap().strip_prefix("refs/heads/").unwrap().to_owned();
        let old: ObjectId = update["oldObjectId"].as_str().unwrap().parse().unwrap();
        if self.is_protected && branch == "main" {
            let message = "TF402455: Pushes to this branch are not permitted; you must use a pull request.";
            return refused(403, "GitRefUpdateRejectedByPolicyException", message);
        }
        let tip = self.repository.branches.get(&branch).map(|heads| *heads.last().unwrap());
        if tip.is_some_and(|tip| tip != old) {
            let message = "TF401028: The reference has already been updated by another client.";
            return refused(409, "GitReferenceStaleException", message);
        }
        let commit = &body["commits"][0];
        let mut files = self.repository.commits[&old].files.clone();
        for change in commit["changes"].as_array().unwrap() {
            let path = change["item"]["path"].as_str().unwrap().strip_prefix('/').unwrap().to_owned();
            let was = files.remove(&path);
            let is_add = change["changeType"] == "add";
            if is_add != was.is_none() {
                return refused(400, "ArgumentException", "The change does not fit the tree");
            }
            if change["changeType"] != "delete" {
                assert_eq!(change["newContent"]["contentType"], "base64encoded");
                let content = STANDARD.decode(change["newContent"]["content"].as_str().unwrap()).unwrap();
                files.insert(path, (was.map_or(Mode::FILE, |(mode, _)| mode), content));
            }
        }
        let made = self.repository.commit(files, &[old], commit["comment"].as_str().unwrap());
        self.repository.advance(&branch, made);
        let moved = json!({"name": update["name"], "newObjectId": made});
        reply(201, vec![], &json!({"commits": [self.azure_commit(made)], "refUpdates": [moved]}))
    }
}

/// Packs files into a zip without making them smaller.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let sizes = [long(content.len()), long(content.len())].concat();
        let head = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &sizes, &short(name.len()), &short(0)];
        directory.extend([&b"PK\x01\x02\x14\0"[..], &head.concat(), &[0; 10], &long(out.len())].concat());
        directory.extend(name.as_bytes());
        out.extend([&b"PK\x03\x04"[..], &head.concat(), name.as_bytes(), content].concat());
    }
    let at = out.len();
    out.extend(&directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &short(files.len()), &short(files.len())].concat());
    out.extend([&long(directory.len())[..], &long(at), &short(0)].concat());
    out
}
