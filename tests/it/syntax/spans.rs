//! The text that a span covers is the token, no more and no less.

use super::differential::files;
use super::suite::cases;
use super::suite::is_refused;
use super::suite::tree;
use hedgerow::syntax::Kind;
use hedgerow::syntax::NodeId;
use hedgerow::syntax::Style;
use hedgerow::syntax::Tree;

/// Checks every node of a text that is YAML. Returns how many there were.
fn check(text: &str) -> usize {
    let whole = tree(text);
    if is_refused(&whole) {
        return 0;
    }
    let mut count = 0;
    let mut waiting: Vec<NodeId> = whole.documents().collect();
    while let Some(id) = waiting.pop() {
        waiting.extend(whole.children(id));
        check_node(&whole, id);
        count += 1;
    }
    count
}

fn check_node(whole: &Tree, id: NodeId) {
    let raw = whole.raw(id);
    match (whole.kind(id), whole.style(id)) {
        (Kind::Scalar, Style::Plain) => {
            assert_eq!(raw.trim_matches([' ', '\t', '\n', '\r']), raw);
            check_alone(whole, id);
        }
        (Kind::Scalar, Style::SingleQuoted) => check_ends(raw, '\'', '\'', whole, id),
        (Kind::Scalar, Style::DoubleQuoted) => check_ends(raw, '"', '"', whole, id),
        (Kind::Scalar, Style::Literal) => assert!(raw.starts_with('|')),
        (Kind::Scalar, Style::Folded) => assert!(raw.starts_with('>')),
        (Kind::Alias, _) => assert_eq!(raw.strip_prefix('*'), whole.alias_name(id)),
        (Kind::Sequence, Style::Flow) => check_ends(raw, '[', ']', whole, id),
        (Kind::Mapping, Style::Flow) => check_ends(raw, '{', '}', whole, id),
        (Kind::Sequence, Style::Block) => assert!(raw.starts_with('-'), "{raw:?}"),
        _ => {}
    }
    if let Some(indicator) = whole.indicator(id) {
        let sign = whole.text().as_bytes()[indicator as usize];
        assert!(matches!(sign, b'-' | b'?' | b':'), "{:?} leads {raw:?}", sign as char);
        assert!(indicator < whole.full_span(id).start.max(1), "{raw:?} begins before its sign");
    }
    if let Some(anchor) = whole.anchor(id) {
        assert!(whole.full_span(id).of(whole.text()).contains(&format!("&{anchor}")));
    }
}

fn check_ends(raw: &str, first: char, last: char, whole: &Tree, id: NodeId) {
    assert!(raw.len() >= 2 && raw.starts_with(first) && raw.ends_with(last), "{raw:?}");
    if whole.kind(id) == Kind::Scalar {
        check_alone(whole, id);
    }
}

/// Reads the text of a scalar by itself, indented as deep as a value.
fn check_alone(whole: &Tree, id: NodeId) {
    let raw = whole.raw(id);
    if raw.is_empty() || raw.contains(['\n', '\r']) {
        return;
    }
    let in_flow = std::iter::successors(whole.parent(id), |&at| whole.parent(at))
        .any(|at| matches!(whole.style(at), Style::Flow | Style::FlowPair));
    let is_key = whole.parent(id).is_some_and(|parent| whole.entries(parent).any(|(key, _)| key == id));
    let text = match (in_flow, is_key) {
        (true, true) => format!("{{ {raw}: x }}"),
        (true, false) => format!("[ {raw} ]"),
        (false, true) => format!("{raw}: x"),
        (false, false) => format!("- {raw}"),
    };
    let alone = tree(&text);
    let root = alone.documents().next().and_then(|document| alone.root(document)).unwrap();
    let item = alone.children(root).next().unwrap();
    assert_eq!(alone.raw(item), raw);
    assert_eq!(alone.scalar(item), whole.scalar(id), "{raw:?}");
    assert_eq!(alone.style(item), whole.style(id), "{raw:?}");
}

#[test]
fn spans_of_the_test_suite_are_the_tokens() {
    let count: usize = cases().iter().map(|case| check(&case.yaml)).sum();
    assert!(count > 1_900, "only {count} nodes were checked");
}

#[test]
fn spans_of_real_fabrics_are_the_tokens() {
    let paths: Vec<_> = files("samples").into_iter().chain(files("oracle-cases/bases")).collect();
    let count: usize = paths.iter().map(|path| check(&std::fs::read_to_string(path).unwrap())).sum();
    assert!(paths.is_empty() || count > 10_000, "only {count} nodes were checked");
}
