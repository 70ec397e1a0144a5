//! Real fabrics have no findings of the schema, but for those that are
//! explained one by one.

use hedgerow::diagnostic::Severity;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Options;
use hedgerow::validate::Scope;
use hedgerow::validate::Session;
use hedgerow::validate::Settings;
use hedgerow::validate::Stage;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Findings that are right: a part of the path, the code, how many in all
/// files together, and why. The first entry that fits counts.
const EXPLAINED: &[(&str, &str, usize, &str)] = &[
    ("docs/user-guide--dhcp.yaml", "duplicate-resource", 3, "the page shows one VPC in several forms"),
    (
        "docs/user-guide--gateway-acls.yaml",
        "duplicate-resource",
        2,
        "the page shows one peering in several forms",
    ),
    (
        "docs/user-guide--shrink-expand.yaml",
        "duplicate-resource",
        1,
        "the page shows one switch in two forms",
    ),
    ("docs/user-guide--vpcs.yaml", "duplicate-resource", 1, "the page shows one peering in two forms"),
    ("docs/vlab--demo.yaml", "duplicate-resource", 2, "the page shows one peering in several forms"),
    ("docs/user-guide--external.yaml", "META-01", 5, "the page leaves the names out"),
    ("docs/user-guide--gateway-failover.yaml", "DEC-02", 2, "the page has dots in the place of exposes"),
    (
        "docs/user-guide--gateway-peering.yaml",
        "schema-required",
        1,
        "the page leaves the sides out, so no default comes in",
    ),
    ("docs/user-guide--vpcs.yaml", "DEC-03", 3, "prefix lengths of hostBGP came after v0.126"),
    ("gitops-test-1/", "resource-kind", 21, "v1alpha2 of wiring is dead"),
    ("hnc/connections.yaml", "DEC-02", 16, "an old form of links: the device instead of a map"),
    ("hnc/connections.yaml", "DEC-03", 8, "a foreign field hncMetadata"),
    ("hnc/servers.yaml", "DEC-03", 4, "a foreign field hncMetadata"),
    ("hnc/switches.yaml", "DEC-03", 4, "a foreign field hncMetadata"),
    ("hnc/switches.yaml", "schema-enum", 2, "an old role"),
    ("labapp/vpcattachment-example.yaml", "DEC-03", 3, "an old form: the VPC in a field of its own"),
    ("training-ra/opg-256-vpc.yaml", "DEC-03", 299, "another dialect, full of descriptions"),
    ("training-ra/opg-256-wiring.yaml", "DEC-02", 12, "another dialect: groups as a map"),
    ("training-ra/opg-256-wiring.yaml", "DEC-03", 938, "another dialect: types beside the links"),
    ("training-ra/opg-256-wiring.yaml", "schema-enum", 3, "another dialect: a role for out-of-band switches"),
    ("wdgen/connection_unbundleds.yaml", "META-01", 255, "capital letters in names"),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        match path.is_dir() {
            true => files(&path, found),
            false if is_yaml => found.push(path),
            false => {}
        }
    }
}

#[test]
fn samples_and_bases_have_no_findings_of_the_schema_but_explained_ones() {
    let mut paths = Vec::new();
    for folder in ["../shared/hedgehog/samples", "../shared/hedgehog/oracle-cases"] {
        match Path::new(folder).is_dir() {
            true => files(Path::new(folder), &mut paths),
            false => eprintln!("skipped: nothing is at {folder}"),
        }
    }
    let mut found: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for path in paths {
        let name = path.display().to_string();
        // Not resources: the settings of fabrics.
        if name.ends_with("settings.yaml") || name.ends_with("fabric-config-defaults.yaml") {
            continue;
        }
        let tree = parse(Source::from_bytes(&fs::read(&path).unwrap()), &Limits::DEFAULT);
        let values: Vec<Value> =
            tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect();
        let options = Options { scope: Scope::Part, ..Options::default() };
        let session = Session::open([(name.clone(), values)], options, &Limits::DEFAULT).unwrap();
        for finding in session.report().findings.iter().map(|found| found.finding) {
            if finding.stage != Stage::Webhook && finding.severity == Severity::Error {
                let message = format!("{} {}", finding.field, finding.message);
                found.entry((name.clone(), finding.code)).or_default().push(message);
            }
        }
    }
    let mut counts = vec![0; EXPLAINED.len()];
    let mut unexplained = Vec::new();
    for ((name, code), messages) in &found {
        match EXPLAINED.iter().position(|(part, rule, _, _)| name.contains(part) && rule == code) {
            Some(at) => counts[at] += messages.len(),
            None => unexplained.push(format!("{name} {code} {}: {}", messages.len(), messages[0])),
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    if !found.is_empty() {
        let expected: Vec<usize> = EXPLAINED.iter().map(|(_, _, count, _)| *count).collect();
        assert_eq!(counts, expected);
    }
}

/// Opens files as one whole fabric.
fn open(paths: &[PathBuf], settings: &Value) -> Session {
    let options = Options { settings: Settings::read(settings).unwrap(), ..Options::default() };
    let files = paths.iter().map(|path| {
        let tree = parse(Source::from_bytes(&fs::read(path).unwrap()), &Limits::DEFAULT);
        let values = tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect();
        (path.display().to_string(), values)
    });
    Session::open(files, options, &Limits::DEFAULT).unwrap()
}

/// Lists errors by rule, each with how often and the first.
fn errors(session: &Session) -> BTreeMap<&'static str, (usize, String)> {
    let mut errors: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for found in session.report().findings {
        if found.finding.severity == Severity::Error {
            let first = || {
                format!("{} {:?} {}", found.path, found.resource.map(|id| &id.name), found.finding.message)
            };
            errors.entry(found.finding.code).or_insert_with(|| (0, first())).0 += 1;
        }
    }
    errors
}

#[test]
fn bases_are_fabrics_without_errors() {
    let folder = Path::new("../shared/hedgehog/oracle-cases/bases");
    if !folder.is_dir() {
        eprintln!("skipped: nothing is at {}", folder.display());
        return;
    }
    let given = parse(Source::from_bytes(&fs::read(folder.join("settings.yaml")).unwrap()), &Limits::DEFAULT);
    let given = given.documents().map(|document| read(&given, document, Reading::Kubernetes)).next().unwrap();
    for base in ["agents-l3vni", "agents-mesh", "agents-reg", "air", "demo"] {
        let parts = ["all", base].into_iter().filter_map(|key| given.get(key).and_then(Value::as_map));
        let settings = Value::Map(parts.flatten().cloned().collect());
        let session = open(&[folder.join(format!("{base}.yaml"))], &settings);
        assert_eq!(errors(&session), BTreeMap::new(), "{base}");
        assert!(session.report().resources > 30);
    }
}

/// Whole fabrics among the samples: their files, and the settings that differ
/// from a fresh fabric's.
const FABRICS: &[(&[&str], &str)] = &[
    (
        &["nvidia-air-demo/include.yaml"],
        r#"{"managementSubnet":"192.168.200.0/24","managementDHCPStart":"192.168.200.200","controlVIP":"192.168.200.1/32"}"#,
    ),
    (&["from-agents/reg.yaml"], "{}"),
    (&["from-agents/mesh.yaml"], "{}"),
    (&["from-agents/l3vni.yaml"], "{}"),
    (&["lab-ci/wiring.yaml", "lab-ci/wiring-gateway.yaml"], r#"{"enableGateway":true}"#),
    (&["labapp/wiringd.yaml"], "{}"),
    (&["training-ra/opg-256-wiring-backend.yaml"], "{}"),
    (&["training-ra/opg-512-wiring-backend.yaml"], "{}"),
    (&["training-ra/opg-512-dual-plane-a.yaml"], "{}"),
    (&["wdgen/example_wiring_diagram.yaml"], "{}"),
];

#[test]
fn fabrics_among_the_samples_have_no_errors() {
    let folder = Path::new("../shared/hedgehog/samples");
    if !folder.is_dir() {
        eprintln!("skipped: nothing is at {}", folder.display());
        return;
    }
    for (names, settings) in FABRICS {
        let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
        let session = open(&paths, &serde_json::from_str(settings).unwrap());
        assert_eq!(errors(&session), BTreeMap::new(), "{names:?}");
    }
}
