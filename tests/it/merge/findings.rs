//! What is wrong with a merged text is said with it, and nothing else.

use expect_test::Expect;
use expect_test::expect;
use hedgerow::api::Choice;
use hedgerow::api::MergeOptions;
use hedgerow::api::Merger;
use hedgerow::api::Take;
use hedgerow::merge::Versions;

fn check(versions: Versions<&str>, choices: Vec<Choice>, expected: Expect) {
    let options = MergeOptions { path: Some("vpc.yaml".to_owned()), choices, ..MergeOptions::default() };
    let merger = Merger::new(options, &[]).unwrap();
    let answer = merger.merge(versions.map(|text| Some(text.as_bytes().to_vec()))).unwrap();
    let mut said = String::new();
    for conflict in &answer.conflicts {
        said.push_str(&format!("? {} {}\n", conflict.id, conflict.label));
    }
    for finding in &answer.findings {
        let line = finding.range.map_or(0, |range| range.start.line);
        let path = finding.path.as_deref().unwrap_or("");
        said.push_str(&format!("{path}:{line} {} {}\n", finding.code, finding.message));
    }
    expected.assert_eq(&said);
}

fn vpc(subnets: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: a}}\nspec:\n  subnets:\n{subnets}"
    )
}

#[test]
fn a_good_merge_has_none() {
    let one = "    one: {subnet: 10.0.1.0/24, vlan: 1001}\n";
    let two = "    two: {subnet: 10.0.2.0/24, vlan: 1002}\n";
    let texts = [vpc(&format!("{one}{two}")), vpc(&format!("{one}{two}")), vpc(&format!("{one}{two}"))];
    let [base, ours, theirs] = texts;
    let (ours, theirs) = (ours.replace("1001", "1011"), theirs.replace("1002", "1012"));
    check(Versions { base: &base, ours: &ours, theirs: &theirs }, Vec::new(), expect![""]);
}

#[test]
fn an_error_that_a_side_brought_is_said() {
    let base =
        vpc("    one: {subnet: 10.0.1.0/24, vlan: 1001}\n    two: {subnet: 10.0.2.0/24, vlan: 1002}\n");
    let (ours, theirs) = (base.replace("10.0.1.0/24", "10.0.1.0/33"), base.replace("1002", "1012"));
    check(
        Versions { base: &base, ours: &ours, theirs: &theirs },
        Vec::new(),
        expect![[r#"
        vpc.yaml:6 VPC-10 `10.0.1.0/33` is not a CIDR
    "#]],
    );
}

#[test]
fn a_contradiction_that_a_person_keeps_is_said() {
    let base = vpc("    one: {subnet: 10.0.1.0/24, vlan: 1001}\n");
    let ours = format!("{base}    two: {{subnet: 10.0.2.0/24, vlan: 1002}}\n");
    let theirs = format!("{base}    three: {{subnet: 10.0.3.0/24, vlan: 1002}}\n");
    let versions = Versions { base: base.as_str(), ours: &ours, theirs: &theirs };
    check(
        versions,
        Vec::new(),
        expect![[r#"
        ? a62f5259e1fc7892 VPC a spec.subnets.two.vlan and VPC a spec.subnets.three.vlan: share a VLAN
    "#]],
    );
    let keep = Choice::Take { conflict: "a62f5259e1fc7892".to_owned(), take: Take::Both };
    check(
        versions,
        vec![keep],
        expect![[r#"
        vpc.yaml:8 VPC-55 the VLAN 1002 is used twice in this VPC
    "#]],
    );
}

#[test]
fn what_is_no_yaml_is_said() {
    let base = "a: 1\nb: [1\n";
    check(
        Versions { base, ours: "a: 2\nb: [1\n", theirs: "a: 1\nb: [2\n" },
        Vec::new(),
        expect![[r#"
            ? 851ffe876fa04cc9 vpc.yaml
            vpc.yaml:2 yaml-unclosed-bracket this bracket is not closed where its value ends
        "#]],
    );
}
