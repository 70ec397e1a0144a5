//! Git hosts in memory: real ids, real guards, and faults on demand. Each kind
//! of host is spoken in its own words over the same repository.

mod azure;
pub mod bitbucket;
mod gitea;
mod github;
mod gitlab;
mod repository;

pub use repository::Files;
pub use repository::Repository;
pub use repository::files;

use hedgerow::host::Answer;
use hedgerow::host::Effect;
use hedgerow::host::Headers;
use hedgerow::host::Host;
use hedgerow::host::Request;
use hedgerow::host::Response;
use hedgerow::host::azure::Azure;
use hedgerow::host::bitbucket::Bitbucket;
use hedgerow::host::gitea::Gitea;
use hedgerow::host::github::GitHub;
use hedgerow::host::gitlab::GitLab;
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
    OneCommit,
    Item,
    Repository,
    Branch,
    NewTree,
    NewCommit,
    NewBlob,
    MoveBranch,
    NewBranch,
    Pulls,
    NewPull,
    Root,
    Archive,
    Probe,
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
    /// The answer is that many milliseconds under way.
    Late(u64),
}

/// The kinds of host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    GitHub,
    Gitea,
    GitLab,
    Bitbucket,
    Azure,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::GitHub, Kind::Gitea, Kind::GitLab, Kind::Bitbucket, Kind::Azure];

    /// The repository that all tests use.
    pub fn host(self) -> Host {
        match self {
            Kind::GitLab => Host::GitLab(GitLab::new(None, "acme/fabric").unwrap()),
            Kind::GitHub => Host::GitHub(GitHub::new(None, "acme/fabric").unwrap()),
            Kind::Gitea => Host::Gitea(Gitea::new(Some("https://gitea.example.com"), "acme/fabric").unwrap()),
            Kind::Bitbucket => Host::Bitbucket(Bitbucket::new(None, "acme/fabric").unwrap()),
            Kind::Azure => Host::Azure(Azure::new(None, "acme/fabric").unwrap()),
        }
    }

    /// Finds out what a request asks for, with the parts of its address that vary.
    pub fn read(self, request: &Request) -> (Call, Vec<String>) {
        match self {
            Kind::GitHub => github::read(request),
            Kind::Gitea => gitea::read(request),
            Kind::GitLab => gitlab::read(request),
            Kind::Bitbucket => bitbucket::read(request),
            Kind::Azure => azure::read(request),
        }
    }

    /// Says in the host's words that the token is not accepted.
    pub fn bad_token(self) -> Fault {
        match self {
            Kind::GitLab => Fault::Instead(401, vec![], json!({"message": "401 Unauthorized"})),
            Kind::GitHub => Fault::Instead(401, vec![], json!({"message": "Bad credentials"})),
            Kind::Gitea => {
                Fault::Instead(401, vec![], json!({"message": "invalid username, password or token"}))
            }
            Kind::Bitbucket => Fault::Instead(401, vec![], json!({"error": {"message": "Token is invalid"}})),
            // A page for people, with a status of success.
            Kind::Azure => Fault::Instead(203, vec![], json!("<html>")),
        }
    }

    /// Says whether the host names the trees of commits.
    pub fn names_trees(self) -> bool {
        self != Kind::Bitbucket
    }

    /// Where a person finds the first pull request.
    pub fn pull_request_url(self) -> &'static str {
        match self {
            Kind::GitHub => "https://github.com/acme/fabric/pull/1",
            Kind::Gitea => "https://gitea.example.com/acme/fabric/pulls/1",
            Kind::GitLab => "https://gitlab.com/acme/fabric/-/merge_requests/1",
            Kind::Bitbucket => "https://bitbucket.org/acme/fabric/pull-requests/1",
            Kind::Azure => "https://dev.azure.com/acme/fabric/_git/fabric/pullrequest/1",
        }
    }
}

pub struct Fake {
    pub kind: Kind,
    pub repository: Repository,
    pub now_ms: u64,
    pub log: Vec<Call>,
    pub faults: BTreeMap<Call, VecDeque<Fault>>,
    next_fault: Option<Fault>,
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

impl Fake {
    pub fn new(kind: Kind, files: Files) -> Fake {
        let repository = Repository::new(files);
        Fake {
            kind,
            since: (repository.head(), 0),
            repository,
            now_ms: 1_800_000_000_000,
            log: Vec::new(),
            faults: BTreeMap::new(),
            next_fault: None,
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

    /// Forgets the faults that have not struck yet.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Lets the next request fail, whatever it asks for.
    pub fn fault_next(&mut self, fault: Fault) {
        self.next_fault = Some(fault);
    }

    pub fn count(&self, call: Call) -> usize {
        self.log.iter().filter(|logged| **logged == call).count()
    }

    pub fn answer(&mut self, request: &Request) -> Response {
        self.note_head();
        let response = self.answer_with_faults(request);
        self.note_head();
        response
    }

    /// Notes when the branch moved: reads lag from then on, not from when somebody looked.
    fn note_head(&mut self) {
        let head = self.repository.branches.get("main").and_then(|heads| heads.last());
        if let Some(head) = head.filter(|head| **head != self.since.0) {
            self.since = (*head, self.now_ms);
        }
    }

    fn answer_with_faults(&mut self, request: &Request) -> Response {
        let (call, parts) = self.kind.read(request);
        self.log.push(call);
        note(self.kind, request);
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
        let planned = self.faults.get_mut(&call).and_then(VecDeque::pop_front);
        let fault = self.next_fault.take().or(planned);
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
                Response::Answered(answer) if answer.body.is_empty() => Response::Failed,
                Response::Answered(mut answer) => {
                    answer.body.truncate(answer.body.len() / 2);
                    Response::Answered(answer)
                }
                other => other,
            },
            Some(Fault::Late(ms)) => {
                let response = self.act(call, request, &parts, None);
                self.now_ms += ms;
                response
            }
            fault => self.act(call, request, &parts, fault.as_ref()),
        }
    }

    fn act(&mut self, call: Call, request: &Request, parts: &[String], fault: Option<&Fault>) -> Response {
        let body = request.body.as_deref().map_or(Value::Null, body_of);
        match self.kind {
            Kind::Bitbucket => self.act_as_bitbucket(call, request, parts, fault),
            Kind::Azure => self.act_as_azure(call, parts, &body, fault),
            Kind::GitHub => self.act_as_github(call, request, parts, &body, fault),
            Kind::Gitea => self.act_as_gitea(call, parts, &body, fault),
            Kind::GitLab => self.act_as_gitlab(call, parts, &body, fault),
        }
    }

    /// The head as a read shows it.
    pub(super) fn shown_head(&mut self, branch: &str) -> Option<hedgerow::plan::ObjectId> {
        let heads = self.repository.branches.get(branch)?;
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
fn note(kind: Kind, request: &Request) {
    let Some(path) = std::env::var_os("HEDGEROW_REQUESTS") else { return };
    let body: Option<Value> = request.body.as_deref().map(body_of);
    let headers: BTreeMap<&str, &str> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let line = json!({"host": format!("{kind:?}"), "method": request.method.as_str(), "url": request.url, "headers": headers, "body": body});
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes()).unwrap();
}

/// Reads a body; a form is a text.
fn body_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

/// Returns a value of a query that was decoded.
pub fn value_of(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
}

pub fn decode(part: &str) -> String {
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
