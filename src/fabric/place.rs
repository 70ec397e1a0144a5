//! The parts of a fabric's directory.

/// Which part of a fabric's directory a path is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `raw/`: dropped by people, to be ingested.
    Raw,
    /// `managed/`: one resource per file.
    Managed,
    /// `unmanaged/`: not ours, never touched.
    Unmanaged,
    /// A hidden folder or file, as `.hnp/`: records of tools, kept.
    Records,
    /// Anywhere else: laid there before there was a layout.
    Loose,
}

impl Place {
    /// Sorts a path that is written relative to the fabric's directory.
    pub fn of(inside: &str) -> Place {
        if inside.split('/').any(|part| part.starts_with('.')) {
            return Place::Records;
        }
        match inside.split_once('/').map(|(first, _)| first) {
            Some("raw") => Place::Raw,
            Some("managed") => Place::Managed,
            Some("unmanaged") => Place::Unmanaged,
            _ => Place::Loose,
        }
    }

    /// Says whether YAML here is part of the fabric as it stands. What lies in
    /// `raw` is not yet, what lies in `unmanaged` never will be.
    pub fn holds_resources(self) -> bool {
        matches!(self, Place::Managed | Place::Loose)
    }

    /// Says whether YAML here is read at all: what is part of the fabric, and
    /// what waits to become so.
    pub fn is_read(self) -> bool {
        self.holds_resources() || self == Place::Raw
    }
}

/// Says whether a path has the name of a YAML file.
pub fn is_yaml(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && (ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml"))
    })
}
