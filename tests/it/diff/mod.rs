//! What differs between two states of files.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::diff::Diff;
use hedgerow::diff::File;
use hedgerow::diff::Sides;
use hedgerow::diff::diff;
use hedgerow::limits::Limits;
use hedgerow::schema::Catalogue;
use hedgerow::text::Source;

fn compare(before: &[(&str, &str)], after: &[(&str, &str)]) -> Diff {
    let catalogue = Catalogue::built_in(Catalogue::NEWEST).unwrap();
    let sources = |files: &[(&str, &str)]| -> Vec<(String, Source)> {
        files.iter().map(|(path, text)| ((*path).to_owned(), Source::from_text(*text))).collect()
    };
    let (before, after) = (sources(before), sources(after));
    let before: Vec<File<'_>> = before.iter().map(|(path, source)| File { path, source }).collect();
    let after: Vec<File<'_>> = after.iter().map(|(path, source)| File { path, source }).collect();
    diff(&Sides { before: &before, after: &after }, &catalogue, &Limits::DEFAULT)
}

fn check(before: &[(&str, &str)], after: &[(&str, &str)], expected: Expect) {
    let mut text = String::new();
    for change in compare(before, after).changes {
        let resource = change.resource.map_or_else(|| "?".to_owned(), |id| id.to_string());
        let paths = (change.paths.before.unwrap_or_default(), change.paths.after.unwrap_or_default());
        text.push_str(&format!("{:?} {resource} {paths:?}\n", change.what));
        for leaf in change.leaves {
            let value = |value: Option<_>| {
                value.map_or("-".to_owned(), |value| serde_json::to_string(&value).unwrap())
            };
            text.push_str(&format!(
                "  {}: {} -> {}\n",
                leaf.field,
                value(leaf.values.before),
                value(leaf.values.after)
            ));
        }
    }
    expected.assert_eq(&text);
}

const CONNECTION: &str = "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: c}
spec:
  fabric:
    links:
    - {leaf: {ip: 1.1.1.1/31, port: leaf-01/E1/1}, spine: {port: spine-01/E1/1}}
    - {leaf: {ip: 1.1.1.3/31, port: leaf-01/E1/2}, spine: {port: spine-01/E1/2}}
";

#[test]
fn items_are_compared_by_what_tells_them_apart() {
    let after = "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: c}
spec:
  fabric:
    links:
    - {leaf: {ip: 1.1.1.9/31, port: leaf-01/E1/2}, spine: {port: spine-01/E1/2}}
    - {leaf: {ip: 1.1.1.1/31, port: leaf-01/E1/1}, spine: {port: spine-01/E1/1}}
";
    check(
        &[("a.yaml", CONNECTION)],
        &[("a.yaml", after)],
        expect![[r#"
        Changed Connection c ("a.yaml", "a.yaml")
          spec.fabric.links[spine-01/E1/2 ↔ leaf-01/E1/2].leaf.ip: "1.1.1.3/31" -> "1.1.1.9/31"
    "#]],
    );
}

#[test]
fn dress_and_order_of_keys_are_no_change() {
    let before = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nx: 1\ny: [1, 2]\n";
    let after = "# hello\nkind: A\napiVersion: \"v1\"\nmetadata:\n    name: a\ny:\n- 1\n- 2\nx: 0x1\n";
    check(&[("a.yaml", before)], &[("a.yaml", after)], expect![[""]]);
}

#[test]
fn resources_come_go_and_move() {
    let resource = |name: &str| format!("apiVersion: v1\nkind: A\nmetadata: {{name: {name}}}\n");
    let (a, b, c) = (resource("a"), resource("b"), resource("c"));
    let both = format!("{a}---\n{b}");
    check(
        &[("one.yaml", &both)],
        &[("one.yaml", &b), ("two.yaml", &a), ("three.yaml", &c)],
        expect![[r#"
            Moved A a ("one.yaml", "two.yaml")
            Added A c ("", "three.yaml")
        "#]],
    );
    check(
        &[("one.yaml", &both)],
        &[("one.yaml", &b)],
        expect![[r#"
        Removed A a ("one.yaml", "")
    "#]],
    );
}

#[test]
fn an_unknown_list_is_one_value() {
    let before = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nargs: [x, y]\nenv: [{name: A, value: b}]\n";
    let after = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nargs: [y, x]\nenv: [{name: A, value: c}, {name: B, value: d}]\n";
    check(
        &[("a.yaml", before)],
        &[("a.yaml", after)],
        expect![[r#"
        Changed A a ("a.yaml", "a.yaml")
          args: ["x",true] -> [true,"x"]
          env[A].value: "b" -> "c"
          env[B]: - -> {"name":"B","value":"d"}
    "#]],
    );
}
