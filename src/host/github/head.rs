//! The head of a branch, for a poll that costs nothing without news.

use crate::host::github::GitHub;
use crate::host::github::VERSION;
use crate::host::github::failure::classify;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::host::http::encode;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Head;
use crate::host::outcome::Trouble;
use crate::plan::ObjectId;

impl GitHub {
    /// Asks for the head. GitHub takes the id of the known one as its ETag and
    /// answers 304, which is free.
    pub(in crate::host) async fn head(
        &self,
        wire: &Wire,
        branch: &str,
        known: Option<ObjectId>,
    ) -> Result<Head, Failure> {
        let url = self.url(&format!("/commits/{}", encode(&format!("heads/{branch}"))));
        let mut request =
            Request::get(url).header("accept", "application/vnd.github.sha").header(VERSION.0, VERSION.1);
        if let Some(known) = known {
            request = request.header("if-none-match", format!("\"{known}\""));
        }
        let response = wire.send(request).await;
        match &response {
            Response::Answered(answer) if answer.status == 304 && known.is_some() => Ok(Head::Unchanged),
            Response::Answered(answer) if answer.status == 200 => {
                let text = std::str::from_utf8(&answer.body).unwrap_or_default();
                match text.trim().parse() {
                    Ok(head) if Some(head) == known => Ok(Head::Unchanged),
                    Ok(head) => Ok(Head::At(head)),
                    Err(_) => Err(Failure::new(Trouble::Wrong, "the answer is not the id of a commit")),
                }
            }
            _ => Err(classify(&response, wire.now_ms())),
        }
    }
}
