//! Finds resources that were renamed, and asks where the other side did
//! something else with them.
//!
//! **Invariant:** one resource does not become two unasked.

use super::answer::ConflictKind;
use super::document::place;
use super::documents::Doc;
use super::documents::DocRow;
use super::groups::Groups;
use super::hash;
use super::matching;
use super::options::Settlement;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Settler;
use super::shape::Shape;
use super::versions::Version;
use super::written::value_of;

/// Finds resources that one side renamed while the other changed them, and
/// asks.
pub(super) fn renamed<'t>(mut rows: Vec<DocRow<'t>>, settler: &mut Settler<'_>) -> Vec<DocRow<'t>> {
    for by in [Version::Ours, Version::Theirs] {
        let changer = by.other();
        let mut newcomers = Newcomers::find(&rows, by);
        if newcomers.is_empty() {
            continue;
        }
        for index in 0..rows.len() {
            let Some(row) = rows.get(index) else { continue };
            let (Some(base), None, Some(changed)) = (&row.base, row.of(by), row.of(changer)) else {
                continue;
            };
            if base.text() == changed.text() {
                continue;
            }
            let shape = Shape::new(base.tree, base.node, base.chunk);
            let Some(twin) = newcomers.twin(&shape, base, &rows) else { continue };
            let doc = rows.get(twin).and_then(|row| row.of(by).clone());
            let changed_shape = Shape::new(changed.tree, changed.node, changed.chunk);
            let only_dress = value_of(&shape) == value_of(&changed_shape);
            let mut joined = row.clone();
            set(&mut joined, by, doc);
            if only_dress {
                // Comments and the like go with the new name.
                put(&mut rows, index, joined);
                put(&mut rows, twin, DocRow::default());
                continue;
            }
            let allows = Allows { both: Some("Rename it and keep the changes"), ..Allows::default() };
            let outcome = settler.settle(place(&joined, ConflictKind::RenameModify, "rename", allows));
            let base = row.base.clone();
            match outcome {
                Outcome::Settled(Settlement::Both) => {}
                // As if nobody had changed it.
                outcome if outcome.version() == Some(by) => set(&mut joined, changer, base),
                // As if nobody had renamed it.
                _ => set(&mut joined, by, base),
            }
            put(&mut rows, index, joined);
            put(&mut rows, twin, DocRow::default());
        }
    }
    renamed_twice(&mut rows);
    rows
}

/// Joins a resource that both sides renamed with its two new names, so that
/// the name is asked about and no second resource comes to be.
fn renamed_twice(rows: &mut Vec<DocRow<'_>>) {
    let [mut of_ours, mut of_theirs] = [Version::Ours, Version::Theirs].map(|by| Newcomers::find(rows, by));
    if of_ours.is_empty() || of_theirs.is_empty() {
        return;
    }
    for index in 0..rows.len() {
        let Some(DocRow { base: Some(base), ours: None, theirs: None }) = rows.get(index) else { continue };
        let shape = Shape::new(base.tree, base.node, base.chunk);
        let twins = of_ours.twin(&shape, base, rows).zip(of_theirs.twin(&shape, base, rows));
        let Some((ours, theirs)) = twins else { continue };
        let joined = DocRow {
            base: Some(base.clone()),
            ours: rows.get(ours).and_then(|row| row.ours.clone()),
            theirs: rows.get(theirs).and_then(|row| row.theirs.clone()),
        };
        put(rows, index, joined);
        put(rows, ours, DocRow::default());
        put(rows, theirs, DocRow::default());
    }
}

fn set<'t>(row: &mut DocRow<'t>, version: Version, doc: Option<Doc<'t>>) {
    match version {
        Version::Base => row.base = doc,
        Version::Ours => row.ours = doc,
        Version::Theirs => row.theirs = doc,
    }
}

fn put<'t>(rows: &mut [DocRow<'t>], index: usize, row: DocRow<'t>) {
    if let Some(place) = rows.get_mut(index) {
        *place = row;
    }
}

/// The resources that one side alone has, as what others may have become.
struct Newcomers<'t> {
    by: Version,
    /// With their rows.
    all: Vec<(usize, Shape<'t>)>,
    /// Of all, by kind, and by kind and what is wanted.
    by_kind: Groups,
    by_spec: Groups,
}

/// Comparing everything with everything is for a few; of many, those that
/// want just the same are found.
const MOST: usize = 48;

impl<'t> Newcomers<'t> {
    fn find(rows: &[DocRow<'t>], by: Version) -> Newcomers<'t> {
        let (by_kind, by_spec) = (Groups::default(), Groups::default());
        let mut found = Newcomers { by, all: Vec::new(), by_kind, by_spec };
        for (index, row) in rows.iter().enumerate() {
            let is_new = row.base.is_none() && row.of(by.other()).is_none();
            let Some(doc) = row.of(by).as_ref().filter(|doc| is_new && doc.id.is_some()) else { continue };
            let shape = Shape::new(doc.tree, doc.node, doc.chunk);
            found.by_kind.add(kind_of(doc), found.all.len());
            found.by_spec.add(spec_of(doc, &shape), found.all.len());
            found.all.push((index, shape));
        }
        found
    }

    fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns the row that a resource of base is in under another name.
    fn twin(&mut self, shape: &Shape<'_>, base: &Doc<'_>, rows: &[DocRow<'_>]) -> Option<usize> {
        base.id.as_ref()?;
        // One that was found for another resource is no newcomer any more.
        let row_of = |place: usize| self.all.get(place).map(|(row, _)| *row);
        let is_free =
            |place: usize| rows.get(row_of(place)?).filter(|row| row.of(self.by).is_some()).map(|_| ());
        let spec = spec_of(base, shape);
        while let Some(&place) = self.by_spec.of(spec).first()
            && is_free(place).is_none()
        {
            self.by_spec.take(spec);
        }
        let alike = self.by_spec.of(spec).iter().take(MOST);
        let few = Some(self.by_kind.of(kind_of(base))).filter(|few| few.len() <= MOST);
        let mut near = alike.chain(few.into_iter().flatten()).copied();
        let twin = near.find(|&place| {
            let new = self.all.get(place).filter(|_| is_free(place).is_some());
            new.is_some_and(|(_, new)| {
                let roots = shape.root.zip(new.root);
                roots.is_some_and(|(left, right)| matching::likeness(shape, left, new, right) >= 75)
            })
        })?;
        row_of(twin)
    }
}

fn kind_of(doc: &Doc<'_>) -> u64 {
    doc.id.as_ref().map_or(0, |id| hash::of_texts(&[&id.group, &id.kind]))
}

fn spec_of(doc: &Doc<'_>, shape: &Shape<'_>) -> u64 {
    let spec = shape.root.and_then(|root| shape.get(root, "spec"));
    hash::mix(kind_of(doc), spec.map_or(0, |spec| shape.node(spec).value))
}
