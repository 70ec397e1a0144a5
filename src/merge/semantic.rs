//! Finds what two changes mean together that neither means alone: subnets that
//! now overlap, a port used twice, a reference to what the other side deleted.
//!
//! Only a fact that one side brought can clash with one that the other
//! brought, so only documents that changed are read.
//!
//! **Invariant:** what one side already had wrong by itself is no conflict.

use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Side;
use super::documents::DocRow;
use super::facts;
use super::facts::Fact;
use super::facts::What;
use super::hash;
use super::options::Settlement;
use super::place::Path;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Place;
use super::settle::Settler;
use super::versions::Version;
use super::versions::Versions;
use crate::model;
use crate::model::Pointer;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::model::Value;
use crate::order;
use crate::order::Map;

/// Whether both sides have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    OneSide,
    BothSides,
}

impl Presence {
    /// Looks at what the sides have.
    pub fn of<T>(versions: &Versions<Option<T>>) -> Presence {
        match (&versions.ours, &versions.theirs) {
            (Some(_), Some(_)) => Presence::BothSides,
            _ => Presence::OneSide,
        }
    }
}

/// Places in one document at which a version is taken whatever the merge says.
#[derive(Debug, Clone, Default)]
pub(super) struct Forced {
    all: Vec<Force>,
    is_asked: bool,
}

#[derive(Debug, Clone)]
struct Force {
    /// Whose text the pointer is for.
    of: Version,
    field: Pointer,
    take: Version,
}

impl Forced {
    /// Returns the version that is forced at a place. Of what one side does not
    /// have, what is forced inside is forced for all of it.
    pub fn of(&self, path: &Path, presence: Presence) -> Option<Version> {
        self.all.iter().find_map(|force| {
            let here = path.pointer(force.of)?;
            let is_here = here == force.field;
            let is_inside = presence == Presence::OneSide && force.field.0.starts_with(&here.0);
            (is_here || is_inside).then_some(force.take)
        })
    }

    /// Says whether a person was asked what the document means, and need not be
    /// asked again.
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Says whether nothing is forced.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns the version that is forced for the whole document.
    pub fn of_document(&self, presence: Presence) -> Option<Version> {
        let is_whole = |force: &&Force| force.field.0.is_empty() || presence == Presence::OneSide;
        let force = self.all.iter().find(is_whole)?;
        Some(force.take)
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
struct Changes {
    added: Vec<Known>,
    removed: Vec<Known>,
    /// What the side has in the documents that changed.
    all: Vec<Known>,
}

/// Asks about all clashes of meaning; returns what is forced in each row.
pub(super) fn check(rows: &[DocRow<'_>], settler: &mut Settler<'_>) -> Map<usize, Forced> {
    let mut forced: Map<usize, Forced> = Map::new();
    let (mut ours, mut theirs) = (Changes::default(), Changes::default());
    for (index, row) in rows.iter().enumerate() {
        let texts = Versions::each(|version| row.of(version).as_ref().map(super::documents::Doc::text));
        if texts.ours == texts.base && texts.theirs == texts.base || texts.ours == texts.theirs {
            continue;
        }
        let facts = Versions::each(|version| facts_of(row, version));
        ours.compare(index, &facts.base, facts.ours);
        theirs.compare(index, &facts.base, facts.theirs);
    }
    let mut clashes = Vec::new();
    claims(&ours, &theirs, &mut clashes);
    needs(&ours, &theirs, Version::Ours, &mut clashes);
    needs(&theirs, &ours, Version::Theirs, &mut clashes);
    room(&ours, &theirs, Version::Ours, &mut clashes);
    room(&theirs, &ours, Version::Theirs, &mut clashes);
    for clash in clashes {
        settle(rows, clash, settler, &mut forced);
    }
    forced
}

fn facts_of(row: &DocRow<'_>, version: Version) -> Vec<Fact> {
    let Some(doc) = row.of(version) else { return Vec::new() };
    let Some(id) = &doc.id else { return Vec::new() };
    if !id.group.ends_with("githedgehog.com") {
        return Vec::new();
    }
    facts::of(id, &model::read(doc.tree, doc.node, Reading::Kubernetes))
}

impl Changes {
    fn compare(&mut self, row: usize, base: &[Fact], side: Vec<Fact>) {
        let same = |left: &Fact, right: &Fact| left.about == right.about && left.what == right.what;
        let known = |fact: &Fact| Known { row, fact: fact.clone() };
        self.removed
            .extend(base.iter().filter(|fact| !side.iter().any(|other| same(fact, other))).map(known));
        self.added.extend(side.iter().filter(|fact| !base.iter().any(|other| same(fact, other))).map(known));
        self.all.extend(side.into_iter().map(|fact| Known { row, fact }));
    }
}

/// Two changes that do not go together.
#[derive(Debug)]
struct Clash {
    ours: Point,
    theirs: Point,
    /// What is wrong, in words.
    words: String,
}

/// A change: a field that a side has, or one of base that it has no more.
#[derive(Debug, Clone)]
struct Point {
    row: usize,
    of: Version,
    field: Pointer,
}

impl Point {
    fn new(known: &Known, of: Version) -> Point {
        Point { row: known.row, of, field: known.fact.field.clone() }
    }
}

fn claims(ours: &Changes, theirs: &Changes, clashes: &mut Vec<Clash>) {
    let mut by_space: Map<&str, Vec<&Known>> = Map::new();
    for known in &theirs.added {
        if let What::Claims { space, .. } = &known.fact.what {
            by_space.entry(space).or_default().push(known);
        }
    }
    for known in &ours.added {
        let What::Claims { space, extent, words } = &known.fact.what else { continue };
        for other in by_space.get(space.as_str()).into_iter().flatten() {
            let What::Claims { extent: of_theirs, .. } = &other.fact.what else { continue };
            if known.fact.about == other.fact.about || !extent.meets(of_theirs) {
                continue;
            }
            // What the other side says about the same thing is merged there.
            let is_settled = changed_too(theirs, known)
                || changed_too(ours, other)
                || (renamed(ours, known) && renamed(theirs, other));
            if !is_settled {
                clashes.push(Clash {
                    ours: Point::new(known, Version::Ours),
                    theirs: Point::new(other, Version::Theirs),
                    words: (*words).to_owned(),
                });
            }
        }
    }
}

/// Says whether a side changed what the fact of the other side is about.
fn changed_too(side: &Changes, known: &Known) -> bool {
    side.added.iter().any(|other| other.row == known.row && other.fact.about == known.fact.about)
}

/// Says whether the side only gave what claims this another name.
fn renamed(side: &Changes, known: &Known) -> bool {
    side.removed.iter().any(|removed| removed.row == known.row && removed.fact.what == known.fact.what)
}

/// Finds what `side` newly needs and `other` took away.
fn needs(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let gone: Vec<&Known> =
        other.removed.iter().filter(|known| matches!(known.fact.what, What::Gives { .. })).collect();
    if gone.is_empty() {
        return;
    }
    for known in &side.added {
        let What::Needs { thing } = &known.fact.what else { continue };
        let gives = |fact: &Fact| matches!(&fact.what, What::Gives { thing: given } if given == thing);
        let Some(removed) = gone.iter().find(|removed| gives(&removed.fact)) else { continue };
        let is_still_there = other.all.iter().any(|known| gives(&known.fact));
        if !is_still_there && removed.row != known.row {
            let (here, there) = (
                Point::new(known, version),
                Point { row: removed.row, of: Version::Base, field: removed.fact.field.clone() },
            );
            let words = format!("{thing} is used here and deleted there");
            clashes.push(match version {
                Version::Ours => Clash { ours: here, theirs: there, words },
                _ => Clash { ours: there, theirs: here, words },
            });
        }
    }
}

/// Finds what `side` newly puts where `other` took the room away.
fn room(side: &Changes, other: &Changes, version: Version, clashes: &mut Vec<Clash>) {
    let another = if version == Version::Ours { Version::Theirs } else { Version::Ours };
    for known in &side.added {
        let What::Held { space, extent, words } = &known.fact.what else { continue };
        let has_room = |known: &&Known| matches!(&known.fact.what, What::Holds { space: of, extent: room } if of == space && room.holds(extent));
        let Some(removed) = other.removed.iter().find(has_room) else { continue };
        if other.all.iter().any(|known| has_room(&known)) || side.added.iter().any(|known| has_room(&known)) {
            continue;
        }
        let now = other
            .added
            .iter()
            .find(|known| known.row == removed.row && known.fact.about == removed.fact.about);
        let there = match now {
            Some(now) => Point::new(now, another),
            None => Point { row: removed.row, of: Version::Base, field: removed.fact.field.clone() },
        };
        let here = Point::new(known, version);
        let words = format!("it {words}");
        clashes.push(match version {
            Version::Ours => Clash { ours: here, theirs: there, words },
            _ => Clash { ours: there, theirs: here, words },
        });
    }
}

fn settle(rows: &[DocRow<'_>], clash: Clash, settler: &mut Settler<'_>, forced: &mut Map<usize, Forced>) {
    let ours = side_of(rows, &clash.ours, Version::Ours);
    let theirs = side_of(rows, &clash.theirs, Version::Theirs);
    let resource = resource_of(rows, &clash.ours);
    let (of_ours, of_theirs) = (name(rows, &clash.ours), name(rows, &clash.theirs));
    let mut keys = [of_ours.clone(), of_theirs.clone()];
    order::sort(&mut keys);
    let place = Place {
        kind: ConflictKind::Semantic,
        severity: ConflictSeverity::Critical,
        resource,
        field: Some(clash.ours.field.clone()),
        label: format!("{of_ours} and {of_theirs}: {}", clash.words),
        key: format!("semantic {} {}", keys.join(" "), clash.words),
        sides: Versions { base: Side::default(), ours, theirs },
        allows: Allows { both: Some("Keep both in spite of it"), ..Allows::default() },
        group: Some(group(rows, &clash)),
    };
    for row in [clash.ours.row, clash.theirs.row] {
        forced.entry(row).or_default().is_asked = true;
    }
    let (point, take) = match settler.settle(place) {
        Outcome::Settled(Settlement::Both) => return,
        Outcome::Settled(Settlement::Ours) => (clash.theirs, Version::Ours),
        _ => (clash.ours, Version::Theirs),
    };
    forced.entry(point.row).or_default().all.push(Force { of: point.of, field: point.field, take });
}

/// Returns what the clashes of two things share.
fn group(rows: &[DocRow<'_>], clash: &Clash) -> String {
    let thing = |point: &Point| {
        let holder = point.field.split_last().map_or_else(Pointer::root, |(holder, _)| holder);
        format!("{:?} {holder}", resource_of(rows, point))
    };
    format!("{:016x}", hash::of_text(&format!("{}\n{}", thing(&clash.ours), thing(&clash.theirs))))
}

fn resource_of(rows: &[DocRow<'_>], point: &Point) -> Option<ResourceId> {
    let row = rows.get(point.row)?;
    Version::ANY.into_iter().find_map(|version| row.of(version).as_ref()).and_then(|doc| doc.id.clone())
}

fn name(rows: &[DocRow<'_>], point: &Point) -> String {
    let resource = resource_of(rows, point).map(|id| id.to_string()).unwrap_or_default();
    let value = value_at(rows, point);
    let path = model::FieldPath::new(&value.0, &point.field, &model::InferredLabels).to_string();
    if path.is_empty() { resource } else { format!("{resource} {path}") }
}

/// Returns the document a point is in and what stands at the point.
fn value_at(rows: &[DocRow<'_>], point: &Point) -> (Value, Option<Value>) {
    let Some(doc) = rows.get(point.row).and_then(|row| row.of(point.of).as_ref()) else {
        return (Value::Null, None);
    };
    let value = model::read(doc.tree, doc.node, Reading::Kubernetes);
    let at = model::locate(doc.tree, doc.node, &point.field);
    let found = at.map(|at| model::read(doc.tree, at.value, Reading::Kubernetes));
    (value, found)
}

fn side_of(rows: &[DocRow<'_>], point: &Point, version: Version) -> Side {
    let doc = rows.get(point.row).and_then(|row| row.of(version).as_ref());
    let at = doc.and_then(|doc| Some((doc, model::locate(doc.tree, doc.node, &point.field)?)));
    match (at, point.of == version) {
        (Some((doc, at)), true) => Side {
            present: true,
            value: Some(model::read(doc.tree, at.value, Reading::Kubernetes)),
            text: Some(doc.tree.source().slice(doc.tree.full_span(at.value)).to_owned()),
            path: Some(doc.path.to_owned()).filter(|path| !path.is_empty()),
            span: Some(doc.tree.full_span(at.value)),
        },
        _ => Side::default(),
    }
}
