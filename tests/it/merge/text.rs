//! The lines of a block scalar merge as `git merge-file` merges a file, where
//! Git does not ask.

use super::laws::cases;
use hedgerow::merge;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::path::Path;
use std::process::Command;

/// Lines that are all different: where lines repeat, which of them are the
/// same ones is a matter of taste, and Git's own algorithms differ.
fn lines() -> impl Strategy<Value = Vec<String>> {
    (3..14_usize).prop_map(|count| (0..count).map(|number| format!("line {number}")).collect())
}

/// Changes, deletes and inserts a few lines.
fn edited(lines: &[String], edits: &[(u8, usize)], who: &str) -> Vec<String> {
    let mut lines = lines.to_vec();
    for (number, &(what, at)) in edits.iter().enumerate() {
        let at = at % lines.len().max(1);
        match what % 3 {
            0 if !lines.is_empty() => lines[at] = format!("{who} {number}"),
            1 if !lines.is_empty() => drop(lines.remove(at)),
            _ => lines.insert(at, format!("{who} {number}")),
        }
    }
    lines
}

/// Returns what Git makes of it; none where it asks.
fn by_git(folder: &Path, versions: &Versions<Vec<String>>) -> Option<String> {
    for (name, lines) in [("base", &versions.base), ("ours", &versions.ours), ("theirs", &versions.theirs)] {
        std::fs::write(folder.join(name), lines.join("\n") + "\n").unwrap();
    }
    let merging = Command::new("git")
        .args(["merge-file", "-p", "--diff3", "ours", "base", "theirs"])
        .current_dir(folder)
        .output()
        .unwrap();
    merging.status.success().then(|| String::from_utf8(merging.stdout).unwrap())
}

fn document(lines: &[String]) -> Source {
    let text: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    Source::from_text(format!("script: |\n{text}"))
}

#[test]
fn block_text_merges_as_git_does_where_git_does_not_ask() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("merge-text");
    std::fs::create_dir_all(&folder).unwrap();
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let edits = || vec((any::<u8>(), any::<usize>()), 1..4);
    TestRunner::new(cases())
        .run(&(lines(), edits(), edits()), |(base, ours, theirs)| {
            let (ours, theirs) = (edited(&base, &ours, "ours"), edited(&base, &theirs, "theirs"));
            let versions = Versions { base, ours, theirs };
            prop_assume!(!versions.ours.is_empty() && !versions.theirs.is_empty());
            let Some(expected) = by_git(&folder, &versions) else { return Ok(()) };
            let documents = versions.map(|lines| document(&lines));
            let [base, ours, theirs] = [&documents.base, &documents.ours, &documents.theirs].map(Some);
            let answer =
                merge::merge(Versions { base, ours, theirs }, &MergeOptions::new(&catalogue)).unwrap();
            prop_assert!(
                answer.is_clean(),
                "Git merges it:\n{expected}\nours\n{}\ntheirs\n{}",
                documents.ours.text(),
                documents.theirs.text()
            );
            let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
            prop_assert_eq!(answer.content, Some(document(&expected).text().to_owned()));
            Ok(())
        })
        .unwrap();
}
