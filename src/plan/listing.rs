//! The paths of a commit with the ids of what lies there.

use crate::order;
use crate::order::Map;
use crate::plan::object::ObjectId;
use crate::plan::object::object_id;
use std::fmt;

/// What kind of thing lies at a path, as Git writes it: an octal number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mode(u32);

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its kind.
    pub mode: Mode,
    /// Its id.
    pub id: ObjectId,
}

/// Everything in a tree, by its full path.
///
/// A folder that was not opened is an entry of its own; an open one is only
/// in the paths of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing(Map<String, Entry>);

impl Mode {
    /// An ordinary file.
    pub const FILE: Mode = Mode(0o100_644);
    /// A file that can be run.
    pub const EXECUTABLE: Mode = Mode(0o100_755);
    /// A folder.
    pub const FOLDER: Mode = Mode(0o40_000);

    /// Takes a number as Git writes it.
    pub fn of(number: u32) -> Mode {
        Mode(number)
    }

    /// Reads the octal text; `040000` and `40000` are the same.
    pub fn parse(text: &str) -> Option<Mode> {
        u32::from_str_radix(text, 8).ok().map(Mode)
    }

    /// Says whether it is a file with content of its own, not a link, folder
    /// or submodule.
    pub fn is_file(self) -> bool {
        self.0 & 0o170_000 == 0o100_000
    }
}

impl fmt::Display for Mode {
    /// Writes six digits, as the hosts do.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:06o}", self.0)
    }
}

impl fmt::Debug for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Returns the id of one folder from the names in it.
pub fn tree_id<'a>(entries: impl IntoIterator<Item = (&'a str, Entry)>) -> ObjectId {
    let mut entries: Vec<(&str, Entry)> = entries.into_iter().collect();
    // Git sorts a folder as if its name ended in a slash.
    order::sort_by(&mut entries, |(one, first), (other, second)| {
        let end = |entry: &Entry| if entry.mode == Mode::FOLDER { "/" } else { "" };
        one.bytes().chain(end(first).bytes()).cmp(other.bytes().chain(end(second).bytes()))
    });
    let mut content = Vec::new();
    for (name, entry) in entries {
        content.extend_from_slice(format!("{:o} {name}\0", entry.mode.0).as_bytes());
        content.extend_from_slice(entry.id.as_bytes());
    }
    object_id("tree", &content)
}

impl Listing {
    /// Returns what lies at a path.
    pub fn get(&self, path: &str) -> Option<Entry> {
        self.0.get(path).copied()
    }

    /// Puts something at a path.
    pub fn put(&mut self, path: String, entry: Entry) {
        self.0.insert(path, entry);
    }

    /// Takes away what lies at a path.
    pub fn take(&mut self, path: &str) -> Option<Entry> {
        self.0.remove(path)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the paths, in order, with what lies there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.0.iter().map(|(path, entry)| (path.as_str(), *entry))
    }

    /// Returns the paths whose entries differ between the two, in order, with
    /// what lies there in `self` and in `later`.
    pub fn changes<'a>(&'a self, later: &'a Listing) -> Vec<(&'a str, Option<Entry>, Option<Entry>)> {
        let gone = self.iter().map(|(path, entry)| (path, Some(entry), later.get(path)));
        let fresh = later.iter().filter(|(path, _)| self.get(path).is_none());
        let mut changes: Vec<_> = gone
            .filter(|(_, before, after)| before != after)
            .chain(fresh.map(|(path, entry)| (path, None, Some(entry))))
            .collect();
        order::sort_by_key(&mut changes, |(path, _, _)| *path);
        changes
    }

    /// Returns the id of the whole tree. None if it is not a tree: a path is a
    /// file and a folder, or has an empty part.
    pub fn root_id(&self) -> Option<ObjectId> {
        // The paths below one folder stand together, so a folder is complete
        // when the first path outside of it comes.
        let mut open = vec![Folder::default()];
        for (path, entry) in &self.0 {
            let mut parts: Vec<&str> = path.split('/').collect();
            let name = parts.pop()?;
            let shared =
                open.iter().skip(1).zip(&parts).take_while(|(folder, part)| folder.name == **part).count();
            close(&mut open, shared + 1)?;
            open.extend(parts.iter().skip(shared).map(|part| Folder { name: part, holds: Map::new() }));
            open.last_mut()?.add(name, *entry)?;
        }
        close(&mut open, 1)?;
        open.pop().map(|root| root.id())
    }
}

#[derive(Default)]
struct Folder<'a> {
    name: &'a str,
    holds: Map<&'a str, Entry>,
}

impl<'a> Folder<'a> {
    fn add(&mut self, name: &'a str, entry: Entry) -> Option<()> {
        let is_new = !name.is_empty() && self.holds.insert(name, entry).is_none();
        is_new.then_some(())
    }

    fn id(&self) -> ObjectId {
        tree_id(self.holds.iter().map(|(name, entry)| (*name, *entry)))
    }
}

/// Closes the innermost folders until `depth` are open.
fn close(open: &mut Vec<Folder<'_>>, depth: usize) -> Option<()> {
    while open.len() > depth {
        let folder = open.pop()?;
        let entry = Entry { mode: Mode::FOLDER, id: folder.id() };
        open.last_mut()?.add(folder.name, entry)?;
    }
    Some(())
}

impl FromIterator<(String, Entry)> for Listing {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Listing {
        Listing(entries.into_iter().collect())
    }
}
