//! What the catalogue of kinds and the reader of definitions promise.

use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::schema::Bound;
use hedgerow::schema::Catalogue;
use hedgerow::schema::Kind;
use hedgerow::schema::KindEntry;
use hedgerow::schema::ListRule;
use hedgerow::schema::Schema;
use hedgerow::schema::Type;
use hedgerow::schema::Writer;
use hedgerow::schema::read_crd;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use std::fs;
use std::path::Path;

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

/// The definitions are test input of another project.
const DEFINITIONS: &str = "../shared/hedgehog/crds";

#[test]
fn the_catalogue_says_what_the_real_definitions_say() {
    let Ok(files) = fs::read_dir(DEFINITIONS) else {
        eprintln!("skipped: the definitions are not at {DEFINITIONS}");
        return;
    };
    let catalogue = catalogue();
    let mut differences = Vec::new();
    let mut count = 0;
    for file in files {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let tree = parse(Source::from_bytes(&bytes), &Limits::DEFAULT);
        for document in tree.documents() {
            let definition = read(&tree, document, Reading::Kubernetes);
            for real in read_crd(&definition, &Limits::DEFAULT).unwrap() {
                let ours = catalogue.find(&real.api_version(), &real.name).unwrap();
                assert_eq!(
                    (&ours.plural, &ours.short_names),
                    (&real.plural, &real.short_names),
                    "{}",
                    real.name
                );
                count += 1;
                if ours.writer == Writer::Person {
                    compare(&ours.schema, &real.schema, &real.name, &mut differences);
                }
            }
        }
    }
    assert_eq!(count, 22);
    assert_eq!(differences, Vec::<String>::new());
}

#[test]
fn a_definition_of_a_built_in_kind_keeps_what_only_the_catalogue_knows() {
    let Ok(bytes) = fs::read(Path::new(DEFINITIONS).join("vpc.githedgehog.com_vpcs.yaml")) else {
        eprintln!("skipped: the definitions are not at {DEFINITIONS}");
        return;
    };
    let tree = parse(Source::from_bytes(&bytes), &Limits::DEFAULT);
    let definition = read(&tree, tree.documents().next().unwrap(), Reading::Kubernetes);
    let mut catalogue = catalogue();
    let before = catalogue.of(Kind::Vpc).unwrap().clone();
    for entry in read_crd(&definition, &Limits::DEFAULT).unwrap() {
        catalogue.add(entry);
    }
    let after = catalogue.of(Kind::Vpc).unwrap();
    let field = |entry: &KindEntry, names: &[&str]| {
        names.iter().fold(entry.schema.clone(), |schema, name| schema.property(name).unwrap().clone())
    };
    let vlan = ["spec", "subnets", "front", "vlan"];
    assert_eq!(field(after, &vlan).kind, Type::Unsigned(16));
    let routes = ["spec", "staticRoutes"];
    assert_eq!(field(after, &routes).list_rule, field(&before, &routes).list_rule);
}

/// Notes where two schemas differ. The widths of numbers and what a duration
/// is are not in the definitions, and ours says of an object without fields
/// only that.
fn compare(ours: &Schema, real: &Schema, path: &str, differences: &mut Vec<String>) {
    let mut differ = |what: &str, same: bool| {
        if !same {
            differences.push(format!("{path}: {what}"));
        }
    };
    let kind = match ours.kind {
        Type::Unsigned(_) => Type::Integer,
        Type::Duration => Type::Text,
        kind => kind,
    };
    differ("type", kind == real.kind);
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    differ("required", sorted(&ours.required) == sorted(&real.required));
    let mut one_of = (ours.one_of.clone(), real.one_of.clone());
    one_of.0.sort_by_key(|value| value.as_str().map(str::to_owned));
    one_of.1.sort_by_key(|value| value.as_str().map(str::to_owned));
    differ("enum", one_of.0 == one_of.1);
    differ("pattern", ours.pattern == real.pattern);
    differ("minimum", ours.minimum == real.minimum);
    differ("maximum", ours.maximum == real.maximum);
    differ("items", (ours.min_items, ours.max_items) == (real.min_items, real.max_items));
    differ("default", ours.default == real.default);
    differ("nullable", ours.nullable == real.nullable && ours.keeps_unknown == real.keeps_unknown);
    let names = |schema: &Schema| {
        let names = schema.properties.iter().map(|property| property.name.clone());
        names.collect::<Vec<_>>()
    };
    differ("fields", names(ours) == names(real));
    differ("values", ours.values.is_some() == real.values.is_some());
    differ("items", ours.items.is_some() == real.items.is_some());
    for (ours, real) in ours.properties.iter().zip(&real.properties) {
        compare(&ours.schema, &real.schema, &format!("{path}.{}", ours.name), differences);
    }
    if let (Some(ours), Some(real)) = (&ours.values, &real.values) {
        compare(ours, real, &format!("{path}.*"), differences);
    }
    if let (Some(ours), Some(real)) = (&ours.items, &real.items) {
        compare(ours, real, &format!("{path}[]"), differences);
    }
}
