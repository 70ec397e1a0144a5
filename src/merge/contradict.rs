//! Finds what two changes say against each other, in what each side claims,
//! needs and gives.
//!
//! **Invariant:** the cost grows with what changed and with the
//! contradictions that are told one by one, never with all pairs.

use super::facts::Extent;
use super::facts::Fact;
use super::facts::What;
use super::groups::Groups;
use super::hash;
use super::versions::Version;
use crate::model::Pointer;
use crate::order;

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
    let by_about: Groups = others.iter().enumerate().map(|(place, other)| (other.about, place)).collect();
    facts.iter().filter(move |fact| {
        let mut said = by_about.of(fact.about).iter().filter_map(|&place| others.get(place));
        !said.any(|other| other.what == fact.what)
    })
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

/// What a side newly claims, by space.
struct Claimed<'c> {
    all: Vec<Claim<'c>>,
    /// By space and text.
    texts: Groups,
    /// By space and where they begin.
    ranges: Vec<Stretch>,
}

/// A claim.
struct Claim<'c> {
    known: &'c Known,
    space: u64,
    extent: Extent,
    words: &'static str,
    /// Whether the side only gave what claims this another name.
    is_renamed: bool,
}

/// A range in a space.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    space: u64,
    first: u128,
    place: usize,
    /// The last end of those so far.
    end: u128,
}

impl<'c> Claimed<'c> {
    /// Lists the claims a side added. What the other side says about the same
    /// thing is merged there, and is no contradiction.
    fn of(side: &'c Changes, other: &Changes) -> Claimed<'c> {
        let changed: Groups = other.added.iter().map(|known| (about(known), 0)).collect();
        let dropped = side.removed.iter().enumerate();
        let dropped: Groups = dropped.map(|(place, known)| (about_claim(known), place)).collect();
        let claim = |known: &'c Known| match known.fact.what {
            What::Claims { space, extent, words } if !changed.has(about(known)) => {
                let mut before = dropped.of(about_claim(known)).iter().filter_map(|&at| side.removed.get(at));
                let is_renamed = before.any(|before| before.fact.what == known.fact.what);
                Some(Claim { known, space, extent, words, is_renamed })
            }
            _ => None,
        };
        let mut all: Vec<Claim<'_>> = side.added.iter().filter_map(claim).collect();
        order::sort_by_key(&mut all, |claim| claim.space);
        let mut claimed = Claimed { all, texts: Groups::default(), ranges: Vec::new() };
        for (place, Claim { space, extent, .. }) in claimed.all.iter().enumerate() {
            match *extent {
                Extent::Text(text) => claimed.texts.add(hash::mix(*space, text), place),
                Extent::Range(first, end, _) => {
                    claimed.ranges.push(Stretch { space: *space, first, place, end });
                }
            }
        }
        order::sort(&mut claimed.ranges);
        let mut last = (0, 0);
        for range in &mut claimed.ranges {
            last = if last.0 == range.space {
                (last.0, range.end.max(last.1))
            } else {
                (range.space, range.end)
            };
            range.end = last.1;
        }
        claimed
    }

    /// Returns what the claim of the other side contradicts.
    fn against(&self, other: &Claim<'_>) -> impl Iterator<Item = &Claim<'c>> {
        let (texts, ranges) = match other.extent {
            Extent::Text(text) => (self.texts.of(hash::mix(other.space, text)), [].as_slice()),
            Extent::Range(first, last, _) => {
                let begun = self.ranges.partition_point(|at| (at.space, at.first) <= (other.space, last));
                let ended = self.ranges.partition_point(|at| (at.space, at.end) < (other.space, first));
                ([].as_slice(), self.ranges.get(ended..begun).unwrap_or_default())
            }
        };
        let near = texts.iter().copied().chain(ranges.iter().map(|range| range.place));
        near.filter_map(|place| self.all.get(place)).filter(move |claim| {
            claim.space == other.space
                && claim.known.fact.about != other.known.fact.about
                && claim.extent.meets(&other.extent)
                && !(claim.is_renamed && other.is_renamed)
        })
    }
}

/// Returns those of some claims that the other side contradicts.
fn contradicted(claims: &[Claim<'_>], other: &Claimed<'_>, version: Version) -> Vec<Point> {
    let met = claims.iter().filter(|claim| other.against(claim).next().is_some());
    met.map(|claim| Point::new(claim.known, version)).collect()
}

/// Finds what both sides newly claim.
fn claims(ours: &Changes, theirs: &Changes, most: usize, clashes: &mut Vec<Clash>) {
    let (ours, theirs) = (Claimed::of(ours, theirs), Claimed::of(theirs, ours));
    for run in ours.all.chunk_by(|one, other| one.space == other.space) {
        let Some(first) = run.first() else { continue };
        let before = clashes.len();
        for claim in run {
            let room = (most + 1).saturating_sub(clashes.len() - before);
            clashes.extend(theirs.against(claim).take(room).map(|other| Clash {
                ours: vec![Point::new(claim.known, Version::Ours)],
                theirs: vec![Point::new(other.known, Version::Theirs)],
                words: claim.words.to_owned(),
            }));
        }
        if clashes.len() - before > most {
            clashes.truncate(before);
            let (start, end) = (
                theirs.all.partition_point(|claim| claim.space < first.space),
                theirs.all.partition_point(|claim| claim.space <= first.space),
            );
            clashes.push(Clash {
                ours: contradicted(run, &theirs, Version::Ours),
                theirs: contradicted(theirs.all.get(start..end).unwrap_or_default(), &ours, Version::Theirs),
                words: first.words.to_owned(),
            });
        }
    }
}

/// Returns the number of what a fact of a document is about.
fn about(known: &Known) -> u64 {
    hash::mix(known.row as u64, known.fact.about)
}

/// Returns the number of what a fact of a document claims.
fn about_claim(known: &Known) -> u64 {
    match known.fact.what {
        What::Claims { space, extent, .. } => {
            hash::mix(hash::mix(known.row as u64, space), extent.number_of())
        }
        _ => 0,
    }
}

/// Finds what `side` newly needs and `other` took away.
fn needs(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let gone = things(&other.removed);
    if gone.is_empty() {
        return;
    }
    let there = things(&other.all);
    // What a side needs and has taken away itself is its own mistake.
    let (own_gone, own) = (things(&side.removed), things(&side.all));
    for known in &side.added {
        let What::Needs(thing) = &known.fact.what else { continue };
        let Some(&removed) = gone.of(thing.number()).first() else { continue };
        let Some(removed) = other.removed.get(removed) else { continue };
        let number = thing.number();
        let is_own = own_gone.has(number) && !own.has(number);
        if removed.row != known.row && !there.has(number) && !is_own {
            let there = Point::new(removed, Version::Base);
            let words = format!("{thing} is used here and deleted there");
            clashes.push(Clash::between(Point::new(known, version), there, words, version));
        }
    }
}

/// Lists the places of facts by the things they give.
fn things(facts: &[Known]) -> Groups {
    let given = facts.iter().enumerate().filter_map(|(place, known)| match &known.fact.what {
        What::Gives(thing) => Some((thing.number(), place)),
        _ => None,
    });
    given.collect()
}

/// Finds what `side` newly puts where `other` took the room away.
fn room(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let another = version.other();
    let removed = Rooms::new(&other.removed);
    if removed.by_space.is_empty() {
        return;
    }
    let still = [Rooms::new(&other.all), Rooms::new(&side.added)];
    let (own_gone, own) = (Rooms::new(&side.removed), Rooms::new(&side.all));
    let added: Groups = other.added.iter().enumerate().map(|(place, known)| (about(known), place)).collect();
    for known in &side.added {
        let What::Held { space, extent, words } = known.fact.what else { continue };
        let Some(lost) = removed.of(space, extent) else { continue };
        let is_own = own_gone.of(space, extent).is_some() && own.of(space, extent).is_none();
        if is_own || still.iter().any(|rooms| rooms.of(space, extent).is_some()) {
            continue;
        }
        let now = added.of(about(lost)).first().and_then(|&place| other.added.get(place));
        let there = match now {
            Some(now) => Point::new(now, another),
            None => Point::new(lost, Version::Base),
        };
        clashes.push(Clash::between(Point::new(known, version), there, format!("it {words}"), version));
    }
}

/// The room that facts give.
struct Rooms<'c> {
    facts: &'c [Known],
    by_space: Groups,
}

impl<'c> Rooms<'c> {
    fn new(facts: &'c [Known]) -> Rooms<'c> {
        let room = |(place, known): (usize, &Known)| match known.fact.what {
            What::Holds { space, .. } => Some((space, place)),
            _ => None,
        };
        Rooms { facts, by_space: facts.iter().enumerate().filter_map(room).collect() }
    }

    /// Returns the first that holds an extent.
    fn of(&self, space: u64, extent: Extent) -> Option<&'c Known> {
        let rooms = self.by_space.of(space).iter().filter_map(|&place| self.facts.get(place));
        let holds = |known: &&Known| matches!(known.fact.what, What::Holds { extent: room, .. } if room.holds(&extent));
        rooms.into_iter().find(holds)
    }
}

impl Clash {
    /// Makes a clash of a change of `version` with one of the other side.
    fn between(here: Point, there: Point, words: String, version: Version) -> Clash {
        let (ours, theirs) = if version == Version::Ours { (here, there) } else { (there, here) };
        Clash { ours: vec![ours], theirs: vec![theirs], words }
    }
}
