//! Who a resource is.

use super::from_value::Fields;
use super::from_value::FromValue;
use super::from_value::Misfit;
use super::value::Value;
use serde::Serialize;
use std::fmt;

/// The identity of a resource: neither its version nor its file is part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
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

impl FromValue for ResourceId {
    fn from_value(value: Value) -> Result<ResourceId, Misfit> {
        let mut fields = Fields::only(value, &["group", "kind", "namespace", "name"])?;
        Ok(ResourceId {
            group: fields.read("group")?,
            kind: fields.read("kind")?,
            namespace: fields.read("namespace")?,
            name: fields.read("name")?,
        })
    }
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
