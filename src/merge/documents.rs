//! Finds the documents of the versions, and which of them are one and the
//! same resource, whatever file they lie in.
//!
//! **Invariant:** the documents of a file cover its text; each is in exactly
//! one row.

use super::groups::Groups;
use super::hash;
use super::versions::Version;
use super::versions::Versions;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::model;
use crate::model::ResourceId;
use crate::order::Map;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use crate::text::Span;

/// One document of one version.
#[derive(Debug, Clone)]
pub(super) struct Doc<'t> {
    /// Whose text it is part of.
    pub version: Version,
    pub tree: &'t Tree,
    pub node: NodeId,
    /// Its part of the file.
    pub chunk: Span,
    pub path: &'t str,
    /// Its place in the file.
    pub place: usize,
    pub id: Option<ResourceId>,
    pub api_version: Option<String>,
}

impl<'t> Doc<'t> {
    /// Says whether the document cannot be merged by meaning.
    pub fn is_broken(&self) -> bool {
        let findings = self.tree.diagnostics().iter();
        let mut inside = findings.filter(|finding| self.chunk.contains(finding.span.start));
        inside.any(|finding| breaks(finding) != Breaks::Nothing)
    }

    pub fn text(&self) -> &'t str {
        self.tree.source().slice(self.chunk)
    }
}

/// What a finding makes unfit for a merge by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Nothing: every reader in use takes it, or it is no error.
    Nothing,
    /// Only the document it is in: where documents begin and end is sure.
    Document,
    /// The file.
    File,
}

/// Says how far an error reaches.
pub(super) fn breaks(finding: &Diagnostic) -> Breaks {
    match finding.code {
        _ if finding.severity != Severity::Error => Breaks::Nothing,
        // The cluster's reader does not look at indentation inside brackets.
        "yaml-flow-indent" => Breaks::Nothing,
        "yaml-duplicate-key" => Breaks::Document,
        _ => Breaks::File,
    }
}

/// The same document in each version that has it.
pub(super) type DocRow<'t> = Versions<Option<Doc<'t>>>;

/// Lists the documents of a file.
pub(super) fn of_file<'t>(version: Version, path: &'t str, tree: &'t Tree) -> Vec<Doc<'t>> {
    let text = tree.text();
    let found = model::documents(tree);
    let mut starts = Vec::with_capacity(found.len());
    let mut previous_end = 0;
    for (index, document) in found.iter().enumerate() {
        let span = tree.span(document.node);
        let start = match index {
            0 => 0,
            _ if tree.has_start_marker(document.node) => line_start(text, span.start),
            _ => line_end(text, previous_end),
        };
        starts.push(start);
        previous_end = span.end;
    }
    let ends: Vec<u32> = starts.iter().skip(1).copied().chain([text.len() as u32]).collect();
    let spans = starts.into_iter().zip(ends).map(|(start, end)| Span::new(start, end.max(start)));
    let documents = found.into_iter().zip(spans).enumerate();
    documents
        .map(|(place, (document, chunk))| Doc {
            version,
            tree,
            node: document.node,
            chunk,
            path,
            place,
            id: document.id,
            api_version: document.api_version,
        })
        .collect()
}

fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.as_bytes().get(..offset as usize).unwrap_or_default();
    memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at as u32 + 1)
}

fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.as_bytes().get(offset as usize..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(text.len() as u32, |at| offset + at as u32 + 1)
}

/// Joins the documents of the versions into rows: theirs in order, then what
/// only ours has, then what only base has.
pub(super) fn rows<'t>(mut documents: Versions<Vec<Doc<'t>>>) -> Vec<DocRow<'t>> {
    let mut rows: Vec<DocRow<'t>> = Vec::new();
    let mut by_id = Groups::default();
    let mut nameless: Versions<Map<&'t str, Vec<Doc<'t>>>> = Versions::default();
    for version in [Version::Theirs, Version::Ours, Version::Base] {
        let list = match version {
            Version::Theirs => std::mem::take(&mut documents.theirs),
            Version::Ours => std::mem::take(&mut documents.ours),
            Version::Base => std::mem::take(&mut documents.base),
        };
        // The second of one name is that of the others' second.
        by_id.give_back();
        for doc in list {
            let Some(id) = &doc.id else {
                of_mut(&mut nameless, version).entry(doc.path).or_default().push(doc);
                continue;
            };
            let number = hash::of_resource(id);
            let index = by_id.take(number);
            match index.and_then(|index| rows.get_mut(index)).filter(|row| is_of(row, id)) {
                Some(row) => *of_mut(row, version) = Some(doc),
                None => {
                    by_id.add_taken(number, rows.len());
                    let mut row = DocRow::default();
                    *of_mut(&mut row, version) = Some(doc);
                    rows.push(row);
                }
            }
        }
    }
    join_nameless(nameless, &mut rows);
    rows
}

/// Says whether a row is that of a resource, not only of one with its number.
fn is_of(row: &DocRow<'_>, id: &ResourceId) -> bool {
    let any = row.theirs.as_ref().or(row.ours.as_ref()).or(row.base.as_ref());
    any.is_some_and(|doc| doc.id.as_ref() == Some(id))
}

fn of_mut<T>(versions: &mut Versions<T>, version: Version) -> &mut T {
    match version {
        Version::Base => &mut versions.base,
        Version::Ours => &mut versions.ours,
        Version::Theirs => &mut versions.theirs,
    }
}

/// Joins documents that name no resource: those of one text first, then by
/// their order in the file.
fn join_nameless<'t>(nameless: Versions<Map<&'t str, Vec<Doc<'t>>>>, rows: &mut Vec<DocRow<'t>>) {
    let first = rows.len();
    for (_, docs) in nameless.base {
        rows.extend(docs.into_iter().map(|doc| DocRow { base: Some(doc), ..DocRow::default() }));
    }
    for (version, by_path) in [(Version::Theirs, nameless.theirs), (Version::Ours, nameless.ours)] {
        let text = |doc: &Doc<'_>| hash::mix(hash::of_text(doc.path), hash::of_text(doc.text()));
        let based = rows.iter().enumerate().skip(first);
        let mut by_text: Groups =
            based.filter_map(|(index, row)| Some((text(row.base.as_ref()?), index))).collect();
        for (path, docs) in by_path {
            let mut rest = Vec::new();
            for doc in docs {
                let twin = by_text.take(text(&doc));
                let is_twin = |row: &&mut DocRow<'_>| {
                    row.base.as_ref().is_some_and(|base| base.path == path && base.text() == doc.text())
                };
                match twin.and_then(|twin| rows.get_mut(twin)).filter(is_twin) {
                    Some(row) => *of_mut(row, version) = Some(doc),
                    None => rest.push(doc),
                }
            }
            let is_free = |row: &&mut DocRow<'_>| {
                let mut docs = Version::ANY.iter().filter_map(|version| row.of(*version).as_ref());
                row.of(version).is_none() && docs.any(|doc| doc.path == path)
            };
            let mut rest = rest.into_iter();
            for row in rows.iter_mut().skip(first).filter(is_free) {
                let Some(doc) = rest.next() else { break };
                *of_mut(row, version) = Some(doc);
            }
            rows.extend(rest.map(|doc| {
                let mut row = DocRow::default();
                *of_mut(&mut row, version) = Some(doc);
                row
            }));
        }
    }
}
