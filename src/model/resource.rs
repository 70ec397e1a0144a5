//! Who a resource is.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// The identity of a resource: neither its version nor its file is part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ResourceId {
    /// API group, `vpc.githedgehog.com`; empty for the core group.
    pub group: String,
    /// Kind, `VPC`.
    pub kind: String,
    /// Namespace, `default` where the file names none.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl fmt::Display for ResourceId {
    /// Writes `VPC vpc-01`, with the namespace where it is not `default`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "default" => write!(formatter, "{} {}", self.kind, self.name),
            namespace => write!(formatter, "{} {namespace}/{}", self.kind, self.name),
        }
    }
}
