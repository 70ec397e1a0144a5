//! What a workspace is opened with.

use super::super::error::Error;
use super::super::merge::MergeOptions;
use super::super::validate::ValidateOptions;
use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::github::GitHub;
use serde::Deserialize;

/// The kinds of Git host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum HostType {
    /// GitHub, its enterprise clouds and servers.
    GitHub,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct HostOption {
    /// The kind of host.
    #[serde(rename = "type")]
    pub host: HostType,
    /// Address of the host or its REST API; the host's public one if left out.
    /// `https` only, but for the machine itself.
    #[serde(default)]
    pub url: Option<String>,
    /// `owner/name`.
    pub repository: String,
}

/// A fabric in the repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct FabricOption {
    /// What people call it.
    pub name: String,
    /// Where it lies; empty for the whole repository.
    pub directory: String,
}

/// Who commits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StorageOption {
    /// In the browser's database; in memory where there is none.
    #[default]
    IndexedDb,
    /// Nowhere beyond the page.
    Memory,
}

/// What a workspace is opened with. Contents of files, callbacks and signals
/// are read apart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceOptions {
    /// The repository.
    pub host: HostOption,
    /// The branch; the default branch if left out.
    #[serde(default)]
    pub branch: Option<String>,
    /// The fabrics in it.
    pub fabrics: Vec<FabricOption>,
    /// Where drafts and saves are kept.
    #[serde(default)]
    pub storage: StorageOption,
    /// How to validate.
    #[serde(default)]
    pub validate: ValidateOptions,
    /// How to merge.
    #[serde(default)]
    pub merge: MergeOptions,
}

impl WorkspaceOptions {
    /// Returns the name under which this workspace's records are kept.
    pub fn storage_key(&self) -> String {
        let url = self.host.url.as_deref().unwrap_or("");
        let branch = self.branch.as_deref().unwrap_or("");
        format!("{:?} {url} {} {branch}", self.host.host, self.host.repository)
    }
}

pub(super) fn host(option: &HostOption) -> Result<Host, Error> {
    match option.host {
        HostType::GitHub => GitHub::new(option.url.as_deref(), &option.repository)
            .map(Host::GitHub)
            .map_err(|problem| Error::bad_request(format!("host: {problem}"))),
    }
}

pub(super) fn fabrics(options: &[FabricOption]) -> Result<Fabrics, Error> {
    let pairs = options.iter().map(|fabric| (fabric.name.as_str(), fabric.directory.as_str()));
    Fabrics::new(pairs).map_err(|problem| Error::bad_request(format!("fabrics: {problem}")))
}
