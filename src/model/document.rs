//! Lists the documents of a text with the resources they hold.

use super::de::from_node;
use super::reading::Reading;
use super::resource::ResourceId;
use crate::syntax::NodeId;
use crate::syntax::Tree;
use serde::Deserialize;
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

/// Reads who the resource of one document is.
pub fn document(tree: &Tree, node: NodeId) -> Document {
    let head = tree.root(node).and_then(|root| from_node::<Head<'_>>(tree, root, Reading::Kubernetes).ok());
    let Head { api_version, kind, metadata } = head.unwrap_or_default();
    let id =
        match (&api_version, &kind, metadata.and_then(|metadata| Some((metadata.name?, metadata.namespace))))
        {
            (Some(api_version), Some(kind), Some((name, namespace)))
                if !kind.0.is_empty() && !name.0.is_empty() =>
            {
                Some(ResourceId {
                    group: api_version.0.split_once('/').map_or("", |(group, _)| group).to_owned(),
                    kind: kind.0.clone().into_owned(),
                    namespace: namespace
                        .filter(|namespace| !namespace.0.is_empty())
                        .map_or_else(|| "default".to_owned(), |namespace| namespace.0.into_owned()),
                    name: name.0.into_owned(),
                })
            }
            _ => None,
        };
    let owned = |text: Text<'_>| text.0.into_owned();
    Document { node, id, api_version: api_version.map(owned), kind: kind.map(owned) }
}

/// What every resource begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow, default)]
    api_version: Option<Text<'a>>,
    #[serde(borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    metadata: Option<Metadata<'a>>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    namespace: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
