//! Turns bytes that were packed with DEFLATE (RFC 1951) back into what they
//! were.
//!
//! **Invariant:** never more bytes come out than were asked for.

/// Bits of the longest code.
const LONGEST: usize = 15;
/// Lengths that the codes 257 to 285 begin with, and how many bits are added.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// The order in which the lengths of the codes for lengths come.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Unpacks bytes; none if they are damaged or hold more than `most` bytes.
/// Says too how many packed bytes were read.
pub fn inflate(packed: &[u8], most: usize) -> Option<(Vec<u8>, usize)> {
    let mut bits = Bits { bytes: packed, at: 0, held: 0, count: 0 };
    let mut out = Vec::new();
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, most)?,
            1 => {
                let (literals, distances) = fixed()?;
                block(&mut bits, &mut out, most, &literals, &distances)?;
            }
            2 => {
                let (literals, distances) = dynamic(&mut bits)?;
                block(&mut bits, &mut out, most, &literals, &distances)?;
            }
            _ => return None,
        }
        if is_last {
            return Some((out, bits.at));
        }
    }
}

/// Bits of bytes, the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        while self.count < count {
            self.held |= u32::from(*self.bytes.get(self.at)?) << self.count;
            self.at += 1;
            self.count += 8;
        }
        let value = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        Some(value)
    }

    /// Drops what is left of a byte and returns the next `length` bytes.
    fn bytes(&mut self, length: usize) -> Option<&[u8]> {
        (self.held, self.count) = (0, 0);
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(bytes)
    }
}

/// A code in which what is frequent is short.
struct Code {
    /// How many symbols have codes of each length.
    counts: [u16; LONGEST + 1],
    /// The symbols, in the order of their codes.
    symbols: Vec<u16>,
}

impl Code {
    /// Makes the code from the length of each symbol's; none if there are more
    /// than can be told apart.
    fn new(lengths: &[u8]) -> Option<Code> {
        let mut counts = [0; LONGEST + 1];
        for length in lengths {
            *counts.get_mut(usize::from(*length))? += 1;
        }
        let mut left = 1i32;
        for count in counts.iter().skip(1) {
            left = left * 2 - i32::from(*count);
            if left < 0 {
                return None;
            }
        }
        let mut symbols = Vec::new();
        for length in 1..=LONGEST {
            let of_length = lengths.iter().zip(0u16..).filter(|(known, _)| usize::from(**known) == length);
            symbols.extend(of_length.map(|(_, symbol)| symbol));
        }
        Some(Code { counts, symbols })
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0i32, 0i32, 0i32);
        for count in self.counts.iter().skip(1) {
            code |= bits.take(1)?.cast_signed();
            let count = i32::from(*count);
            if code - count < first {
                return self.symbols.get(usize::try_from(index + code - first).ok()?).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize) -> Option<()> {
    let &[low, high, not_low, not_high] = bits.bytes(4)? else { return None };
    if (low, high) != (!not_low, !not_high) {
        return None;
    }
    let bytes = bits.bytes(usize::from(u16::from_le_bytes([low, high])))?;
    if out.len() + bytes.len() > most {
        return None;
    }
    out.extend_from_slice(bytes);
    Some(())
}

fn block(
    bits: &mut Bits<'_>,
    out: &mut Vec<u8>,
    most: usize,
    literals: &Code,
    distances: &Code,
) -> Option<()> {
    loop {
        let symbol = literals.symbol(bits)?;
        if let Ok(byte) = u8::try_from(symbol) {
            if out.len() >= most {
                return None;
            }
            out.push(byte);
            continue;
        }
        if symbol == 256 {
            return Some(());
        }
        let (length, more) = *LENGTHS.get(usize::from(symbol - 257))?;
        let length = usize::from(length) + bits.take(u32::from(more))? as usize;
        let from = out.len().checked_sub(distance(bits, distances)?)?;
        if out.len() + length > most {
            return None;
        }
        // What is copied may be what this very copy writes.
        for index in from..from + length {
            out.push(*out.get(index)?);
        }
    }
}

fn distance(bits: &mut Bits<'_>, distances: &Code) -> Option<usize> {
    let symbol = u32::from(distances.symbol(bits)?);
    let (base, more) = match symbol {
        0..4 => (symbol + 1, 0),
        4..30 => {
            let more = symbol / 2 - 1;
            (((2 + symbol % 2) << more) + 1, more)
        }
        _ => return None,
    };
    usize::try_from(base + bits.take(more)?).ok()
}

/// The codes that need not be told.
fn fixed() -> Option<(Code, Code)> {
    let length = |symbol| match symbol {
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    };
    let literals: Vec<u8> = (0..288).map(length).collect();
    Some((Code::new(&literals)?, Code::new(&[5; 30])?))
}

/// Reads the codes that a block tells.
fn dynamic(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    let literals = bits.take(5)? as usize + 257;
    let distances = bits.take(5)? as usize + 1;
    let told = bits.take(4)? as usize + 4;
    let mut lengths = [0; 19];
    for place in ORDER.iter().take(told) {
        *lengths.get_mut(*place)? = u8::try_from(bits.take(3)?).ok()?;
    }
    let code = Code::new(&lengths)?;
    let mut lengths: Vec<u8> = Vec::new();
    while lengths.len() < literals + distances {
        let (value, times) = match code.symbol(bits)? {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (u8::try_from(length).ok()?, 1),
        };
        lengths.extend((0..times).map(|_| value));
    }
    if lengths.len() > literals + distances {
        return None;
    }
    let (literals, distances) = lengths.split_at_checked(literals)?;
    Some((Code::new(literals)?, Code::new(distances)?))
}
