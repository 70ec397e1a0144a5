//! Writes a merged document and proves it by reading it again.
//!
//! **Invariant:** what is written reads as what was merged.

use super::aliases;
use super::documents;
use super::documents::Breaks;
use super::documents::DocRow;
use super::emit::Emitter;
use super::emit::HostStyle;
use super::merged;
use super::merged::MergedValue;
use super::merged::Shapes;
use super::rope::Rope;
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
use crate::model::Value;
use crate::syntax;
use crate::text::Source;
use crate::text::Span;

/// A document of the result.
#[derive(Debug)]
pub(super) struct Made {
    /// Whether it begins with `---`.
    pub has_marker: bool,
    pub(super) text: MadeText,
}

#[derive(Debug)]
pub(super) enum MadeText {
    /// A stretch of theirs' file of that path.
    Host { path: String, span: Span },
    /// Pieces of theirs' file of that path, and new text.
    Pieces { path: String, rope: RopePieces },
    /// New text.
    New(String),
}

/// A rope without its host.
#[derive(Debug)]
pub(super) struct RopePieces(Vec<(Option<Span>, String)>);

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

pub(super) fn with_breaks(text: &str, line_break: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if line_break == "\n" { text } else { text.replace('\n', line_break) }
}

/// Says whether a document's text has a start marker of its own.
pub(super) fn has_marker(text: &str) -> bool {
    let mut lines = text.lines();
    lines
        .find(|line| !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with('%'))
        .is_some_and(|line| line.trim_start_matches('\u{feff}').starts_with("---"))
}

pub(super) fn whole(row: &DocRow<'_>, path: &str, version: Version) -> Option<Made> {
    let doc = row.of(version).as_ref()?;
    let has_marker = has_marker(doc.text());
    let stays = doc.version == Version::Theirs && doc.path == path;
    let text = if stays {
        MadeText::Host { path: doc.path.to_owned(), span: doc.chunk }
    } else {
        MadeText::New(doc.text().to_owned())
    };
    Some(Made { has_marker, text })
}

pub(super) fn value_of(shape: &Shape<'_>) -> u64 {
    shape.root.map_or(super::hash::NULL, |root| shape.node(root).value)
}

/// Says whose bytes are kept: theirs, unless only ours changed the layout.
pub(super) fn host_of(shapes: &Shapes<'_>) -> Version {
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
pub(super) fn other_layout(
    (left, at_left): (&Shape<'_>, NodeIx),
    (right, at_right): (&Shape<'_>, NodeIx),
) -> bool {
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
pub(super) fn write(
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
    let stays = doc.version == Version::Theirs && doc.path == path;
    let text = if stays {
        MadeText::Pieces { path: doc.path.to_owned(), rope: RopePieces(rope.into_pieces()) }
    } else {
        MadeText::New(text)
    };
    Some((Made { has_marker, text }, number))
}

/// What a written document reads as.
pub(super) struct ReadBack {
    pub(super) value: u64,
    /// Whether an alias stands for nothing.
    pub(super) is_dangling: bool,
}

/// Reads a document's text again. None if it is no YAML.
pub(super) fn read_back(text: &str) -> Option<ReadBack> {
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

/// Gives theirs' document the merged values field by field, where its pieces
/// did not read as merged. Only if that fails too is it printed anew.
pub(super) fn mended(
    row: &DocRow<'_>,
    shapes: &Shapes<'_>,
    roots: &Versions<Option<NodeIx>>,
    value: &MergedValue,
) -> Made {
    let wanted = merged::read(shapes, roots, value);
    let edited = row.theirs.as_ref().and_then(|doc| {
        let mut edits = Vec::new();
        changes(&model::read(doc.tree, doc.node, Reading::Kubernetes), &wanted, Pointer::root(), &mut edits);
        let tree = syntax::parse(Source::from_text(doc.text()), &Limits::DEFAULT);
        edit::apply(&tree, &edits, &Limits::DEFAULT).ok()
    });
    match edited {
        Some(edited) => Made { has_marker: has_marker(&edited.text), text: MadeText::New(edited.text) },
        None => printed(row, shapes, roots, value),
    }
}

/// Lists the edits that lead from one value to another.
pub(super) fn changes(from: &Value, to: &Value, field: Pointer, edits: &mut Vec<edit::Edit>) {
    if model::same_value(from, to) {
        return;
    }
    let (Value::Map(old), Value::Map(new)) = (from, to) else {
        return edits.push(edit::Edit::Set { document: None, field, value: to.clone() });
    };
    for (key, _) in old.iter().filter(|(key, _)| to.get(key).is_none()) {
        edits.push(edit::Edit::Remove { document: None, field: field.key(key.as_str()) });
    }
    for (key, value) in new {
        let field = field.key(key.as_str());
        match from.get(key) {
            Some(old) => changes(old, value, field, edits),
            None => edits.push(edit::Edit::Set { document: None, field, value: value.clone() }),
        }
    }
}

/// Prints a merged document anew.
pub(super) fn printed(
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
