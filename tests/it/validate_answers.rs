//! What validation answers to the outside: fixes that mend, and reports that
//! are full.

use hedgerow::api;
use hedgerow::api::Fabric;
use hedgerow::api::FileInput;
use hedgerow::api::Finding;
use hedgerow::api::Omitted;
use hedgerow::api::Report;
use hedgerow::api::ScopeOption;
use hedgerow::api::ValidateOptions;

fn file(path: &str, text: &str) -> FileInput {
    FileInput { path: path.to_owned(), content: text.as_bytes().to_vec() }
}

fn report(text: &str) -> Report {
    let options = ValidateOptions { scope: ScopeOption::Part, ..ValidateOptions::default() };
    api::validate(vec![file("a.yaml", text)], &options, &[]).unwrap()
}

fn ambiguous(text: &str) -> Vec<Finding> {
    report(text).findings.into_iter().filter(|finding| finding.code == "yaml-ambiguous-scalar").collect()
}

/// Returns the text after all fixes of findings with this code.
fn mended(text: &str, code: &str) -> String {
    let findings = report(text).findings.into_iter().filter(|finding| finding.code == code);
    let edits: Vec<_> = findings.filter_map(|finding| finding.fix).flat_map(|fix| fix.edits).collect();
    let bytes = api::edit(&api::File::new(None, text.as_bytes()), &edits).unwrap().content;
    String::from_utf8(bytes).unwrap()
}

const SERVER: &str = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s-1\n";

#[test]
fn text_that_readers_do_not_agree_about_is_put_in_quotes() {
    let text = format!(
        "{SERVER}  annotations:\n    built: 2024-01-01 # once\n    spare: yes\nspec:\n  description: on\n"
    );
    let after =
        text.replace("2024-01-01", "\"2024-01-01\"").replace("yes", "\"yes\"").replace("on\n", "\"on\"\n");
    let after = after.replace("annotati\"on\"s", "annotations");
    assert_eq!(mended(&text, "yaml-ambiguous-scalar"), after);
    assert_eq!(ambiguous(&after), []);
    let titles: Vec<String> =
        ambiguous(&text).into_iter().filter_map(|found| Some(found.fix?.title)).collect();
    assert_eq!(titles, ["Write \"2024-01-01\"", "Write \"yes\"", "Write \"on\""]);
}

#[test]
fn in_a_file_of_several_documents_the_fix_names_its_own() {
    let text = format!("{SERVER}---\n{SERVER}spec:\n  description: off\n").replace("s-1\nspec", "s-2\nspec");
    assert_eq!(mended(&text, "yaml-ambiguous-scalar"), text.replace("off", "\"off\""));
}

#[test]
fn what_is_no_text_is_not_put_in_quotes_by_guess() {
    let vpc = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: v}\nspec:\n  subnets:\n    a: {subnet: 10.0.0.0/24, vlan: 01000, dhcp: {enable: yes}}\n";
    let found = ambiguous(vpc);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|finding| finding.fix.is_none()));
    // Nobody knows what a kind without a schema wants there.
    assert!(ambiguous("a: yes\n").iter().all(|finding| finding.fix.is_none()));
    // A key has no quotes of its own to put.
    assert!(ambiguous("on: 1\n").iter().all(|finding| finding.fix.is_none()));
}

#[test]
fn a_number_in_the_place_of_text_is_put_in_quotes() {
    let text = format!("{SERVER}spec:\n  description: 0644 # mode\n");
    assert_eq!(mended(&text, "DEC-02"), text.replace("0644", "\"0644\""));
}

/// VPCs that all clash.
fn clashing(count: usize) -> String {
    let one = |at| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: v{at}}}\nspec: {{subnets: {{a: {{subnet: 10.0.1.0/24, vlan: 1001}}}}}}\n"
        )
    };
    (0..count).map(one).collect::<Vec<_>>().join("---\n")
}

#[test]
fn a_full_report_says_how_many_resources_were_not_checked() {
    let report =
        api::validate(vec![file("a.yaml", &clashing(400))], &ValidateOptions::default(), &[]).unwrap();
    assert_eq!(report.resources, 400);
    // 18 for each: two namespaces are missing, and 8 neighbours are named for each of two clashes.
    assert_eq!(report.findings.len(), 167 * 18);
    assert_eq!(report.omitted, Some(Omitted { findings: 0, resources: 400 - 167, not_checked: 0 }));
    let report =
        api::validate(vec![file("a.yaml", &clashing(160))], &ValidateOptions::default(), &[]).unwrap();
    assert_eq!((report.findings.len(), report.omitted), (160 * 18, None));
}

#[test]
fn what_was_not_checked_has_an_end_too() {
    let report = report(&clashing(20).replace("vlan: 1001", "vlan: 0"));
    assert_eq!(report.omitted, None);
    let options = ValidateOptions { scope: ScopeOption::Part, ..ValidateOptions::default() };
    let vpcs: Vec<FileInput> = (0..2000).map(|at| file(&format!("{at}.yaml"), &vpc_of_its_own(at))).collect();
    let report = api::validate(vpcs, &options, &[]).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.not_checked.len(), 3000);
    let general = api::validate(Vec::new(), &options, &[]).unwrap().not_checked.len();
    assert_eq!(
        report.omitted,
        Some(Omitted { findings: 0, resources: 0, not_checked: 4000 + general - 3000 })
    );
}

/// A VPC that clashes with none: each has a namespace to itself.
fn vpc_of_its_own(at: usize) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: v{at}}}\nspec: {{ipv4Namespace: n{at}, vlanNamespace: n{at}, subnets: {{a: {{subnet: 10.0.1.0/24, gateway: 10.0.1.1, vlan: 1001}}}}}}\n"
    )
}

#[test]
fn findings_of_one_rule_for_one_resource_are_counted_behind_the_hundredth() {
    let fields: String = (0..130).map(|at| format!("  x{at}: 1\n")).collect();
    let report = report(&format!("{SERVER}spec:\n{fields}"));
    assert_eq!(report.findings.iter().filter(|finding| finding.code == "DEC-03").count(), 100);
    assert_eq!(report.omitted, Some(Omitted { findings: 30, resources: 0, not_checked: 0 }));
}

#[test]
fn clashes_of_many_subnets_name_their_places_and_are_counted_behind_the_hundredth() {
    let subnets: String =
        (0..130).map(|at| format!("    s{at}: {{subnet: 10.0.{at}.0/24, vlan: {}}}\n", 1000 + at)).collect();
    let vpc = |name: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: {name}}}\nspec:\n  subnets:\n{subnets}"
        )
    };
    let report = report(&format!("{}---\n{}", vpc("one"), vpc("two")));
    for (code, key) in [("VPC-69", "subnet"), ("VPC-70", "vlan")] {
        let of_rule = report.findings.iter().filter(|finding| finding.code == code);
        let fields: Vec<&str> = of_rule.clone().filter_map(|finding| finding.field.as_deref()).collect();
        assert_eq!(fields.len(), 200);
        assert!(fields.iter().all(|field| field.starts_with("/spec/subnets/s") && field.ends_with(key)));
        assert!(of_rule.clone().all(|finding| finding.related.iter().all(|place| place.range.is_some())));
    }
    assert_eq!(report.omitted.map(|omitted| omitted.findings), Some(2 * 2 * 30));
}

#[test]
fn findings_of_one_text_are_counted_behind_the_two_hundredth() {
    let report = report(&(0..250).map(|at| format!("k{at}: yes\n")).collect::<String>());
    assert_eq!(report.findings.iter().filter(|finding| finding.code == "yaml-ambiguous-scalar").count(), 200);
    assert_eq!(report.omitted.map(|omitted| omitted.findings), Some(50));
}

#[test]
fn what_a_reader_does_not_keep_of_one_text_is_counted_too() {
    let repeated = |line: &str, count: usize| line.repeat(count);
    for (code, text) in [
        ("yaml-duplicate-key", repeated("k: 1\n", 251)),
        ("yaml-control-character", format!("a: '{}'\n", repeated("\u{1}", 250))),
        ("yaml-unexpected-text", repeated("--- {a: b}\n{c: d}\n", 250)),
        ("yaml-unknown-alias", repeated("- *a\n", 250)),
    ] {
        let report = report(&text);
        let shown = report.findings.iter().filter(|finding| finding.code == code).count();
        assert_eq!((shown, report.omitted.map(|omitted| omitted.findings)), (200, Some(50)), "{code}");
    }
}

#[test]
fn a_file_behind_a_full_report_is_checked_when_it_is_edited() {
    let files = vec![file("a.yaml", &clashing(200)), file("b.yaml", SERVER)];
    let mut fabric = Fabric::open(files, &ValidateOptions::default(), &[]).unwrap();
    let answer = fabric.replace("b.yaml", Some(format!("{SERVER}spec: {{x: 1}}\n").as_bytes()));
    assert_eq!(answer.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["DEC-03"]);
    assert!(fabric.report().findings.iter().all(|finding| finding.path.as_deref() == Some("a.yaml")));
    // There is room again once the clashes are gone.
    fabric.replace("a.yaml", None);
    let report = fabric.report();
    assert_eq!((report.findings.len(), report.omitted), (1, None));
}
