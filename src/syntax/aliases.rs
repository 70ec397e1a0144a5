//! Leads each alias to the node it stands for.

use super::tree::Kind;
use super::tree::Tree;
use crate::order::Map;

/// Writes into each alias the last node before it, in its document, that bears
/// its anchor.
pub(super) fn resolve(tree: &mut Tree) {
    let Tree { source, nodes, props, .. } = tree;
    if props.is_empty() {
        return;
    }
    let mut props = props.iter();
    let mut anchors = Map::new();
    for (id, node) in nodes.iter_mut().enumerate() {
        if node.kind == Kind::Document {
            anchors.clear();
        }
        if node.has_props
            && let Some(props) = props.next()
            && let Some(name) = source.slice(props.anchor).strip_prefix('&')
        {
            anchors.insert(name, id as u32);
        }
        if node.kind == Kind::Alias {
            let name = source.slice(node.span()).strip_prefix('*');
            node.len = name.and_then(|name| anchors.get(name)).copied().unwrap_or(0);
        }
    }
}
