//! Times the validation of a generated, valid fabric natively, step by step.
//!
//! ```text
//! cargo bench --bench fabric -- 5000
//! ```
//!
//! Each resource is a file of its own, as in a fabric's directory. The times
//! are the least of several runs.

#![allow(missing_docs)]

use hedgerow::limits::Limits;
use hedgerow::model::Reading;
use hedgerow::model::Value;
use hedgerow::model::read;
use hedgerow::syntax::Tree;
use hedgerow::syntax::parse;
use hedgerow::text::Source;
use hedgerow::validate::Options;
use hedgerow::validate::Session;
use std::fmt::Write as _;
use std::time::Duration;
use std::time::Instant;

const RUNS: usize = 7;
const SERVERS: usize = 40;
const VPCS: usize = 20;

fn main() {
    let counts: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    for count in if counts.is_empty() { vec![1000, 5000] } else { counts } {
        run(count);
    }
}

fn run(count: usize) {
    let files = fabric(count);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!("{} resources, {bytes} bytes", files.len());
    let trees = time("parse", || files.iter().map(|(_, text)| tree(text)).collect::<Vec<_>>());
    let values = time("read", || trees.iter().map(values).collect::<Vec<_>>());
    let named = || files.iter().map(|(path, _)| path.clone()).zip(values.iter().cloned());
    let prepared: Vec<Vec<_>> = (0..RUNS).map(|_| named().collect()).collect();
    let mut prepared = prepared.into_iter();
    let mut session = time("open", || {
        let files = prepared.next().unwrap_or_default();
        Session::open(files, Options::default(), &Limits::DEFAULT)
            .unwrap_or_else(|problem| panic!("{problem}"))
    });
    let report = session.report();
    for found in report.findings.iter().take(5) {
        println!("    {} {:?}", found.path, found.finding);
    }
    println!("    {} findings", report.findings.len());
    let (path, text) = files.iter().find(|(path, _)| path.starts_with("vpcs/")).cloned().unwrap_or_default();
    let edited = text.replace("vlan: 1000", "vlan: 2999");
    let mut is_edited = false;
    let revalidated = time("one edit", || {
        is_edited = !is_edited;
        let text = if is_edited { &edited } else { &text };
        session.replace(&path, Some(values_of(text))).revalidated
    });
    println!("    {revalidated} validated again");
}

fn time<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let mut best = Duration::MAX;
    let mut last = None;
    for _ in 0..RUNS {
        let start = Instant::now();
        let answer = work();
        best = best.min(start.elapsed());
        last = Some(answer);
    }
    println!("  {name}: {:.2} ms", best.as_secs_f64() * 1e3);
    last.unwrap_or_else(|| panic!("it ran"))
}

fn tree(text: &str) -> Tree {
    parse(Source::from_bytes(text.as_bytes()), &Limits::DEFAULT)
}

fn values(tree: &Tree) -> Vec<Value> {
    tree.documents().map(|document| read(tree, document, Reading::Kubernetes)).collect()
}

fn values_of(text: &str) -> Vec<Value> {
    values(&tree(text))
}

/// Makes a fabric of about so many resources.
fn fabric(count: usize) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut add = |plural: &str, version: &str, kind: &str, name: String, spec: String| {
        let group = if version.starts_with('w') {
            "wiring.githedgehog.com/v1beta1"
        } else {
            "vpc.githedgehog.com/v1beta1"
        };
        let text = format!(
            "# {name}\napiVersion: {group}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: default\nspec:\n{spec}"
        );
        files.push((format!("{plural}/{name}.yaml"), text));
    };
    add("ipv4namespaces", "v", "IPv4Namespace", "default".into(), "  subnets:\n  - 10.0.0.0/8\n".into());
    add(
        "vlannamespaces",
        "w",
        "VLANNamespace",
        "default".into(),
        "  ranges:\n  - from: 1000\n    to: 2999\n".into(),
    );
    for spine in 1..=2 {
        let spec = format!(
            "  role: spine\n  profile: celestica-ds4000\n  asn: 65100\n  ip: 172.30.0.{}/21\n  protocolIP: 172.30.8.{}/32\n",
            10 + spine,
            10 + spine
        );
        add("switches", "w", "Switch", format!("spine-{spine:02}"), spec);
    }
    let leaves = (count / (1 + 2 + 2 * SERVERS + VPCS + 3 * VPCS)).clamp(1, 31);
    let vpcs = (count.saturating_sub(leaves * (3 + 2 * SERVERS)) / (leaves * 4)).max(1);
    let mut vlan = 1000;
    for leaf in 1..=leaves {
        let spec = format!(
            "  role: server-leaf\n  profile: vs\n  asn: {}\n  ip: 172.30.1.{leaf}/21\n  protocolIP: 172.30.9.{leaf}/32\n  vtepIP: 172.30.12.{leaf}/32\n  description: rack {leaf}\n",
            65100 + leaf
        );
        add("switches", "w", "Switch", format!("leaf-{leaf:02}"), spec);
        for spine in 1..=2 {
            let link = (leaf * 2 + spine) * 2;
            let spec = format!(
                "  fabric:\n    links:\n    - spine:\n        port: spine-{spine:02}/E1/{leaf}\n        ip: 172.30.128.{link}/31\n      leaf:\n        port: leaf-{leaf:02}/E1/{}\n        ip: 172.30.128.{}/31\n",
                46 + spine,
                link + 1
            );
            add("connections", "w", "Connection", format!("spine-{spine:02}--fabric--leaf-{leaf:02}"), spec);
        }
        for server in 1..=SERVERS {
            let name = format!("server-{leaf:02}-{server:02}");
            add(
                "servers",
                "w",
                "Server",
                name.clone(),
                format!("  description: server {server} of rack {leaf}\n"),
            );
            let spec = format!(
                "  unbundled:\n    link:\n      server:\n        port: {name}/enp2s1\n      switch:\n        port: leaf-{leaf:02}/E1/{server}\n"
            );
            add("connections", "w", "Connection", format!("{name}--unbundled--leaf-{leaf:02}"), spec);
        }
        for vpc in 1..=vpcs {
            let name = format!("v-{leaf:02}-{vpc:03}");
            let mut spec = String::from("  ipv4Namespace: default\n  vlanNamespace: default\n  subnets:\n");
            for subnet in ["front", "back"] {
                let number = vlan - 1000;
                let (high, low) = (number / 256, number % 256);
                let subnet_vlan = 1000 + number % 2000;
                let _ = write!(
                    spec,
                    "    {subnet}:\n      subnet: 10.{high}.{low}.0/24\n      gateway: 10.{high}.{low}.1\n      vlan: {subnet_vlan}\n      dhcp:\n        enable: true\n        range:\n          start: 10.{high}.{low}.10\n          end: 10.{high}.{low}.99\n        options:\n          dnsServers: [1.1.1.1, 1.0.0.1]\n          interfaceMTU: 1500\n"
                );
                vlan += 1;
            }
            add("vpcs", "v", "VPC", name.clone(), spec);
            for (number, subnet) in [(0, "front"), (1, "back"), (2, "front")] {
                let server = (vpc * 3 + number) % SERVERS + 1;
                let connection = format!("server-{leaf:02}-{server:02}--unbundled--leaf-{leaf:02}");
                let spec = format!("  connection: {connection}\n  subnet: {name}/{subnet}\n");
                add("vpcattachments", "v", "VPCAttachment", format!("{name}--{subnet}--{number}"), spec);
            }
        }
    }
    files
}
