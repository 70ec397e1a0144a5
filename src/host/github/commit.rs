//! One commit on a branch, if its head is still the named one.

use crate::host::github::GitHub;
use crate::host::github::bootstrap::json;
use crate::host::github::failure::classify;
use crate::host::github::graphql::COMMIT_MUTATION;
use crate::host::github::graphql::Faults;
use crate::host::github::graphql::Object;
use crate::host::github::graphql::data;
use crate::host::http::Effect;
use crate::host::http::Method;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Sent;
use crate::host::outcome::Sight;
use crate::host::outcome::Trouble;
use crate::plan::CommitPlan;
use crate::plan::Mode;
use crate::plan::ObjectId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

#[derive(Serialize)]
struct Variables<'a> {
    input: Input<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Input<'a> {
    branch: Branch<'a>,
    expected_head_oid: ObjectId,
    message: Message<'a>,
    file_changes: FileChanges<'a>,
    client_mutation_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Branch<'a> {
    repository_name_with_owner: String,
    branch_name: &'a str,
}

#[derive(Serialize)]
struct Message<'a> {
    headline: &'a str,
    body: &'a str,
}

#[derive(Serialize)]
struct FileChanges<'a> {
    additions: Vec<Addition<'a>>,
    deletions: Vec<Deletion<'a>>,
}

#[derive(Serialize)]
struct Addition<'a> {
    path: &'a str,
    contents: String,
}

#[derive(Serialize)]
struct Deletion<'a> {
    path: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    create_commit_on_branch: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    commit: Option<Commit>,
    r#ref: Option<Ref>,
}

#[derive(Deserialize)]
struct Commit {
    oid: ObjectId,
    tree: Option<Object>,
}

#[derive(Deserialize)]
struct Ref {
    target: Option<Object>,
}

impl GitHub {
    /// Sends a commit. GraphQL does it in one request that GitHub signs; REST in
    /// three, and only REST keeps a file that can be run one that can.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        if plan.additions.values().any(|addition| addition.mode != Mode::FILE) {
            return self.commit_rest(wire, branch, plan).await;
        }
        let variables = Variables { input: self.input(branch, plan) };
        let response = wire.send(self.graphql(Effect::Write, COMMIT_MUTATION, &variables)).await;
        match data::<Data>(&response, Faults::Refuse, wire.now_ms()) {
            Ok(data) => accepted(data, plan),
            // The server is too old for this mutation, so nothing was done.
            Err(failure) if failure.trouble == Trouble::Unsupported => {
                self.commit_rest(wire, branch, plan).await
            }
            Err(failure) => Sent::failed(failure),
        }
    }

    fn input<'a>(&self, branch: &'a str, plan: &'a CommitPlan) -> Input<'a> {
        let (headline, body) = plan.message.split_once('\n').unwrap_or((&plan.message, ""));
        let additions = plan.additions.iter();
        Input {
            branch: Branch {
                repository_name_with_owner: format!("{}/{}", self.repository.owner, self.repository.name),
                branch_name: branch,
            },
            expected_head_oid: plan.expected,
            message: Message { headline: headline.trim_end(), body: body.trim_start_matches(['\r', '\n']) },
            file_changes: FileChanges {
                additions: additions
                    .map(|(path, addition)| Addition { path, contents: STANDARD.encode(&addition.content) })
                    .collect(),
                deletions: plan.deletions.iter().map(|path| Deletion { path }).collect(),
            },
            client_mutation_id: plan.operation.as_str(),
        }
    }

    /// Makes the objects and moves the branch. The commit stands on the named
    /// head and the branch is moved forward only, so it lands there or not at all.
    async fn commit_rest(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        let commit = match self.commit_object(wire, plan).await {
            Ok(commit) => commit,
            // Objects that nothing leads to are no commit on the branch.
            Err(failure) => return not_begun(failure),
        };
        #[derive(Serialize)]
        struct Move {
            sha: ObjectId,
            force: bool,
        }
        #[derive(Deserialize)]
        struct Moved {
            object: Sha,
        }
        let path = format!("/git/refs/{}", encode(&format!("heads/{branch}")));
        let request = self.write(Method::Patch, &path, &Move { sha: commit, force: false });
        let response = wire.send(request).await;
        match json::<Moved>(&response, wire.now_ms()) {
            Ok(moved) if moved.object.sha == commit => Sent::Accepted { commit, sight: Sight::OnBranch },
            Ok(_) => Sent::Accepted { commit, sight: Sight::NotYet },
            Err(failure) => Sent::failed(failure),
        }
    }

    /// Makes the commit of a plan without moving a branch.
    pub(super) async fn commit_object(&self, wire: &Wire, plan: &CommitPlan) -> Result<ObjectId, Failure> {
        #[derive(Serialize)]
        struct NewCommit<'a> {
            message: &'a str,
            tree: ObjectId,
            parents: [ObjectId; 1],
        }
        let tree = self.tree_object(wire, plan).await?;
        let commit = NewCommit { message: &plan.message, tree, parents: [plan.expected] };
        let made: Sha = self.read(wire, self.write(Method::Post, "/git/commits", &commit)).await?;
        Ok(made.sha)
    }

    async fn tree_object(&self, wire: &Wire, plan: &CommitPlan) -> Result<ObjectId, Failure> {
        #[derive(Serialize)]
        struct NewTree<'a> {
            base_tree: ObjectId,
            tree: Vec<Item<'a>>,
        }
        #[derive(Serialize)]
        struct Item<'a> {
            path: &'a str,
            mode: String,
            r#type: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            content: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            sha: Option<Option<ObjectId>>,
        }
        let mut items = Vec::new();
        for (path, addition) in &plan.additions {
            let content = std::str::from_utf8(&addition.content).ok();
            let sha = match content {
                Some(_) => None,
                None => Some(Some(self.blob_object(wire, &addition.content).await?)),
            };
            items.push(Item { path, mode: addition.mode.to_string(), r#type: "blob", content, sha });
        }
        for path in &plan.deletions {
            let mode = Mode::FILE.to_string();
            items.push(Item { path, mode, r#type: "blob", content: None, sha: Some(None) });
        }
        // GitHub takes a commit where it wants a tree and means the tree of it.
        let tree = NewTree { base_tree: plan.expected, tree: items };
        let made: Sha = self.read(wire, self.write(Method::Post, "/git/trees", &tree)).await?;
        if made.sha != plan.tree {
            return Err(Failure::new(Trouble::Wrong, "the host made another tree than the planned one"));
        }
        Ok(made.sha)
    }

    async fn blob_object(&self, wire: &Wire, content: &[u8]) -> Result<ObjectId, Failure> {
        #[derive(Serialize)]
        struct NewBlob {
            content: String,
            encoding: &'static str,
        }
        let blob = NewBlob { content: STANDARD.encode(content), encoding: "base64" };
        let made: Sha = self.read(wire, self.write(Method::Post, "/git/blobs", &blob)).await?;
        Ok(made.sha)
    }
}

#[derive(Deserialize)]
struct Sha {
    sha: ObjectId,
}

/// Sorts a failure before the branch was touched: whatever it was, nothing landed.
fn not_begun(failure: Failure) -> Sent {
    match Sent::failed(failure) {
        Sent::Unknown(failure) => Sent::NotNow(failure),
        sent => sent,
    }
}

fn accepted(data: Data, plan: &CommitPlan) -> Sent {
    let wrong = || Sent::Unknown(Failure::new(Trouble::Wrong, "the host names no commit"));
    let Some(payload) = data.create_commit_on_branch else { return wrong() };
    let Some(commit) = payload.commit else { return wrong() };
    if commit.tree.is_some_and(|tree| tree.oid != plan.tree) {
        return Sent::Unknown(Failure::new(
            Trouble::Wrong,
            "the host made another tree than the planned one",
        ));
    }
    let on_branch = payload.r#ref.and_then(|branch| branch.target);
    let is_seen = on_branch.is_some_and(|target| target.oid == commit.oid);
    Sent::Accepted { commit: commit.oid, sight: if is_seen { Sight::OnBranch } else { Sight::NotYet } }
}

/// Reads a failure of a response that has no data of interest.
pub(super) fn done(response: &crate::host::http::Response, now_ms: u64) -> Result<(), Failure> {
    match response {
        crate::host::http::Response::Answered(answer) if answer.is_success() => Ok(()),
        other => Err(classify(other, now_ms)),
    }
}
