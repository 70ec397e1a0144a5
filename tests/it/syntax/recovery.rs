//! What a person sees after a slip, and what of the file is still read.

use super::events::events;
use super::suite::tree;
use expect_test::Expect;
use expect_test::expect;

fn check(text: &str, expected: Expect) {
    let tree = tree(text);
    let mut out = String::new();
    for finding in tree.diagnostics() {
        let span = finding.span;
        out += &format!("{} {}..{}: {}\n", finding.code, span.start, span.end, finding.message);
        out += &format!("  {}\n", finding.help.as_deref().unwrap_or("no help"));
    }
    for event in events(&tree).lines().filter(|line| line.starts_with("=VAL") || *line == "ERROR") {
        out += event.trim_start_matches("=VAL");
        out.push('\n');
    }
    expected.assert_eq(&out);
}

#[test]
fn repeated_key_is_reported_at_its_second_use() {
    check(
        "a: 1\nb: 2\na: 3\n",
        expect![[r#"
        yaml-duplicate-key 10..11: the key `a` is already used
          Remove or rename one of the two
         :a
         :1
         :b
         :2
         :a
         :3
    "#]],
    );
}

#[test]
fn line_indented_too_deep_joins_its_neighbours() {
    check(
        "spec:\n  vlan: 10\n   mtu: 9\n  name: x\n",
        expect![[r#"
        yaml-bad-indent 20..26: this line is indented by 3, its neighbours by 2
          Indent it like its neighbours, or like the value it belongs to
         :spec
         :vlan
         :10
         :mtu
         :9
         :name
         :x
    "#]],
    );
}

#[test]
fn line_indented_too_little_joins_the_parent() {
    check(
        "spec:\n    vlan: 10\n  mtu: 9\nkind: VPC\n",
        expect![[r#"
        yaml-bad-indent 21..27: this line is indented by 2, its neighbours by 0
          Indent it like its neighbours, or like the value it belongs to
         :spec
         :vlan
         :10
         :mtu
         :9
         :kind
         :VPC
    "#]],
    );
}

#[test]
fn tab_is_reported_and_the_rest_is_read() {
    check(
        "spec:\n\tvlan: 10\nkind: VPC\n",
        expect![[r#"
        yaml-tab-indent 6..7: a tab is used as indentation
          Indent with spaces
         :spec
         :
         :vlan
         :10
         :kind
         :VPC
    "#]],
    );
}

#[test]
fn quote_left_open_ends_with_its_line() {
    check(
        "name: \"vpc\nkind: VPC\nmore: \"x\"\n",
        expect![[r#"
        yaml-unclosed-quote 6..7: this quote is not closed where its value ends
          Close it; further lines of the value must be indented deeper than its key
         :name
         "vpc
         :kind
         :VPC
         :more
         "x
    "#]],
    );
}

#[test]
fn bracket_left_open_ends_before_the_next_key() {
    check(
        "subnets: [a, b\nkind: VPC\nmore: x\n",
        expect![[r#"
        yaml-unclosed-bracket 9..10: this bracket is not closed where its value ends
          Close it; lines inside must be indented deeper than the key
         :subnets
         :a
         :b
         :kind
         :VPC
         :more
         :x
    "#]],
    );
}

#[test]
fn colon_in_a_value_is_named() {
    check(
        "a: b: c\nd: e\n",
        expect![[r#"
        yaml-nested-value 4..5: a second `: ` on one line would begin a mapping inside a value
          Put the value in quotes, or begin the mapping on a line of its own
         :a
        ERROR
         :d
         :e
    "#]],
    );
}

#[test]
fn missing_colon_is_named() {
    check(
        "kind VPC\nname: x\n",
        expect![[r#"
            yaml-missing-colon 0..8: this key has no `: ` behind it
              Write `: ` and a value behind the key, or indent the text to where it belongs
             :kind VPC
             :
             :name
             :x
        "#]],
    );
}

#[test]
fn missing_blank_behind_the_colon_is_named() {
    check(
        "kind:VPC\nname: x\n",
        expect![[r#"
            yaml-missing-colon 0..8: the colon of this key has no blank behind it
              Write a blank behind the colon
             :kind:VPC
             :
             :name
             :x
        "#]],
    );
}

#[test]
fn list_on_the_line_of_its_key_is_named() {
    check(
        "a: - b\nc: d\n",
        expect![[r#"
        yaml-collection-on-line 3..6: a list cannot begin on this line
          Begin it on a line of its own, or put the text in quotes
         :a
         :b
         :c
         :d
    "#]],
    );
}

#[test]
fn text_in_a_list_is_named_once() {
    check(
        "- a\n  b: 1\n  c: 2\n- d\n",
        expect![[r#"
            yaml-missing-colon 2..3: this key has no `: ` behind it
              Write `: ` and a value behind the key, or indent the text to where it belongs
             :a
             :
             :b
             :1
             :c
             :2
             :d
        "#]],
    );
}

#[test]
fn item_among_keys_is_named() {
    check(
        "a: 1\n- b\nc: 2\n",
        expect![[r#"
        yaml-unexpected-item 5..8: a list item stands where a key is expected
          Indent it below the key it belongs to
         :a
         :1
        ERROR
         :b
         :c
         :2
    "#]],
    );
}

#[test]
fn comma_missing_between_entries_is_named() {
    check(
        "a: {b: 1 c: 2}\nd: [1 2, , 3]\n",
        expect![[r#"
        yaml-missing-comma 10..13: a comma is missing before this entry
          Separate the entries with a comma
        yaml-extra-comma 24..25: nothing stands before this comma
          Remove the comma
         :a
         :b
         :1 c
         :
         :2
         :d
         :1 2
         :3
    "#]],
    );
}

#[test]
fn bad_escape_is_named() {
    check(
        r#"a: "\q"
b: 1
"#,
        expect![[r#"
            yaml-bad-escape 4..6: double quotes know no such escape
              Double the backslash, or use single quotes
             :a
             "\\q
             :b
             :1
        "#]],
    );
}

#[test]
fn value_with_a_reserved_sign_is_named() {
    check(
        "a: @b\nc: `d\ne: %f\n",
        expect![[r#"
        yaml-reserved-character 3..4: a value cannot begin with `@`
          Put the value in quotes
        yaml-reserved-character 9..10: a value cannot begin with ```
          Put the value in quotes
        yaml-reserved-character 15..16: a value cannot begin with `%`
          Put the value in quotes
         :a
         :@b
         :c
         :`d
         :e
         :%f
    "#]],
    );
}

#[test]
fn broken_document_leaves_the_others_alone() {
    check(
        "a: [\n---\nb: 2\n",
        expect![[r#"
        yaml-unclosed-bracket 3..4: this bracket is not closed where its value ends
          Close it; lines inside must be indented deeper than the key
         :a
         :b
         :2
    "#]],
    );
}
