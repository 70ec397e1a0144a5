//! What lies between a known commit and the head of its branch.

use crate::fabric::Fabrics;
use crate::host::bitbucket::Bitbucket;
use crate::host::bitbucket::load::Wanted;
use crate::host::failure::wrong;
use crate::host::load::Advance;
use crate::host::load::Back;
use crate::host::load::Moved;
use crate::host::machine::Wire;
use crate::host::outcome::Author;
use crate::host::outcome::Failure;
use crate::host::outcome::Recent;
use crate::host::outcome::Trouble;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::order::Map;
use crate::plan::Contents;
use crate::plan::Entry;
use crate::plan::Listing;
use crate::plan::Mode;
use crate::plan::ObjectId;
use crate::plan::Snapshot;

/// Pages of changes that are read; where there are more, the whole commit is.
const PAGES: usize = 10;

/// Entries on a page of a folder.
const PER_PAGE: usize = 100;

/// A commit.
pub(super) struct Commit {
    pub hash: ObjectId,
    pub parents: Vec<ObjectId>,
    pub message: String,
    author: Author,
}

/// A path that is not as it was.
struct Change {
    was: Option<String>,
    now: Option<String>,
}

struct Parent {
    hash: ObjectId,
}

/// How a head stands to the known commit.
enum Way {
    /// It stands on it, with these commits between, the head last.
    On(Vec<Recent>),
    /// The known commit stands on it.
    Behind,
    /// Neither, or it is not seen.
    Elsewhere,
}

impl Commit {
    pub(super) fn recent(self) -> Recent {
        let Commit { hash, parents, message, author } = self;
        Recent { id: hash, tree: None, parents, message, author }
    }
}

impl Bitbucket {
    /// Compares a snapshot with the head of its branch and reads what is new only.
    pub(in crate::host) async fn advance(
        &self,
        wire: &Wire,
        branch: &str,
        fabrics: &Fabrics,
        known: &Snapshot,
        back: Back,
    ) -> Result<Advance, Failure> {
        let tip = self.tip(wire, branch).await?;
        let head = tip.hash;
        if head == known.head() {
            return Ok(Advance::Same);
        }
        let commits = match self.way(wire, known.head(), tip).await? {
            Way::Behind if back == Back::Ignore => return Ok(Advance::Behind),
            Way::On(commits) => Some(commits),
            Way::Behind | Way::Elsewhere => None,
        };
        let changed = match self.changes(wire, head, known.head()).await? {
            Some(changes) => self.changed(wire, head, fabrics, known, changes).await,
            None => Err(wrong()),
        };
        let snapshot = match changed {
            // What was told does not go together with what is known.
            Err(failure) if failure.trouble == Trouble::Wrong => self.load(wire, head, fabrics).await?,
            other => other?,
        };
        Ok(Advance::Moved(Moved { snapshot, commits }))
    }

    async fn way(&self, wire: &Wire, known: ObjectId, tip: Commit) -> Result<Way, Failure> {
        if tip.parents == [known] {
            return Ok(Way::On(vec![tip.recent()]));
        }
        let path = format!("/commits/{}?exclude={known}&pagelen=100", tip.hash);
        let found = match self.pages(wire, &path, 1).await {
            Ok(Some(values)) => values,
            Ok(None) => return Ok(Way::Elsewhere),
            // The known commit is gone: history was rewritten.
            Err(failure) if failure.trouble == Trouble::Missing => return Ok(Way::Elsewhere),
            Err(failure) => return Err(failure),
        };
        if found.is_empty() {
            return Ok(Way::Behind);
        }
        let mut commits: Vec<Recent> = recents(found)?;
        let is_on = commits.iter().any(|commit| commit.parents.contains(&known));
        commits.reverse();
        Ok(if is_on { Way::On(commits) } else { Way::Elsewhere })
    }

    /// Lists what differs between two commits, however they stand to each other;
    /// none if that is not told.
    async fn changes(
        &self,
        wire: &Wire,
        head: ObjectId,
        known: ObjectId,
    ) -> Result<Option<Vec<Change>>, Failure> {
        // Here the newer commit comes first.
        let path = format!("/diffstat/{head}..{known}?topic=false&pagelen=500");
        match self.pages(wire, &path, PAGES).await {
            Ok(Some(values)) => {
                let changes = values.into_iter().map(|value| Change::from_value(value).map_err(|_| wrong()));
                changes.collect::<Result<_, Failure>>().map(Some)
            }
            Ok(None) => Ok(None),
            Err(failure) if matches!(failure.trouble, Trouble::Missing | Trouble::Host) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Applies changes to a snapshot and reads the files that are new.
    async fn changed(
        &self,
        wire: &Wire,
        head: ObjectId,
        fabrics: &Fabrics,
        known: &Snapshot,
        changes: Vec<Change>,
    ) -> Result<Snapshot, Failure> {
        let mut listing = known.listing().clone();
        for path in changes.iter().filter_map(|change| change.was.as_ref()) {
            listing.take(path);
        }
        let (read, other): (Vec<String>, Vec<String>) =
            changes.into_iter().filter_map(|change| change.now).partition(|path| fabrics.is_read(path));
        for path in other {
            if !is_in_closed(&listing, &path) {
                let mode = known.listing().get(&path).map_or(Mode::FILE, |entry| entry.mode);
                listing.put(path, Entry { mode, id: ObjectId::NONE });
            }
        }
        let mut wanted = self.look_up(wire, head, known.listing(), read).await?;
        for file in &wanted {
            listing.put(file.path.clone(), Entry { mode: file.mode, id: ObjectId::NONE });
        }
        wanted.retain(|file| file.mode.is_file());
        let mut contents = Contents::default();
        for (_, entry) in listing.iter() {
            contents.copy(entry.id, known.contents());
        }
        self.complete(wire, head, listing, contents, wanted).await
    }

    /// Asks what lies at paths and how large it is: for each, or for the whole
    /// folder where that takes fewer requests.
    async fn look_up(
        &self,
        wire: &Wire,
        commit: ObjectId,
        known: &Listing,
        paths: Vec<String>,
    ) -> Result<Vec<Wanted>, Failure> {
        let mut folders: Map<String, Vec<String>> = Map::new();
        for path in paths {
            let folder = path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or_default();
            folders.entry(folder.to_owned()).or_default().push(path);
        }
        let mut wanted = Vec::new();
        for (folder, paths) in folders {
            let lies_in = |path: &str| path.strip_prefix(&folder).is_some_and(|name| !name.contains('/'));
            let entries = known.iter().filter(|(path, _)| lies_in(path)).count() + paths.len();
            if paths.len() <= entries.div_ceil(PER_PAGE) {
                for path in paths {
                    wanted.push(self.item(wire, commit, &path).await?);
                }
                continue;
            }
            let items = self.folder(wire, commit, &folder).await?;
            let there = items.into_iter().filter(|item| paths.contains(&item.path));
            let found = there.map(|item| item.wanted().ok_or_else(wrong)).collect::<Result<Vec<_>, _>>()?;
            if found.len() != paths.len() {
                return Err(wrong());
            }
            wanted.extend(found);
        }
        Ok(wanted)
    }
}

/// Says whether a path lies in a folder that was not opened.
fn is_in_closed(listing: &Listing, path: &str) -> bool {
    let folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
    folders.filter_map(|folder| listing.get(folder)).any(|entry| entry.mode == Mode::FOLDER)
}

/// Reads commits.
pub(super) fn recents(values: Vec<Value>) -> Result<Vec<Recent>, Failure> {
    let read = |value| Commit::from_value(value).map(Commit::recent).map_err(|_| wrong());
    values.into_iter().map(read).collect()
}

impl FromValue for Commit {
    fn from_value(value: Value) -> Result<Commit, Misfit> {
        let mut fields = Fields::of(value)?;
        let parents: Vec<Parent> = fields.read_or_default("parents")?;
        let date: String = fields.read_or_default("date")?;
        let raw = match fields.value("author") {
            Some(author) => Fields::of(author)?.read_or_default("raw")?,
            None => String::new(),
        };
        let (name, email) = raw.trim_end_matches('>').rsplit_once('<').unwrap_or((&raw, ""));
        Ok(Commit {
            hash: fields.read("hash")?,
            parents: parents.into_iter().map(|parent| parent.hash).collect(),
            message: fields.read_or_default("message")?,
            author: Author {
                name: name.trim().to_owned(),
                email: email.to_owned(),
                date: date.replace("+00:00", "Z"),
            },
        })
    }
}

impl FromValue for Parent {
    fn from_value(value: Value) -> Result<Parent, Misfit> {
        Ok(Parent { hash: Fields::of(value)?.read("hash")? })
    }
}

impl FromValue for Change {
    fn from_value(value: Value) -> Result<Change, Misfit> {
        let mut fields = Fields::of(value)?;
        let path = |file: Option<Value>| file.map(|file| Fields::of(file)?.read("path")).transpose();
        let (was, now) = (path(fields.read("old")?)?, path(fields.read("new")?)?);
        Ok(Change { was, now })
    }
}
