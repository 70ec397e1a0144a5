//! The words and the branch of a pull request.

use crate::host::Proposal;
use crate::sync::outbox::Entry;

/// Returns the pull request of a save. Its branch bears the name of the save,
/// so doing it twice finds what the first time made.
pub(super) fn proposal(into: &str, entry: &Entry) -> Proposal {
    let (title, rest) = entry.message.trim().split_once('\n').unwrap_or((entry.message.trim(), ""));
    let files: String = entry.drafts.keys().map(|path| format!("- `{path}`\n")).collect();
    let rest = rest.trim();
    let gap = if rest.is_empty() { "" } else { "\n\n" };
    Proposal {
        branch: format!("hedgerow/{}", entry.operation),
        into: into.to_owned(),
        title: title.trim().to_owned(),
        body: format!("{rest}{gap}Files:\n\n{files}"),
    }
}
