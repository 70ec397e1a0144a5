//! One commit on a branch, if its files are still as they were.
//!
//! Gitea guards each file by the id of its content, on the very commit that
//! becomes the parent, and nothing else. Its answer names the parent: if that
//! is not the expected head, commits of others were passed over.

use crate::host::failure::wrong;
use crate::host::gitea::Gitea;
use crate::host::gitea::bootstrap::json;
use crate::host::gitea::load::Root;
use crate::host::http::Method;
use crate::host::http::Response;
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
use crate::plan::ObjectId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A commit that was made.
pub(super) struct Made {
    pub commit: ObjectId,
    parents: Vec<ObjectId>,
    tree: ObjectId,
}

impl Gitea {
    /// Sends a commit.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        let request = self.write(Method::Post, "/contents", body(branch, None, plan));
        let response = wire.send(request).await;
        let Made { commit, parents, tree } = match made(&response, wire.now_ms()) {
            Ok(made) => made,
            Err(failure) => return Sent::failed(failure),
        };
        if parents != [plan.expected] {
            return Sent::Accepted { commit, sight: Sight::OnOthers };
        }
        if tree != plan.tree {
            let message = "the host made another tree than the planned one";
            return Sent::Unknown(Failure::new(Trouble::Wrong, message));
        }
        Sent::Accepted { commit, sight: Sight::OnBranch }
    }
}

/// Returns what asks for a commit, on a branch or on a new one that starts there.
pub(super) fn body(branch: &str, new_branch: Option<&str>, plan: &CommitPlan) -> Value {
    let file = |operation: &str, path: &str, rest: Vec<(&str, Value)>| {
        let head = [("operation", operation.into()), ("path", path.into())];
        object(head.into_iter().chain(rest))
    };
    let additions = plan.additions.iter().map(|(path, addition)| {
        let content = ("content", STANDARD.encode(&addition.content).into());
        match addition.replaces {
            // Without the id, it would be written over whatever is there.
            Some(id) => file("update", path, vec![content, ("sha", id.into())]),
            None => file("create", path, vec![content]),
        }
    });
    let deletions = plan.deletions.iter().map(|(path, id)| file("delete", path, vec![("sha", (*id).into())]));
    let mut body = vec![
        ("branch", branch.into()),
        ("message", plan.message.as_str().into()),
        ("files", additions.chain(deletions).collect()),
    ];
    body.extend(new_branch.map(|name| ("new_branch", name.into())));
    object(body)
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Reads the answer to a commit. Only 201 is one: a write that was sent on to
/// another place comes back as a read.
pub(super) fn made(response: &Response, now_ms: u64) -> Result<Made, Failure> {
    match response {
        Response::Answered(answer) if answer.is_success() && answer.status != 201 => Err(wrong()),
        _ => json(response, now_ms),
    }
}

impl FromValue for Made {
    fn from_value(value: Value) -> Result<Made, Misfit> {
        let mut commit = Fields::of(Fields::of(value)?.read("commit")?)?;
        let parents: Vec<Root> = commit.read("parents")?;
        let tree: Root = commit.read("tree")?;
        Ok(Made {
            commit: commit.read("sha")?,
            parents: parents.into_iter().map(|parent| parent.sha).collect(),
            tree: tree.sha,
        })
    }
}
