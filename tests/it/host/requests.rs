//! Requests are as few as they can be: the counts of the table.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Files;
use crate::host::fake::Kind;
use hedgerow::fabric::Fabrics;
use hedgerow::host::Machine;
use hedgerow::host::Progress;
use hedgerow::host::Target;
use hedgerow::plan::Contents;
use hedgerow::plan::Mode;

fn many(count: usize) -> Files {
    let file = |number: usize| {
        let text = format!("kind: VPC\nmetadata:\n  name: vpc-{number}\n");
        (format!("lab/managed/vpcs/vpc-{number}.yaml"), (Mode::FILE, text.into_bytes()))
    };
    (0..count).map(file).collect()
}

#[test]
fn a_first_load_costs_three_six_and_twenty_two_requests() {
    for (count, requests) in [(100, 3), (1_000, 6), (5_000, 22)] {
        let mut fake = Fake::new(Kind::GitHub, many(count));
        let machine = Machine::new(|wire| async move {
            let host = Kind::GitHub.host();
            let found = host.bootstrap(&wire, Some("main")).await.unwrap();
            let target = Target { head: found.head, tree: found.tree };
            let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
            host.load(&wire, target, &fabrics, &Contents::default()).await.unwrap()
        });
        let (snapshot, seen) = run_seen(&mut fake, machine);
        assert_eq!(snapshot.files().count(), count);
        assert_eq!(fake.log.len(), requests, "{count} files");
        assert_eq!(fake.count(Call::Blobs), requests - 2);
        assert_eq!(seen.progress.first(), Some(&Progress::Files { done: 0, total: count }));
        assert_eq!(seen.progress.last(), Some(&Progress::Files { done: count, total: count }));
        assert_eq!(seen.waited_ms, 0);
    }
}
