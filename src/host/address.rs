//! Addresses of hosts and names of repositories, checked before a token is
//! sent there.

/// A repository of a person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Whose it is.
    pub owner: String,
    /// What it is called.
    pub name: String,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// The repository is not written as `owner/name`.
    #[error("the repository is not written as `owner/name`")]
    Repository,
    /// The address is neither `https` nor `http` on the machine itself.
    #[error("the address of the host is not https, nor http on this machine")]
    NotSecure,
    /// This kind of host has no public address.
    #[error("this kind of host needs an address")]
    Missing,
    /// The address holds a user, a query or a fragment, or no host.
    #[error("the address of the host has parts that it must not have")]
    NotPlain,
}

impl Repository {
    /// Reads `owner/name`.
    pub fn new(text: &str) -> Result<Repository, AddressProblem> {
        let (owner, name) = text.split_once('/').ok_or(AddressProblem::Repository)?;
        if !is_name(owner) || !is_name(name) {
            return Err(AddressProblem::Repository);
        }
        Ok(Repository { owner: owner.to_owned(), name: name.to_owned() })
    }
}

/// Checks the path of a project, which may lie below several groups.
pub(super) fn project_path(text: &str) -> Result<String, AddressProblem> {
    let is_path = text.contains('/') && text.split('/').all(is_name);
    if is_path { Ok(text.to_owned()) } else { Err(AddressProblem::Repository) }
}

fn is_name(part: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !part.is_empty() && part.bytes().all(is_safe) && !part.bytes().all(|byte| byte == b'.')
}

/// What an address says about where it leads.
pub(super) struct Origin {
    /// Whether it has no path.
    pub is_whole: bool,
    /// Whether it is the machine itself.
    pub is_loopback: bool,
}

/// Checks that a token may be sent to an address.
pub(super) fn check_origin(address: &str) -> Result<Origin, AddressProblem> {
    let (scheme, rest) = address.split_once("://").ok_or(AddressProblem::NotSecure)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.is_empty() || rest.contains(['@', '?', '#', '\\']) || rest.contains(char::is_whitespace) {
        return Err(AddressProblem::NotPlain);
    }
    let host = match authority.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host == "localhost" || host == "::1" || is_loopback_v4(host);
    if scheme != "https" && !(scheme == "http" && is_loopback) {
        return Err(AddressProblem::NotSecure);
    }
    Ok(Origin { is_whole: path.is_empty(), is_loopback })
}

fn is_loopback_v4(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}
