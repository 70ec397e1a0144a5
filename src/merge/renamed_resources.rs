//! Finds resources that were renamed, and asks where the other side did
//! something else with them.
//!
//! **Invariant:** one resource does not become two unasked.

use super::answer::ConflictKind;
use super::document::other;
use super::document::place;
use super::documents::Doc;
use super::documents::DocRow;
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
        let changer = other(by);
        let is_new =
            |row: &DocRow<'_>| row.base.is_none() && row.of(by).is_some() && row.of(changer).is_none();
        if !rows.iter().any(is_new) {
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
            let twin = rows.iter().position(|candidate| {
                is_new(candidate)
                    && candidate.of(by).as_ref().is_some_and(|doc| is_renamed(&shape, base, doc))
            });
            let Some(twin) = twin else { continue };
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
    let is_new = |row: &DocRow<'_>, by: Version| {
        row.base.is_none() && row.of(by).is_some() && row.of(other(by)).is_none()
    };
    if !rows.iter().any(|row| is_new(row, Version::Ours))
        || !rows.iter().any(|row| is_new(row, Version::Theirs))
    {
        return;
    }
    for index in 0..rows.len() {
        let Some(DocRow { base: Some(base), ours: None, theirs: None }) = rows.get(index) else { continue };
        let shape = Shape::new(base.tree, base.node, base.chunk);
        let twin = |by: Version| {
            rows.iter().position(|row| {
                is_new(row, by) && row.of(by).as_ref().is_some_and(|doc| is_renamed(&shape, base, doc))
            })
        };
        let (Some(ours), Some(theirs)) = (twin(Version::Ours), twin(Version::Theirs)) else { continue };
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

fn is_renamed(shape: &Shape<'_>, base: &Doc<'_>, doc: &Doc<'_>) -> bool {
    let kinds = base.id.as_ref().zip(doc.id.as_ref());
    if kinds.is_none_or(|(left, right)| (&left.group, &left.kind) != (&right.group, &right.kind)) {
        return false;
    }
    let renamed = Shape::new(doc.tree, doc.node, doc.chunk);
    shape
        .root
        .zip(renamed.root)
        .is_some_and(|(left, right)| matching::likeness(shape, left, &renamed, right) >= 75)
}
