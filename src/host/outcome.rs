//! What hosts say, in words that are the same for all of them.

use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;

/// Why a host did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The token is unknown, expired or revoked.
    BadToken,
    /// The organisation has not allowed the token.
    TokenNotAllowed,
    /// The token or the person may not do this.
    NoPermission,
    /// The repository takes no writes, as an archived one.
    ReadOnly,
    /// There is no such thing, or it may not be seen.
    Missing,
    /// The repository has no commit yet.
    Empty,
    /// The repository has another address now.
    Moved,
    /// Too much was asked for in too little time.
    Limited,
    /// The branch has another head than the one named.
    HeadMoved,
    /// Either the branch has moved or this may not be done: the head tells.
    MaybeMoved,
    /// There is such a thing already.
    Exists,
    /// The branch takes no direct pushes.
    Protected,
    /// A rule of the repository is against it.
    Policy,
    /// It is too big.
    TooLarge,
    /// The host cannot do this kind of thing.
    Unsupported,
    /// The host has trouble of its own.
    Host,
    /// No answer could be read.
    Unreachable,
    /// The answer is not what was asked for, or does not fit its id.
    Wrong,
    /// The host said something that is not known here.
    Unknown,
}

/// Trouble with what the host said about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{trouble:?}: {message}")]
pub struct Failure {
    /// What it is.
    pub trouble: Trouble,
    /// The host's words, cut short.
    pub message: String,
    /// When it is worth to try again, in milliseconds since 1970.
    pub until_ms: Option<u64>,
}

impl Failure {
    /// Makes a failure that says no more than what it is.
    pub fn new(trouble: Trouble, message: &str) -> Failure {
        Failure { trouble, message: message.chars().take(300).collect(), until_ms: None }
    }
}

/// Whether the person with this token may push to the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Commits can be pushed.
    Push,
    /// The branch wants pull requests.
    PullRequest,
    /// Nothing can be written.
    Read,
    /// The host does not say.
    Unknown,
}

/// What is known about a branch before anything is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// The branch, which may have been left to the host.
    pub branch: String,
    /// Its head.
    pub head: ObjectId,
    /// The tree of its head; none if the host does not name trees.
    pub tree: Option<ObjectId>,
    /// What may be done with it.
    pub permission: Permission,
}

/// A branch that was read in one go.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Its head.
    pub head: ObjectId,
    /// The tree of its head.
    pub tree: ObjectId,
    /// All that lies in it.
    pub listing: Listing,
    /// The contents of its files.
    pub contents: Contents,
    /// What may be done with it.
    pub permission: Permission,
}

/// What a poll found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// The head is the known one.
    Unchanged,
    /// The head is this one.
    At(ObjectId),
}

/// What became of a commit that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The host says it has it.
    Accepted {
        /// Its id.
        commit: ObjectId,
        /// Whether the branch was seen at it.
        sight: Sight,
    },
    /// It did not land: the branch has another head.
    HeadMoved,
    /// It did not land: the branch has moved, or nothing may be pushed to it.
    MaybeMoved(Failure),
    /// It did not land and will not.
    Refused(Failure),
    /// It did not land for now: the token or the allowance is used up.
    NotNow(Failure),
    /// Nobody knows.
    Unknown(Failure),
}

/// Whether a commit was seen on its branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The host showed the branch with the commit as its head.
    OnBranch,
    /// The same, but it stands on commits that were not looked at.
    OnOthers,
    /// The host took the commit and showed no branch.
    NotYet,
}

impl Sent {
    /// Sorts a failure of a write by what it means for it.
    pub fn failed(failure: Failure) -> Sent {
        match failure.trouble {
            Trouble::HeadMoved => Sent::HeadMoved,
            Trouble::MaybeMoved => Sent::MaybeMoved(failure),
            Trouble::BadToken | Trouble::TokenNotAllowed | Trouble::Limited => Sent::NotNow(failure),
            Trouble::NoPermission
            | Trouble::ReadOnly
            | Trouble::Missing
            | Trouble::Empty
            | Trouble::Moved
            | Trouble::Exists
            | Trouble::Protected
            | Trouble::Policy
            | Trouble::TooLarge
            | Trouble::Unsupported => Sent::Refused(failure),
            Trouble::Host | Trouble::Unreachable | Trouble::Wrong | Trouble::Unknown => {
                Sent::Unknown(failure)
            }
        }
    }
}

/// Who made a commit, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address of the mail.
    pub email: String,
    /// The time, as RFC 3339.
    pub date: String,
}

/// A commit as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// Its id.
    pub id: ObjectId,
    /// Its tree; none if the host does not name trees.
    pub tree: Option<ObjectId>,
    /// What it stands on.
    pub parents: Vec<ObjectId>,
    /// Its whole message.
    pub message: String,
    /// Who made it, as far as the host says.
    pub author: Author,
}

/// How the head of a branch stands to a known commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// It stands on the known commit, or is it.
    Straight(Changes),
    /// It is this one, with these files; how it came to be is not told.
    Listed(Listed),
    /// The known commit stands on it.
    Behind,
    /// One request cannot tell: history was rewritten, or there is too much of it.
    Unclear,
}

/// What lies between a known commit and the head of its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The commits, the head last; none if the known commit is the head.
    pub commits: Vec<Recent>,
    /// Files whose content or kind is another, those that are gone first.
    pub files: Vec<Changed>,
    /// Contents that came with it, by the ids they are said to have.
    pub contents: Vec<(ObjectId, Vec<u8>)>,
}

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// Its content; none if it is gone.
    pub now: Option<ObjectId>,
    /// Its kind; none if the host does not say and it may be the same.
    pub mode: Option<Mode>,
}

/// A commit and all that lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub head: ObjectId,
    /// What it holds.
    pub level: Level,
}

/// What a host lists of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Paths, written relative to the folder, with what lies there.
    pub entries: Vec<(String, Entry)>,
    /// Whether the host says it is all.
    pub is_whole: bool,
}

/// A folder of a commit.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The commit.
    pub commit: ObjectId,
    /// Where it is; empty for the whole tree.
    pub path: &'a str,
    /// Its id, if that is known.
    pub id: Option<ObjectId>,
}

/// A content to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// A file that holds it.
    pub path: String,
    /// Its id.
    pub id: ObjectId,
}

/// One level or all levels of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What lies in it.
    One,
    /// What lies below it too.
    All,
}

/// A branch and a pull request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The branch to make.
    pub branch: String,
    /// The branch it shall be merged into.
    pub into: String,
    /// Its first line.
    pub title: String,
    /// What follows.
    pub body: String,
}

/// A pull request that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Where a person finds it.
    pub url: String,
    /// The commit on its branch.
    pub commit: ObjectId,
}
