//! The demo's fabrics are what we would want users to have: no error, and no
//! warning but that of the old MCLAG pair, which is there on purpose.

use expect_test::expect;
use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| if path.is_dir() { files_below(path) } else { vec![path.clone()] }).collect()
}

/// What is said of MCLAG: that it is no longer supported.
const MCLAG: [&str; 2] = ["CON-01", "SWI-35"];

/// Says how many resources there are, and everything there is to say about
/// them but that MCLAG is old.
fn verdict(fabric: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/githost/fabric/fabrics").join(fabric);
    let files = files_below(&folder).into_iter().map(|path| {
        let tree = parse(Source::from_bytes(&fs::read(&path).unwrap()), &Limits::DEFAULT);
        let values: Vec<Value> =
            tree.documents().map(|document| read(&tree, document, Reading::Kubernetes)).collect();
        (path.strip_prefix(&folder).unwrap().display().to_string(), values)
    });
    let session = Session::open(files, Options::default(), &Limits::DEFAULT).unwrap();
    let report = session.report();
    let mut said = format!("{} resources\n", report.resources);
    for found in report.findings.into_iter().filter(|found| !MCLAG.contains(&found.finding.code)) {
        let finding = found.finding;
        let severity = format!("{:?}", finding.severity).to_lowercase();
        writeln!(said, "{severity} {} in {}: {}", finding.code, found.path, finding.message).unwrap();
    }
    said
}

#[test]
fn the_fabric_of_the_demo_has_no_error() {
    expect![[r#"
        73 resources
    "#]]
    .assert_eq(&verdict("dc-east"));
}

#[test]
fn the_bench_beside_it_has_no_error() {
    expect![[r#"
        11 resources
    "#]]
    .assert_eq(&verdict("lab"));
}
