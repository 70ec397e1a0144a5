//! Edits that cannot be made are refused and change nothing.

use super::edit;

fn code(text: &str, edits: &str) -> &'static str {
    edit(text, edits).map_or_else(|error| error.code(), |edited| panic!("edited: {}", edited.text))
}

#[test]
fn a_field_that_setting_cannot_make_is_no_such_field() {
    let text = "spec:\n  list: [a]\n  text: x\n";
    for (op, field, rest) in [
        ("set", "/gone/name", r#","value":1"#),
        ("set", "/spec/list/1", r#","value":1"#),
        ("set", "/spec/list/x", r#","value":1"#),
        ("set", "/spec/text/x", r#","value":1"#),
        ("insert", "/spec/list", r#","index":2,"value":1"#),
        ("insert", "/spec/gone", r#","value":1"#),
        ("remove", "/spec/gone", ""),
        ("remove", "/spec/list/1", ""),
        ("rename", "/spec/gone", r#","to":"x""#),
        ("rename", "/spec/list/0", r#","to":"x""#),
    ] {
        assert_eq!(
            code(text, &format!(r#"[{{"op":"{op}","field":"{field}"{rest}}}]"#)),
            "no-such-field",
            "{op} {field}"
        );
    }
}

#[test]
fn a_later_edit_that_is_refused_undoes_the_earlier_ones() {
    let edits = r#"[{"op":"set","field":"/a","value":2},{"op":"remove","field":"/b"}]"#;
    assert_eq!(code("a: 1\n", edits), "no-such-field");
}

#[test]
fn a_document_must_be_named_if_there_are_several() {
    let text = "a: 1\n---\nb: 2\n";
    assert_eq!(code(text, r#"[{"op":"set","field":"/a","value":2}]"#), "ambiguous-document");
    assert_eq!(code(text, r#"[{"op":"set","document":2,"field":"/a","value":2}]"#), "no-such-field");
    let twice =
        "apiVersion: v1\nkind: A\nmetadata: {name: x}\n---\napiVersion: v1\nkind: A\nmetadata: {name: x}\n";
    let id = r#"{"group":"","kind":"A","namespace":"default","name":"x"}"#;
    assert_eq!(
        code(twice, &format!(r#"[{{"op":"remove-document","document":{id}}}]"#)),
        "ambiguous-document"
    );
}

#[test]
fn what_an_alias_shares_is_not_changed_by_the_way() {
    let text = "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n";
    for (edits, expected) in [
        (r#"[{"op":"set","field":"/b/x","value":2}]"#, "through-alias"),
        (r#"[{"op":"set","field":"/b/new","value":2}]"#, "through-alias"),
        (r#"[{"op":"remove","field":"/c/x"}]"#, "through-alias"),
        (r#"[{"op":"set","field":"/a/x","value":2}]"#, "anchor-in-use"),
        (r#"[{"op":"remove","field":"/a"}]"#, "anchor-in-use"),
        (r#"[{"op":"set","field":"/a","value":2}]"#, "anchor-in-use"),
    ] {
        assert_eq!(code(text, edits), expected, "{edits}");
    }
}

#[test]
fn keys_lists_and_roots_are_what_they_are() {
    assert_eq!(code("a: 1\nb: 2\n", r#"[{"op":"rename","field":"/a","to":"b"}]"#), "key-taken");
    assert_eq!(code("a: 1\n", r#"[{"op":"insert","field":"/a","value":1}]"#), "not-a-list");
    assert_eq!(code("a: 1\n", r#"[{"op":"remove","field":""}]"#), "bad-request");
}
