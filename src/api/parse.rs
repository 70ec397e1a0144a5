//! `parse`: a file's documents and what is wrong with them.

use super::file::File;
use super::json::Json;
use super::shapes::Finding;
use super::shapes::Range;
use crate::limits::Limits;
use crate::model;
use crate::model::Reading;
use crate::model::ResourceId;
use crate::order;
use crate::text::Source;

/// A parsed file. Its values are made when they are read.
#[derive(Debug)]
pub struct Parsed {
    file: File,
}

/// Where a document stands and who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDocument {
    /// The resource it holds, if it says who it is.
    pub resource: Option<ResourceId>,
    /// Its place, markers included.
    pub range: Range,
}

impl Parsed {
    /// Parses a file. Never fails.
    pub fn new(path: Option<String>, bytes: Vec<u8>) -> Parsed {
        Parsed { file: File::from_source(path, Source::from_vec(bytes)) }
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.file.documents().len()
    }

    /// Says whether the file has no document.
    pub fn is_empty(&self) -> bool {
        self.file.documents().is_empty()
    }

    /// Returns a document's place and identity.
    pub fn document(&self, index: usize) -> Option<ParsedDocument> {
        let node = *self.file.documents().get(index)?;
        let resource = model::document(self.file.tree(), node).id;
        Some(ParsedDocument { resource, range: self.file.range(self.file.tree().span(node)) })
    }

    /// Returns what a document says, as the cluster reads it; null for an empty
    /// one.
    pub fn value(&self, index: usize) -> Option<Json> {
        let node = *self.file.documents().get(index)?;
        Some(Json(model::read(self.file.tree(), node, Reading::Kubernetes)))
    }

    /// Returns what is wrong with the file as YAML, in text order.
    pub fn findings(&self) -> Vec<Finding> {
        let tree = self.file.tree();
        let mut all = tree.diagnostics().to_vec();
        for &document in self.file.documents().iter().filter(|&&document| tree.may_surprise(document)) {
            all.extend(
                model::read_with_findings(tree, document, Reading::Kubernetes, &Limits::DEFAULT).findings,
            );
        }
        order::sort_by_key(&mut all, |finding| (finding.span, finding.code));
        all.truncate(Limits::DEFAULT.findings);
        all.iter().map(|finding| self.file.finding(finding)).collect()
    }
}
