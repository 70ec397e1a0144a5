//! Merges one document and proves the result by reading it.

use super::aliases;
use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Doubtful;
use super::answer::Side;
use super::documents::Doc;
use super::documents::DocRow;
use super::engine::Engine;
use super::forced::Forced;
use super::forced::Presence;
use super::lines;
use super::merged;
use super::merged::Shapes;
use super::options::Settlement;
use super::place::Path;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Place;
use super::settle::Settler;
use super::shape::NodeIx;
use super::shape::Shape;
use super::sound::Judge;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use super::written::Made;
use super::written::MadeText;
use super::written::has_marker;
use super::written::host_of;
use super::written::mended;
use super::written::value_of;
use super::written::whole;
use super::written::write;
use crate::model;
use crate::model::Pointer;
use crate::model::Reading;
use crate::validate::Finding;

/// Merges the document of a row. None if the result has it not.
pub(super) fn merge(
    row: &DocRow<'_>,
    path: &str,
    forced: &Forced,
    judge: &mut Judge,
    settler: &mut Settler<'_>,
) -> Option<Made> {
    if let Some(version) = forced.of_document(Presence::of(row)) {
        return whole(row, path, version);
    }
    let texts = Versions::each(|version| row.of(version).as_ref().map(Doc::text));
    match (texts.ours, texts.theirs) {
        (None, None) => return None,
        (Some(_), None) if texts.base.is_none() => return whole(row, path, Version::Ours),
        (None, Some(_)) if texts.base.is_none() => return whole(row, path, Version::Theirs),
        (Some(_), Some(_)) => {
            if forced.is_empty()
                && let Some(version) = three_way(&texts)
            {
                return whole(row, path, version);
            }
        }
        _ => {
            let kept = if texts.ours.is_some() { Version::Ours } else { Version::Theirs };
            if texts.of(kept) == &texts.base {
                return None;
            }
        }
    }
    let is_broken = Version::ANY.iter().any(|version| row.of(*version).as_ref().is_some_and(Doc::is_broken));
    if is_broken {
        doubt(row, path, settler);
        let allows = Allows { base: row.base.is_some(), ..Allows::default() };
        let outcome = settler.settle(place(row, ConflictKind::Parse, "parse", allows));
        return whole(row, path, outcome.version().unwrap_or(Version::Theirs));
    }
    let shapes = Versions::each(|version| {
        row.of(version).as_ref().map(|doc| Shape::new(doc.tree, doc.node, doc.chunk))
    });
    let shapes =
        Versions { base: shapes.base.as_ref(), ours: shapes.ours.as_ref(), theirs: shapes.theirs.as_ref() };
    if texts.ours.is_none() || texts.theirs.is_none() {
        return dropped(row, path, &shapes, settler);
    }
    merge_both(row, path, &shapes, forced, judge, settler)
}

/// Notes that a document of the result may have errors.
pub(super) fn doubt(row: &DocRow<'_>, path: &str, settler: &mut Settler<'_>) {
    let first = Version::ANY.into_iter().find_map(|version| row.of(version).as_ref());
    let resource = first.and_then(|doc| doc.id.clone());
    settler.doubtful.push(Doubtful { path: path.to_owned(), resource });
}

/// Merges a document that one side deleted and the other kept.
fn dropped(row: &DocRow<'_>, path: &str, shapes: &Shapes<'_>, settler: &mut Settler<'_>) -> Option<Made> {
    let kept = if row.ours.is_some() { Version::Ours } else { Version::Theirs };
    let number = |version: Version| shapes.of(version).map(value_of);
    if number(kept) == number(Version::Base) {
        return None;
    }
    let kind = if kept == Version::Theirs { ConflictKind::DeleteModify } else { ConflictKind::ModifyDelete };
    let allows = Allows { base: true, ..Allows::default() };
    let outcome = settler.settle(place(row, kind, "document", allows));
    whole(row, path, outcome.version().unwrap_or(Version::Theirs))
}

/// Describes a whole document as a place.
pub(super) fn place(row: &DocRow<'_>, kind: ConflictKind, key: &str, allows: Allows) -> Place {
    let first = Version::ANY.into_iter().find_map(|version| row.of(version).as_ref());
    let resource = first.and_then(|doc| doc.id.clone());
    let label = match (&resource, first) {
        (Some(id), _) => id.to_string(),
        (None, Some(doc)) => format!("document {}", doc.place + 1),
        (None, None) => String::new(),
    };
    let side = |version: Version| match row.of(version) {
        Some(doc) => Side {
            present: true,
            value: Some(model::read(doc.tree, doc.node, Reading::Kubernetes)),
            text: Some(doc.text().to_owned()),
            path: Some(doc.path.to_owned()).filter(|path| !path.is_empty()),
            span: Some(doc.chunk),
        },
        None => Side::default(),
    };
    Place {
        kind,
        severity: ConflictSeverity::Critical,
        key: if resource.is_some() { key.to_owned() } else { format!("{key} {label}") },
        resource,
        field: Some(Pointer::root()),
        label,
        sides: Versions::each(side),
        allows,
        group: None,
    }
}

/// Merges a document that both sides have.
fn merge_both(
    row: &DocRow<'_>,
    path: &str,
    shapes: &Shapes<'_>,
    forced: &Forced,
    judge: &mut Judge,
    settler: &mut Settler<'_>,
) -> Option<Made> {
    let roots = Versions::each(|version| (*shapes.of(version))?.root);
    if roots.ours.is_none() || roots.theirs.is_none() {
        return merge_without_root(row, path, settler);
    }
    let doc = row.theirs.as_ref()?;
    let options = settler.options();
    let schema = doc.id.as_ref().and_then(|id| {
        let catalogue = options.catalogue;
        let exact = doc.api_version.as_deref().and_then(|version| catalogue.find(version, &id.kind));
        exact.or_else(|| catalogue.find_any_version(&id.group, &id.kind)).map(|entry| &entry.schema)
    });
    let before = (settler.conflicts.len(), settler.decisions.len());
    let mut at = Path::default();
    if doc.id.is_none() && doc.place > 0 {
        at.document(doc.place);
    }
    let added_by_both = u32::from(row.base.is_none() && doc.id.is_some());
    let mut engine = Engine { shapes, settler, resource: doc.id.as_ref(), path: at, forced, added_by_both };
    let value = engine.document(roots, schema);
    locate(row, settler, before);
    let expected = merged::value_of_root(shapes, &roots, &value);
    let host = host_of(shapes);
    let has_aliases =
        Version::ANY.iter().any(|version| shapes.of(*version).is_some_and(|shape| shape.has_aliases));
    let second = host.other();
    for host in [host, second] {
        if let Some(made) = write(row, path, shapes, &roots, &value, host)
            && let Some(read) = made.1
            && read.value == expected
        {
            if read.is_dangling || has_aliases && !aliases::unsafe_names(shapes).is_empty() {
                return alias_clash(row, path, made.0, read.is_dangling, settler);
            }
            // Where something is still open, this is not the result yet.
            let is_open = settler.conflicts.len() > before.0;
            if is_open || forced.is_asked() || !both_change_spec(shapes, &roots) {
                return Some(made.0);
            }
            let judged = judge.judge(row, || merged::read(shapes, &roots, &value));
            if judged.has_errors {
                doubt(row, path, settler);
            }
            return match judged.fault {
                Some(fault) => fault_clash(row, path, made.0, fault, settler),
                None => Some(made.0),
            };
        }
        settler.mended += 1;
    }
    Some(mended(row, shapes, &roots, &value))
}

/// Says whether both sides changed what a resource wants: rules for metadata
/// look at one name or label at a time.
fn both_change_spec(shapes: &Shapes<'_>, roots: &Versions<Option<NodeIx>>) -> bool {
    let spec = Versions::each(|version| {
        let shape = (*shapes.of(version))?;
        Some(shape.node(shape.get((*roots.of(version))?, "spec")?).value)
    });
    spec.ours != spec.base && spec.theirs != spec.base && spec.ours != spec.theirs
}

/// Merges documents of which one holds only comments.
fn merge_without_root(row: &DocRow<'_>, path: &str, settler: &mut Settler<'_>) -> Option<Made> {
    let texts = Versions::each(|version| row.of(version).as_ref().map_or("", Doc::text));
    let merged = lines::merge(texts, Version::Theirs);
    let has_values =
        |version: Version| row.of(version).as_ref().is_some_and(|doc| doc.tree.root(doc.node).is_some());
    let only_comments = !Version::ANY.into_iter().any(has_values);
    if only_comments && merged.clashes.is_empty() {
        return Some(Made { has_marker: has_marker(&merged.text), text: MadeText::New(merged.text) });
    }
    let kind = if only_comments { ConflictKind::Comment } else { ConflictKind::ModifyModify };
    let allows = Allows { base: row.base.is_some(), ..Allows::default() };
    let outcome = settler.settle(place(row, kind, "document", allows));
    whole(row, path, outcome.version().unwrap_or(Version::Theirs))
}

/// Says which file a conflict's sides are in.
fn locate(row: &DocRow<'_>, settler: &mut Settler<'_>, (conflicts, decisions): (usize, usize)) {
    let paths = Versions::each(|version| {
        row.of(version).as_ref().map(|doc| doc.path.to_owned()).filter(|path| !path.is_empty())
    });
    let places = settler.conflicts.iter_mut().skip(conflicts);
    let decided = settler.decisions.iter_mut().skip(decisions).map(|decision| &mut decision.place);
    for place in places.chain(decided) {
        place.sides.base.path.clone_from(&paths.base);
        place.sides.ours.path.clone_from(&paths.ours);
        place.sides.theirs.path.clone_from(&paths.theirs);
    }
}

/// Asks about a document in which a change of an anchor reaches a use that it
/// was not meant for.
fn alias_clash(
    row: &DocRow<'_>,
    path: &str,
    made: Made,
    is_dangling: bool,
    settler: &mut Settler<'_>,
) -> Option<Made> {
    let both = (!is_dangling).then_some("Let the change reach all uses");
    let allows = Allows { base: row.base.is_some(), both, ..Allows::default() };
    let mut place = place(row, ConflictKind::Alias, "alias", allows);
    place.severity = ConflictSeverity::High;
    match settler.settle(place) {
        Outcome::Settled(Settlement::Both) => Some(made),
        outcome => whole(row, path, outcome.version().unwrap_or(Version::Theirs)),
    }
}

/// Asks about a resource that the fabric would take from each side, but not
/// with the changes of both.
fn fault_clash(
    row: &DocRow<'_>,
    path: &str,
    made: Made,
    fault: Finding,
    settler: &mut Settler<'_>,
) -> Option<Made> {
    let allows =
        Allows { base: row.base.is_some(), both: Some("Keep both in spite of it"), ..Allows::default() };
    let key = format!("semantic {} {}", fault.code, fault.message);
    let mut place = place(row, ConflictKind::Semantic, &key, allows);
    place.label = format!("{}: {}", place.label, fault.message);
    place.field = Some(fault.field);
    match settler.settle(place) {
        Outcome::Settled(Settlement::Both) => Some(made),
        outcome => whole(row, path, outcome.version().unwrap_or(Version::Theirs)),
    }
}
