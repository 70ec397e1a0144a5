//! What a workspace is opened with.

use super::super::error::Error;
use super::super::merge::MergeOptions;
use super::super::validate::ValidateOptions;
use crate::fabric::Fabrics;
use crate::host::Host;
use crate::host::azure::Azure;
use crate::host::bitbucket::Bitbucket;
use crate::host::gitea::Gitea;
use crate::host::github::GitHub;
use crate::host::gitlab::GitLab;
use crate::model::Fields;
use crate::model::FromValue;
use crate::model::Misfit;
use crate::model::Value;
use crate::model::read_word;

/// The kinds of Git host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(rename_all = "lowercase"))]
pub enum HostType {
    /// GitHub, its enterprise clouds and servers.
    GitHub,
    /// Gitea and Forgejo.
    Gitea,
    /// GitLab.
    GitLab,
    /// Bitbucket Cloud.
    Bitbucket,
    /// Azure DevOps, in the cloud and on servers.
    Azure,
}

/// What each kind of host is called.
const HOSTS: &[(&str, HostType)] = &[
    ("github", HostType::GitHub),
    ("gitea", HostType::Gitea),
    ("gitlab", HostType::GitLab),
    ("bitbucket", HostType::Bitbucket),
    ("azure", HostType::Azure),
];

impl FromValue for HostType {
    fn from_value(value: Value) -> Result<HostType, Misfit> {
        read_word(value, HOSTS)
    }
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct HostOption {
    /// The kind of host.
    #[cfg_attr(target_arch = "wasm32", serde(rename = "type"))]
    pub host: HostType,
    /// Address of the host or its REST API; the host's public one if left out.
    /// A Gitea has none.
    /// `https` only, but for the machine itself.
    #[cfg_attr(target_arch = "wasm32", serde(default))]
    pub url: Option<String>,
    /// `owner/name`; with more groups at a GitLab, `organization/project/name` at
    /// Azure DevOps.
    pub repository: String,
}

impl FromValue for HostOption {
    fn from_value(value: Value) -> Result<HostOption, Misfit> {
        let mut fields = Fields::only(value, &["type", "url", "repository"])?;
        Ok(HostOption {
            host: fields.read("type")?,
            url: fields.read("url")?,
            repository: fields.read("repository")?,
        })
    }
}

/// A fabric in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct FabricOption {
    /// What people call it.
    pub name: String,
    /// Where it lies; empty for the whole repository.
    pub directory: String,
}

impl FromValue for FabricOption {
    fn from_value(value: Value) -> Result<FabricOption, Misfit> {
        let mut fields = Fields::only(value, &["name", "directory"])?;
        Ok(FabricOption { name: fields.read("name")?, directory: fields.read("directory")? })
    }
}

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StorageOption {
    /// In the browser's database; in memory where there is none.
    #[default]
    IndexedDb,
    /// Nowhere beyond the page.
    Memory,
}

impl FromValue for StorageOption {
    fn from_value(value: Value) -> Result<StorageOption, Misfit> {
        let words = [("indexeddb", StorageOption::IndexedDb), ("memory", StorageOption::Memory)];
        read_word(value, &words)
    }
}

/// What a workspace is opened with. Contents of files, callbacks and signals
/// are read apart.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceOptions {
    /// The repository.
    pub host: HostOption,
    /// The branch; the default branch if left out.
    pub branch: Option<String>,
    /// The fabrics in it.
    pub fabrics: Vec<FabricOption>,
    /// Where drafts and saves are kept.
    pub storage: StorageOption,
    /// How to validate.
    pub validate: ValidateOptions,
    /// How to merge.
    pub merge: MergeOptions,
}

impl FromValue for WorkspaceOptions {
    fn from_value(value: Value) -> Result<WorkspaceOptions, Misfit> {
        let mut fields = Fields::only(value, &["host", "branch", "fabrics", "storage", "validate", "merge"])?;
        Ok(WorkspaceOptions {
            host: fields.read("host")?,
            branch: fields.read("branch")?,
            fabrics: fields.read("fabrics")?,
            storage: fields.read_or_default("storage")?,
            validate: fields.read_or_default("validate")?,
            merge: fields.read_or_default("merge")?,
        })
    }
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
    let HostOption { host, url, repository } = option;
    let url = url.as_deref();
    let made = match host {
        HostType::GitHub => GitHub::new(url, repository).map(Host::GitHub),
        HostType::Gitea => Gitea::new(url, repository).map(Host::Gitea),
        HostType::GitLab => GitLab::new(url, repository).map(Host::GitLab),
        HostType::Bitbucket => Bitbucket::new(url, repository).map(Host::Bitbucket),
        HostType::Azure => Azure::new(url, repository).map(Host::Azure),
    };
    made.map_err(|problem| Error::bad_request(format!("host: {problem}")))
}

pub(super) fn fabrics(options: &[FabricOption]) -> Result<Fabrics, Error> {
    let pairs = options.iter().map(|fabric| (fabric.name.as_str(), fabric.directory.as_str()));
    Fabrics::new(pairs).map_err(|problem| Error::bad_request(format!("fabrics: {problem}")))
}
