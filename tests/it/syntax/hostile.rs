//! Input that means harm: each ends with a clear finding, at once.

use super::properties::check_tree;
use super::suite::tree;
use hedgerow::limits::Limits;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use std::time::Duration;
use std::time::Instant;

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
    let source = Source::from_bytes(b"a: 1\nb: \xFF\nc: 3\n");
    let tree = parse(source, &Limits::DEFAULT);
    assert_eq!(first_code(&tree), "yaml-encoding");
    let root = tree.documents().next().and_then(|document| tree.root(document)).unwrap();
    assert_eq!(tree.get(root, "c").map(|value| tree.raw(value)), Some("3"));
}

/// Texts whose cost would grow with the square of their length if one step of
/// the parser looked too far, by what that step would be.
fn traps(bytes: usize) -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(bytes / piece.len());
    let count = bytes / 16;
    let numbered = |piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
    vec![
        ("quotes left open, with escapes", fill("a: \"\\n\\x20\n")),
        ("quotes left open at the end", fill("- \"a \\\" b\n ")),
        ("a quote in each item of a list that is open", format!("[{}", fill("\"a\n, "))),
        ("keys without an end", fill("? ? ?\n")),
        ("one long key", format!("{}: a", fill("key "))),
        ("one long key in quotes", format!("\"{}\": a", fill("key "))),
        ("lists as keys", fill("[a]: b\n")),
        ("lists as keys in lists", format!("[{}]", fill("[a]: b, "))),
        ("pairs in a list", format!("[{}]", fill("a: b, "))),
        ("a key in a key", format!("{}a", fill("[a]: "))),
        ("anchors on lists that are keys", fill("&b [&a a]: c\n")),
        ("anchors on lists", numbered(&|at| format!("- &a{at} [&b{at} x]\n"))),
        ("aliases behind many anchors", {
            let anchors = numbered(&|at| format!("- &a{at} x\n"));
            anchors + &fill("- *a0\n")
        }),
        ("aliases of no anchor", numbered(&|at| format!("- &a{at} x\n- *none\n"))),
        ("blank lines behind a value", format!("a: b{}", fill("\n"))),
        ("blank lines behind many values", fill("a: b\n\n\n\n\n\n\n\n")),
        (
            "a blank line with ever more spaces",
            (0..1400).map(|at| format!("a\n{}\n", " ".repeat(at))).collect(),
        ),
        ("blank lines in a block scalar", format!("a: |\n  b{}  c\n", fill("\n"))),
        ("blank lines in a folded scalar", format!("a: >+\n  b{}  c\n", fill("\n"))),
        ("block scalars without text", fill("a: |\n\n")),
        ("tabs below block scalars", fill("- |\n a\n\t\n\t\n")),
        ("tabs below one block scalar", format!("- |\n a\n{}x", fill("\t\n"))),
        ("comments", fill("# c\n")),
        ("comments behind a value", format!("a: b\n{}", fill("  # c\n"))),
        ("comments behind keys", fill("a: # c\n# c\n")),
        ("texts without a colon", fill("a\nb: c\n")),
        ("text over many lines", format!("a: {}", fill("b\n  "))),
        ("text over many lines, again and again", fill("a:\n b\n c\n d\n")),
        ("pairs around pairs", {
            let depth = 200;
            format!("{}{}{}", "[".repeat(depth), fill("x, "), "]: 1".repeat(depth - 1))
        }),
        ("a directive on each line", fill("%TAG !a! b\n")),
        ("documents with a tag handle", fill("%TAG !a! b\n--- !a!c d\n...\n")),
        ("tags of many handles", {
            let handles = numbered(&|at| format!("%TAG !a{at}! b\n"));
            format!("{handles}---\n{}", fill("- !a0!c d\n"))
        }),
        ("markers of documents", fill("---\n")),
        ("byte order marks", fill("\u{FEFF}")),
        ("byte order marks in quotes", format!("\"{}\"", fill("\u{FEFF}"))),
        ("byte order marks between quotes", fill("- \"\u{FEFF}\" \u{FEFF}\n")),
        ("byte order marks that begin lines", fill("a\n\u{FEFF}\n")),
        ("one key again and again", fill("a: b\n")),
        ("items deeper and deeper, over and over", fill("- - - - a\n      - b\n")),
        ("lines indented too deep", fill("a:\n   b: c\n    d: e\n")),
        ("an item where a key is to be", fill("a: b\n- c\n")),
        ("text where an item is to be", format!("- a\n{}", fill(" b: c\n"))),
        ("brackets that do not fit", fill("[}")),
        ("brackets left open in a list", fill("- [a\n")),
        ("brackets too deep", "[".repeat(bytes / 40) + &fill("\n---\n[[")),
    ]
}

/// Reads a tree as its users do: every node, what it says and what it means.
fn read_all(tree: &Tree) {
    let mut waiting: Vec<_> = tree.documents().collect();
    while let Some(id) = waiting.pop() {
        tree.scalar(id);
        tree.resolved_tag(id);
        tree.alias_target(id);
        tree.full_span(id);
        waiting.extend(tree.children(id));
    }
}

/// Far more than a megabyte takes on a busy machine in a build for tests, far
/// less than the hours that its square would take.
const IN_TIME: Duration = Duration::from_secs(120);

#[test]
fn a_megabyte_of_each_trap_is_read_in_time() {
    for (name, text) in traps(1_000_000) {
        let start = Instant::now();
        let tree = tree(&text);
        check_tree_shallow(&tree);
        read_all(&tree);
        assert!(start.elapsed() < IN_TIME, "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn a_file_as_large_as_the_limit_is_read() {
    let document = "---\n# A switch\nkind: Switch\nmetadata: {name: leaf-01, labels: {rack: \"7\"}}\nspec:\n  \
                    role: server-leaf # of two\n  ports:\n    - E1/1\n    - 'E1/2'\n  notes: |\n    first\n    \
                    second\n";
    let count = Limits::DEFAULT.file_bytes / document.len();
    let tree = tree(&document.repeat(count));
    assert_eq!(first_code(&tree), "no finding");
    assert_eq!(tree.documents().count(), count);
    assert_eq!(tree.comments().len(), 2 * count);
}

#[test]
fn a_megabyte_of_random_bytes_is_read_and_comes_back() {
    for seed in 1..4 {
        let mut state = 0x9E37_79B9_u64 + seed;
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        let any: Vec<u8> = (0..1_000_000).map(|_| byte()).collect();
        let signs = b"[]{},:-?\"'|>&*!#%@`\\ \n\r\tab01";
        let near: Vec<u8> = (0..1_000_000).map(|_| signs[usize::from(byte()) % signs.len()]).collect();
        for bytes in [any, near] {
            let tree = parse(Source::from_bytes(&bytes), &Limits::DEFAULT);
            check_tree_shallow(&tree);
            read_all(&tree);
            assert_eq!(tree.source().to_bytes(), bytes);
        }
    }
}

#[test]
fn a_billion_laughs_are_a_hundred_nodes() {
    let mut text = String::from("a0: &a0 lol\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let tree = tree(&text);
    assert_eq!(first_code(&tree), "no finding");
    assert_eq!(tree.node_count(), 2 + 20 + 9 * 9);
    let root = tree.documents().next().and_then(|document| tree.root(document)).unwrap();
    let mut at = tree.get(root, "a9").unwrap();
    for level in (0..9).rev() {
        at = tree.items(at).last().and_then(|alias| tree.alias_target(alias)).unwrap();
        assert_eq!(tree.anchor(at), Some(format!("a{level}").as_str()));
    }
}

#[test]
fn more_tag_lines_than_any_document_needs_are_refused() {
    let handles: String = (0..65).map(|at| format!("%TAG !a{at}! b\n")).collect();
    let tree = tree(&format!("{handles}--- a\n"));
    assert_eq!(first_code(&tree), "yaml-too-many-handles");
}
