//! Promises of `fabric`.

use hedgerow::fabric::Directory;
use hedgerow::fabric::FabricProblem;
use hedgerow::fabric::Fabrics;
use hedgerow::fabric::PathProblem;
use hedgerow::fabric::Place;
use hedgerow::fabric::is_yaml;
use hedgerow::model::ResourceId;

fn directory(path: &str) -> Directory {
    Directory::new(path).unwrap()
}

fn vpc(namespace: &str, name: &str) -> ResourceId {
    let [group, kind] = ["vpc.githedgehog.com", "VPC"].map(str::to_owned);
    ResourceId { group, kind, namespace: namespace.to_owned(), name: name.to_owned() }
}

#[test]
fn slashes_at_the_ends_of_a_directory_mean_nothing() {
    assert_eq!(directory("/fabrics/lab/").as_str(), "fabrics/lab");
    assert_eq!(directory("/").as_str(), "");
    assert_eq!(directory("").to_string(), "/");
}

#[test]
fn unsafe_directories_are_refused_with_the_reason() {
    let problem = |path: &str| Directory::new(path).unwrap_err();
    assert_eq!(problem("a//b"), PathProblem::NotCanonical);
    assert_eq!(problem("a/../b"), PathProblem::NotCanonical);
    assert_eq!(problem("./a"), PathProblem::NotCanonical);
    assert_eq!(problem("a b"), PathProblem::Character(' '));
    assert_eq!(problem("~/a"), PathProblem::Character('~'));
    assert_eq!(problem("a/.git"), PathProblem::Reserved(".git".into()));
    assert_eq!(problem("node_modules/a"), PathProblem::Reserved("node_modules".into()));
    assert_eq!(problem(&["a"; 11].join("/")), PathProblem::TooDeep);
    assert_eq!(problem(&"a".repeat(256)), PathProblem::TooLong);
}

#[test]
fn a_resource_has_one_managed_path_and_its_namespace_is_in_it_unless_default() {
    let lab = directory("fabrics/lab");
    let path = |id: &ResourceId| lab.managed_path("vpcs", id).unwrap();
    assert_eq!(path(&vpc("default", "front")), "fabrics/lab/managed/vpcs/front.yaml");
    assert_eq!(path(&vpc("a", "b-c")), "fabrics/lab/managed/vpcs/a_b-c.yaml");
    assert_ne!(path(&vpc("a", "b-c")), path(&vpc("a-b", "c")));
    assert_eq!(directory("/").managed_path("vpcs", &vpc("default", "v")).unwrap(), "managed/vpcs/v.yaml");
}

#[test]
fn a_name_cannot_lead_out_of_the_directory() {
    let lab = directory("lab");
    assert!(lab.managed_path("vpcs", &vpc("default", "../../x")).is_err());
    assert!(lab.managed_path("vpcs", &vpc("..", "x/y")).is_err());
    assert!(lab.managed_path("../vpcs", &vpc("default", "x")).is_err());
    assert!(lab.managed_path("vpcs", &vpc("default", &"n".repeat(300))).is_err());
}

#[test]
fn every_path_of_a_fabric_has_a_place() {
    let lab = directory("lab");
    assert_eq!(lab.place("lab/managed/vpcs/a.yaml"), Some(Place::Managed));
    assert_eq!(lab.place("lab/raw/a.yaml"), Some(Place::Raw));
    assert_eq!(lab.place("lab/unmanaged/a.yaml"), Some(Place::Unmanaged));
    assert_eq!(lab.place("lab/.hnp/manifest.yaml"), Some(Place::Records));
    assert_eq!(lab.place("lab/managed/.gitkeep"), Some(Place::Records));
    assert_eq!(lab.place("lab/old.yaml"), Some(Place::Loose));
    assert_eq!(lab.place("lab/managed"), Some(Place::Loose));
    assert_eq!(lab.place("laboratory/managed/a.yaml"), None);
}

#[test]
fn only_yaml_that_is_managed_or_loose_holds_resources() {
    let lab = directory("lab");
    assert!(lab.holds_resources("lab/managed/vpcs/a.yaml"));
    assert!(lab.holds_resources("lab/wiring.YML"));
    assert!(!lab.holds_resources("lab/raw/a.yaml"));
    assert!(!lab.holds_resources("lab/unmanaged/a.yaml"));
    assert!(!lab.holds_resources("lab/.hnp/manifest.yaml"));
    assert!(!lab.holds_resources("lab/managed/README.md"));
    assert!(!is_yaml("managed/.yaml") && !is_yaml("yaml") && is_yaml("a/b.yml"));
}

#[test]
fn fabrics_that_share_a_repository_must_not_overlap() {
    let overlap = Fabrics::new([("one", "fabrics/a"), ("two", "fabrics/a/b")]);
    assert_eq!(overlap, Err(FabricProblem::Overlap { first: "one".into(), second: "two".into() }));
    assert!(matches!(Fabrics::new([("one", "/"), ("two", "b")]), Err(FabricProblem::Overlap { .. })));
    assert_eq!(Fabrics::new([("one", "a"), ("one", "b")]), Err(FabricProblem::SameName("one".into())));
    assert_eq!(Fabrics::new([]), Err(FabricProblem::None));
    assert_eq!(Fabrics::new([("", "a")]), Err(FabricProblem::NoName));
    assert!(matches!(Fabrics::new([("one", "a b")]), Err(FabricProblem::Path { .. })));
}

#[test]
fn a_path_belongs_to_the_fabric_it_lies_in_and_to_no_neighbour() {
    let fabrics = Fabrics::new([("one", "fabrics/lab"), ("two", "fabrics/lab-2")]).unwrap();
    let name = |path: &str| fabrics.of_path(path).map(|fabric| fabric.name.as_str());
    assert_eq!(name("fabrics/lab/managed/vpcs/a.yaml"), Some("one"));
    assert_eq!(name("fabrics/lab-2/x.yaml"), Some("two"));
    assert_eq!(name("fabrics/lab-3/x.yaml"), None);
    assert!(fabrics.holds_resources("fabrics/lab-2/managed/a.yaml"));
    assert!(!fabrics.holds_resources("docs/a.yaml"));
    for folder in ["", "fabrics", "fabrics/lab", "fabrics/lab/managed"] {
        assert!(fabrics.meets(folder), "{folder}");
    }
    assert!(!fabrics.meets("docs") && !fabrics.meets("fab") && !fabrics.meets("fabrics/la"));
}
