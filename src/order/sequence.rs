//! Numbers of things, in the order of the things.
//!
//! What comes in order, as most things do, needs no more than its length.
//!
//! **Invariant:** without chunks the numbers stand in their own order. Else
//! every number below the length stands in one chunk, no chunk is empty, and
//! none is longer than [`MOST`].

use std::cmp::Ordering;
use std::ops::Range;

/// How many numbers a chunk holds.
const MOST: usize = 256;

/// Where in a sequence something stands or would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    chunk: usize,
    at: usize,
}

impl Place {
    /// The place of a number in its own order.
    fn plain(number: usize) -> Place {
        Place { chunk: number / MOST, at: number % MOST }
    }
}

/// Numbers in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    len: usize,
    chunks: Vec<Vec<u32>>,
}

impl Sequence {
    /// Finds the thing that `compare` takes for equal, or else the place where
    /// it would stand. `compare` says how the thing of that number stands to
    /// the one sought.
    #[inline(never)]
    pub fn find(&self, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<(Place, usize), Place> {
        let end = match self.chunks.is_empty() {
            true => Place::plain(self.len),
            false => Place { chunk: self.chunks.len(), at: 0 },
        };
        let last = match self.chunks.last().and_then(|chunk| chunk.last()) {
            Some(&last) => last as usize,
            None => self.len.wrapping_sub(1),
        };
        // What comes in order goes to the end.
        if self.len == 0 || compare(last) == Ordering::Less {
            return Err(end);
        }
        if self.chunks.is_empty() {
            let found = search(self.len, compare);
            return found.map(|number| (Place::plain(number), number)).map_err(Place::plain);
        }
        let last_of = |chunk: usize| self.chunks.get(chunk).and_then(|chunk| chunk.last());
        let mut to_last =
            |chunk: usize| last_of(chunk).map_or(Ordering::Less, |&last| compare(last as usize));
        let (Ok(chunk) | Err(chunk)) = search(self.chunks.len(), &mut to_last);
        let numbers = self.chunks.get(chunk).map_or(&[][..], Vec::as_slice);
        let number = |at: usize| numbers.get(at).map_or(0, |&number| number as usize);
        match search(numbers.len(), &mut |at| compare(number(at))) {
            Ok(at) => Ok((Place { chunk, at }, number(at))),
            Err(at) => Err(Place { chunk, at }),
        }
    }

    /// Puts a number at a place that [`Sequence::find`] returned: the length.
    #[inline(never)]
    pub fn insert(&mut self, place: Place, number: usize) {
        let is_plain = self.chunks.is_empty() && place == Place::plain(self.len);
        if !is_plain {
            self.spread();
        }
        self.len += 1;
        if is_plain {
            return;
        }
        let number = number as u32;
        let Some(chunk) = self.chunks.get_mut(place.chunk) else {
            match self.chunks.last_mut() {
                Some(last) if last.len() < MOST => last.push(number),
                _ => self.chunks.push(vec![number]),
            }
            return;
        };
        chunk.insert(place.at.min(chunk.len()), number);
        if chunk.len() > MOST {
            let rest = chunk.split_off(MOST / 2);
            self.chunks.insert(place.chunk + 1, rest);
        }
    }

    /// Makes chunks, where there are none.
    fn spread(&mut self) {
        if self.chunks.is_empty() {
            let numbers: Vec<u32> = (0..self.len as u32).collect();
            self.chunks = numbers.chunks(MOST).map(<[u32]>::to_vec).collect();
        }
    }

    /// Takes the number at a place away, which is the last or has been replaced
    /// by it.
    #[inline(never)]
    pub fn remove(&mut self, place: Place) {
        let Some(len) = self.len.checked_sub(1) else { return };
        if self.chunks.is_empty() && place != Place::plain(len) {
            self.spread();
        }
        self.len = len;
        let Some(chunk) = self.chunks.get_mut(place.chunk) else { return };
        if place.at < chunk.len() {
            chunk.remove(place.at);
        }
        if chunk.is_empty() {
            self.chunks.remove(place.chunk);
        }
    }

    /// Puts another number in the place of one.
    pub fn replace(&mut self, place: Place, number: usize) {
        if place == Place::plain(number) && self.chunks.is_empty() {
            return;
        }
        self.spread();
        if let Some(there) = self.chunks.get_mut(place.chunk).and_then(|chunk| chunk.get_mut(place.at)) {
            *there = number as u32;
        }
    }

    /// Says whether the numbers stand in their own order for certain.
    pub fn is_plain(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Returns the numbers in order.
    pub fn numbers(&self) -> Numbers<'_> {
        self.numbers_from(Place { chunk: 0, at: 0 })
    }

    /// Returns the numbers from a place on.
    #[inline(never)]
    pub fn numbers_from(&self, place: Place) -> Numbers<'_> {
        let chunks = self.chunks.get(place.chunk..).unwrap_or_default();
        let Some((first, rest)) = chunks.split_first() else {
            let start = (place.chunk * MOST + place.at) as u32;
            let plain = if self.chunks.is_empty() { start..self.len as u32 } else { 0..0 };
            return Numbers { left: plain.len(), plain, chunks: &[], front: &[], back: &[] };
        };
        let front = first.get(place.at..).unwrap_or_default();
        let left = front.len() + rest.iter().map(Vec::len).sum::<usize>();
        Numbers { plain: 0..0, chunks: rest, front, back: &[], left }
    }

    /// The order of things that stand as their numbers say.
    pub const fn plain(len: usize) -> Sequence {
        Sequence { len, chunks: Vec::new() }
    }
}

/// Looks for a position by halves. `compare` says how what stands there stands
/// to what is sought.
fn search(len: usize, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<usize, usize> {
    let (mut start, mut end) = (0, len);
    while start < end {
        let middle = start + (end - start) / 2;
        match compare(middle) {
            Ordering::Less => start = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => end = middle,
        }
    }
    Err(start)
}

/// The numbers of a sequence, in order.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'s> {
    /// All of them, where they stand in their own order.
    plain: Range<u32>,
    chunks: &'s [Vec<u32>],
    front: &'s [u32],
    back: &'s [u32],
    left: usize,
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    #[inline(never)]
    fn next(&mut self) -> Option<usize> {
        if let Some(number) = self.plain.next() {
            self.left -= 1;
            return Some(number as usize);
        }
        if self.front.is_empty() {
            match self.chunks.split_first() {
                Some((first, rest)) => (self.front, self.chunks) = (first, rest),
                None => (self.front, self.back) = (self.back, &[]),
            }
        }
        let (&number, rest) = self.front.split_first()?;
        self.front = rest;
        self.left -= 1;
        Some(number as usize)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Numbers<'_> {
    #[inline(never)]
    fn next_back(&mut self) -> Option<usize> {
        if let Some(number) = self.plain.next_back() {
            self.left -= 1;
            return Some(number as usize);
        }
        if self.back.is_empty() {
            match self.chunks.split_last() {
                Some((last, rest)) => (self.back, self.chunks) = (last, rest),
                None => (self.back, self.front) = (self.front, &[]),
            }
        }
        let (&number, rest) = self.back.split_last()?;
        self.back = rest;
        self.left -= 1;
        Some(number as usize)
    }
}
