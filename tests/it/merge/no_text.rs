//! Files that are no text: a merge writes text, so it never guesses at bytes.

use hedgerow::merge::ConflictKind;
use hedgerow::merge::MergeOptions;
use hedgerow::merge::Versions;
use hedgerow::merge::merge;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;

fn check(versions: [&[u8]; 3]) -> Vec<ConflictKind> {
    let [base, ours, theirs] = versions.map(Source::from_bytes);
    let versions = Versions { base: Some(&base), ours: Some(&ours), theirs: Some(&theirs) };
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let answer = merge(versions, &MergeOptions::new(&catalogue)).unwrap();
    assert_eq!(answer.content.as_deref(), Some(theirs.text()));
    assert_eq!(answer.edits, []);
    answer.conflicts.iter().map(|conflict| conflict.kind).collect()
}

#[test]
fn a_change_of_ours_is_asked_about() {
    assert_eq!(check([b"a: \xFE\n", b"a: \xFD\n", b"a: \xFE\n"]), [ConflictKind::Parse]);
    assert_eq!(check([b"a: \xFE\n", b"b: \xFE\n", b"a: \xFE\nc: 1\n"]), [ConflictKind::Parse]);
}

#[test]
fn a_change_of_theirs_alone_stands() {
    assert_eq!(check([b"a: \xFE\n", b"a: \xFE\n", b"a: \xFD\n"]), []);
    assert_eq!(check([b"a: \xFE\n", b"a: \xFD\n", b"a: \xFD\n"]), []);
}
