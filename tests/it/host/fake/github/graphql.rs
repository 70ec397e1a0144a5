//! GraphQL of the GitHub in memory.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hedgerow::host::Response;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use serde_json::Value;
use serde_json::json;

fn error(kind: &str, message: &str) -> Response {
    let fault = json!({"type": kind, "path": ["createCommitOnBranch"], "message": message});
    reply(200, vec![], &json!({"data": {"createCommitOnBranch": null}, "errors": [fault]}))
}

impl Fake {
    pub(super) fn graphql(&mut self, call: Call, variables: &Value, fault: Option<&Fault>) -> Response {
        match call {
            Call::Bootstrap => self.bootstrap(variables),
            Call::Blobs => self.blobs(variables, fault),
            _ => self.commit_on_branch(&variables["input"]),
        }
    }

    fn bootstrap(&mut self, variables: &Value) -> Response {
        let wanted = variables["ref"].as_str().unwrap().strip_prefix("refs/heads/").unwrap().to_owned();
        let can_push = !self.is_protected;
        let mut branch = |name: &str| -> Value {
            let Some(head) = self.shown_head(name) else { return Value::Null };
            let tree = self.repository.commits[&head].tree;
            json!({
                "name": name,
                "target": {"oid": head, "tree": {"oid": tree}},
                "refUpdateRule": {"viewerCanPush": can_push, "requiredApprovingReviewCount": null},
            })
        };
        let found = branch(&wanted);
        let default = if wanted == "main" { found.clone() } else { branch("main") };
        let repository = json!({
            "isArchived": false,
            "isEmpty": false,
            "viewerPermission": "WRITE",
            "defaultBranchRef": default,
            "ref": found,
        });
        reply(200, vec![], &json!({"data": {"repository": repository}}))
    }

    fn blobs(&mut self, variables: &Value, fault: Option<&Fault>) -> Response {
        let wanted: Vec<(String, ObjectId)> = variables
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.starts_with('o') && *name != "owner")
            .map(|(name, id)| (name.replacen('o', "b", 1), id.as_str().unwrap().parse().unwrap()))
            .collect();
        if wanted.len() > self.largest_batch {
            return Response::Failed;
        }
        let mut blobs = serde_json::Map::new();
        for (index, (alias, id)) in wanted.iter().enumerate() {
            let bytes = &self.repository.blobs[id];
            let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
            let text = match fault {
                Some(Fault::WrongBytes) => text.map(|text| format!("{text} ")),
                _ => text.map(str::to_owned),
            };
            let mut blob = json!({"oid": id, "isBinary": text.is_none(), "isTruncated": false, "text": text});
            match fault {
                Some(Fault::Gaps) if index % 2 == 0 => blob = Value::Null,
                Some(Fault::Swapped) => blob["oid"] = json!(wanted[(index + 1) % wanted.len()].1),
                Some(Fault::Shortened) => {
                    let short = text.map(|text| text[..text.len() / 2].to_owned());
                    blob["text"] = json!(short);
                }
                Some(Fault::Truncated) => blob["isTruncated"] = json!(true),
                _ => {}
            }
            blobs.insert(alias.clone(), blob);
        }
        reply(200, vec![], &json!({"data": {"repository": blobs}}))
    }

    fn commit_on_branch(&mut self, input: &Value) -> Response {
        assert_eq!(input["branch"]["repositoryNameWithOwner"], "acme/fabric");
        let branch = input["branch"]["branchName"].as_str().unwrap();
        let Some(head) = self.repository.branches.get(branch).and_then(|heads| heads.last()).copied() else {
            return error("NOT_FOUND", "The branch was not found");
        };
        if self.is_protected {
            return error("BRANCH_PROTECTION_RULE_VIOLATION", "Changes must be made through a pull request.");
        }
        if input["expectedHeadOid"] != json!(head) {
            if self.says_forbidden {
                return error("FORBIDDEN", "The branch could not be updated");
            }
            let message =
                format!("Expected branch to point to \"{head}\" but it did not.  Pull and try again.");
            return error("STALE_DATA", &message);
        }
        let mut files = self.repository.commits[&head].files.clone();
        for deletion in input["fileChanges"]["deletions"].as_array().unwrap() {
            if files.remove(deletion["path"].as_str().unwrap()).is_none() {
                return error("UNPROCESSABLE", "A path was requested for deletion which does not exist");
            }
        }
        for addition in input["fileChanges"]["additions"].as_array().unwrap() {
            let content = STANDARD.decode(addition["contents"].as_str().unwrap()).unwrap();
            files.insert(addition["path"].as_str().unwrap().to_owned(), (Mode::FILE, content));
        }
        let headline = input["message"]["headline"].as_str().unwrap();
        let body = input["message"]["body"].as_str().unwrap();
        let message = if body.is_empty() { headline.to_owned() } else { format!("{headline}\n\n{body}") };
        let commit = self.repository.commit(files, &[head], &message);
        self.repository.advance(branch, commit);
        let tree = self.repository.commits[&commit].tree;
        let payload =
            json!({"commit": {"oid": commit, "tree": {"oid": tree}}, "ref": {"target": {"oid": commit}}});
        reply(200, vec![], &json!({"data": {"createCommitOnBranch": payload}}))
    }
}
