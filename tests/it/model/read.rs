//! Nodes as values: aliases, merge keys, tags and keys.

use crate::syntax::suite::cases;
use expect_test::Expect;
use expect_test::expect;
use hedgerow::diagnostic::Diagnostic;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::ambiguities;
use hedgerow::model::read_with_findings;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use std::fmt::Write;

pub fn tree(text: &str) -> Tree {
    parse(Source::from_text(text), &Limits::DEFAULT)
}

pub fn show_findings(findings: &[Diagnostic]) -> String {
    let mut shown = String::new();
    for finding in findings {
        let (code, span, message) = (finding.code, finding.span, &finding.message);
        writeln!(shown, "{:?} {code} {}..{}: {message}", finding.severity, span.start, span.end).unwrap();
    }
    shown
}

fn check_as(reading: Reading, text: &str, expected: Expect) {
    let tree = tree(text);
    let mut shown = show_findings(tree.diagnostics());
    for document in tree.documents() {
        let read = read_with_findings(&tree, document, reading, &Limits::DEFAULT);
        writeln!(shown, "{}", serde_json::to_string(&read.value).unwrap()).unwrap();
        shown += &show_findings(&read.findings);
    }
    expected.assert_eq(&shown);
}

fn check(text: &str, expected: Expect) {
    check_as(Reading::Kubernetes, text, expected);
}

#[test]
fn quoted_scalars_are_text_and_plain_ones_what_the_cluster_reads() {
    check(
        "a: 'yes'\nb: yes\nc: \"010\"\nd: 010\ne:\nf: ''\ng: |\n  7\nh: 2001-01-01\n",
        expect![[r#"
            {"a":"yes","b":true,"c":"010","d":8,"e":null,"f":"","g":"7\n","h":"2001-01-01"}
        "#]],
    );
}

#[test]
fn tags_decide_and_a_tag_that_does_not_fit_is_reported() {
    check(
        "a: !!str 010\nb: !!int '7'\nc: !!float 1\nd: !!bool on\ne: !!null ''\nf: !!int x\ng: ! 12\nh: !thing 12\ni: !!binary aGVkZ2U=\nj: !!str\n",
        expect![[r#"
            {"a":"010","b":7,"c":1,"d":true,"e":null,"f":"x","g":"12","h":"12","i":"hedge","j":""}
            Error yaml-tag-mismatch 74..75: `x` is not what the tag `!!int` says
        "#]],
    );
}

#[test]
fn keys_become_text_and_the_source_text_stands_for_what_json_cannot_hold() {
    check(
        "on: 1\n010: 2\n1.5: 3\n~: 4\n[a, b]: 5\n? {c: d}\n: 6\n!!str 7: 8\n'no': 9\n",
        expect![[r#"
            {"true":1,"8":2,"1.5":3,"~":4,"[a, b]":5,"{c: d}":6,"7":8,"no":9}
            Info yaml-key-not-text 20..21: a key that is no text stands for its source text
            Info yaml-key-not-text 25..31: a key that is no text stands for its source text
            Info yaml-key-not-text 37..43: a key that is no text stands for its source text
        "#]],
    );
}

/// A document in which nothing is odd is read by a shorter way; its root alone
/// never is.
#[test]
fn a_document_has_the_value_of_its_root() {
    let own = [
        "{a\n b: 1, a b: 2}",
        "? a\n  b\n: 1\n? a b\n: 2\n",
        "{\"a b\": 1, 'a  b': 2, a: {b: [c, {d: e}]}}",
        "a: &x {b: no, c: 010}\nd: *x\ne: |\n  f\n",
        "yes: 1\ntrue: 2\n",
        "<<: {a: 1}\na: 2\n",
    ];
    let of_suite = cases().into_iter().map(|case| case.yaml);
    for text in own.into_iter().map(str::to_owned).chain(of_suite) {
        let tree = tree(&text);
        for root in tree.documents().filter_map(|document| tree.root(document)) {
            for reading in [Reading::Kubernetes, Reading::Core] {
                let of = |node| read_with_findings(&tree, node, reading, &Limits::DEFAULT).value;
                // Numbers that are none are not equal to themselves.
                let [whole, root] = [tree.document_of(root), root].map(|node| format!("{:?}", of(node)));
                assert_eq!(whole, root, "{text}");
            }
        }
    }
}

#[test]
fn the_last_of_repeated_keys_counts() {
    check(
        "a: 1\nb: 2\na: 3\n",
        expect![[r#"
            Error yaml-duplicate-key 10..11: the key `a` is already used
            {"a":3,"b":2}
        "#]],
    );
    let many: String = (0..20).map(|key| format!("k{key}: 1\n")).collect();
    let tree = tree(&(many + "k3: 2\n"));
    let value = hedgerow::model::read(&tree, tree.documents().next().unwrap(), Reading::Core);
    assert_eq!(value.as_map().unwrap().len(), 20);
    assert_eq!(value.get("k3").and_then(|value| value.as_int()), Some(2));
}

#[test]
fn aliases_stand_for_the_last_anchor_before_them() {
    check(
        "a: &x {k: 1}\nb: *x\nc: &x 2\nd: [*x, *x]\n*x : e\n",
        expect![[r#"
            {"a":{"k":1},"b":{"k":1},"c":2,"d":[2,2],"2":"e"}
        "#]],
    );
}

#[test]
fn an_alias_of_nothing_or_of_what_it_stands_in_is_null_and_reported() {
    check(
        "a: *gone\nb: &b [1, *b]\n",
        expect![[r#"
            {"a":null,"b":[1,null]}
            Error yaml-unknown-alias 3..8: no anchor `&gone` comes before this alias
            Error yaml-alias-cycle 19..21: the alias `*b` stands inside what it stands for
        "#]],
    );
}

#[test]
fn merge_keys_merge_for_the_cluster_and_are_keys_else() {
    let text = "a: &a {x: 1, w: 2}\nb: &b {w: 3, z: 4}\nc:\n  <<: *a\n  x: 9\nd:\n  <<: [*a, *b]\ne:\n  <<: 7\n  '<<': 8\n";
    check(
        text,
        expect![[r#"
            {"a":{"x":1,"w":2},"b":{"w":3,"z":4},"c":{"x":9,"w":2},"d":{"w":2,"z":4,"x":1},"e":{"<<":8}}
            Error yaml-merge-not-map 84..85: only mappings can be merged in
        "#]],
    );
    check_as(
        Reading::Core,
        "a: &a {x: 1}\nc:\n  <<: *a\n",
        expect![[r#"
            {"a":{"x":1},"c":{"<<":{"x":1}}}
        "#]],
    );
}

/// Each of these went through `YAMLToJSON` of sigs.k8s.io/yaml v1.4.0.
#[test]
fn a_block_text_that_ends_with_the_file_has_no_last_break_to_the_cluster() {
    for (text, expected) in [
        ("a: |\n  x", "x"),
        ("a: |\n  x\n  y", "x\ny"),
        ("a: |\n  x\n  ", "x\n"),
        ("a: |\n  x\n   ", "x\n "),
        ("a: |+\n  x\n  ", "x\n"),
        ("a: |+\n  x\n\n  ", "x\n\n"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: >\n  x\n  y", "x y"),
        ("a: |-\n  x", "x"),
        ("a: |\n ", ""),
    ] {
        let tree = tree(text);
        let value = hedgerow::model::read(&tree, tree.documents().next().unwrap(), Reading::Kubernetes);
        assert_eq!(value.get("a").and_then(|value| value.as_str()), Some(expected), "{text:?}");
    }
    check_as(
        Reading::Core,
        "a: |\n  x",
        expect![[r#"
            {"a":"x\n"}
        "#]],
    );
}

#[test]
fn a_number_that_json_lacks_is_reported() {
    check(
        "a: .inf\nb: '.nan'\n",
        expect![[r#"
            {"a":null,"b":".nan"}
            Error yaml-number-not-json 3..7: `.inf` is a number that JSON does not have
        "#]],
    );
}

#[test]
fn an_alias_bomb_is_reported_once_and_read_in_no_time() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let tree = tree(&text);
    let document = tree.documents().next().unwrap();
    let limits = Limits { expanded_nodes: 10_000, ..Limits::DEFAULT };
    let read = read_with_findings(&tree, document, Reading::Kubernetes, &limits);
    let codes: Vec<_> = read.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["yaml-alias-budget"]);
}

#[test]
fn a_bomb_of_merge_keys_and_a_long_chain_of_aliases_are_cut_short() {
    let mut merges = "a0: &a0 {x: 1}\n".to_owned();
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..20_000 {
        let before = level - 1;
        if level < 40 {
            writeln!(merges, "a{level}: &a{level} {{<<: [*a{before}, *a{before}, *a{before}], k{level}: 1}}")
                .unwrap();
        }
        writeln!(chain, "a{level}: &a{level} [*a{before}]").unwrap();
    }
    for text in [merges, chain] {
        let tree = tree(&text);
        let document = tree.documents().next().unwrap();
        let limits = Limits { expanded_nodes: 10_000, ..Limits::DEFAULT };
        let read = read_with_findings(&tree, document, Reading::Kubernetes, &limits);
        assert!(read.findings.iter().any(|finding| finding.code == "yaml-alias-budget"));
    }
}

#[test]
fn a_broken_document_has_its_readable_part_as_value() {
    let tree = tree("a: 1\nb: [1, 2\nc: 3\n");
    assert!(!tree.diagnostics().is_empty());
    let document = tree.documents().next().unwrap();
    let value = hedgerow::model::read(&tree, document, Reading::Kubernetes);
    assert_eq!(value.get("a").and_then(|value| value.as_int()), Some(1));
}

#[test]
fn scalars_that_readers_disagree_about_are_found_with_what_to_write() {
    let text = "on: yes\na: 0777\nb: 1_000\nc: 'no'\nd: !!str no\ne: 2001-01-01\nf: 12:30:45\ng: 1.0\nh: true\ni: 65102:5000\nj: [~, off]\nk: 10.0.0.0/8\n";
    let tree = tree(text);
    let found = ambiguities(&tree, tree.documents().next().unwrap());
    let mut shown = String::new();
    for ambiguity in found {
        let finding = ambiguity.diagnostic(&tree);
        writeln!(shown, "{:?}: {}. {}", finding.severity, finding.message, finding.help.unwrap()).unwrap();
    }
    expect![[r#"
        Warning: the cluster reads `on` as true, readers of YAML 1.2 read it as text. Write "on" if it is text, else true
        Warning: the cluster reads `yes` as true, readers of YAML 1.2 read it as text. Write "yes" if it is text, else true
        Warning: the cluster reads `0777` as 511, readers of YAML 1.2 read it as 777. Write "0777" if it is text, else 511
        Warning: the cluster reads `1_000` as 1000, readers of YAML 1.2 read it as text. Write "1_000" if it is text, else 1000
        Info: some YAML readers do not take `2001-01-01` for text. Write "2001-01-01"
        Info: some YAML readers do not take `12:30:45` for text. Write "12:30:45"
        Warning: the cluster reads `off` as false, readers of YAML 1.2 read it as text. Write "off" if it is text, else false
    "#]]
    .assert_eq(&shown);
}
