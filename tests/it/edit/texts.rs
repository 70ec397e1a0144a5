//! Line ends, byte order marks and ends of files, which fixtures cannot show.

use super::edit;

fn check(before: &str, edits: &str, after: &str) {
    let edited = edit(before, edits).unwrap();
    assert_eq!(edited.text, after);
    assert_eq!(edited.reprinted, 0);
    assert_eq!(hedgerow::text::apply(before, &edited.edits), after);
}

#[test]
fn new_lines_end_as_the_file_has_it() {
    let edits =
        r#"[{"op":"set","field":"/a/c","value":{"d":["e"],"f":"x\ny\n"}},{"op":"remove","field":"/a/b"}]"#;
    for line_break in ["\n", "\r\n", "\r"] {
        let before = "a:\n  b: 1 # one\ng: 2\n".replace('\n', line_break);
        let after =
            "a:\n  c:\n    d:\n      - e\n    f: |\n      x\n      y\ng: 2\n".replace('\n', line_break);
        check(&before, edits, &after);
    }
}

#[test]
fn a_byte_order_mark_stays_in_front() {
    check("\u{FEFF}a: 1\nb: 2\n", r#"[{"op":"remove","field":"/a"}]"#, "\u{FEFF}b: 2\n");
    check("\u{FEFF}a: 1\n", r#"[{"op":"rename","field":"/a","to":"b"}]"#, "\u{FEFF}b: 1\n");
    check("\u{FEFF}", r#"[{"op":"append-document","value":{"a":1}}]"#, "\u{FEFF}a: 1\n");
}

#[test]
fn a_file_without_a_last_line_break_stays_without() {
    check("a: 1\nb: 2", r#"[{"op":"remove","field":"/b"}]"#, "a: 1");
    check("a: 1", r#"[{"op":"set","field":"/b","value":[1]}]"#, "a: 1\nb:\n  - 1");
    check(
        "a: 1\nb:\n  - x\n  - y",
        r#"[{"op":"set","field":"/b","value":["x","z","w"]}]"#,
        "a: 1\nb:\n  - x\n  - z\n  - w",
    );
    check("a: 1\n---\nb: 2", r#"[{"op":"remove-document","document":1}]"#, "a: 1");
    check("a: 1", r#"[{"op":"append-document","value":{"b":2}}]"#, "a: 1\n---\nb: 2");
    check("- - a\n- {}", r#"[{"op":"set","field":"","value":[["a","b"],"c"]}]"#, "- - a\n  - b\n- c");
}

#[test]
fn a_block_text_at_the_end_of_a_file_gets_no_line_break_from_what_follows() {
    check("a: |\n  x", r#"[{"op":"set","field":"/b","value":1}]"#, "a: |-\n  x\nb: 1");
    check("a: >+2 # c\n  x", r#"[{"op":"set","field":"/b","value":1}]"#, "a: >-2 # c\n  x\nb: 1");
    check("a: |-\n  x", r#"[{"op":"set","field":"/b","value":1}]"#, "a: |-\n  x\nb: 1");
}

#[test]
fn a_block_text_keeps_its_last_line_break_when_what_follows_goes() {
    check("a: |\n  x\nb: 2", r#"[{"op":"remove","field":"/b"}]"#, "a: |\n  x\n");
    check("a: |\n  x\n---\nb: 2", r#"[{"op":"remove-document","document":1}]"#, "a: |\n  x\n");
    check("- |\n  x\n- y", r#"[{"op":"set","field":"","value":["x\n"]}]"#, "- |\n  x\n");
}

#[test]
fn a_block_text_is_not_put_at_an_end_without_a_line_break() {
    let edits = r#"[{"op":"append-document","value":"x\ny\n"}]"#;
    check("a: 1", edits, "a: 1\n---\n\"x\\ny\\n\"");
    check("a: 1\n", edits, "a: 1\n---\n|\n  x\n  y\n");
    check("a: 1", r#"[{"op":"set","field":"/b","value":"x\ny"}]"#, "a: 1\nb: |-\n  x\n  y");
}

#[test]
fn a_block_text_is_not_put_above_blanks_that_would_become_part_of_it() {
    check(
        "a: 1\n    \nb: 2\n",
        r#"[{"op":"set","field":"/a","value":"x\ny\n"}]"#,
        "a: \"x\\ny\\n\"\n    \nb: 2\n",
    );
}

#[test]
fn a_file_of_nothing_gets_its_first_document() {
    check("", r#"[{"op":"set","field":"/a","value":1}]"#, "a: 1\n");
    check("", r#"[{"op":"append-document","value":5}]"#, "5\n");
    check(
        "# c\n",
        r#"[{"op":"append-document","value":null},{"op":"append-document","value":[]}]"#,
        "# c\nnull\n---\n[]\n",
    );
}

#[test]
fn edits_of_several_fields_are_apart_and_name_whole_tokens() {
    let edits = r#"[{"op":"set","field":"/a","value":1002},{"op":"set","field":"/c","value":"new"},{"op":"set","field":"/a","value":1003}]"#;
    let edited = edit("a: 1001\nb: 2\nc: old\n", edits).unwrap();
    let shown: Vec<_> =
        edited.edits.iter().map(|edit| (edit.span.start, edit.span.end, edit.text.as_str())).collect();
    assert_eq!(shown, [(3, 7, "1003"), (16, 19, "new")]);
}

#[test]
fn an_edit_and_its_opposite_are_no_edit() {
    let edits = r#"[{"op":"set","field":"/a","value":2},{"op":"set","field":"/b","value":3},{"op":"remove","field":"/b"},{"op":"set","field":"/a","value":1}]"#;
    assert_eq!(edit("a: 1 # one\n", edits).unwrap().edits, []);
}

#[test]
fn the_lines_of_an_entry_begin_with_its_comments_but_behind_a_dash() {
    let tree = super::tree("# a\n\n# b\n# c\nd:\n  # e\n  - f: 1 # g\n    # h\n  # i\n  - j: 2\n# k\n");
    let root = tree.root(tree.documents().next().unwrap()).unwrap();
    let list = tree.get(root, "d").unwrap();
    let first = tree.items(list).next().unwrap();
    let lines =
        |node| tree.source().slice(hedgerow::edit::lines_of(&tree, hedgerow::edit::entries(&tree, node)[0]));
    assert_eq!(lines(root), "# b\n# c\nd:\n  # e\n  - f: 1 # g\n    # h\n  # i\n  - j: 2");
    assert_eq!(lines(list), "  # e\n  - f: 1 # g\n    # h");
    assert_eq!(lines(first), "f: 1 # g");
}
