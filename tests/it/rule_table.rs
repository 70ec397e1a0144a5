//! Every rule of the fabric is there, or says why it is not.

use hedgerow::validate::rule_ids;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The list of rules is test input of another project.
const RULES: &str = "../shared/hedgehog/fabric-rules.md";

/// Returns the texts of all sources below `folder`.
fn sources(folder: &Path) -> String {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let texts = entries.iter().map(|path| match path.is_dir() {
        true => sources(path),
        false if path.ends_with("rule_ids.rs") => String::new(),
        false => fs::read_to_string(path).unwrap(),
    });
    texts.collect()
}

#[test]
fn every_id_stands_in_the_sources_or_is_listed_with_a_reason() {
    // The ids that code reports, not those that comments name.
    let sources = sources(Path::new("src/validate"));
    let code: String = sources.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let listed: BTreeSet<&str> = rule_ids::NOT_CHECKED.iter().map(|(id, _)| *id).collect();
    let is_there = |id: &String| code.contains(&format!("\"{id}\""));
    let missing: Vec<String> =
        rule_ids::all().filter(|id| !is_there(id) && !listed.contains(id.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
    let both: Vec<String> =
        rule_ids::all().filter(|id| is_there(id) && listed.contains(id.as_str())).collect();
    assert_eq!(both, Vec::<String>::new());
    assert!(rule_ids::NOT_CHECKED.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn the_ids_are_those_of_the_list_of_rules() {
    let Ok(text) = fs::read_to_string(RULES) else {
        eprintln!("skipped: the list of rules is not at {RULES}");
        return;
    };
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | ")).map(|(id, _)| id);
    let is_id = |id: &&str| {
        id.split_once('-').is_some_and(|(_, number)| number.len() == 2 && number.parse::<u8>().is_ok())
    };
    let listed: BTreeSet<String> = rows.filter(is_id).map(str::to_owned).collect();
    let ours: BTreeSet<String> = rule_ids::all().collect();
    assert_eq!(ours.len(), 464);
    assert_eq!(ours, listed);
}
