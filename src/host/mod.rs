//! Git hosts: what is wanted of a branch turned into requests, and answers
//! turned into outcomes that are the same for all hosts.
//!
//! Each host is a folder with the same files and functions: `capability`,
//! `failure` (a table), `bootstrap`, `head`, `load`, `changes`, `commit`,
//! `landed`, `proposal`. What hosts have in common, as checking what was
//! loaded, is here. Adding a host is adding a folder and a variant of [`Host`].
//!
//! **Invariant:** nothing a host sent becomes data before it fits the id that
//! Git gives it, or the size that is told where a host names no ids; and a
//! commit lands on the head its plan names or not at all.

pub mod azure;
pub mod bitbucket;
pub mod gitea;
pub mod github;
pub mod gitlab;

mod address;
mod budget;
mod capability;
mod failure;
mod http;
mod inflate;
mod landed;
mod load;
mod machine;
mod outcome;
mod proposal;
mod token;
mod zip;

pub use address::AddressProblem;
pub use address::Repository;
pub use budget::Admission;
pub use budget::Budget;
pub use budget::Purpose;
pub use capability::Capabilities;
pub use capability::Guard;
pub use capability::PollCost;
pub use failure::Place;
pub use failure::Row;
pub use failure::classify;
pub use http::Allowance;
pub use http::Answer;
pub use http::Effect;
pub use http::Headers;
pub use http::Method;
pub use http::Request;
pub use http::Response;
pub use http::encode;
pub use inflate::inflate;
pub use landed::Trace;
pub use load::Advance;
pub use load::Back;
pub use load::Moved;
pub use load::Opened;
pub use load::Target;
pub use machine::Do;
pub use machine::Machine;
pub use machine::Next;
pub use machine::Progress;
pub use machine::Record;
pub use machine::Stored;
pub use machine::Ticket;
pub use machine::Wire;
pub use outcome::Author;
pub use outcome::Bootstrap;
pub use outcome::Changed;
pub use outcome::Changes;
pub use outcome::Compared;
pub use outcome::Depth;
pub use outcome::Failure;
pub use outcome::Head;
pub use outcome::Level;
pub use outcome::Listed;
pub use outcome::Permission;
pub use outcome::Proposal;
pub use outcome::Proposed;
pub use outcome::Recent;
pub use outcome::Sent;
pub use outcome::Sight;
pub use outcome::Spot;
pub use outcome::Trouble;
pub use outcome::Want;
use outcome::Whole;
pub use token::Fingerprint;
pub use token::Scheme;
pub use token::Token;
pub use zip::unzip;

use crate::fabric::Fabrics;
use crate::host::azure::Azure;
use crate::host::bitbucket::Bitbucket;
use crate::host::gitea::Gitea;
use crate::host::github::GitHub;
use crate::host::gitlab::GitLab;
use crate::plan::CommitPlan;
use crate::plan::Contents;
use crate::plan::ObjectId;
use crate::plan::OperationId;
use crate::plan::Snapshot;

/// A repository at one of the hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// At a GitHub.
    GitHub(GitHub),
    /// At a Gitea or a Forgejo.
    Gitea(Gitea),
    /// At a GitLab.
    GitLab(GitLab),
    /// At Bitbucket Cloud.
    Bitbucket(Bitbucket),
    /// At an Azure DevOps.
    Azure(Azure),
}

impl Host {
    /// Returns what the host can do.
    pub fn capabilities(&self) -> Capabilities {
        match self {
            Host::GitHub(_) => github::CAPABILITIES,
            Host::Gitea(_) => gitea::CAPABILITIES,
            Host::GitLab(_) => gitlab::CAPABILITIES,
            Host::Bitbucket(_) => bitbucket::CAPABILITIES,
            Host::Azure(_) => azure::CAPABILITIES,
        }
    }

    /// Returns how the host wants its token.
    pub fn scheme(&self) -> Scheme {
        match self {
            Host::GitHub(_) | Host::Gitea(_) | Host::GitLab(_) => Scheme::Bearer,
            Host::Bitbucket(_) => Scheme::Pair,
            Host::Azure(_) => Scheme::Password,
        }
    }

    /// Asks for a branch, its head and what may be done with it. Without a name
    /// it is the default branch.
    pub async fn bootstrap(&self, wire: &Wire, branch: Option<&str>) -> Result<Bootstrap, Failure> {
        match self {
            Host::GitHub(host) => host.bootstrap(wire, branch).await,
            Host::Gitea(host) => host.bootstrap(wire, branch).await,
            Host::GitLab(host) => host.bootstrap(wire, branch).await,
            Host::Bitbucket(host) => host.bootstrap(wire, branch).await,
            Host::Azure(host) => host.bootstrap(wire, branch).await,
        }
    }

    /// Reads a branch with the files that `fabrics` reads, but for those that are
    /// known. Without a name it is the default branch.
    pub async fn open(
        &self,
        wire: &Wire,
        branch: Option<&str>,
        fabrics: &Fabrics,
        known: Option<&Snapshot>,
    ) -> Result<Opened, Failure> {
        load::open(self, wire, branch, fabrics, known).await
    }

    /// Says whether what the host allows permits a read now.
    pub fn may_read(wire: &Wire) -> Result<(), Failure> {
        load::may_read(wire)
    }

    /// Says whether all that fabrics read of a branch is there.
    pub fn is_read(snapshot: &Snapshot, fabrics: &Fabrics) -> bool {
        load::is_read(snapshot, fabrics)
    }

    /// Reads a whole branch at once, where the host can do that cheaply.
    async fn whole(&self, wire: &Wire, branch: &str) -> Result<Option<Whole>, Failure> {
        match self {
            Host::GitHub(_) | Host::GitLab(_) | Host::Bitbucket(_) | Host::Azure(_) => Ok(None),
            Host::Gitea(host) => host.whole(wire, branch).await,
        }
    }

    /// Asks whether a branch has another head than the known one.
    pub async fn head(&self, wire: &Wire, branch: &str, known: Option<ObjectId>) -> Result<Head, Failure> {
        match self {
            Host::GitHub(host) => host.head(wire, branch, known).await,
            Host::Gitea(host) => host.head(wire, branch, known).await,
            Host::GitLab(host) => host.head(wire, branch, known).await,
            Host::Bitbucket(host) => host.head(wire, branch, known).await,
            Host::Azure(host) => host.head(wire, branch, known).await,
        }
    }

    /// Reads a commit: all its paths, and the content of the files that
    /// `fabrics` reads, but for those that are known.
    pub async fn load(
        &self,
        wire: &Wire,
        commit: load::Target,
        fabrics: &Fabrics,
        known: &Contents,
    ) -> Result<Snapshot, Failure> {
        match self {
            // Without ids nothing can be said to be known.
            Host::Bitbucket(host) => host.load(wire, commit.head, fabrics).await,
            _ => load::load(self, wire, commit, fabrics, known).await,
        }
    }

    /// Compares a snapshot with the head of its branch and reads what is new only.
    pub async fn advance(
        &self,
        wire: &Wire,
        branch: &str,
        fabrics: &Fabrics,
        known: &Snapshot,
        back: Back,
    ) -> Result<Advance, Failure> {
        match self {
            Host::Bitbucket(host) => host.advance(wire, branch, fabrics, known, back).await,
            _ => load::advance(self, wire, branch, fabrics, known, back).await,
        }
    }

    /// Sends a commit. It lands on the head the plan names or not at all; where
    /// the host guards files only, it may pass others over and says so.
    pub async fn commit(&self, wire: &Wire, branch: &str, plan: &CommitPlan) -> Sent {
        if plan.content_bytes() > self.capabilities().commit_bytes {
            return Sent::Refused(Failure::new(Trouble::TooLarge, "the files are too big for one commit"));
        }
        match self {
            Host::GitHub(host) => host.commit(wire, branch, plan).await,
            Host::Gitea(host) => host.commit(wire, branch, plan).await,
            Host::GitLab(host) => host.commit(wire, branch, plan).await,
            Host::Bitbucket(host) => host.commit(wire, branch, plan).await,
            Host::Azure(host) => host.commit(wire, branch, plan).await,
        }
    }

    /// Looks for a commit that may have landed, in the history of a branch or of
    /// a commit.
    pub async fn landed(
        &self,
        wire: &Wire,
        from: &str,
        operation: &OperationId,
        expected: ObjectId,
        tree: ObjectId,
    ) -> Result<Trace, Failure> {
        landed::landed(self, wire, from, landed::Wanted { operation, expected, tree }).await
    }

    /// Lists the commits of a branch, or those that lead to a commit, that
    /// changed a file, the newest first. Pages count from 1.
    pub async fn history(
        &self,
        wire: &Wire,
        from: &str,
        path: &str,
        page: u32,
    ) -> Result<Vec<Recent>, Failure> {
        match self {
            Host::GitHub(host) => host.recent(wire, from, Some(path), page).await,
            Host::Gitea(host) => host.recent(wire, from, Some(path), page).await,
            Host::GitLab(host) => host.recent(wire, from, Some(path), page).await,
            Host::Bitbucket(host) => host.recent(wire, from, Some(path), page).await,
            Host::Azure(host) => host.recent(wire, from, Some(path), None, page).await,
        }
    }

    /// Makes a branch with the commit of a plan and a pull request for it.
    /// Doing it again finds what is there already.
    pub async fn propose(
        &self,
        wire: &Wire,
        proposal: &Proposal,
        plan: &CommitPlan,
    ) -> Result<Proposed, Failure> {
        proposal::propose(self, wire, proposal, plan).await
    }

    /// Returns what the host's failures mean.
    pub fn failures(&self) -> &'static [Row] {
        match self {
            Host::GitHub(_) => github::FAILURES,
            Host::Gitea(_) => gitea::FAILURES,
            Host::GitLab(_) => gitlab::FAILURES,
            Host::Bitbucket(_) => bitbucket::FAILURES,
            Host::Azure(_) => azure::FAILURES,
        }
    }

    /// Returns the pull request of a branch if there is one, whatever became of
    /// it.
    async fn pull_request(&self, wire: &Wire, proposal: &Proposal) -> Result<Option<Proposed>, Failure> {
        match self {
            Host::GitHub(host) => host.pull_request(wire, proposal).await,
            Host::Gitea(host) => host.pull_request(wire, proposal).await,
            Host::GitLab(host) => host.pull_request(wire, proposal).await,
            Host::Bitbucket(host) => host.pull_request(wire, proposal).await,
            Host::Azure(host) => host.pull_request(wire, proposal).await,
        }
    }

    /// Makes the branch with the commit of a plan, unless it is there: it is named
    /// after the operation, so it is this save's own.
    async fn make_branch(&self, wire: &Wire, proposal: &Proposal, plan: &CommitPlan) -> Result<(), Failure> {
        match self {
            Host::GitHub(host) => host.make_branch(wire, proposal, plan).await,
            Host::Gitea(host) => host.make_branch(wire, proposal, plan).await,
            Host::GitLab(host) => host.make_branch(wire, proposal, plan).await,
            Host::Bitbucket(host) => host.make_branch(wire, proposal, plan).await,
            Host::Azure(host) => host.make_branch(wire, proposal, plan).await,
        }
    }

    /// Asks for the branch to be merged.
    async fn ask_for_merge(&self, wire: &Wire, proposal: &Proposal) -> Result<Proposed, Failure> {
        match self {
            Host::GitHub(host) => host.ask_for_merge(wire, proposal).await,
            Host::Gitea(host) => host.ask_for_merge(wire, proposal).await,
            Host::GitLab(host) => host.ask_for_merge(wire, proposal).await,
            Host::Bitbucket(host) => host.ask_for_merge(wire, proposal).await,
            Host::Azure(host) => host.ask_for_merge(wire, proposal).await,
        }
    }

    async fn folder(&self, wire: &Wire, spot: Spot<'_>, depth: Depth) -> Result<Level, Failure> {
        match self {
            Host::GitHub(host) => host.folder(wire, spot, depth).await,
            Host::Gitea(host) => host.folder(wire, spot, depth).await,
            Host::GitLab(host) => host.folder(wire, spot, depth).await,
            Host::Bitbucket(_) => Err(no_ids()),
            Host::Azure(host) => host.folder(wire, spot, depth).await,
        }
    }

    async fn changes(&self, wire: &Wire, known: ObjectId, branch: &str) -> Result<Compared, Failure> {
        match self {
            Host::GitHub(host) => host.changes(wire, known, branch).await,
            Host::Gitea(host) => host.changes(wire, branch).await,
            Host::GitLab(host) => host.changes(wire, known, branch).await,
            Host::Bitbucket(_) => Err(no_ids()),
            Host::Azure(host) => host.changes(wire, known, branch).await,
        }
    }

    /// Lists the newest commits; of those that are not younger than `until` the
    /// ids are enough.
    async fn recent(
        &self,
        wire: &Wire,
        from: &str,
        until: ObjectId,
        page: u32,
    ) -> Result<Vec<Recent>, Failure> {
        match self {
            Host::GitHub(host) => host.recent(wire, from, None, page).await,
            Host::Gitea(host) => host.recent(wire, from, None, page).await,
            Host::GitLab(host) => host.recent(wire, from, None, page).await,
            Host::Bitbucket(host) => host.recent(wire, from, None, page).await,
            Host::Azure(host) => host.recent(wire, from, None, Some(until), page).await,
        }
    }

    /// Asks for contents of files of a commit, several at once.
    fn batch_request(&self, commit: ObjectId, wants: &[Want]) -> Request {
        match self {
            Host::GitHub(host) => host.batch_request(wants),
            Host::Gitea(host) => host.batch_request(commit, wants),
            Host::GitLab(host) => host.batch_request(commit, wants),
            Host::Bitbucket(host) => host.batch_request(commit, wants),
            Host::Azure(host) => host.batch_request(wants),
        }
    }

    fn batch_answer(&self, response: &Response, now_ms: u64) -> Result<load::Batch, Failure> {
        match self {
            Host::GitHub(_) => GitHub::batch_answer(response, now_ms),
            Host::Gitea(_) => Gitea::batch_answer(response, now_ms),
            Host::GitLab(_) => GitLab::batch_answer(response, now_ms),
            Host::Bitbucket(_) => Bitbucket::batch_answer(response, now_ms),
            Host::Azure(_) => Azure::batch_answer(response, now_ms),
        }
    }

    /// Asks for the content of one file.
    fn blob_request(&self, commit: ObjectId, want: &Want) -> Request {
        match self {
            Host::GitHub(host) => host.blob_request(want),
            Host::Gitea(host) => host.blob_request(want),
            Host::GitLab(host) => host.blob_request(want),
            Host::Bitbucket(host) => host.file_request(commit, &want.path),
            Host::Azure(host) => host.blob_request(want),
        }
    }

    fn blob_answer(&self, response: Response, now_ms: u64) -> Result<Vec<u8>, Failure> {
        match self {
            Host::GitHub(_) => GitHub::blob_answer(response, now_ms),
            Host::Gitea(_) => Gitea::blob_answer(&response, now_ms),
            Host::GitLab(_) => GitLab::blob_answer(response, now_ms),
            Host::Bitbucket(_) => Bitbucket::file_answer(response, now_ms),
            Host::Azure(_) => Azure::blob_answer(response, now_ms),
        }
    }
}

/// Says that a host is asked for something by an id.
fn no_ids() -> Failure {
    Failure::new(Trouble::Unsupported, "the host names no ids of folders")
}
