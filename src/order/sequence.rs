//! Numbers of things, in the order of the things.
//!
//! **Invariant:** every number below the length stands in one chunk, no chunk
//! is empty, and none is longer than [`MOST`].

use std::cmp::Ordering;

/// How many numbers a chunk holds.
const MOST: usize = 256;

/// Where in a sequence something stands or would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    chunk: usize,
    at: usize,
}

/// Numbers in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    chunks: Vec<Vec<u32>>,
}

impl Sequence {
    /// Finds the thing that `compare` takes for equal, or else the place where
    /// it would stand. `compare` says how the thing of that number stands to
    /// the one sought.
    #[inline(never)]
    pub fn find(&self, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<(Place, usize), Place> {
        let end = Place { chunk: self.chunks.len(), at: 0 };
        let Some(&last) = self.chunks.last().and_then(|chunk| chunk.last()) else { return Err(end) };
        // What comes in order goes to the end.
        if compare(last as usize) == Ordering::Less {
            return Err(end);
        }
        let mut is_before =
            |number: Option<&u32>| number.is_some_and(|&number| compare(number as usize) == Ordering::Less);
        let chunk = self.chunks.partition_point(|chunk| is_before(chunk.last()));
        let Some(numbers) = self.chunks.get(chunk) else { return Err(end) };
        let at = numbers.partition_point(|number| is_before(Some(number)));
        let place = Place { chunk, at };
        match numbers.get(at) {
            Some(&number) if compare(number as usize) == Ordering::Equal => Ok((place, number as usize)),
            _ => Err(place),
        }
    }

    /// Puts a number at a place that [`Sequence::find`] returned.
    #[inline(never)]
    pub fn insert(&mut self, place: Place, number: usize) {
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

    /// Takes the number at a place away.
    #[inline(never)]
    pub fn remove(&mut self, place: Place) {
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
        if let Some(there) = self.chunks.get_mut(place.chunk).and_then(|chunk| chunk.get_mut(place.at)) {
            *there = number as u32;
        }
    }

    /// Returns the numbers in order.
    pub fn numbers(&self) -> Numbers<'_> {
        let left = self.chunks.iter().map(Vec::len).sum();
        Numbers { chunks: &self.chunks, front: &[], back: &[], left }
    }

    /// Returns the numbers from a place on.
    #[inline(never)]
    pub fn numbers_from(&self, place: Place) -> Numbers<'_> {
        let chunks = self.chunks.get(place.chunk..).unwrap_or_default();
        let Some((first, rest)) = chunks.split_first() else {
            return Numbers { chunks: &[], front: &[], back: &[], left: 0 };
        };
        let front = first.get(place.at..).unwrap_or_default();
        let left = front.len() + rest.iter().map(Vec::len).sum::<usize>();
        Numbers { chunks: rest, front, back: &[], left }
    }

    /// The order of things that stand as their numbers say.
    #[inline(never)]
    pub fn plain(len: usize) -> Sequence {
        let numbers: Vec<u32> = (0..len as u32).collect();
        Sequence { chunks: numbers.chunks(MOST).map(<[u32]>::to_vec).collect() }
    }

    /// Nothing.
    pub const NEW: Sequence = Sequence { chunks: Vec::new() };
}

/// The numbers of a sequence, in order.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'s> {
    chunks: &'s [Vec<u32>],
    front: &'s [u32],
    back: &'s [u32],
    left: usize,
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    #[inline(never)]
    fn next(&mut self) -> Option<usize> {
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
