//! Finds what two changes say against each other, in what each side claims,
//! needs and gives.
//!
//! **Invariant:** the cost grows with what changed and with the
//! contradictions that are told one by one, never with all pairs.

use super::facts::Extent;
use super::facts::Fact;
use super::facts::What;
use super::versions::Version;
use crate::model::Pointer;
use crate::order;
use crate::order::Map;
use crate::order::Set;

/// Changes that do not go together.
#[derive(Debug)]
pub(super) struct Clash {
    /// One change of ours; all of them, where there are too many to be told
    /// one by one.
    pub ours: Vec<Point>,
    /// The same of theirs.
    pub theirs: Vec<Point>,
    /// What is wrong, in words.
    pub words: String,
}

/// A change: a field that a side has, or one of base that it has no more.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub row: usize,
    pub of: Version,
    pub field: Pointer,
}

impl Point {
    fn new(known: &Known, of: Version) -> Point {
        Point { row: known.row, of, field: known.fact.field() }
    }
}

/// A fact with the document that says it.
#[derive(Debug, Clone)]
struct Known {
    row: usize,
    fact: Fact,
}

/// What one side brought and took away.
#[derive(Debug, Default)]
pub(super) struct Changes {
    added: Vec<Known>,
    removed: Vec<Known>,
    /// What the side has in the documents that changed.
    all: Vec<Known>,
}

impl Changes {
    /// Adds what a side made of a document.
    pub fn compare(&mut self, row: usize, base: &[Fact], side: Vec<Fact>) {
        let known = |fact: &Fact| Known { row, fact: fact.clone() };
        self.removed.extend(missing(base, &side).map(known));
        self.added.extend(missing(&side, base).map(known));
        self.all.extend(side.into_iter().map(|fact| Known { row, fact }));
    }
}

/// Returns the facts that others lack.
fn missing<'f>(facts: &'f [Fact], others: &'f [Fact]) -> impl Iterator<Item = &'f Fact> {
    let mut by_about: Map<u64, Vec<&What>> = Map::new();
    for other in others {
        by_about.entry(other.about).or_default().push(&other.what);
    }
    facts.iter().filter(move |fact| by_about.get(&fact.about).is_none_or(|said| !said.contains(&&fact.what)))
}

/// Finds all contradictions between what the sides did. Of one sort, no more
/// than `most` are told one by one.
pub(super) fn clashes(ours: &Changes, theirs: &Changes, most: usize) -> Vec<Clash> {
    let mut clashes = Vec::new();
    claims(ours, theirs, most, &mut clashes);
    needs(ours, theirs, Version::Ours, &mut clashes);
    needs(theirs, ours, Version::Theirs, &mut clashes);
    room(ours, theirs, Version::Ours, &mut clashes);
    room(theirs, ours, Version::Theirs, &mut clashes);
    clashes
}

/// What a side newly claims of one space.
struct Claimed<'c> {
    all: Vec<Claim<'c>>,
    by_text: Map<u64, Vec<usize>>,
    /// By where they begin, with the last end so far.
    ranges: Vec<(u128, usize, u128)>,
}

/// A claim.
struct Claim<'c> {
    known: &'c Known,
    extent: Extent,
    words: &'static str,
    /// Whether the side only gave what claims this another name.
    is_renamed: bool,
}

impl<'c> Claimed<'c> {
    fn new(all: Vec<Claim<'c>>) -> Claimed<'c> {
        let mut claimed = Claimed { all, by_text: Map::new(), ranges: Vec::new() };
        for (index, claim) in claimed.all.iter().enumerate() {
            match claim.extent {
                Extent::Text(text) => claimed.by_text.entry(text).or_default().push(index),
                Extent::Range(first, last, _) => claimed.ranges.push((first, index, last)),
            }
        }
        order::sort(&mut claimed.ranges);
        let mut end = 0;
        for range in &mut claimed.ranges {
            end = range.2.max(end);
            range.2 = end;
        }
        claimed
    }

    /// Returns what the claim of the other side contradicts.
    fn against(&self, other: &Claim<'_>) -> impl Iterator<Item = usize> {
        let (texts, ranges) = match other.extent {
            Extent::Text(text) => (self.by_text.get(&text), [].as_slice()),
            Extent::Range(first, last, _) => {
                let begun = self.ranges.partition_point(|range| range.0 <= last);
                let ended = self.ranges.partition_point(|range| range.2 < first);
                (None, self.ranges.get(ended..begun).unwrap_or_default())
            }
        };
        let near = texts.into_iter().flatten().copied().chain(ranges.iter().map(|range| range.1));
        near.filter(move |index| {
            self.all.get(*index).is_some_and(|claim| {
                claim.known.fact.about != other.known.fact.about
                    && claim.extent.meets(&other.extent)
                    && !(claim.is_renamed && other.is_renamed)
            })
        })
    }

    /// Returns those that the other side contradicts, as points of `version`.
    fn contradicted(&self, other: &Claimed<'_>, version: Version) -> Vec<Point> {
        let met = self.all.iter().filter(|claim| other.against(claim).next().is_some());
        met.map(|claim| Point::new(claim.known, version)).collect()
    }
}

/// Finds what both sides newly claim.
fn claims(ours: &Changes, theirs: &Changes, most: usize, clashes: &mut Vec<Clash>) {
    let mut of_theirs = claims_of(theirs, ours);
    for (space, ours) in claims_of(ours, theirs) {
        let Some(theirs) = of_theirs.remove(&space) else { continue };
        let (ours, theirs) = (Claimed::new(ours), Claimed::new(theirs));
        let before = clashes.len();
        for claim in &ours.all {
            let room = (most + 1).saturating_sub(clashes.len() - before);
            let mut met: Vec<usize> = theirs.against(claim).take(room).collect();
            order::sort(&mut met);
            let others = met.into_iter().filter_map(|index| theirs.all.get(index));
            clashes.extend(others.map(|other| Clash {
                ours: vec![Point::new(claim.known, Version::Ours)],
                theirs: vec![Point::new(other.known, Version::Theirs)],
                words: claim.words.to_owned(),
            }));
        }
        if clashes.len() - before > most {
            let words = ours.all.first().map_or("", |claim| claim.words).to_owned();
            clashes.truncate(before);
            clashes.push(Clash {
                ours: ours.contradicted(&theirs, Version::Ours),
                theirs: theirs.contradicted(&ours, Version::Theirs),
                words,
            });
        }
    }
}

/// Lists the claims a side added, by space, in order. What the other side says
/// about the same thing is merged there, and is no contradiction.
fn claims_of<'c>(side: &'c Changes, other: &Changes) -> Map<u64, Vec<Claim<'c>>> {
    let changed: Set<(usize, u64)> = other.added.iter().map(about).collect();
    let mut removed: Map<(usize, u64), Vec<&What>> = Map::new();
    for known in &side.removed {
        if let What::Claims { space, .. } = &known.fact.what {
            removed.entry((known.row, *space)).or_default().push(&known.fact.what);
        }
    }
    let mut spaces: Map<u64, Vec<Claim<'_>>> = Map::new();
    for known in &side.added {
        let What::Claims { space, extent, words } = &known.fact.what else { continue };
        if changed.contains(&about(known)) {
            continue;
        }
        let before = removed.get(&(known.row, *space));
        let is_renamed = before.is_some_and(|before| before.contains(&&known.fact.what));
        spaces.entry(*space).or_default().push(Claim { known, extent: *extent, words, is_renamed });
    }
    spaces
}

fn about(known: &Known) -> (usize, u64) {
    (known.row, known.fact.about)
}

/// Finds what `side` newly needs and `other` took away.
fn needs(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let given = |known: &Known| match &known.fact.what {
        What::Gives(thing) => Some(thing.number()),
        _ => None,
    };
    let mut gone: Map<u64, &Known> = Map::new();
    for known in &other.removed {
        if let Some(thing) = given(known) {
            gone.entry(thing).or_insert(known);
        }
    }
    if gone.is_empty() {
        return;
    }
    let there: Set<u64> = other.all.iter().filter_map(given).collect();
    for known in &side.added {
        let What::Needs(thing) = &known.fact.what else { continue };
        let Some(removed) = gone.get(&thing.number()) else { continue };
        if removed.row != known.row && !there.contains(&thing.number()) {
            let there = Point::new(removed, Version::Base);
            let words = format!("{thing} is used here and deleted there");
            clashes.push(Clash::between(Point::new(known, version), there, words, version));
        }
    }
}

/// Finds what `side` newly puts where `other` took the room away.
fn room(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let another = if version == Version::Ours { Version::Theirs } else { Version::Ours };
    let removed = rooms(&other.removed);
    if removed.is_empty() {
        return;
    }
    let (of_other, of_side) = (rooms(&other.all), rooms(&side.added));
    let mut added: Map<(usize, u64), &Known> = Map::new();
    for known in &other.added {
        added.entry(about(known)).or_insert(known);
    }
    for known in &side.added {
        let What::Held { space, extent, words } = &known.fact.what else { continue };
        let room = |rooms: &Map<u64, Vec<(Extent, &Known)>>| {
            let mut rooms = rooms.get(space).into_iter().flatten();
            rooms.position(|(room, _)| room.holds(extent))
        };
        let Some(index) = room(&removed) else { continue };
        if room(&of_other).is_some() || room(&of_side).is_some() {
            continue;
        }
        let lost = removed.get(space).and_then(|rooms| rooms.get(index));
        let Some((_, lost)) = lost else { continue };
        let there = match added.get(&about(lost)) {
            Some(now) => Point::new(now, another),
            None => Point::new(lost, Version::Base),
        };
        clashes.push(Clash::between(Point::new(known, version), there, format!("it {words}"), version));
    }
}

/// Lists the room that facts give, by space.
fn rooms(facts: &[Known]) -> Map<u64, Vec<(Extent, &Known)>> {
    let mut rooms: Map<u64, Vec<(Extent, &Known)>> = Map::new();
    for known in facts {
        if let What::Holds { space, extent } = &known.fact.what {
            rooms.entry(*space).or_default().push((*extent, known));
        }
    }
    rooms
}

impl Clash {
    /// Makes a clash of a change of `version` with one of the other side.
    fn between(here: Point, there: Point, words: String, version: Version) -> Clash {
        let (ours, theirs) = if version == Version::Ours { (here, there) } else { (there, here) };
        Clash { ours: vec![ours], theirs: vec![theirs], words }
    }
}
