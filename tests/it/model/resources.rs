//! Documents, fields and typed targets.

use super::read::tree;
use expect_test::expect;
use hedgerow::model::Pointer;
use hedgerow::model::Reading;
use hedgerow::model::documents;
use hedgerow::model::from_node;
use hedgerow::model::locate;
use hedgerow::model::locate_nearest;
use hedgerow::model::pointer_of;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[test]
fn resources_are_listed_with_nothing_invented_but_the_default_namespace() {
    let tree = tree(concat!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: vpc-01}\n---\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: other\n  name: 7\n---\n",
        "kind: VPC\nmetadata:\n  name: nobody\n---\n---\n- a list\n---\n",
        "apiVersion: v1\nkind: x\nmetadata:\n",
    ));
    let shown: Vec<String> = documents(&tree)
        .into_iter()
        .map(|document| match document.id {
            Some(id) => format!("{} in {:?} {}\n", id, id.group, id.namespace),
            None => format!("no resource {:?} {:?}\n", document.api_version, document.kind),
        })
        .collect();
    expect![[r#"
        VPC vpc-01 in "vpc.githedgehog.com" default
        ConfigMap other/7 in "" other
        no resource None Some("VPC")
        no resource None None
        no resource None None
        no resource Some("v1") Some("x")
    "#]]
    .assert_eq(&shown.concat());
}

fn found(text: &str, pointer: &str) -> String {
    let tree = tree(text);
    let document = tree.documents().next().unwrap();
    match locate(&tree, document, &Pointer::parse(pointer).unwrap()) {
        Some(located) => {
            let key = located.key.map_or("", |key| tree.raw(key));
            let through = if located.through.is_some() { " elsewhere" } else { "" };
            format!("{key} = {}{through}", tree.raw(located.value))
        }
        None => "nothing".to_owned(),
    }
}

#[test]
fn fields_are_found_as_the_cluster_reads_their_keys() {
    let text = "spec:\n  on: {1: a, 010: b}\n  list: [x, {w: z}]\n  a/b: 1\n  a~b: 2\n  : 3\n  '': 4\n";
    assert_eq!(found(text, "/spec/true/1"), "1 = a");
    assert_eq!(found(text, "/spec/true/8"), "010 = b");
    assert_eq!(found(text, "/spec/list/1/w"), "w = z");
    assert_eq!(found(text, "/spec/list/0"), " = x");
    assert_eq!(found(text, "/spec/a~1b"), "a/b = 1");
    assert_eq!(found(text, "/spec/a~0b"), "a~b = 2");
    assert_eq!(found(text, "/spec/"), "'' = 4");
    assert_eq!(found(text, "/spec/list/2"), "nothing");
    assert_eq!(found(text, "/spec/list/x"), "nothing");
    assert_eq!(found(text, "/spec/list/0/x"), "nothing");
    assert_eq!(found("---\n", "/a"), "nothing");
}

#[test]
fn a_field_behind_an_alias_or_a_merge_key_is_found_and_said_to_be_elsewhere() {
    let text = "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  w: 2\nd:\n  x: 0\n  <<: *a\ne:\n  <<: *a\n  x: 5\n";
    assert_eq!(found(text, "/b"), "b = *a");
    assert_eq!(found(text, "/b/x"), "x = 1 elsewhere");
    assert_eq!(found(text, "/c/x"), "x = 1 elsewhere");
    assert_eq!(found(text, "/c/w"), "w = 2");
    assert_eq!(found(text, "/d/x"), "x = 1 elsewhere");
    assert_eq!(found(text, "/e/x"), "x = 5");
}

#[test]
fn the_last_of_repeated_keys_is_found() {
    assert_eq!(found("a: 1\na: 2\n", "/a"), "a = 2");
}

#[test]
fn as_much_of_a_path_as_is_there_is_found() {
    let tree = tree("spec:\n  subnets: {}\n");
    let document = tree.documents().next().unwrap();
    let nearest =
        locate_nearest(&tree, document, &Pointer::parse("/spec/subnets/front/vlan").unwrap()).unwrap();
    assert_eq!((nearest.steps, tree.raw(nearest.located.value)), (2, "{}"));
}

#[test]
fn every_node_leads_to_its_pointer_and_back() {
    let tree = tree("spec:\n  links:\n  - a: {b/c: [1, 2]}\n  - &x {1: [y]}\n");
    let document = tree.documents().next().unwrap();
    let mut open: Vec<_> = tree.children(document).collect();
    let mut pointers = Vec::new();
    while let Some(node) = open.pop() {
        open.extend(tree.children(node));
        let pointer = pointer_of(&tree, node);
        let located = locate(&tree, document, &pointer).unwrap();
        assert!(located.value == node || located.key == Some(node), "{pointer}");
        assert_eq!(Pointer::parse(&pointer.to_string()), Some(pointer.clone()));
        pointers.push(pointer.to_string());
    }
    pointers.sort();
    pointers.dedup();
    assert!(pointers.contains(&"/spec/links/1/1/0".to_owned()), "{pointers:?}");
    assert!(pointers.contains(&"/spec/links/0/a/b~1c/1".to_owned()), "{pointers:?}");
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mode {
    Plain,
    Named(String),
    Sized { size: u16 },
    Pair(i8, f32),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Typed<'a> {
    text: &'a str,
    folded: Cow<'a, str>,
    number: &'a str,
    vlan: u16,
    shut: bool,
    missing: Option<u8>,
    null: Option<u8>,
    modes: Vec<Mode>,
    labels: BTreeMap<&'a str, i64>,
}

const TYPED: &str = "
text: plain
folded: \"a\\tb\"
number: 010
vlan: 010
shut: off
null: ~
modes: [plain, named: x, {sized: {size: 9}}, {pair: [-1, 1.5]}]
labels: {<<: {a: 1, b: 2}, b: -3}
ignored: [1, {a: b}]
";

#[test]
fn a_node_becomes_any_type_with_text_borrowed_from_the_tree() {
    let tree = tree(TYPED);
    let typed: Typed<'_> = from_node(&tree, tree.documents().next().unwrap(), Reading::Kubernetes).unwrap();
    assert!(matches!(typed.folded, Cow::Owned(_)));
    assert_eq!(
        typed,
        Typed {
            text: "plain",
            folded: "a\tb".into(),
            number: "010",
            vlan: 8,
            shut: false,
            missing: None,
            null: None,
            modes: vec![
                Mode::Plain,
                Mode::Named("x".to_owned()),
                Mode::Sized { size: 9 },
                Mode::Pair(-1, 1.5)
            ],
            labels: BTreeMap::from([("a", 1), ("b", -3)]),
        }
    );
}

#[test]
fn what_does_not_fit_is_named_with_its_place() {
    for (wrong, place) in [
        ("vlan: 70000", "70000"),
        ("shut: maybe", "maybe"),
        ("modes: [{named: [x]}]", "[x]"),
        ("modes: [{a: 1, b: 2}]", "{a: 1, b: 2}"),
        ("labels: {a: x}", "x"),
        ("vlan: *gone", "*gone"),
    ] {
        let key = wrong.split(':').next().unwrap();
        let line = TYPED.lines().find(|line| line.starts_with(key)).unwrap();
        let text = TYPED.replace(line, wrong);
        let tree = tree(&text);
        let document = tree.documents().next().unwrap();
        let error = from_node::<Typed<'_>>(&tree, document, Reading::Kubernetes).unwrap_err();
        assert_eq!(error.span.of(&text), place, "{error}");
    }
}

#[test]
fn any_node_becomes_json() {
    let tree = tree("a: [1, -2, 1.5, x, ~, true, 18446744073709551615]\n");
    let json: serde_json::Value =
        from_node(&tree, tree.documents().next().unwrap(), Reading::Kubernetes).unwrap();
    assert_eq!(json, serde_json::json!({"a": [1, -2, 1.5, "x", null, true, u64::MAX]}));
}
