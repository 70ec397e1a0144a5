//! Documents that are passed over unread have nothing to say.

use crate::syntax::properties::soup;
use crate::syntax::suite::cases;
use crate::syntax::suite::tree;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::read_with_findings;
use proptest::prelude::*;

/// Returns a finding that would be missed.
fn missed(text: &str) -> Option<String> {
    let tree = tree(text);
    let passed_over = tree.documents().filter(|&document| !tree.may_surprise(document));
    let mut findings = passed_over.flat_map(|document| {
        read_with_findings(&tree, document, Reading::Kubernetes, &Limits::DEFAULT).findings
    });
    findings.next().map(|finding| format!("{}: {}", finding.code, finding.message))
}

#[test]
fn a_document_that_does_not_surprise_has_no_findings_when_read() {
    for case in cases() {
        assert_eq!(missed(&case.yaml), None, "{}", case.name);
    }
}

#[test]
fn common_documents_do_not_surprise() {
    let text = "name: x\ntype: on\nlist: [1, {a: b, name: 2}]\nshared: &s {a: 1}\nagain: *s\n'1': quoted\n";
    let tree = tree(text);
    assert!(tree.documents().all(|document| !tree.may_surprise(document)));
}

#[test]
fn what_readers_do_not_agree_about_surprises() {
    for text in [
        "on: 1",
        "Y: 1",
        "null: 1",
        "? [a]\n: 1",
        "1: a",
        "~: a",
        ": a",
        "a: .inf",
        "a: -.inf",
        "a: +1",
        "a: !!str 1",
        "a: &b [*b]",
        "a: *nothing",
        "a: &b {c: 1}\n<<: *b",
        "a: &b [1]\nc: &d [*b, *b]\ne: *d",
    ] {
        let tree = tree(text);
        assert!(tree.documents().all(|document| tree.may_surprise(document)), "{text}");
    }
}

proptest! {
    #[test]
    fn nearly_yaml_that_does_not_surprise_has_no_findings_when_read(text in soup()) {
        prop_assert_eq!(missed(&text), None);
    }
}
