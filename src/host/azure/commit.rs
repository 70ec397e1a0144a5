//! One commit on a branch, if its head is still the named one.

use crate::host::azure::Azure;
use crate::host::azure::failure::json;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Proposal;
use crate::host::outcome::Sent;
use crate::host::outcome::Sight;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::plan::CommitPlan;
use crate::plan::ObjectId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A push that was made.
struct Push {
    commits: Vec<Commit>,
    moves: Vec<Move>,
}

struct Commit {
    id: ObjectId,
    tree: Option<ObjectId>,
}

struct Move {
    to: ObjectId,
}

impl Azure {
    /// Sends a commit and the move of its branch in one request. The old value
    /// of the branch is named: another one is a lost race. A branch that was
    /// deleted meanwhile is made again; Azure knows no way to ask that it is there.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        match self.push(wire, branch, plan).await {
            Ok(Push { commits, moves }) => accepted(&commits, &moves, plan),
            Err(failure) => Sent::failed(failure),
        }
    }

    /// Makes a branch that has the commit of a plan as its head. A branch that is
    /// not there is made on the value that is named for it.
    pub(in crate::host) async fn make_branch(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<(), Failure> {
        match self.push(wire, &proposal.branch, plan).await {
            // The branch is named after the operation, so it is this save's own.
            Err(failure) if failure.trouble == Trouble::HeadMoved => Ok(()),
            other => other.map(drop),
        }
    }

    async fn push(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Result<Push, Failure> {
        let response = wire.send(self.write("/pushes", &body(branch, plan))).await;
        json(&response, wire.now_ms())
    }
}

fn body(branch: &str, plan: &CommitPlan) -> Value {
    let change = |kind: &str, path: &str, content: Option<Value>| {
        let item = Value::object([("path", format!("/{path}").into())]);
        let mut fields = vec![("changeType".to_owned(), kind.into()), ("item".to_owned(), item)];
        fields.extend(content.map(|content| ("newContent".to_owned(), content)));
        Value::Map(fields)
    };
    // Text that is sent as text is written in the encoding that Azure takes the old file to be in.
    let additions = plan.additions.iter().map(|(path, addition)| {
        let content = Value::object([
            ("content", STANDARD.encode(&addition.content).into()),
            ("contentType", "base64encoded".into()),
        ]);
        change(if addition.replaces.is_some() { "edit" } else { "add" }, path, Some(content))
    });
    let deletions = plan.deletions.keys().map(|path| change("delete", path, None));
    let update = Value::object([
        ("name", format!("refs/heads/{branch}").into()),
        ("oldObjectId", plan.expected.into()),
    ]);
    let commit = Value::object([
        ("comment", plan.message.as_str().into()),
        ("changes", additions.chain(deletions).collect()),
    ]);
    Value::object([("refUpdates", Value::List(vec![update])), ("commits", Value::List(vec![commit]))])
}

fn accepted(commits: &[Commit], moves: &[Move], plan: &CommitPlan) -> Sent {
    let wrong = |message: &str| Sent::Unknown(Failure::new(Trouble::Wrong, message));
    let [commit] = commits else { return wrong("the host names no commit") };
    if commit.tree.is_some_and(|tree| tree != plan.tree) {
        return wrong("the host made another tree than the planned one");
    }
    let is_seen = moves.iter().any(|made| made.to == commit.id);
    Sent::Accepted { commit: commit.id, sight: if is_seen { Sight::OnBranch } else { Sight::NotYet } }
}

impl FromValue for Push {
    fn from_value(value: Value) -> Result<Push, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Push { commits: fields.read("commits")?, moves: fields.read_or_default("refUpdates")? })
    }
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Commit { id: fields.read("commitId")?, tree: fields.read("treeId")? })
    }
}

impl FromValue for Move {
    fn from_value(value: Value) -> Result<Move, Misfit> {
        Ok(Move { to: Fields::of(value)?.read("newObjectId")? })
    }
}
