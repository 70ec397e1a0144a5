//! One commit on a branch, if its head is still the named one.

use crate::host::github::GitHub;
use crate::host::github::bootstrap::json;
use crate::host::github::changes::Object as Made;
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
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::CommitPlan;
use crate::plan::Mode;
use crate::plan::ObjectId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

struct Data {
    create_commit_on_branch: Option<Payload>,
}

struct Payload {
    commit: Option<Commit>,
    r#ref: Option<Ref>,
}

struct Commit {
    oid: ObjectId,
    tree: Option<Object>,
}

struct Ref {
    target: Option<Object>,
}

/// A branch that was moved.
struct Moved {
    head: ObjectId,
}

impl GitHub {
    /// Sends a commit. GraphQL does it in one request that GitHub signs; REST in
    /// three, and only REST keeps a file that can be run one that can.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        if plan.additions.values().any(|addition| addition.mode != Mode::FILE) {
            return self.commit_rest(wire, branch, plan).await;
        }
        let variables = Value::object([("input", self.input(branch, plan))]);
        let response = wire.send(self.graphql(Effect::Write, COMMIT_MUTATION, variables)).await;
        match data::<Data>(&response, Faults::Refuse, wire.now_ms()) {
            Ok(data) => accepted(data, plan),
            // The server is too old for this mutation, so nothing was done.
            Err(failure) if failure.trouble == Trouble::Unsupported => {
                self.commit_rest(wire, branch, plan).await
            }
            Err(failure) => Sent::failed(failure),
        }
    }

    fn input(&self, branch: &str, plan: &CommitPlan) -> Value {
        let (headline, body) = plan.message.split_once('\n').unwrap_or((&plan.message, ""));
        let repository = format!("{}/{}", self.repository.owner, self.repository.name);
        let additions = plan.additions.iter().map(|(path, addition)| {
            let contents = STANDARD.encode(&addition.content);
            Value::object([("path", path.as_str().into()), ("contents", contents.into())])
        });
        let deletions = plan.deletions.keys().map(|path| Value::object([("path", path.as_str().into())]));
        Value::object([
            (
                "branch",
                Value::object([
                    ("repositoryNameWithOwner", repository.into()),
                    ("branchName", branch.into()),
                ]),
            ),
            ("expectedHeadOid", plan.expected.into()),
            (
                "message",
                Value::object([
                    ("headline", headline.trim_end().into()),
                    ("body", body.trim_start_matches(['\r', '\n']).into()),
                ]),
            ),
            (
                "fileChanges",
                Value::object([("additions", additions.collect()), ("deletions", deletions.collect())]),
            ),
            ("clientMutationId", plan.operation.as_str().into()),
        ])
    }

    /// Makes the objects and moves the branch. The commit stands on the named
    /// head and the branch is moved forward only, so it lands there or not at all.
    async fn commit_rest(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        let commit = match self.commit_object(wire, plan).await {
            Ok(commit) => commit,
            // Objects that nothing leads to are no commit on the branch.
            Err(failure) => return not_begun(failure),
        };
        let path = format!("/git/refs/{}", encode(&format!("heads/{branch}")));
        let request = self.write(
            Method::Patch,
            &path,
            Value::object([("sha", commit.into()), ("force", false.into())]),
        );
        let response = wire.send(request).await;
        match json::<Moved>(&response, wire.now_ms()) {
            Ok(Moved { head }) if head == commit => Sent::Accepted { commit, sight: Sight::OnBranch },
            Ok(_) => Sent::Accepted { commit, sight: Sight::NotYet },
            Err(failure) => Sent::failed(failure),
        }
    }

    /// Makes the commit of a plan without moving a branch.
    pub(super) async fn commit_object(&self, wire: &Wire, plan: &CommitPlan) -> Result<ObjectId, Failure> {
        let tree = self.tree_object(wire, plan).await?;
        let commit = Value::object([
            ("message", plan.message.as_str().into()),
            ("tree", tree.into()),
            ("parents", Value::List(vec![plan.expected.into()])),
        ]);
        let made: Made = self.read(wire, self.write(Method::Post, "/git/commits", commit)).await?;
        Ok(made.sha)
    }

    async fn tree_object(&self, wire: &Wire, plan: &CommitPlan) -> Result<ObjectId, Failure> {
        let item = |path: &str, mode: Mode, what: (&str, Value)| {
            let mode = mode.to_string().into();
            Value::object([("path", path.into()), ("mode", mode), ("type", "blob".into()), what])
        };
        let mut items = Vec::new();
        for (path, addition) in &plan.additions {
            let what = match std::str::from_utf8(&addition.content) {
                Ok(text) => ("content", text.into()),
                Err(_) => ("sha", self.blob_object(wire, &addition.content).await?.into()),
            };
            items.push(item(path, addition.mode, what));
        }
        items.extend(plan.deletions.keys().map(|path| item(path, Mode::FILE, ("sha", Value::Null))));
        // GitHub takes a commit where it wants a tree and means the tree of it.
        let tree = Value::object([("base_tree", plan.expected.into()), ("tree", Value::List(items))]);
        let made: Made = self.read(wire, self.write(Method::Post, "/git/trees", tree)).await?;
        if made.sha != plan.tree {
            return Err(Failure::new(Trouble::Wrong, "the host made another tree than the planned one"));
        }
        Ok(made.sha)
    }

    async fn blob_object(&self, wire: &Wire, content: &[u8]) -> Result<ObjectId, Failure> {
        let content = STANDARD.encode(content);
        let blob = Value::object([("content", content.into()), ("encoding", "base64".into())]);
        let made: Made = self.read(wire, self.write(Method::Post, "/git/blobs", blob)).await?;
        Ok(made.sha)
    }
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

impl FromValue for Data {
    fn from_value(value: Value) -> Result<Data, Misfit> {
        Ok(Data { create_commit_on_branch: Fields::of(value)?.read("createCommitOnBranch")? })
    }
}

impl FromValue for Payload {
    fn from_value(value: Value) -> Result<Payload, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Payload { commit: fields.read("commit")?, r#ref: fields.read("ref")? })
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Commit { oid: fields.read("oid")?, tree: fields.read("tree")? })
    }
}

impl FromValue for Ref {
    fn from_value(value: Value) -> Result<Ref, Misfit> {
        Ok(Ref { target: Fields::of(value)?.read("target")? })
    }
}

impl FromValue for Moved {
    fn from_value(value: Value) -> Result<Moved, Misfit> {
        let object: Made = Fields::of(value)?.read("object")?;
        Ok(Moved { head: object.sha })
    }
}
