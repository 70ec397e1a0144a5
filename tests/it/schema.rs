//! What the catalogue of kinds and the reader of definitions promise.

use hedgerow::limits::Limits;
use hedgerow::model::Value;
use hedgerow::schema::Bound;
use hedgerow::schema::Catalogue;
use hedgerow::schema::Kind;
use hedgerow::schema::ListRule;
use hedgerow::schema::Type;
use hedgerow::schema::Writer;
use hedgerow::schema::read_crd;

fn catalogue() -> Catalogue {
    Catalogue::built_in(Catalogue::NEWEST).unwrap()
}

#[test]
fn the_built_in_catalogue_can_be_read() {
    assert_eq!(Catalogue::flaw_of_built_in(), None);
}

#[test]
fn a_version_that_is_not_built_in_is_none() {
    assert_eq!(Catalogue::built_in("v0.1"), None);
}

#[test]
fn all_kinds_of_the_fabric_are_there_with_their_groups() {
    let catalogue = catalogue();
    for kind in Kind::ALL {
        let entry = catalogue.of(kind).unwrap();
        assert_eq!((entry.name.as_str(), entry.group.as_str()), (kind.name(), kind.group()));
        assert_eq!(catalogue.find(&entry.api_version(), &entry.name), Some(entry));
        assert_eq!(entry.writer, Writer::Person);
    }
}

#[test]
fn kinds_that_only_controllers_write_are_known() {
    let catalogue = catalogue();
    let controllers = catalogue.entries().iter().filter(|entry| entry.writer == Writer::Controller);
    let names: Vec<&str> = controllers.map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["Agent", "Catalog", "DHCPSubnet", "GatewayAgent"]);
}

#[test]
fn fields_carry_type_bounds_and_list_rule() {
    let catalogue = catalogue();
    let switch = &catalogue.of(Kind::Switch).unwrap().schema;
    let spec = switch.property("spec").unwrap();
    assert!(spec.requires("role"));
    let threshold = spec.property("linkFlapErrDisable").unwrap().property("flapThreshold").unwrap();
    assert_eq!(threshold.kind, Type::Unsigned(8));
    assert_eq!((threshold.minimum, threshold.maximum), (Some(Bound::Int(1)), Some(Bound::Int(50))));
    assert_eq!(threshold.default, Some(Value::Int(3)));
    let groups = spec.property("groups").unwrap();
    assert_eq!((&groups.list_rule, groups.sorted), (&ListRule::Set, true));
    let modes = spec.property("portFECs").unwrap();
    assert_eq!(modes.kind, Type::Map);
    assert_eq!(modes.property("E1/1").unwrap().one_of.len(), 4);
}

#[test]
fn a_definition_gives_a_kind_for_each_served_version() {
    let definition = serde_json::json!({
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "example.com",
            "names": { "kind": "Widget", "plural": "widgets", "shortNames": ["wd"] },
            "versions": [
                { "name": "v1", "served": true, "schema": { "openAPIV3Schema": {
                    "type": "object",
                    "properties": { "metadata": { "type": "object" }, "spec": {
                        "type": "object",
                        "required": ["size"],
                        "properties": {
                            "size": { "x-kubernetes-int-or-string": true },
                            "free": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                            "ports": { "type": "array", "x-kubernetes-list-type": "map",
                                "x-kubernetes-list-map-keys": ["name"], "items": { "type": "object" } },
                        },
                    } },
                } } },
                { "name": "v0", "served": false },
            ],
        },
    });
    let definition: Value = serde_json::from_value(definition).unwrap();
    let kinds = read_crd(&definition, &Limits::DEFAULT).unwrap();
    assert_eq!(kinds.len(), 1);
    let spec = kinds[0].schema.property("spec").unwrap();
    assert_eq!(kinds[0].api_version(), "example.com/v1");
    assert_eq!(spec.property("size").unwrap().kind, Type::IntOrText);
    assert!(spec.property("free").unwrap().keeps_unknown);
    assert_eq!(spec.property("ports").unwrap().list_rule, ListRule::By(vec!["name".to_owned()]));
}

#[test]
fn something_else_than_a_definition_is_refused_with_its_place() {
    let value: Value = serde_json::from_str(r#"{"kind":"VPC"}"#).unwrap();
    let problem = read_crd(&value, &Limits::DEFAULT).unwrap_err();
    assert_eq!(problem.field.to_string(), "/kind");
}
