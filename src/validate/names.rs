//! Turns names into numbers, so that what belongs to a name is found at once.
//!
//! **Invariant:** two names have two numbers, and a name keeps its number.

use super::object::Slot;
use crate::schema::Kind;

/// What a name is a name of: an object of a kind, or a value of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u8);

impl From<Kind> for Tag {
    fn from(kind: Kind) -> Tag {
        Tag(kind as u8)
    }
}

impl From<Slot> for Tag {
    fn from(slot: Slot) -> Tag {
        Tag(0x80 | slot as u8)
    }
}

/// Names and their numbers, which count from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// The texts of all names, one behind the other.
    text: Vec<u8>,
    known: Vec<Known>,
    /// One more than a number, or 0, at the place that the print of the name
    /// says or behind it. The length is a power of 2, and half of it is 0.
    table: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    tag: Tag,
    print: u32,
    start: u32,
    end: u32,
}

impl Names {
    /// Returns the number of a name; none if it has not got one yet.
    pub fn find(&self, tag: Tag, name: &str) -> Option<u32> {
        self.look(tag, print(tag, name), name).ok()
    }

    /// Returns the number of a name.
    pub fn number(&mut self, tag: Tag, name: &str) -> u32 {
        if self.table.len() <= 2 * self.known.len() {
            self.grow();
        }
        let print = print(tag, name);
        let place = match self.look(tag, print, name) {
            Ok(number) => return number,
            Err(place) => place,
        };
        let number = self.known.len() as u32;
        let start = self.text.len() as u32;
        self.text.extend_from_slice(name.as_bytes());
        self.known.push(Known { tag, print, start, end: self.text.len() as u32 });
        if let Some(free) = self.table.get_mut(place) {
            *free = number + 1;
        }
        number
    }

    /// Returns the number of a name, or else the place for it.
    fn look(&self, tag: Tag, print: u32, name: &str) -> Result<u32, usize> {
        let mut place = print as usize;
        loop {
            place &= self.table.len().wrapping_sub(1);
            let there = self.table.get(place).and_then(|number| number.checked_sub(1));
            let Some(number) = there else { return Err(place) };
            if let Some(known) = self.known.get(number as usize)
                && (known.print, known.tag) == (print, tag)
                && self.text.get(known.start as usize..known.end as usize) == Some(name.as_bytes())
            {
                return Ok(number);
            }
            place += 1;
        }
    }

    fn grow(&mut self) {
        let len = (4 * self.known.len()).next_power_of_two().max(64);
        self.table = vec![0; len];
        for (number, known) in (1..).zip(&self.known) {
            let mut place = known.print as usize & (len - 1);
            while self.table.get(place).is_some_and(|&there| there != 0) {
                place = (place + 1) & (len - 1);
            }
            if let Some(free) = self.table.get_mut(place) {
                *free = number;
            }
        }
    }
}

/// Makes a number of a name that is likely another one for another name.
fn print(tag: Tag, name: &str) -> u32 {
    let mix = |print: u32, byte: u8| (print ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let print = name.bytes().fold(mix(0x811C_9DC5, tag.0), mix);
    print ^ (print >> 15)
}
