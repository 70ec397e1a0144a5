//! Requests are as few as they can be: the counts of the table.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Files;
use crate::host::fake::Kind;
use hedgerow::fabric::Fabrics;
use hedgerow::host::Advance;
use hedgerow::host::Back;
use hedgerow::host::Head;
use hedgerow::host::Machine;
use hedgerow::host::Opened;
use hedgerow::host::Progress;
use hedgerow::host::Sent;
use hedgerow::host::Sight;
use hedgerow::host::Target;
use hedgerow::plan::Contents;
use hedgerow::plan::Mode;
use hedgerow::plan::OperationId;
use hedgerow::plan::Planned;
use hedgerow::plan::Snapshot;
use hedgerow::plan::draft_of;
use hedgerow::plan::plan;

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

#[test]
fn a_gitea_gives_a_branch_of_any_size_in_two_requests_and_says_what_may_be_done_in_one_more() {
    for count in [100, 1_000, 5_000] {
        let mut fake = Fake::new(Kind::Gitea, many(count));
        let opened = opened(&mut fake);
        assert_eq!(opened.snapshot.files().count(), count);
        assert_eq!(fake.log, [Call::Archive, Call::Root, Call::Probe], "{count} files");
    }
}

#[test]
fn news_of_a_gitea_cost_a_list_and_one_batch() {
    for (count, pages) in [(100, 1), (1_000, 2), (5_000, 6)] {
        let mut fake = Fake::new(Kind::Gitea, many(count));
        let known = opened(&mut fake).snapshot;
        fake.repository
            .push(&[("lab/managed/vpcs/vpc-7.yaml", Some("a: 1\n")), ("lab/new.yaml", Some("a: 2\n"))]);
        fake.log.clear();
        let machine = Machine::new(|wire| async move {
            let host = Kind::Gitea.host();
            let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
            assert_ne!(host.head(&wire, "main", Some(known.head())).await.unwrap(), Head::Unchanged);
            host.advance(&wire, "main", &fabrics, &known, Back::Ignore).await.unwrap()
        });
        run_seen(&mut fake, machine);
        let mut wanted = vec![Call::Head];
        wanted.extend(vec![Call::Folder; pages]);
        wanted.push(Call::Blobs);
        assert_eq!(fake.log, wanted, "{count} files");
    }
}

#[test]
fn a_gitlab_gives_a_hundred_entries_and_a_hundred_files_a_request() {
    for (count, requests) in [(100, 4), (1_000, 22), (5_000, 102)] {
        let mut fake = Fake::new(Kind::GitLab, many(count));
        let opened = opened(&mut fake);
        assert_eq!(opened.snapshot.files().count(), count);
        assert_eq!(fake.log.len(), requests, "{count} files");
    }
}

#[test]
fn news_of_a_gitlab_cost_a_comparison_and_one_batch() {
    let mut fake = Fake::new(Kind::GitLab, many(1_000));
    let known = opened(&mut fake).snapshot;
    fake.repository
        .push(&[("lab/managed/vpcs/vpc-7.yaml", Some("a: 1\n")), ("lab/new.yaml", Some("a: 2\n"))]);
    fake.log.clear();
    let machine = Machine::new(|wire| async move {
        let host = Kind::GitLab.host();
        let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
        assert_ne!(host.head(&wire, "main", Some(known.head())).await.unwrap(), Head::Unchanged);
        host.advance(&wire, "main", &fabrics, &known, Back::Ignore).await.unwrap()
    });
    run_seen(&mut fake, machine);
    assert_eq!(fake.log, [Call::Head, Call::Compare, Call::Blobs]);
}

fn opened(fake: &mut Fake) -> Opened {
    let host = fake.kind.host();
    let machine = Machine::new(|wire| async move {
        let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
        host.open(&wire, Some("main"), &fabrics, None).await.unwrap()
    });
    run_seen(fake, machine).0
}

/// Loads from nothing and says how many requests it took.
fn first_load(kind: Kind, count: usize) -> (Fake, Snapshot) {
    let mut fake = Fake::new(kind, many(count));
    let host = kind.host();
    let machine = Machine::new(|wire| async move {
        let found = host.bootstrap(&wire, Some("main")).await.unwrap();
        let target = Target { head: found.head, tree: found.tree };
        host.load(&wire, target, &lab(), &Contents::default()).await.unwrap()
    });
    let (snapshot, seen) = run_seen(&mut fake, machine);
    assert_eq!(snapshot.files().count(), count);
    assert_eq!(seen.progress.last(), Some(&Progress::Files { done: count, total: count }));
    assert_eq!(seen.waited_ms, 0);
    (fake, snapshot)
}

fn lab() -> Fabrics {
    Fabrics::new([("lab", "lab")]).unwrap()
}

/// Reads what is new and says which requests it took.
fn news(fake: &mut Fake, known: &Snapshot) -> Vec<Call> {
    fake.log.clear();
    let (host, known) = (fake.kind.host(), known.clone());
    let machine = Machine::new(|wire| async move {
        host.advance(&wire, "main", &lab(), &known, Back::Ignore).await.unwrap()
    });
    let (advance, _) = run_seen(fake, machine);
    assert!(matches!(advance, Advance::Moved(_)));
    std::mem::take(&mut fake.log)
}

/// Saves one file and says which requests it took.
fn save(fake: &mut Fake, known: &Snapshot) -> Vec<Call> {
    fake.log.clear();
    let path = "lab/managed/vpcs/vpc-7.yaml".to_owned();
    let base = known.file(&path).map(|bytes| &**bytes);
    let drafts = [(path, draft_of(base, Some(b"kind: VPC\n")))].into();
    let operation = OperationId::new("op-00000001").unwrap();
    let Planned::Commit(plan) = plan(known, &drafts, "Change it", &operation).unwrap() else { panic!() };
    let host = fake.kind.host();
    let machine = Machine::new(|wire| async move { host.commit(&wire, "main", &plan).await });
    let (sent, _) = run_seen(fake, machine);
    assert!(matches!(sent, Sent::Accepted { sight: Sight::OnBranch, .. }), "{sent:?}");
    std::mem::take(&mut fake.log)
}

#[test]
fn azure_needs_three_requests_for_anything_and_one_for_a_commit() {
    for count in [100, 1_000, 5_000] {
        let (mut fake, snapshot) = first_load(Kind::Azure, count);
        assert_eq!(fake.log, [Call::Bootstrap, Call::Folder, Call::Blobs], "{count} files");
        assert_eq!(save(&mut fake, &snapshot), [Call::Commit]);
        let (mut fake, snapshot) = first_load(Kind::Azure, count);
        let changes: Vec<String> =
            (0..50).map(|number| format!("lab/managed/vpcs/vpc-{number}.yaml")).collect();
        let changes: Vec<(&str, Option<&str>)> =
            changes.iter().map(|path| (path.as_str(), Some(path.as_str()))).collect();
        fake.repository.push(&changes);
        assert_eq!(news(&mut fake, &snapshot), [Call::Compare, Call::OneCommit, Call::Blobs]);
    }
}

#[test]
fn bitbucket_needs_a_request_for_each_file_and_two_for_a_commit() {
    for (count, requests) in [(100, 102), (1_000, 1_011), (5_000, 5_051)] {
        let (mut fake, snapshot) = first_load(Kind::Bitbucket, count);
        assert_eq!(fake.log.len(), requests, "{count} files");
        assert_eq!((fake.count(Call::Branch), fake.count(Call::Blob)), (1, count));
        assert_eq!(save(&mut fake, &snapshot), [Call::Commit, Call::Branch]);
    }
}

#[test]
fn news_at_bitbucket_cost_a_request_for_each_file_and_one_for_their_sizes() {
    let (mut fake, snapshot) = first_load(Kind::Bitbucket, 90);
    fake.repository.push(&[("lab/managed/vpcs/vpc-1.yaml", Some("other: 1\n"))]);
    assert_eq!(news(&mut fake, &snapshot), [Call::Branch, Call::Compare, Call::Item, Call::Blob]);
    let (mut fake, snapshot) = first_load(Kind::Bitbucket, 90);
    let changes: Vec<String> = (0..20).map(|number| format!("lab/managed/vpcs/vpc-{number}.yaml")).collect();
    let changes: Vec<(&str, Option<&str>)> =
        changes.iter().map(|path| (path.as_str(), Some(path.as_str()))).collect();
    fake.repository.push(&changes);
    let calls = news(&mut fake, &snapshot);
    assert_eq!(calls[..3], [Call::Branch, Call::Compare, Call::Folder]);
    assert_eq!(calls[3..], [Call::Blob; 20]);
}
