//! Merges one document and proves the result by reading it.

use super::aliases;
use super::answer::ConflictKind;
use super::answer::ConflictSeverity;
use super::answer::Side;
use super::documents;
use super::documents::Breaks;
use super::documents::Doc;
use super::documents::DocRow;
use super::emit::Emitter;
use super::emit::HostStyle;
use super::engine::Engine;
use super::lines;
use super::matching;
use super::merged;
use super::merged::MergedValue;
use super::merged::Shapes;
use super::options::Settlement;
use super::place::Path;
use super::rope::Rope;
use super::semantic::Forced;
use super::semantic::Presence;
use super::settle::Allows;
use super::settle::Outcome;
use super::settle::Place;
use super::settle::Settler;
use super::shape::Form;
use super::shape::NodeIx;
use super::shape::Shape;
use super::versions::Version;
use super::versions::Versions;
use super::versions::three_way;
use crate::edit;
use crate::limits::Limits;
use crate::model;
use crate::model::Pointer;
use crate::model::Reading;
use crate::syntax;
use crate::text::Source;
use crate::text::Span;

/// A document of the result.
#[derive(Debug)]
pub(super) struct Made {
    /// Whether it begins with `---`.
    pub has_marker: bool,
    text: MadeText,
}

#[derive(Debug)]
enum MadeText {
    /// A stretch of theirs' file of that path.
    Host { path: String, span: Span },
    /// Pieces of theirs' file of that path, and new text.
    Pieces { path: String, rope: RopePieces },
    /// New text.
    New(String),
}

/// A rope without its host.
#[derive(Debug)]
struct RopePieces(Vec<(Option<Span>, String)>);

impl Made {
    /// Writes the document into the file at `path`.
    pub fn write(self, path: &str, line_break: &str, rope: &mut Rope<'_>) {
        match self.text {
            MadeText::Host { path: from, span } if from == path => rope.host(span),
            MadeText::Pieces { path: from, rope: pieces } if from == path => {
                for (span, text) in pieces.0 {
                    match span {
                        Some(span) => rope.host(span),
                        None => rope.text(&text),
                    }
                }
            }
            MadeText::New(text) => rope.text(&with_breaks(&text, line_break)),
            // Documents that change their file are made as new text.
            MadeText::Host { .. } | MadeText::Pieces { .. } => {}
        }
    }
}

fn with_breaks(text: &str, line_break: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if line_break == "\n" { text } else { text.replace('\n', line_break) }
}

fn other(version: Version) -> Version {
    if version == Version::Ours { Version::Theirs } else { Version::Ours }
}

/// Says whether a document's text has a start marker of its own.
fn has_marker(text: &str) -> bool {
    let mut lines = text.lines();
    lines
        .find(|line| !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with('%'))
        .is_some_and(|line| line.trim_start_matches('\u{feff}').starts_with("---"))
}

fn whole(row: &DocRow<'_>, path: &str, version: Version) -> Option<Made> {
    let doc = row.of(version).as_ref()?;
    let has_marker = has_marker(doc.text());
    let stays = version == Version::Theirs && doc.path == path;
    let text = if stays {
        MadeText::Host { path: doc.path.to_owned(), span: doc.chunk }
    } else {
        MadeText::New(doc.text().to_owned())
    };
    Some(Made { has_marker, text })
}

/// Merges the document of a row. None if the result has it not.
pub(super) fn merge(
    row: &DocRow<'_>,
    path: &str,
    forced: &Forced,
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
    merge_both(row, path, &shapes, forced, settler)
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

fn value_of(shape: &Shape<'_>) -> u64 {
    shape.root.map_or(super::hash::NULL, |root| shape.node(root).value)
}

/// Describes a whole document as a place.
fn place(row: &DocRow<'_>, kind: ConflictKind, key: &str, allows: Allows) -> Place {
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
    let second = other(host);
    for host in [host, second] {
        if let Some(made) = write(row, path, shapes, &roots, &value, host)
            && let Some(read) = made.1
            && read.value == expected
        {
            return match read.is_dangling || has_aliases && !aliases::unsafe_names(shapes).is_empty() {
                true => alias_clash(row, path, made.0, read.is_dangling, settler),
                false => Some(made.0),
            };
        }
        settler.mended += 1;
    }
    Some(printed(row, shapes, &roots, &value))
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

/// Says whose bytes are kept: theirs, unless only ours changed the layout.
fn host_of(shapes: &Shapes<'_>) -> Version {
    let (Some(base), Some(ours), Some(theirs)) = (shapes.base, shapes.ours, shapes.theirs) else {
        return Version::Theirs;
    };
    let breaks = |shape: &Shape<'_>| edit::line_break(shape.text(shape.chunk));
    let differs = |side: &Shape<'_>| {
        let roots = base.root.zip(side.root);
        breaks(base) != breaks(side)
            || roots.is_some_and(|(left, right)| other_layout((base, left), (side, right)))
    };
    if differs(ours) && !differs(theirs) { Version::Ours } else { Version::Theirs }
}

/// Says whether two values are laid out differently where they are the same.
fn other_layout((left, at_left): (&Shape<'_>, NodeIx), (right, at_right): (&Shape<'_>, NodeIx)) -> bool {
    let (a, b) = (left.node(at_left), right.node(at_right));
    if a.form != b.form || !matches!(a.form, Form::Map | Form::List) {
        return false;
    }
    if left.len(at_left) == 0 || right.len(at_right) == 0 {
        return false;
    }
    if a.flow != b.flow || a.column != b.column {
        return true;
    }
    match a.form {
        Form::Map => left.slots(at_left).any(|slot| {
            let slot = left.slot(slot);
            right
                .get(at_right, &slot.name)
                .is_some_and(|other| other_layout((left, slot.value), (right, other)))
        }),
        _ => {
            let first =
                |shape: &Shape<'_>, at: NodeIx| shape.slots(at).next().map(|slot| shape.slot(slot).value);
            first(left, at_left)
                .zip(first(right, at_right))
                .is_some_and(|(one, two)| other_layout((left, one), (right, two)))
        }
    }
}

/// Writes the merged document on a host's bytes, and reads it again.
fn write(
    row: &DocRow<'_>,
    path: &str,
    shapes: &Shapes<'_>,
    roots: &Versions<Option<NodeIx>>,
    value: &MergedValue,
    host: Version,
) -> Option<(Made, Option<ReadBack>)> {
    let doc = row.of(host).as_ref()?;
    let shape = (*shapes.of(host))?;
    let mut rope = Rope::new(doc.tree.text());
    let line_break = edit::line_break(doc.tree.text());
    let edges = |version: Version| {
        let shape = (*shapes.of(version))?;
        let root = shape.node(shape.root?);
        let inside = root.region.cover(root.span);
        Some((Span::new(shape.chunk.start, inside.start), Span::new(inside.end, shape.chunk.end)))
    };
    let edge = |rope: &mut Rope<'_>, pick: fn((Span, Span)) -> Span| {
        let texts = Versions::each(|version| {
            let shape = (*shapes.of(version))?;
            Some(shape.text(pick(edges(version)?)))
        });
        let trimmed = texts.map(|text| text.map(str::trim));
        match three_way(&trimmed) {
            Some(version) if version != host && trimmed.of(version) != trimmed.of(host) => {
                rope.text(&with_breaks(texts.of(version).unwrap_or(""), line_break));
            }
            _ => {
                if let Some(edges) = edges(host) {
                    rope.host(pick(edges));
                }
            }
        }
    };
    edge(&mut rope, |(start, _)| start);
    let style = HostStyle::of(shape, line_break);
    Emitter { shapes, host, rope: &mut rope, style }.root(value, roots);
    edge(&mut rope, |(_, end)| end);
    let text = rope.build();
    let number = read_back(&text);
    let has_marker = has_marker(&text);
    let stays = host == Version::Theirs && doc.path == path;
    let text = if stays {
        MadeText::Pieces { path: doc.path.to_owned(), rope: RopePieces(rope.into_pieces()) }
    } else {
        MadeText::New(text)
    };
    Some((Made { has_marker, text }, number))
}

/// What a written document reads as.
struct ReadBack {
    value: u64,
    /// Whether an alias stands for nothing.
    is_dangling: bool,
}

/// Reads a document's text again. None if it is no YAML.
fn read_back(text: &str) -> Option<ReadBack> {
    let tree = syntax::parse(Source::from_text(text), &Limits::DEFAULT);
    if tree.diagnostics().iter().any(|finding| documents::breaks(finding) != Breaks::Nothing) {
        return None;
    }
    let mut documents = tree.documents();
    let document = documents.next()?;
    if documents.next().is_some() {
        return None;
    }
    let shape = Shape::new(&tree, document, Span::new(0, text.len() as u32));
    let is_dangling = shape.has_aliases && aliases::is_dangling(&tree, document);
    Some(ReadBack { value: value_of(&shape), is_dangling })
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

/// Prints a merged document anew, where its pieces did not read as merged.
fn printed(
    row: &DocRow<'_>,
    shapes: &Shapes<'_>,
    roots: &Versions<Option<NodeIx>>,
    value: &MergedValue,
) -> Made {
    let value = merged::read(shapes, roots, value);
    let style = row.theirs.as_ref().map(|doc| edit::Style::of(doc.tree, doc.node)).unwrap_or_default();
    let text = edit::print(&value, &style, 0, edit::Lead::Line).joined();
    let text = text.trim_start_matches(['\n', '\r', ' ']);
    let has_marker = row.theirs.as_ref().is_some_and(|doc| has_marker(doc.text()));
    let marker = if has_marker { format!("---{}", style.line_break) } else { String::new() };
    Made { has_marker, text: MadeText::New(format!("{marker}{text}{}", style.line_break)) }
}

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
            let mut joined = row.clone();
            set(&mut joined, by, doc);
            let allows = Allows { both: Some("Rename it and keep the changes"), ..Allows::default() };
            let outcome = settler.settle(place(&joined, ConflictKind::RenameModify, "rename", allows));
            let taken_is_new = match outcome {
                Outcome::Settled(Settlement::Both) => {
                    put(&mut rows, index, joined);
                    put(&mut rows, twin, DocRow::default());
                    continue;
                }
                outcome => outcome.version() == Some(by),
            };
            if taken_is_new {
                put(&mut rows, index, DocRow::default());
            } else {
                // As if nobody had renamed it.
                let mut kept = joined;
                set(&mut kept, by, None);
                kept.base = None;
                put(&mut rows, index, kept);
                put(&mut rows, twin, DocRow::default());
            }
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
