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
use super::contradict;
use super::contradict::Changes;
use super::contradict::Clash;
use super::contradict::Point;
use super::documents::Doc;
use super::documents::DocRow;
use super::facts;
use super::facts::Fact;
use super::forced::Forced;
use super::hash;
use super::options::Settlement;
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

/// Asks about all clashes of meaning; returns what is forced in each row.
pub(super) fn check(rows: &[DocRow<'_>], settler: &mut Settler<'_>) -> Map<usize, Forced> {
    let mut forced: Map<usize, Forced> = Map::new();
    let (mut ours, mut theirs) = (Changes::default(), Changes::default());
    for (index, row) in rows.iter().enumerate() {
        let texts = Versions::each(|version| row.of(version).as_ref().map(Doc::text));
        if texts.ours == texts.base && texts.theirs == texts.base || texts.ours == texts.theirs {
            continue;
        }
        let specs = Versions::each(|version| row.of(version).as_ref().and_then(spec_of));
        let is_alike = |version| specs.base.is_some() && specs.of(version) == &specs.base;
        if is_alike(Version::Ours) && is_alike(Version::Theirs) {
            continue;
        }
        let base = facts_of(row, Version::Base);
        for (version, changes) in [(Version::Ours, &mut ours), (Version::Theirs, &mut theirs)] {
            let side = if is_alike(version) { base.clone() } else { facts_of(row, version) };
            changes.compare(index, &base, side);
        }
    }
    let mut clashes = contradict::clashes(&ours, &theirs, settler.options().limits.clashes);
    order::sort_by_key(&mut clashes, |clash| {
        clash.ours.first().map(|point| (point.row, point.field.clone()))
    });
    let mut scene = Scene { rows, values: Map::new() };
    for clash in clashes {
        scene.settle(clash, settler, &mut forced);
    }
    forced
}

/// Returns what a resource wants, as written. None if it has nothing there, or
/// if the text does not say all, as with aliases.
fn spec_of<'t>(doc: &Doc<'t>) -> Option<&'t str> {
    if memchr::memchr(b'*', doc.text().as_bytes()).is_some() {
        return None;
    }
    let spec = doc.tree.get(doc.tree.root(doc.node)?, "spec")?;
    Some(doc.tree.raw(spec))
}

fn facts_of(row: &DocRow<'_>, version: Version) -> Vec<Fact> {
    let Some(doc) = row.of(version) else { return Vec::new() };
    let Some(id) = &doc.id else { return Vec::new() };
    if !id.group.ends_with("githedgehog.com") {
        return Vec::new();
    }
    facts::of(id, &model::read(doc.tree, doc.node, Reading::Kubernetes))
}

/// The documents that clashes are told of.
struct Scene<'r, 't> {
    rows: &'r [DocRow<'t>],
    /// What the documents say that were asked about.
    values: Map<(usize, Version), Value>,
}

impl Scene<'_, '_> {
    fn settle(&mut self, clash: Clash, settler: &mut Settler<'_>, forced: &mut Map<usize, Forced>) {
        let (Some(of_ours), Some(of_theirs)) = (clash.ours.first(), clash.theirs.first()) else { return };
        let names = [self.name(of_ours), self.name(of_theirs)];
        let mut keys = names.clone();
        order::sort(&mut keys);
        let [here, there] = [(&names[0], &clash.ours), (&names[1], &clash.theirs)].map(with_more);
        let place = Place {
            kind: ConflictKind::Semantic,
            severity: ConflictSeverity::Critical,
            resource: self.resource_of(of_ours),
            field: Some(of_ours.field.clone()),
            label: format!("{here} and {there}: {}", clash.words),
            key: format!("semantic {} {}", keys.join(" "), clash.words),
            sides: Versions {
                base: Side::default(),
                ours: self.side_of(of_ours, Version::Ours),
                theirs: self.side_of(of_theirs, Version::Theirs),
            },
            allows: Allows { both: Some("Keep both in spite of it"), ..Allows::default() },
            group: Some(self.group(of_ours, of_theirs)),
        };
        for point in clash.ours.iter().chain(&clash.theirs) {
            forced.entry(point.row).or_default().ask();
        }
        let (points, take) = match settler.settle(place) {
            Outcome::Settled(Settlement::Both) => return,
            Outcome::Settled(Settlement::Ours) => (clash.theirs, Version::Ours),
            _ => (clash.ours, Version::Theirs),
        };
        for point in points {
            forced.entry(point.row).or_default().add(point.of, point.field, take);
        }
    }

    /// Returns what the clashes of two things share.
    fn group(&self, ours: &Point, theirs: &Point) -> String {
        let thing = |point: &Point| {
            let holder = point.field.split_last().map_or_else(Pointer::root, |(holder, _)| holder);
            format!("{:?} {holder}", self.resource_of(point))
        };
        format!("{:016x}", hash::of_text(&format!("{}\n{}", thing(ours), thing(theirs))))
    }

    fn doc(&self, point: &Point, version: Version) -> Option<&Doc<'_>> {
        self.rows.get(point.row)?.of(version).as_ref()
    }

    fn resource_of(&self, point: &Point) -> Option<ResourceId> {
        Version::ANY.into_iter().find_map(|version| self.doc(point, version)).and_then(|doc| doc.id.clone())
    }

    fn name(&mut self, point: &Point) -> String {
        let resource = self.resource_of(point).map(|id| id.to_string()).unwrap_or_default();
        let doc = self.rows.get(point.row).and_then(|row| row.of(point.of).as_ref());
        let Some(doc) = doc else { return resource };
        let read = || model::read(doc.tree, doc.node, Reading::Kubernetes);
        let value = self.values.entry((point.row, point.of)).or_insert_with(read);
        let path = model::FieldPath::new(value, &point.field, &model::InferredLabels).to_string();
        if path.is_empty() { resource } else { format!("{resource} {path}") }
    }

    fn side_of(&self, point: &Point, version: Version) -> Side {
        let doc = self.doc(point, version).filter(|_| point.of == version);
        let at = doc.and_then(|doc| Some((doc, model::locate(doc.tree, doc.node, &point.field)?)));
        let Some((doc, at)) = at else { return Side::default() };
        Side {
            present: true,
            value: Some(model::read(doc.tree, at.value, Reading::Kubernetes)),
            text: Some(doc.tree.source().slice(doc.tree.full_span(at.value)).to_owned()),
            path: Some(doc.path.to_owned()).filter(|path| !path.is_empty()),
            span: Some(doc.tree.full_span(at.value)),
        }
    }
}

/// Says how many more there are.
fn with_more((name, points): (&String, &Vec<Point>)) -> String {
    match points.len() {
        0 | 1 => name.clone(),
        count => format!("{name} (and {} more)", count - 1),
    }
}
