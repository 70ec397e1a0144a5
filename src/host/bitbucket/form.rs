//! Turns a commit into a form with files, as Bitbucket wants it.
//!
//! **Invariant:** no content can be read as the end of its part.

use crate::plan::CommitPlan;
use crate::plan::Mode;

/// A form as it is sent.
pub(super) struct Form {
    /// Its type, with the mark between its parts.
    pub content_type: String,
    /// Its parts.
    pub body: Vec<u8>,
}

/// Makes the form of a commit on a branch; none if a path cannot be written in it.
pub(super) fn form(branch: &str, plan: &CommitPlan) -> Option<Form> {
    let mark = mark(plan);
    let mut body = Vec::new();
    let parents = plan.expected.to_string();
    for (name, value) in [("message", plan.message.as_str()), ("branch", branch), ("parents", &parents)] {
        part(&mut body, &mark, &format!("name=\"{name}\""), value.as_bytes());
    }
    for path in plan.deletions.keys() {
        part(&mut body, &mark, "name=\"files\"", format!("/{path}").as_bytes());
    }
    for (path, addition) in &plan.additions {
        // Backslashes and quotes are read in more than one way.
        if path.contains(['"', '\\']) || path.contains(char::is_control) {
            return None;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = if addition.mode == Mode::EXECUTABLE { "; x-attributes=\"executable\"" } else { "" };
        // With a slash before it, a path is never taken for a field of the form.
        let about = format!("name=\"/{path}\"; filename=\"{name}\"{kind}");
        part(&mut body, &mark, &about, &addition.content);
    }
    body.extend_from_slice(format!("--{mark}--\r\n").as_bytes());
    Some(Form { content_type: format!("multipart/form-data; boundary={mark}"), body })
}

fn part(body: &mut Vec<u8>, mark: &str, about: &str, content: &[u8]) {
    body.extend_from_slice(format!("--{mark}\r\nContent-Disposition: form-data; {about}\r\n\r\n").as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n");
}

/// Returns a mark that stands in no content. A mark has 70 characters at most.
fn mark(plan: &CommitPlan) -> String {
    let stands_in =
        |text: &[u8], mark: &str| text.windows(mark.len()).any(|window| window == mark.as_bytes());
    let is_free = |mark: &String| {
        let contents = plan.additions.values().map(|addition| &*addition.content);
        !contents.chain([plan.message.as_bytes()]).any(|text| stands_in(text, mark))
    };
    // So many bytes cannot hold so many different marks.
    (0..=usize::MAX)
        .map(|number| format!("hedgerow-{}-{number}", plan.tree))
        .find(is_free)
        .unwrap_or_default()
}
