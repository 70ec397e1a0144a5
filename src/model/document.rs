//! Lists the documents of a text with the resources they hold.

use super::de::is_null_scalar;
use super::read::Reader;
use super::read::read_text;
use super::reading::Reading;
use super::resource::ResourceId;
use crate::limits::Limits;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use std::borrow::Cow;

/// One document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The document's node.
    pub node: NodeId,
    /// Who its resource is, if it says an API version, a kind and a name.
    pub id: Option<ResourceId>,
    /// As written: `vpc.githedgehog.com/v1beta1`.
    pub api_version: Option<String>,
    /// As written: `VPC`.
    pub kind: Option<String>,
}

/// Lists the documents of a text in order.
///
/// A name that is written as a number is a name still; that the cluster wants
/// text there is for validation to say.
pub fn documents(tree: &Tree) -> Vec<Document> {
    tree.documents().map(|node| document(tree, node)).collect()
}

/// Reads who the resource of one document is. A document with a part that
/// cannot be read as what it should be says nothing.
pub fn document(tree: &Tree, node: NodeId) -> Document {
    let mut reader = Reader::new(tree, Reading::Kubernetes, &Limits::DEFAULT);
    let head = tree.root(node).and_then(|root| Head::read(&mut reader, root));
    let Head { api_version, kind, metadata } = head.unwrap_or_default();
    let id = match (&api_version, &kind, metadata.name) {
        (Some(api_version), Some(kind), Some(name)) if !kind.is_empty() && !name.is_empty() => {
            Some(ResourceId {
                group: api_version.split_once('/').map_or("", |(group, _)| group).to_owned(),
                kind: kind.clone(),
                namespace: metadata
                    .namespace
                    .filter(|namespace| !namespace.is_empty())
                    .unwrap_or_else(|| "default".to_owned()),
                name,
            })
        }
        _ => None,
    };
    Document { node, id, api_version, kind }
}

/// What every resource begins with.
#[derive(Debug, Default)]
struct Head {
    api_version: Option<String>,
    kind: Option<String>,
    metadata: Metadata,
}

#[derive(Debug, Default)]
struct Metadata {
    name: Option<String>,
    namespace: Option<String>,
}

impl Head {
    fn read(reader: &mut Reader<'_>, node: NodeId) -> Option<Head> {
        let mut head = Head::default();
        for (key, value) in fields(reader, node)? {
            match key.as_ref() {
                "apiVersion" => head.api_version = text(reader, value)?,
                "kind" => head.kind = text(reader, value)?,
                "metadata" if !is_null(reader, value) => head.metadata = Metadata::read(reader, value)?,
                _ => {}
            }
        }
        Some(head)
    }
}

impl Metadata {
    fn read(reader: &mut Reader<'_>, node: NodeId) -> Option<Metadata> {
        let mut metadata = Metadata::default();
        for (key, value) in fields(reader, node)? {
            match key.as_ref() {
                "name" => metadata.name = text(reader, value)?,
                "namespace" => metadata.namespace = text(reader, value)?,
                _ => {}
            }
        }
        Some(metadata)
    }
}

/// Returns the fields of a mapping, aliases followed; none if it is none.
fn fields<'a>(reader: &mut Reader<'a>, node: NodeId) -> Option<Vec<(Cow<'a, str>, NodeId)>> {
    let mapping = followed(reader, node)?;
    let is_mapping = reader.tree.kind(mapping) == Kind::Mapping;
    let entries = if is_mapping { reader.entries(mapping) } else { return None };
    Some(entries.into_iter().map(|entry| (entry.key, entry.value)).collect())
}

/// Returns the text of a scalar, which may be written as a number; an inner
/// none if it is null, an outer one if it is no scalar.
fn text(reader: &mut Reader<'_>, node: NodeId) -> Option<Option<String>> {
    let scalar = followed(reader, node)?;
    if reader.tree.kind(scalar) != Kind::Scalar {
        return None;
    }
    let is_null = is_null(reader, scalar);
    Some((!is_null).then(|| read_text(reader.tree, scalar, reader.reading).into_owned()))
}

fn is_null(reader: &mut Reader<'_>, node: NodeId) -> bool {
    followed(reader, node).is_some_and(|node| is_null_scalar(reader, node))
}

/// Returns what an alias stands for, and any other node itself.
fn followed(reader: &mut Reader<'_>, node: NodeId) -> Option<NodeId> {
    if reader.tree.kind(node) == Kind::Alias { reader.alias(node) } else { Some(node) }
}
