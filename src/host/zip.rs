//! Turns a zip into the files in it.
//!
//! **Invariant:** what comes out has the sizes that the zip's own directory
//! tells, and all of them together are bounded.

use crate::host::inflate::inflate;

/// Bytes that all files of a zip may have together.
const MOST: usize = 256 * 1024 * 1024;
const END: u32 = 0x0605_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
const END_BYTES: usize = 22;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// What a zip holds.
pub struct Archive<'a> {
    /// What is written behind its directory.
    pub comment: &'a [u8],
    /// Its files and folders, in the order of its directory.
    pub files: Vec<Packed<'a>>,
}

/// A file in a zip.
pub struct Packed<'a> {
    /// Its path; that of a folder ends in a slash.
    pub name: &'a [u8],
    /// Its kind as Unix knows it; 0 if the zip does not say.
    pub mode: u32,
    /// What it holds.
    pub content: Vec<u8>,
}

/// Returns the contents of the files in a zip, in the order of its directory;
/// none if it is damaged, too large, or packed in a way that is not known.
pub fn unzip(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    Some(open(bytes)?.files.into_iter().map(|file| file.content).collect())
}

/// Returns all that a zip says; none if it is damaged, too large, or packed in
/// a way that is not known.
pub fn open(bytes: &[u8]) -> Option<Archive<'_>> {
    let Directory { mut at, count, comment } = directory(bytes)?;
    let mut files = Vec::new();
    let mut left = MOST;
    for _ in 0..count {
        let head = bytes.get(at..)?.get(..CENTRAL_BYTES)?;
        if long(head, 0)? != CENTRAL {
            return None;
        }
        let size = size(head, 24)?;
        left = left.checked_sub(size)?;
        let name = bytes.get(at + CENTRAL_BYTES..)?.get(..short(head, 28)?)?;
        let mode = long(head, 38)? >> 16;
        files.push(Packed { name, mode, content: file(bytes, head, size)? });
        at += CENTRAL_BYTES + [28, 30, 32].iter().map(|at| short(head, *at)).sum::<Option<usize>>()?;
    }
    Some(Archive { comment, files })
}

struct Directory<'a> {
    at: usize,
    count: usize,
    comment: &'a [u8],
}

/// Finds the directory, which is told about at the end. A comment may follow,
/// so the end is looked for from behind.
fn directory(bytes: &[u8]) -> Option<Directory<'_>> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let at = (first..=last).rev().find(|at| long(bytes, *at) == Some(END))?;
    let comment = bytes.get(at + END_BYTES..)?;
    Some(Directory { at: size(bytes, at + 16)?, count: short(bytes, at + 10)?, comment })
}

/// Unpacks one file. Its sizes are taken from the directory: beside the data
/// they may be missing.
fn file(bytes: &[u8], head: &[u8], size_bytes: usize) -> Option<Vec<u8>> {
    let at = size(head, 42)?;
    let local = bytes.get(at..)?.get(..LOCAL_BYTES)?;
    if long(local, 0)? != LOCAL {
        return None;
    }
    let start = at + LOCAL_BYTES + short(local, 26)? + short(local, 28)?;
    let packed = bytes.get(start..start.checked_add(size(head, 20)?)?)?;
    let content = match short(head, 10)? {
        0 => packed.to_vec(),
        8 => inflate(packed, size_bytes)?.0,
        _ => return None,
    };
    (content.len() == size_bytes).then_some(content)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(usize::from(u16::from_le_bytes(bytes)))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Reads a size or a place. The largest number stands for one that does not fit.
fn size(bytes: &[u8], at: usize) -> Option<usize> {
    long(bytes, at).filter(|size| *size != u32::MAX).and_then(|size| usize::try_from(size).ok())
}
