//! What holds for all input.

use super::suite::cases;
use super::suite::tree;
use hedgerow::limits::Limits;
use hedgerow::syntax::Kind;
use hedgerow::syntax::NodeId;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use proptest::prelude::*;

/// Checks the invariant at the top of `syntax::tree`, and that everything can
/// be read.
pub fn check_tree(tree: &Tree) {
    let mut end = 0;
    for document in tree.documents() {
        assert_eq!(tree.kind(document), Kind::Document);
        assert!(tree.span(document).start >= end, "documents overlap");
        end = tree.span(document).end;
        check_node(tree, document);
    }
    let text = tree.text();
    let mut end = 0;
    for comment in tree.comments() {
        assert!(comment.start >= end, "comments overlap or repeat");
        assert!(comment.of(text).starts_with('#'));
        end = comment.end;
    }
    for finding in tree.diagnostics() {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?} lies outside the text");
        assert!(!finding.code.is_empty() && !finding.message.is_empty());
    }
}

fn check_node(tree: &Tree, id: NodeId) {
    let span = tree.span(id);
    assert!(tree.text().get(span.range()).is_some(), "{span:?} does not fit the text");
    tree.scalar(id);
    tree.resolved_tag(id);
    tree.alias_target(id);
    let mut end = span.start;
    let mut count = 0;
    for child in tree.children(id) {
        let inner = tree.full_span(child);
        assert!(inner.start >= end, "{inner:?} begins before {end}, inside {span:?}");
        assert!(inner.end <= span.end, "{inner:?} ends behind its parent {span:?}");
        assert_eq!(tree.parent(child), Some(id));
        end = inner.end;
        count += 1;
        check_node(tree, child);
    }
    assert_eq!(count, tree.len(id));
    if tree.kind(id) == Kind::Mapping {
        assert_eq!(count % 2, 0, "a key without a value");
    }
}

/// Text that is nearly YAML.
pub fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// A few characters that mean something in YAML.
pub fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b: ",
        "key: value",
        ": ",
        "- ",
        "-",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "\\",
        "#",
        " # c",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "|",
        ">",
        "|+",
        ">-",
        "|2",
        "---",
        "...",
        "%YAML 1.2",
        "\n",
        "\n",
        "\n  ",
        "\n ",
        "\n    ",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "é",
        "日",
        "\u{FEFF}",
        "<<: ",
        "1",
        "null",
        "\0",
        "x: [1, 2]",
        "{a: b}",
        "@",
        "%",
        "\"q\"",
        "\n- ",
        "\n\n",
        "a:\n",
        "\n---\n",
        "\n...\n",
        "\u{85}",
        "\u{7F}",
        "\u{80}",
        "\u{2028}",
        "\u{FFFE}",
        "\\u00e9",
        "\\n",
        "%TAG !e! tag:x,2000:\n",
        "!e!f ",
        "!<t:x> ",
        "! ",
        "!",
        "- - ",
        "? - ",
        "\n\t",
        "-\t",
        "''",
        "|-\n  t",
        ">\n  a\n\n   b\n",
        "a: &x b",
        "*x",
        "*x : ",
        "k: [",
        "\n  ]",
        "\n? ",
        "\n: ",
        "\n  k: ",
        "\n  - ",
        "\n# c\n",
    ])
}

#[test]
fn trees_of_the_test_suite_are_sound() {
    for case in cases() {
        check_tree(&tree(&case.yaml));
    }
}

#[test]
fn every_prefix_of_every_case_of_the_test_suite_is_read() {
    for case in cases() {
        for (at, _) in case.yaml.char_indices() {
            check_tree(&tree(&case.yaml[..at]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_bytes_are_read_and_come_back(bytes: Vec<u8>) {
        let tree = parse(Source::from_bytes(&bytes), &Limits::DEFAULT);
        check_tree(&tree);
        prop_assert_eq!(tree.source().to_bytes(), bytes);
    }

    #[test]
    fn any_text_is_read_and_comes_back(text: String) {
        let tree = tree(&text);
        check_tree(&tree);
        prop_assert_eq!(tree.text(), text);
    }

    #[test]
    fn any_soup_is_read_and_comes_back(text in soup()) {
        let tree = tree(&text);
        check_tree(&tree);
        prop_assert_eq!(tree.text(), text);
    }
}
