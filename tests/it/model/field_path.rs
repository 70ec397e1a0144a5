//! Paths as a person reads them.

use hedgerow::model::FieldPath;
use hedgerow::model::InferredLabels;
use hedgerow::model::Pointer;
use hedgerow::model::Value;

fn path(json: &str, pointer: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap();
    FieldPath::new(&value, &Pointer::parse(pointer).unwrap(), &InferredLabels).to_string()
}

#[test]
fn links_are_named_by_the_ports_of_both_ends() {
    let json = r#"{"spec":{"fabric":{"links":[
        {"spine":{"port":"spine-01/E1/1"},"leaf":{"port":"leaf-01/E1/8","ip":"172.30.128.1/31"}},
        {"spine":{"port":"spine-01/E1/2"},"leaf":{"port":"leaf-01/E1/9"}}]}}}"#;
    assert_eq!(
        path(json, "/spec/fabric/links/0/leaf/ip"),
        "spec.fabric.links[spine-01/E1/1 ↔ leaf-01/E1/8].leaf.ip"
    );
}

#[test]
fn items_are_named_by_name_id_or_key_and_else_by_place() {
    let json = r#"{"a":[{"name":"x"},{"name":"y","v":1}],"b":[{"id":7},{"id":8}],"c":[{"name":"x"},{"name":"x"}],"d":["s"]}"#;
    assert_eq!(path(json, "/a/1/v"), "a[y].v");
    assert_eq!(path(json, "/b/0"), "b[7]");
    assert_eq!(path(json, "/c/1/name"), "c[1].name");
    assert_eq!(path(json, "/d/0"), "d[0]");
}

#[test]
fn keys_that_a_dot_or_a_bracket_would_split_are_quoted() {
    let json = r#"{"metadata":{"labels":{"fabric.githedgehog.com/x":"y","":1,"a b":2}}}"#;
    assert_eq!(
        path(json, "/metadata/labels/fabric.githedgehog.com~1x"),
        r#"metadata.labels["fabric.githedgehog.com/x"]"#
    );
    assert_eq!(path(json, "/metadata/labels/a b"), r#"metadata.labels["a b"]"#);
}

#[test]
fn a_number_is_a_key_in_a_map_and_what_is_not_there_is_kept() {
    let json = r#"{"subnets":{"1":{"vlan":1001}}}"#;
    assert_eq!(path(json, "/subnets/1/vlan"), "subnets.1.vlan");
    assert_eq!(path(json, "/subnets/2/dhcp/enable"), "subnets.2.dhcp.enable");
}

#[test]
fn a_table_of_labels_can_be_a_closure() {
    let value: Value = serde_json::from_str(r#"{"rules":[{"seq":10,"deny":true}]}"#).unwrap();
    let labels = |list: &Pointer, items: &[Value], index: usize| {
        let seq = items.get(index)?.get("seq")?.as_int()?;
        Some(format!("{list} seq {seq}"))
    };
    let pointer = Pointer::parse("/rules/0/deny").unwrap();
    assert_eq!(FieldPath::new(&value, &pointer, &labels).to_string(), "rules[/rules seq 10].deny");
}
