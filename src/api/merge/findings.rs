//! Says what is wrong with what a merge wrote.

use super::super::error::Error;
use super::super::shapes::Finding;
use super::super::validate::FileInput;
use super::super::validate::errors_of;
use crate::merge::Doubtful;
use crate::order::Set;

/// Returns the errors of what may have some. Costs nothing where nothing has.
pub(super) fn of<'a>(
    contents: impl Iterator<Item = (&'a str, &'a str)>,
    doubtful: &[Doubtful],
    crds: &[Vec<u8>],
) -> Result<Vec<Finding>, Error> {
    if doubtful.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Set<&str> = doubtful.iter().map(|doubt| doubt.path.as_str()).collect();
    let places: Set<_> =
        doubtful.iter().map(|doubt| (doubt.path.as_str(), doubt.resource.as_ref())).collect();
    let file = |(path, content): (&str, &str)| FileInput {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let mut findings = errors_of(
        contents.filter(|(path, _)| paths.contains(path)).map(file).collect(),
        crds,
        |path| places.contains(&(path, None)),
        |path, id| places.contains(&(path, Some(id))),
    )?;
    for finding in &mut findings {
        finding.path = finding.path.take().filter(|path| !path.is_empty());
    }
    Ok(findings)
}
