//! What validation of files promises.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::NodeId;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Hydration;
use hedgerow::validate::Options;
use hedgerow::validate::Scope;
use hedgerow::validate::Session;
use hedgerow::validate::Settings;
use hedgerow::validate::UnknownFields;
use hedgerow::validate::built_in_profiles;
use hedgerow::validate::locate;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const NAMESPACES: &str = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: { name: default }
spec: { subnets: [10.0.0.0/8] }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: { name: default }
spec: { ranges: [{ from: 1000, to: 2999 }] }
";

fn values(tree: &Tree) -> Vec<Value> {
    tree.documents().map(|document| read(tree, document, Reading::Kubernetes)).collect()
}

fn tree(text: &str) -> Tree {
    parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT)
}

fn open(files: &[(&str, &str)], options: Options) -> Session {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), values(&tree(text))));
    Session::open(files, options, &Limits::DEFAULT).unwrap()
}

/// Writes each finding of `file.yaml` with the text it points to.
fn render(text: &str, session: &Session) -> String {
    let tree = tree(text);
    let documents: Vec<NodeId> = tree.documents().collect();
    let mut rendered = String::new();
    for found in session.report().findings.iter().filter(|found| found.path == "file.yaml") {
        let finding = found.finding;
        let span = locate(&tree, documents[found.document], &finding.field, finding.part);
        let place = span.of(tree.text()).lines().next().unwrap_or_default();
        let detail = finding.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        let severity = format!("{:?}", finding.severity).to_lowercase();
        writeln!(rendered, "{severity} {}{detail} at `{place}`: {}", finding.code, finding.message).unwrap();
        writeln!(rendered, "    {}", finding.help.as_deref().unwrap_or("NO HELP")).unwrap();
    }
    rendered
}

fn check_with(text: &str, options: Options, expected: Expect) {
    let session = open(&[("file.yaml", text), ("namespaces.yaml", NAMESPACES)], options);
    expected.assert_eq(&render(text, &session));
}

fn check(text: &str, expected: Expect) {
    check_with(text, Options::default(), expected);
}

const VPC: &str = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-01
spec:
  subnets:
    front:
      subnet: 10.0.1.0/24
      vlan: 1001
";

#[test]
fn a_sound_vpc_has_no_findings() {
    check(VPC, expect![[""]]);
}

#[test]
fn a_vlan_outside_its_namespace_is_found() {
    check(
        &VPC.replace("1001", "5000"),
        expect![[r#"
        error VPC-67 at `5000`: the VLAN 5000 is outside the VLANNamespace `default`
            Choose one of 1000 to 2999, or add a range to the namespace
    "#]],
    );
}

#[test]
fn a_vlan_that_is_no_number_of_its_width_is_found_once() {
    check(
        &VPC.replace("1001", "70000"),
        expect![[r#"
        error DEC-01 (range) at `70000`: 70000 is outside 0 to 65535
            Write a whole number from 0 to 65535
    "#]],
    );
    check(
        &VPC.replace("1001", "\"1001\""),
        expect![[r#"
        error DEC-02 at `"1001"`: `spec.subnets.front.vlan` must be a whole number, and is the text `1001`
            Write a whole number, without quotes
    "#]],
    );
}

#[test]
fn a_misspelt_field_is_found_with_the_one_that_was_meant() {
    check(
        &VPC.replace("vlan", "vlna"),
        expect![[r#"
            error DEC-03 (unknown) at `vlna`: there is no field `spec.subnets.front.vlna`
                Write `vlan`
        "#]],
    );
}

#[test]
fn unknown_fields_are_warnings_where_they_are_dropped() {
    check_with(
        &VPC.replace("  subnets:", "  colour: red\n  subnets:"),
        Options { unknown_fields: UnknownFields::Drop, ..Options::default() },
        expect![[r#"
            warning DEC-03 (unknown) at `colour`: there is no field `spec.colour`
                Remove it, or use one of `defaultIsolated`, `defaultRestricted`, `ipv4Namespace`, `mode`, `permit`, `staticRoutes`, `subnets`, `vlanNamespace`
        "#]],
    );
}

#[test]
fn a_bad_name_label_and_annotation_are_found() {
    check(
        &VPC.replace(
            "  name: vpc-01",
            "  name: VPC_1\n  labels: { 'bad key': -x }\n  annotations: { '/x': y }",
        ),
        expect![[r#"
            error DEC-02 at `y`: `metadata.annotations./x` must be text, and is the truth value true
                Put it in quotes: `"true"`
            error META-01 (pattern) at `VPC_1`: `VPC_1` is not a name: only lower-case letters, digits, `-` and `.` may stand in one, and both ends are a letter or digit
                Give it a name such as `vpc-01`
            error metadata-label (name) at `'bad key'`: `bad key` is not the name of a label
                Write a name such as `team` or `example.com/team`
            error metadata-label (value) at `-x`: `-x` is not the value of a label
                Use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends
        "#]],
    );
}

#[test]
fn a_missing_field_is_shown_where_it_should_be() {
    check(
        &VPC.replace("      vlan: 1001\n", ""),
        expect![[r#"
        error VPC-17 at `front`: the subnet `front` has no VLAN
            Add `vlan` with a number of the VLANNamespace
    "#]],
    );
    check(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata: { name: leaf-01 }\nspec:\n  profile: vs\n",
        expect![[r#"
            error schema-required at `spec`: `spec` lacks `role`
                Add `role`
        "#]],
    );
}

#[test]
fn a_value_outside_the_schema_is_found() {
    check(
        "\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: { name: spine-01--fabric--leaf-01 }
spec:
  fabric:
    links:
    - spine: { port: spine-01/E1/1, ip: 10.0.0.300/31 }
      leaf: { port: leaf-01/E1/1 }
",
        expect![[r#"
            error schema-pattern at `10.0.0.300/31`: `10.0.0.300/31` is not an IPv4 address with a length
                Write an address and a length, such as `172.30.128.0/31`, or leave it out
            error CON-32 at `leaf-01/E1/1`: there is no Switch `leaf-01`
                Create the Switch `leaf-01`, or name one that is there
            error CON-32 at `spine-01/E1/1`: there is no Switch `spine-01`
                Create the Switch `spine-01`, or name one that is there
        "#]],
    );
}

#[test]
fn a_kind_in_a_dead_version_and_a_misspelt_kind_are_found() {
    check(
        "apiVersion: wiring.githedgehog.com/v1alpha2\nkind: Server\nmetadata: { name: a }\n",
        expect![[r#"
            error resource-kind at `wiring.githedgehog.com/v1alpha2`: Server has no version `wiring.githedgehog.com/v1alpha2`
                Write `wiring.githedgehog.com/v1beta1`
        "#]],
    );
    check(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: Vpc\nmetadata: { name: a }\n",
        expect![[r#"
        error resource-kind at `Vpc`: there is no kind `Vpc` in `vpc.githedgehog.com/v1beta1`
            Write `VPC`
    "#]],
    );
    check("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n", expect![[""]]);
    check(
        "apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\nmetadata: { name: a }\n",
        expect![[r#"
        warning controller-kind at `Agent`: the fabric writes every Agent itself
            Remove it from Git; the fabric would overwrite it
    "#]],
    );
}

#[test]
fn the_same_resource_twice_is_found_at_the_second() {
    check(
        &format!("{VPC}---\n{VPC}"),
        expect![[r#"
        error duplicate-resource at `vpc-01`: VPC `vpc-01` is already in `file.yaml`
            Remove one of the two, or give it another name
    "#]],
    );
}

#[test]
fn in_a_part_of_a_fabric_missing_neighbours_are_not_checked() {
    let options = Options { scope: Scope::Part, ..Options::default() };
    let session = open(&[("file.yaml", VPC)], options);
    let report = session.report();
    assert_eq!(report.findings, []);
    let skipped = report.not_checked.iter().filter(|skipped| skipped.resource.is_some());
    let codes: Vec<&str> = skipped.map(|skipped| skipped.not_checked.code).collect();
    assert_eq!(codes, ["VPC-64", "VPC-65"]);
}

#[test]
fn an_edit_validates_again_what_depends_on_it_and_no_more() {
    let other = VPC.replace("vpc-01", "vpc-02").replace("10.0.1.", "10.0.2.").replace("1001", "1002");
    let third = VPC.replace("vpc-01", "vpc-03").replace("10.0.1.", "10.0.3.").replace("1001", "1003");
    let files =
        [("a.yaml", VPC), ("b.yaml", other.as_str()), ("c.yaml", third.as_str()), ("n.yaml", NAMESPACES)];
    let mut session = open(&files, Options::default());
    assert_eq!(session.report().findings, []);
    let clash = other.replace("1002", "1001");
    let replaced = session.replace("b.yaml", Some(values(&tree(&clash))));
    let found: Vec<(&str, &str)> =
        replaced.findings.iter().map(|found| (found.path, found.finding.code)).collect();
    assert_eq!(found, [("a.yaml", "VPC-70"), ("b.yaml", "VPC-70")]);
    assert_eq!(replaced.revalidated, 2);
    assert_eq!(session.replace("b.yaml", Some(values(&tree(&other)))).revalidated, 2);
    assert_eq!(session.report().findings, []);
    // All three VPCs and the file itself depend on the namespaces.
    assert_eq!(session.replace("n.yaml", None).revalidated, 3);
    assert_eq!(session.report().findings.len(), 6);
}

#[test]
fn the_built_in_profiles_are_those_of_the_samples() {
    let folder = Path::new("../shared/hedgehog/samples/switchprofiles");
    let profiles = built_in_profiles().unwrap();
    assert_eq!(profiles.len(), 23);
    if !folder.is_dir() {
        eprintln!("skipped: the samples are not at {}", folder.display());
        return;
    }
    for (name, profile) in profiles {
        let sample = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let sample = values(&tree(&sample)).remove(0);
        let json = |value: &Value| serde_json::to_value(value).unwrap();
        assert_eq!(json(profile.get("spec").unwrap()), json(sample.get("spec").unwrap()), "{name}");
    }
}

#[test]
fn what_the_fabric_takes_and_nobody_means_is_a_warning() {
    check(
        &format!("{VPC}  staticRoutes: [{{ prefix: 10.9.0.0/16, nextHops: [router] }}]\n"),
        expect![[r#"
        warning next-hop-malformed at `router`: the next hop `router` is not an IP address
            Write an address such as 10.0.1.7
    "#]],
    );
    check(
        "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: { name: empty }
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: { name: upside-down }
spec: { ranges: [{ from: 1999, to: 1000 }] }
",
        expect![[r#"
            warning namespace-empty at `spec`: the namespace has no subnets, so no VPC fits in it
                Add `subnets`
            error VNS-01 at `{ from: 1999, to: 1000 }`: the range goes from 1999 down to 1000
                Write a range within 1 to 4094; otherwise the fabric drops all ranges of the namespace
        "#]],
    );
}

#[test]
fn some_resources_with_addresses_and_some_without_are_a_mixture() {
    let switch = |name: &str, more: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata: {{ name: {name} }}\nspec:\n  role: spine\n  profile: vs\n{more}"
        )
    };
    let addresses = "  asn: 65100\n  ip: 172.30.0.11/21\n  protocolIP: 172.30.8.11/32\n";
    check(
        &format!("{}---\n{}", switch("spine-1", addresses), switch("spine-2", "")),
        expect![[r#"
            warning hydration-mixed at `spec`: some resources (1) have their addresses and others (1), this one among them, have none
                Write the addresses of all resources, or of none; the installer fills in all of them
        "#]],
    );
    check(
        &switch("spine-1", "  asn: 65100\n"),
        expect![[r#"
        error SWI-03 at `spec`: the switch has no `ip`
            Add `ip`
        error SWI-04 at `spec`: the switch has no `protocolIP`
            Add `protocolIP`
    "#]],
    );
    let options = Options { hydration: Hydration::Done, ..Options::default() };
    check_with(
        &switch("spine-1", ""),
        options,
        expect![[r#"
        error SWI-02 at `spec`: the switch has no ASN
            Add `asn`
        error SWI-03 at `spec`: the switch has no `ip`
            Add `ip`
        error SWI-04 at `spec`: the switch has no `protocolIP`
            Add `protocolIP`
    "#]],
    );
}

#[test]
fn a_finding_that_rests_on_a_default_names_the_setting() {
    check(
        &VPC.replace("10.0.1.0/24", "172.30.8.0/24"),
        expect![[r#"
        error VPC-12 at `172.30.8.0/24`: `172.30.8.0/24` overlaps 172.30.8.0/22, which the fabric keeps for itself (by the default of the fabric setting `reservedSubnets`)
            Choose a prefix outside the reserved ranges
        error VPC-66 at `172.30.8.0/24`: `172.30.8.0/24` lies outside the IPv4Namespace `default`
            Choose a prefix of the namespace, or add one to it
    "#]],
    );
}

#[test]
fn gateways_are_not_judged_as_long_as_nobody_says_whether_they_are_on() {
    let group =
        "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayGroup\nmetadata: { name: second }\n";
    let session = open(&[("file.yaml", group)], Options::default());
    let report = session.report();
    assert_eq!(report.findings, []);
    assert!(report.not_checked.iter().any(|skipped| skipped.not_checked.code == "GWG-01"));
    let settings = serde_json::from_str(r#"{"enableGateway":false}"#).unwrap();
    let options = Options { settings: Settings::read(&settings).unwrap(), ..Options::default() };
    check_with(
        group,
        options,
        expect![[r#"
        error GWG-01 at `GatewayGroup`: gateways are not enabled in this fabric
            Enable gateways in the fabric, or remove the resource
    "#]],
    );
}

#[test]
fn settings_of_another_type_are_refused_with_their_name() {
    let settings = serde_json::from_str(r#"{"spineASN":"65100"}"#).unwrap();
    let problem = Settings::read(&settings).unwrap_err();
    assert_eq!(problem.message, "`spineASN` must be a whole number");
}

#[test]
fn a_further_kind_is_held_against_its_definition() {
    let definition = serde_json::from_str(
        r#"{"kind":"CustomResourceDefinition","spec":{"group":"example.com","names":{"kind":"Widget","plural":"widgets"},
        "versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
        "required":["size"],"properties":{"size":{"type":"integer","minimum":1},"mode":{"enum":["a","b"],"type":"string"}},
        "x-kubernetes-validations":[{"rule":"self.size < 9"}]}}}}}]}}"#,
    );
    let options = Options { definitions: vec![definition.unwrap()], ..Options::default() };
    let widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: w }\nspec: { size: 0, mode: c, colour: red }\n";
    check_with(
        widget,
        options.clone(),
        expect![[r#"
        error DEC-03 (unknown) at `colour`: there is no field `spec.colour`
            Remove it, or use one of `mode`, `size`
        error schema-minimum at `0`: 0 is too small; 1 is the least
            Write 1 or more
        error schema-enum at `c`: `spec.mode` cannot be "c"
            Write one of `a`, `b`
    "#]],
    );
    let session = open(&[("file.yaml", widget)], options);
    assert!(session.report().not_checked.iter().any(|skipped| skipped.not_checked.code == "schema-cel"));
}

#[test]
fn a_resource_of_absurd_size_is_refused_and_not_compared_with_itself() {
    let subnets: String =
        (0..40_000).map(|at| format!("    s{at}: {{ subnet: 10.0.1.0/24, vlan: 1001 }}\n")).collect();
    let text = format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{ name: vpc-01 }}\nspec:\n  subnets:\n{subnets}"
    );
    check(
        &text,
        expect![[r#"
        error resource-too-large at `spec`: the resource holds more than 20000 values, so its meaning is not checked
            Split it into smaller ones
    "#]],
    );
}

#[test]
fn prefixes_that_overlap_are_reported_once_each() {
    let list = "10.0.0.0/8, 10.1.0.0/16, 10.1.0.0/16, 192.168.1.0/24, 192.168.0.0/16, 0.0.0.0/0";
    check(
        &format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: External\nmetadata: {{ name: e }}\nspec: {{ static: {{ prefixes: [{list}] }} }}\n"
        ),
        expect![[r#"
            error EXT-08 at `10.1.0.0/16`: `10.1.0.0/16` overlaps `10.0.0.0/8`
                Let the prefixes have no address in common
            error EXT-08 at `10.1.0.0/16`: `10.1.0.0/16` overlaps `10.0.0.0/8`
                Let the prefixes have no address in common
            error EXT-08 at `192.168.0.0/16`: `192.168.0.0/16` overlaps `192.168.1.0/24`
                Let the prefixes have no address in common
            error EXT-08 at `0.0.0.0/0`: `0.0.0.0/0` overlaps `10.0.0.0/8`
                Let the prefixes have no address in common
        "#]],
    );
}

#[test]
fn what_the_gateway_dataplane_would_refuse_is_told_beforehand() {
    check(
        "\
apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayPeering
metadata: { name: peering }
spec:
  peering:
    one:
      expose:
      - ips: [{ cidr: 10.0.1.0/24 }]
        as: [{ cidr: 192.168.77.0/25 }]
        nat: { static: {} }
      - ips: [{ cidr: 10.0.1.128/25 }]
      - ips: [{ cidr: 0.0.0.0/0 }]
      - ips: [{ cidr: fd00::/64 }]
    two: {}
  acl:
    rules:
    - { name: web, from: one, action: allow }
    - { name: web, from: two, action: deny }
",
        expect![[r#"
            error GPE-40 at `one`: there is no VPC `one`
                Create the VPC `one`, or name one that is there
            error GPE-40 at `two`: there is no VPC `two`
                Create the VPC `two`, or name one that is there
            warning DP-10 at `[{ cidr: 192.168.77.0/25 }]`: static NAT maps 256 addresses to 128
                Let `ips` and `as` have the same number of addresses
            warning DP-13 at `10.0.1.128/25`: `10.0.1.128/25` overlaps addresses of another expose of this side
                Expose each address once
            warning DP-09 at `0.0.0.0/0`: `0.0.0.0/0` overlaps 0.0.0.0/8, which is not routed
                Write `default: true` in place of the addresses to expose all
            warning DP-13 at `0.0.0.0/0`: `0.0.0.0/0` overlaps addresses of another expose of this side
                Expose each address once
            warning DP-07 at `fd00::/64`: `fd00::/64` and `10.0.1.0/24` are of different IP versions
                Expose addresses of one IP version
            warning DP-05 at `two`: the side `two` exposes nothing
                Add `expose` with the addresses that the other side may reach
            warning DP-18 at `web`: two rules are called `web`
                Give one of the two another name
            error GPE-47 at `spec`: no gateway serves the group `default`
                Add a Gateway to the group, or name another
        "#]],
    );
}
