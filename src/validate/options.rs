//! How to validate.

use super::settings::Settings;
use crate::model::Value;

/// How much of the fabric is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of it: what is not there does not exist.
    #[default]
    Fabric,
    /// A part: what is not there cannot be checked.
    Part,
}

/// What becomes of fields that no schema names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownFields {
    /// They are errors, as for kubectl and GitOps agents.
    #[default]
    Refuse,
    /// They are dropped with a warning, as by a plain API server.
    Drop,
}

/// Whether addresses and numbers that the fabric's installer fills in have to
/// be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hydration {
    /// They may be missing, all of one object together.
    #[default]
    Open,
    /// They have to be there.
    Done,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// The author of files, who wants to know what is wrong. Where the fabric
    /// is mistaken, we are not.
    #[default]
    Files,
    /// Somebody who wants to know what the cluster would do, mistakes and all.
    Cluster,
}

/// How to validate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// How much of the fabric is there.
    pub scope: Scope,
    /// What becomes of fields that no schema names.
    pub unknown_fields: UnknownFields,
    /// Whether what the installer fills in has to be there.
    pub hydration: Hydration,
    /// Who asks.
    pub view: View,
    /// The settings of the fabric.
    pub settings: Settings,
    /// The version of the fabric; none for the newest.
    pub catalogue: Option<String>,
    /// Definitions of further kinds.
    pub definitions: Vec<Value>,
}
