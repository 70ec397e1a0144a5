//! Merge situations as folders: `base.yaml`, `ours.yaml`, `theirs.yaml` in,
//! `expected.yaml` and `answer.txt` out. A missing file is a file that is not
//! there. `options.txt` holds policies and choices.

use hedgerow::merge;
use hedgerow::merge::Choice;
use hedgerow::merge::MergeAnswer;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Policies;
use hedgerow::merge::Settlement;
use hedgerow::merge::Versions;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;
use hedgerow::text::apply;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;

pub fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/merge");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn source(folder: &Path, name: &str) -> Option<Source> {
    std::fs::read(folder.join(name)).ok().map(|bytes| Source::from_bytes(&bytes))
}

fn options<'a>(folder: &Path, catalogue: &'a Catalogue) -> MergeOptions<'a> {
    let mut options = MergeOptions::new(catalogue);
    let text = std::fs::read_to_string(folder.join("options.txt")).unwrap_or_default();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["policies", name] => options.policies = Policies::named(name).unwrap(),
            ["choice", conflict, take] => {
                let settlement = match *take {
                    "ours" => Settlement::Ours,
                    "theirs" => Settlement::Theirs,
                    "base" => Settlement::Base,
                    "both" => Settlement::Both,
                    other => panic!("{other}"),
                };
                options.choices.push(Choice { conflict: (*conflict).to_owned(), settlement });
            }
            other => panic!("{other:?}"),
        }
    }
    options
}

/// Writes what is asked and decided as lines.
fn describe(answer: &MergeAnswer) -> String {
    let mut text = String::new();
    for conflict in &answer.conflicts {
        let field = conflict.field.as_ref().map(ToString::to_string).unwrap_or_default();
        writeln!(
            text,
            "{} {} {} at {:?} ({})",
            conflict.severity.name(),
            conflict.kind.name(),
            conflict.label,
            field,
            conflict.id
        )
        .unwrap();
    }
    for decision in &answer.decisions {
        writeln!(text, "took {:?} at {}: {}", decision.took, decision.place.label, decision.why).unwrap();
    }
    text
}

#[test]
fn every_situation_merges_as_expected_byte_for_byte() {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut failures = Vec::new();
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let versions = Versions {
            base: source(&folder, "base.yaml"),
            ours: source(&folder, "ours.yaml"),
            theirs: source(&folder, "theirs.yaml"),
        };
        let sides = Versions {
            base: versions.base.as_ref(),
            ours: versions.ours.as_ref(),
            theirs: versions.theirs.as_ref(),
        };
        let options = options(&folder, &catalogue);
        let answer = merge::merge(sides, &options).unwrap();
        assert_eq!(answer.mended, 0, "{name}: the result had to be mended");
        if options.choices.is_empty() {
            let swapped = Versions { base: sides.base, ours: sides.theirs, theirs: sides.ours };
            let swapped = merge::merge(swapped, &options).unwrap();
            assert_eq!(swapped.mended, 0, "{name}, sides swapped: the result had to be mended");
            assert_eq!(swapped.conflicts.len(), answer.conflicts.len(), "{name}, sides swapped");
        }
        let theirs = versions.theirs.as_ref().map_or("", Source::text);
        if let Some(content) = &answer.content {
            assert_eq!(
                &apply(theirs, &answer.edits),
                content,
                "{name}: the edits do not lead to the content"
            );
        }
        let described = describe(&answer);
        let expected = std::fs::read_to_string(folder.join("expected.yaml")).ok();
        let expected_answer = std::fs::read_to_string(folder.join("answer.txt")).unwrap_or_default();
        if update {
            match &answer.content {
                Some(content) => std::fs::write(folder.join("expected.yaml"), content).unwrap(),
                None => drop(std::fs::remove_file(folder.join("expected.yaml"))),
            }
            match described.is_empty() {
                true => drop(std::fs::remove_file(folder.join("answer.txt"))),
                false => std::fs::write(folder.join("answer.txt"), described).unwrap(),
            }
        } else if answer.content != expected || described != expected_answer {
            failures.push(format!(
                "{name}\n--- expected\n{}{expected_answer}--- got\n{}{described}",
                expected.unwrap_or("(gone)\n".to_owned()),
                answer.content.unwrap_or("(gone)\n".to_owned()),
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n==========\n"));
}
