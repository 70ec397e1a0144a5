//! Says what is wrong with what a merge wrote.

use super::super::error::Error;
use super::super::shapes::Finding;
use super::super::shapes::Severity;
use super::super::validate;
use super::super::validate::FileInput;
use super::super::validate::ScopeOption;
use super::super::validate::ValidateOptions;
use crate::merge::Doubtful;

/// Returns the errors of what may have some. Costs nothing where nothing has.
pub(super) fn of<'a>(
    contents: impl Iterator<Item = (&'a str, &'a str)>,
    doubtful: &[Doubtful],
    crds: &[Vec<u8>],
) -> Result<Vec<Finding>, Error> {
    if doubtful.is_empty() {
        return Ok(Vec::new());
    }
    let file = |(path, content): (&str, &str)| FileInput {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    // A merge need not be of a whole fabric.
    let options = ValidateOptions { scope: ScopeOption::Part, ..ValidateOptions::default() };
    let mut findings = validate::findings(contents.map(file).collect(), &options, crds)?;
    findings.retain(|finding| {
        finding.severity == Severity::Error
            && doubtful.iter().any(|doubt| {
                let is_there = finding.path.as_deref().unwrap_or_default() == doubt.path;
                let is_meant = match &doubt.resource {
                    None => finding.code.starts_with("yaml-"),
                    Some(_) => doubt.resource == finding.resource,
                };
                is_there && is_meant
            })
    });
    for finding in &mut findings {
        finding.path = finding.path.take().filter(|path| !path.is_empty());
    }
    Ok(findings)
}
