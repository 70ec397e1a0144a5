//! One commit on a branch, if its files are still as they were.
//!
//! GitLab compares the last commit that touched a path as seen from the given
//! commit and as seen from the branch, so the expected head guards every file
//! that was there. Its answer names the parent: if that is not the expected
//! head, commits of others were passed over.

use crate::host::failure::wrong;
use crate::host::gitlab::GitLab;
use crate::host::gitlab::failure::json;
use crate::host::http::Response;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Sent;
use crate::host::outcome::Sight;
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
}

impl GitLab {
    /// Sends a commit.
    pub(in crate::host) async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        let response = wire.send(self.post("/repository/commits", body(branch, None, plan))).await;
        match made(&response, wire.now_ms()) {
            Ok(Made { commit, parents }) if parents == [plan.expected] => {
                Sent::Accepted { commit, sight: Sight::OnBranch }
            }
            Ok(Made { commit, .. }) => Sent::Accepted { commit, sight: Sight::OnOthers },
            Err(failure) => Sent::failed(failure),
        }
    }
}

/// Returns what asks for a commit, on a branch or on one that is made from another.
pub(super) fn body(branch: &str, from: Option<&str>, plan: &CommitPlan) -> Value {
    let action = |word: &str, path: &str| vec![field("action", word.into()), field("file_path", path.into())];
    let guard = || field("last_commit_id", plan.expected.into());
    let additions = plan.additions.iter().map(|(path, addition)| {
        let mut fields = action(if addition.replaces.is_some() { "update" } else { "create" }, path);
        fields.push(field("content", STANDARD.encode(&addition.content).into()));
        fields.push(field("encoding", "base64".into()));
        if addition.replaces.is_some() {
            fields.push(guard());
        }
        Value::Map(fields)
    });
    let deletions = plan.deletions.keys().map(|path| {
        let mut fields = action("delete", path);
        fields.push(guard());
        Value::Map(fields)
    });
    let mut fields = vec![
        field("branch", branch.into()),
        field("commit_message", plan.message.as_str().into()),
        field("actions", additions.chain(deletions).collect()),
    ];
    fields.extend(from.map(|name| field("start_branch", name.into())));
    Value::Map(fields)
}

fn field(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

/// Reads the answer to a commit. Only 201 is one.
pub(super) fn made(response: &Response, now_ms: u64) -> Result<Made, Failure> {
    match response {
        Response::Answered(answer) if answer.is_success() && answer.status != 201 => Err(wrong()),
        _ => json(response, now_ms),
    }
}

impl FromValue for Made {
    fn from_value(value: Value) -> Result<Made, Misfit> {
        let mut fields = Fields::of(value)?;
        Ok(Made { commit: fields.read("id")?, parents: fields.read("parent_ids")? })
    }
}
