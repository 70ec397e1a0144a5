//! Finds plain scalars that YAML readers do not agree about.
//!
//! **Invariant:** a scalar in quotes or with a tag is never found.

use super::reading::Plain;
use super::reading::Reading;
use super::reading::is_old_type;
use super::reading::is_surely_text;
use super::reading::read_plain;
use crate::diagnostic::Diagnostic;
use crate::syntax::Kind;
use crate::syntax::NodeId;
use crate::syntax::Style;
use crate::syntax::Tree;

/// YAML readers do not agree about a plain scalar.
pub const AMBIGUOUS_SCALAR: &str = "yaml-ambiguous-scalar";

/// A plain scalar and what readers make of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ambiguity {
    /// The scalar; a key or a value.
    pub node: NodeId,
    /// What the cluster reads.
    pub kubernetes: Plain,
    /// What a reader of YAML 1.2 reads. The same as the cluster if only other
    /// readers of YAML 1.1 differ, who know dates and numbers to the base of
    /// 60.
    pub core: Plain,
}

impl Ambiguity {
    /// Returns the finding: a warning if the cluster differs from YAML 1.2,
    /// else an information.
    pub fn diagnostic(&self, tree: &Tree) -> Diagnostic {
        let (text, span) = (tree.raw(self.node), tree.span(self.node));
        if self.kubernetes == self.core {
            let message = format!("some YAML readers do not take `{text}` for text");
            return Diagnostic::info(AMBIGUOUS_SCALAR, span, message).help(format!("Write \"{text}\""));
        }
        let (cluster, others) = (describe(self.kubernetes), describe(self.core));
        let message =
            format!("the cluster reads `{text}` as {cluster}, readers of YAML 1.2 read it as {others}");
        let help = match self.kubernetes {
            Plain::Text => format!("Write \"{text}\""),
            _ => format!("Write \"{text}\" if it is text, else {cluster}"),
        };
        Diagnostic::warning(AMBIGUOUS_SCALAR, span, message).help(help)
    }
}

/// Returns the ambiguous scalars below a node, keys included, in text order.
pub fn ambiguities(tree: &Tree, node: NodeId) -> Vec<Ambiguity> {
    tree.subtree(node).filter_map(|node| ambiguity(tree, node)).collect()
}

fn ambiguity(tree: &Tree, node: NodeId) -> Option<Ambiguity> {
    let is_plain = tree.kind(node) == Kind::Scalar && tree.style(node) == Style::Plain;
    let text = tree.raw(node);
    if !is_plain || is_surely_text(text) || tree.tag(node).is_some() {
        return None;
    }
    let kubernetes = read_plain(text, Reading::Kubernetes);
    let core = read_plain(text, Reading::Core);
    let is_one_number =
        matches!((kubernetes, core), (Plain::Int(left), Plain::Float(right)) if left as f64 == right);
    let is_merge = text == "<<";
    let is_ambiguous = (!same(kubernetes, core) && !is_one_number) || (is_old_type(text) && !is_merge);
    is_ambiguous.then_some(Ambiguity { node, kubernetes, core })
}

fn same(left: Plain, right: Plain) -> bool {
    match (left, right) {
        (Plain::Float(left), Plain::Float(right)) => left == right || (left.is_nan() && right.is_nan()),
        _ => left == right,
    }
}

fn describe(plain: Plain) -> String {
    match plain {
        Plain::Null => "null".to_owned(),
        Plain::Bool(value) => value.to_string(),
        Plain::Int(value) => value.to_string(),
        Plain::Float(value) => value.to_string(),
        Plain::Text => "text".to_owned(),
    }
}
