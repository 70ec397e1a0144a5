//! What only Bitbucket does: it names no ids.

use crate::host::drive::run;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::fake::bitbucket::form;
use crate::host::fake::files;
use crate::host::situations::assert_true;
use crate::host::situations::change;
use crate::host::situations::load;
use crate::host::situations::send;
use crate::host::situations::small;
use hedgerow::fabric::Fabrics;
use hedgerow::host::Advance;
use hedgerow::host::Back;
use hedgerow::host::Do;
use hedgerow::host::Failure;
use hedgerow::host::Machine;
use hedgerow::host::Next;
use hedgerow::host::Request;
use hedgerow::host::Sent;
use hedgerow::host::Trouble;
use hedgerow::plan::CommitPlan;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::Snapshot;
use serde_json::json;

fn fake() -> Fake {
    Fake::new(Kind::Bitbucket, small())
}

fn advance(fake: &mut Fake, known: &Snapshot, back: Back) -> Result<Advance, Failure> {
    let known = known.clone();
    let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
    run(fake, |host, wire| async move { host.advance(&wire, "main", &fabrics, &known, back).await })
}

#[test]
fn files_that_no_fabric_reads_have_no_id() {
    let snapshot = load(&mut fake()).unwrap();
    assert_eq!(snapshot.listing().get("README.md").unwrap().id, ObjectId::NONE);
    assert_ne!(snapshot.listing().get("lab/managed/vpcs/a.yaml").unwrap().id, ObjectId::NONE);
    // The same files make the same tree, whoever reads them.
    assert_eq!(snapshot.tree(), load(&mut fake()).unwrap().tree());
}

#[test]
fn a_list_that_takes_too_long_is_read_folder_by_folder() {
    let mut fake = fake();
    fake.fault(Call::Folder, Fault::Truncated);
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
    // Folders of no fabric stay closed.
    assert_eq!(snapshot.listing().get("docs").unwrap().mode, Mode::FOLDER);
    assert_eq!(fake.count(Call::Folder), 5);
    // News from there are no news.
    fake.repository.push(&[("docs/x.yaml", Some("other\n")), ("docs/y.yaml", Some("new\n"))]);
    let Advance::Moved(moved) = advance(&mut fake, &snapshot, Back::Ignore).unwrap() else { panic!() };
    assert_eq!(moved.snapshot.tree(), snapshot.tree());
}

#[test]
fn contents_of_another_size_are_asked_for_again() {
    for fault in [Fault::WrongBytes, Fault::Shortened, Fault::CutOff, Fault::LostOnTheWay] {
        let mut fake = fake();
        fake.fault(Call::Blob, fault.clone());
        let snapshot = load(&mut fake).unwrap();
        assert_true(&snapshot, &fake);
        assert_eq!(fake.count(Call::Blob), 4, "{fault:?}");
    }
}

#[test]
fn a_change_is_never_taken_at_another_size() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 1\nb: 2\n"))]);
    for _ in 0..9 {
        fake.fault(Call::Blob, Fault::Shortened);
    }
    assert_eq!(advance(&mut fake, &before, Back::Ignore).unwrap_err().trouble, Trouble::Wrong);
}

#[test]
fn the_next_page_is_never_at_another_address() {
    let mut fake = fake();
    let next = "https://api.bitbucket.org.example.com/2.0/repositories/acme/fabric/src";
    for _ in 0..9 {
        let page = json!({"values": [], "next": next});
        fake.fault(Call::Folder, Fault::Instead(200, vec![], page));
    }
    // The host in memory does not answer for another address.
    assert_eq!(load(&mut fake).unwrap_err().trouble, Trouble::Wrong);
}

#[test]
fn a_limit_is_waited_for() {
    let mut fake = fake();
    let limited = json!({"error": {"message": "Rate limit for this resource has been exceeded"}});
    fake.fault(Call::Blob, Fault::Instead(429, vec![], limited));
    let before_ms = fake.now_ms;
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
    assert!(fake.now_ms >= before_ms + 60_000);
}

#[test]
fn a_branch_that_was_moved_back_is_seen() {
    let mut fake = fake();
    let first = load(&mut fake).unwrap();
    fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 2\n"))]);
    let second = load(&mut fake).unwrap();
    fake.repository.advance("main", first.head());
    assert!(matches!(advance(&mut fake, &second, Back::Ignore), Ok(Advance::Behind)));
    let Ok(Advance::Moved(moved)) = advance(&mut fake, &second, Back::Follow) else { panic!() };
    assert_eq!((moved.snapshot.head(), moved.commits), (first.head(), None));
    assert_true(&moved.snapshot, &fake);
}

#[test]
fn a_known_commit_that_is_gone_is_no_hindrance() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    let other = fake.repository.commit(files(&[("lab/z.yaml", "z: 1\n")]), &[], "Another beginning");
    fake.repository.advance("main", other);
    fake.repository.commits.remove(&before.head());
    let Ok(Advance::Moved(moved)) = advance(&mut fake, &before, Back::Ignore) else { panic!() };
    assert_true(&moved.snapshot, &fake);
    assert!(moved.commits.is_none());
}

#[test]
fn files_that_became_something_else_are_seen_as_that() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    let mut all = small();
    all.insert("lab/managed/vpcs/a.yaml".into(), (Mode::EXECUTABLE, b"a: 1\n".to_vec()));
    let commit = fake.repository.commit(all, &[before.head()], "It can be run now");
    fake.repository.advance("main", commit);
    let Ok(Advance::Moved(moved)) = advance(&mut fake, &before, Back::Ignore) else { panic!() };
    let entry = moved.snapshot.listing().get("lab/managed/vpcs/a.yaml").unwrap();
    assert_eq!(entry.mode, Mode::EXECUTABLE);
}

#[test]
fn what_lies_in_another_storage_is_no_file_here() {
    let mut fake = fake();
    let item = |path: &str, attributes: &[&str]| json!({"type": "commit_file", "path": path, "size": 5, "attributes": attributes});
    let values = [
        item("lab/big.yaml", &["lfs"]),
        item("lab/link.yaml", &["link"]),
        item("lab/managed/vpcs/a.yaml", &[]),
    ];
    fake.fault(Call::Folder, Fault::Instead(200, vec![], json!({"values": values})));
    let snapshot = load(&mut fake).unwrap();
    assert_eq!(snapshot.files().map(|(path, _)| path).collect::<Vec<_>>(), ["lab/managed/vpcs/a.yaml"]);
}

/// The first request of a commit.
fn request_of(plan: &CommitPlan) -> Option<Request> {
    let (host, plan) = (Kind::Bitbucket.host(), plan.clone());
    let mut machine = Machine::new(|wire| async move { host.commit(&wire, "main", &plan).await });
    match machine.next(0) {
        Next::Do(Do::Send { request, .. }) => Some(request),
        Next::Done(Sent::Refused(failure)) => {
            assert_eq!(failure.trouble, Trouble::Unsupported);
            None
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_content_ends_its_part() {
    let before = load(&mut fake()).unwrap();
    let plain = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    let header = |request: &Request| request.headers[0].1.clone();
    let mark = header(&request_of(&plain).unwrap()).replace("multipart/form-data; boundary=", "");
    // The content holds the mark that it would have been given.
    let nasty = format!("a: 2\r\n--{mark}\r\n--{mark}--\r\n");
    let mut plan = change(&before, "lab/managed/vpcs/a.yaml", Some(&nasty));
    plan.tree = plain.tree;
    let request = request_of(&plan).unwrap();
    assert_ne!(header(&request), header(&request_of(&plain).unwrap()));
    let parts = form(&request);
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["message", "branch", "parents", "/lab/managed/vpcs/a.yaml"]);
    assert_eq!(parts[3].text(), nasty);
    assert_eq!(parts[2].text(), before.head().to_string());
}

#[test]
fn a_path_that_a_form_cannot_hold_is_not_sent() {
    let before = load(&mut fake()).unwrap();
    for path in ["lab/a\"b.yaml", "lab/a\\b.yaml", "lab/a\nb.yaml"] {
        assert!(request_of(&change(&before, path, Some("a: 1\n"))).is_none(), "{path}");
    }
    assert!(request_of(&change(&before, "lab/größe und mehr.yaml", Some("a: 1\n"))).is_some());
}

#[test]
fn a_commit_that_is_not_seen_on_its_branch_is_not_said_to_have_landed() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    fake.lag = 1;
    assert!(matches!(send(&mut fake, &plan), Sent::Unknown(_)));
}
