//! Input that means harm: each ends with a clear finding, at once.

use super::properties::check_tree;
use super::suite::tree;
use hedgerow::syntax::Tree;

fn first_code(tree: &Tree) -> &str {
    tree.diagnostics().first().map_or("no finding", |finding| finding.code)
}

#[test]
fn ten_thousand_levels_of_nesting_are_refused() {
    for text in [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "? ".repeat(10_000),
        (0..3_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
    ] {
        let tree = tree(&text);
        assert_eq!(first_code(&tree), "yaml-too-deep", "{:.40}", text);
        check_tree(&tree);
    }
}

#[test]
fn a_document_behind_a_too_deep_one_is_read() {
    let tree = tree(&format!("{}\n---\na: 1\n", "[".repeat(1000)));
    assert_eq!(tree.documents().count(), 2);
    let root = tree.documents().nth(1).and_then(|document| tree.root(document)).unwrap();
    assert_eq!(tree.raw(root), "a: 1");
}

#[test]
fn a_megabyte_of_one_sign_is_read() {
    for sign in [
        "[", "{", "]", "}", ",", ":", "-", "?", "\"", "'", "|", ">", "&", "*", "!", "#", "%", "\t", " ",
        "\n", "\r", "a: ", "- ", ": ", "\\", "\"\\\"\n", "- \"\n", "a: [\n", "''", "{a", "&a ", "!a ",
    ] {
        let text = sign.repeat(1_000_000 / sign.len());
        check_tree_shallow(&tree(&text));
    }
}

fn check_tree_shallow(tree: &Tree) {
    assert!(tree.diagnostics().len() <= 200);
    assert!(tree.documents().count() <= tree.node_count());
}

#[test]
fn a_file_beyond_the_limit_is_refused_with_its_reason() {
    let tree = tree(&"a".repeat(10 * 1024 * 1024 + 1));
    assert_eq!(first_code(&tree), "yaml-too-large");
    assert_eq!(tree.documents().count(), 0);
}

#[test]
fn a_wide_mapping_is_checked_for_repeated_keys() {
    let mut text: String = (0..100_000).map(|key| format!("k{key}: 1\n")).collect();
    text += "k7: 2\n";
    let tree = tree(&text);
    assert_eq!(first_code(&tree), "yaml-duplicate-key");
    assert_eq!(tree.diagnostics().len(), 1);
}

#[test]
fn bytes_that_are_no_text_are_reported_and_the_rest_is_read() {
    let source = hedgerow::text::Source::from_bytes(b"a: 1\nb: \xFF\nc: 3\n");
    let tree = hedgerow::syntax::parse(source, &hedgerow::limits::Limits::DEFAULT);
    assert_eq!(first_code(&tree), "yaml-encoding");
    let root = tree.documents().next().and_then(|document| tree.root(document)).unwrap();
    assert_eq!(tree.get(root, "c").map(|value| tree.raw(value)), Some("3"));
}
