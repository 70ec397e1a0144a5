//! A GitHub in memory: real ids, real guards, and faults on demand.

mod graphql;
mod repository;
mod rest;

pub use repository::Files;
pub use repository::Repository;
pub use repository::files;

use hedgerow::host::Answer;
use hedgerow::host::Effect;
use hedgerow::host::Headers;
use hedgerow::host::Method;
use hedgerow::host::Request;
use hedgerow::host::Response;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::VecDeque;

/// Reads never lag longer than that.
const LAG_MS: u64 = 4000;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Bootstrap,
    Blobs,
    Commit,
    Head,
    Folder,
    Blob,
    Compare,
    Recent,
    Repository,
    Branch,
    NewTree,
    NewCommit,
    NewBlob,
    MoveBranch,
    NewBranch,
    Pulls,
    NewPull,
}

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The host answers this instead of doing it.
    Instead(u16, Vec<(&'static str, String)>, Value),
    /// The request never arrives, and no answer can be read.
    LostOnTheWay,
    /// It is done, and no answer can be read.
    AnswerLost,
    /// It is done, and the host answers this.
    DoneBut(u16, Value),
    /// A list is cut short and says so.
    Truncated,
    /// A list is cut short and does not say so.
    Shortened,
    /// Contents are others than asked for.
    WrongBytes,
    /// Every second content is missing.
    Gaps,
    /// Contents come under each other's names.
    Swapped,
    /// The answer is cut off.
    CutOff,
    /// The host sends it elsewhere.
    Redirected,
}

pub struct FakeGitHub {
    pub repository: Repository,
    pub now_ms: u64,
    pub log: Vec<Call>,
    pub faults: BTreeMap<Call, VecDeque<Fault>>,
    /// That many reads of a branch still show what it was before.
    pub lag: usize,
    /// Answers that cost nothing.
    pub free: usize,
    /// The head, and since when.
    since: (hedgerow::plan::ObjectId, u64),
    /// No direct pushes.
    pub is_protected: bool,
    /// A lost race is told as having no right.
    pub says_forbidden: bool,
    /// The largest batch that does not fail.
    pub largest_batch: usize,
}

impl FakeGitHub {
    pub fn new(files: Files) -> FakeGitHub {
        let repository = Repository::new(files);
        FakeGitHub {
            since: (repository.head(), 0),
            repository,
            now_ms: 1_800_000_000_000,
            log: Vec::new(),
            faults: BTreeMap::new(),
            lag: 0,
            free: 0,
            is_protected: false,
            says_forbidden: false,
            largest_batch: usize::MAX,
        }
    }

    pub fn fault(&mut self, call: Call, fault: Fault) {
        self.faults.entry(call).or_default().push_back(fault);
    }

    pub fn count(&self, call: Call) -> usize {
        self.log.iter().filter(|logged| **logged == call).count()
    }

    pub fn answer(&mut self, request: &Request) -> Response {
        let (call, parts) = read(request);
        self.log.push(call);
        note(request);
        let is_write = matches!(
            call,
            Call::Commit
                | Call::NewTree
                | Call::NewCommit
                | Call::NewBlob
                | Call::MoveBranch
                | Call::NewBranch
                | Call::NewPull
        );
        assert_eq!(request.effect == Effect::Write, is_write, "{call:?}");
        let fault = self.faults.get_mut(&call).and_then(VecDeque::pop_front);
        match fault {
            Some(Fault::Instead(status, headers, body)) => reply(status, headers, &body),
            Some(Fault::LostOnTheWay) => Response::Failed,
            Some(Fault::Redirected) => Response::Redirected,
            Some(Fault::AnswerLost) => {
                self.act(call, request, &parts, None);
                Response::Failed
            }
            Some(Fault::DoneBut(status, body)) => {
                self.act(call, request, &parts, None);
                reply(status, vec![], &body)
            }
            Some(Fault::CutOff) => match self.act(call, request, &parts, None) {
                Response::Answered(mut answer) => {
                    answer.body.truncate(answer.body.len() / 2);
                    Response::Answered(answer)
                }
                other => other,
            },
            fault => self.act(call, request, &parts, fault.as_ref()),
        }
    }

    fn act(&mut self, call: Call, request: &Request, parts: &[String], fault: Option<&Fault>) -> Response {
        let body: Value = request
            .body
            .as_deref()
            .map_or(Value::Null, |body| serde_json::from_slice(body).expect("bodies are JSON"));
        match call {
            Call::Bootstrap | Call::Blobs | Call::Commit => self.graphql(call, &body["variables"], fault),
            _ => self.rest(call, request, parts, &body, fault),
        }
    }

    /// The head as a read shows it.
    pub(super) fn shown_head(&mut self, branch: &str) -> Option<hedgerow::plan::ObjectId> {
        let heads = self.repository.branches.get(branch)?;
        let head = *heads.last()?;
        if self.since.0 != head {
            self.since = (head, self.now_ms);
        }
        let lags = self.lag > 0 && heads.len() > 1 && self.now_ms < self.since.1 + LAG_MS;
        self.lag = self.lag.saturating_sub(1);
        heads.iter().rev().nth(usize::from(lags)).copied()
    }
}

pub fn reply(status: u16, headers: Vec<(&'static str, String)>, body: &Value) -> Response {
    Response::Answered(Answer {
        status,
        headers: headers.into_iter().collect::<Headers>(),
        body: serde_json::to_vec(body).unwrap(),
    })
}

pub fn not_found() -> Response {
    reply(404, vec![], &json!({"message": "Not Found"}))
}

/// Adds a request to the file that `HEDGEROW_REQUESTS` names, for a check
/// against what the host has published.
fn note(request: &Request) {
    let Some(path) = std::env::var_os("HEDGEROW_REQUESTS") else { return };
    let body: Option<Value> = request.body.as_deref().map(|body| serde_json::from_slice(body).unwrap());
    let headers: BTreeMap<&str, &str> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let line =
        json!({"method": request.method.as_str(), "url": request.url, "headers": headers, "body": body});
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes()).unwrap();
}

/// Finds out what a request asks for, with the parts of its path that vary.
pub fn read(request: &Request) -> (Call, Vec<String>) {
    let rest = request.url.strip_prefix("https://api.github.com").expect("only one host is asked");
    let header =
        |name: &str| request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value);
    assert!(header("accept").is_some() && header("authorization").is_none());
    assert_eq!(request.body.is_some(), header("content-type").is_some());
    if rest == "/graphql" {
        let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        let query = body["query"].as_str().unwrap();
        let call = match query.split(['(', ' ']).nth(1).unwrap() {
            "Bootstrap" => Call::Bootstrap,
            "Blobs" => Call::Blobs,
            "Commit" => Call::Commit,
            other => panic!("no such query: {other}"),
        };
        return (call, vec![]);
    }
    assert_eq!(header("x-github-api-version").map(String::as_str), Some("2022-11-28"));
    let path = rest.strip_prefix("/repos/acme/fabric").expect("only one repository is asked");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    parts.push(decode(query));
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let call = match (request.method, &names[..names.len() - 1]) {
        (Method::Get, []) => Call::Repository,
        (Method::Get, ["commits", _]) => Call::Head,
        (Method::Get, ["commits"]) => Call::Recent,
        (Method::Get, ["branches", _]) => Call::Branch,
        (Method::Get, ["git", "trees", _]) => Call::Folder,
        (Method::Get, ["git", "blobs", _]) => Call::Blob,
        (Method::Get, ["compare", _]) => Call::Compare,
        (Method::Get, ["pulls"]) => Call::Pulls,
        (Method::Post, ["pulls"]) => Call::NewPull,
        (Method::Post, ["git", "trees"]) => Call::NewTree,
        (Method::Post, ["git", "commits"]) => Call::NewCommit,
        (Method::Post, ["git", "blobs"]) => Call::NewBlob,
        (Method::Post, ["git", "refs"]) => Call::NewBranch,
        (Method::Patch, ["git", "refs", _]) => Call::MoveBranch,
        other => panic!("no such call: {other:?}"),
    };
    (call, parts)
}

fn decode(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
