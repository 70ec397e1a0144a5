//! What only Gitea does.

use crate::host::drive::run;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::situations::assert_true;
use crate::host::situations::change;
use crate::host::situations::fabrics;
use crate::host::situations::load;
use crate::host::situations::send;
use crate::host::situations::small;
use hedgerow::host::AddressProblem;
use hedgerow::host::Failure;
use hedgerow::host::Opened;
use hedgerow::host::Permission;
use hedgerow::host::Sent;
use hedgerow::host::Trouble;
use hedgerow::host::gitea::Gitea;
use hedgerow::plan::Mode;
use serde_json::Value;
use serde_json::json;

fn open(fake: &mut Fake) -> Result<Opened, Failure> {
    run(fake, |host, wire| async move { host.open(&wire, Some("main"), &fabrics(), None).await })
}

fn says(status: u16, message: &str) -> Fault {
    Fault::Instead(status, vec![], json!({"message": message}))
}

#[test]
fn an_archive_that_makes_the_tree_is_taken_whole() {
    let mut all = small();
    all.insert("lab/run.yaml".into(), (Mode::EXECUTABLE, b"x: 1\n".to_vec()));
    let mut fake = Fake::new(Kind::Gitea, all);
    let opened = open(&mut fake).unwrap();
    assert_true(&opened.snapshot, &fake);
    assert_eq!(opened.permission, Permission::Push);
    assert_eq!(fake.log, [Call::Archive, Call::Root, Call::Probe]);
}

#[test]
fn an_archive_with_other_bytes_or_without_some_files_is_read_file_by_file() {
    for fault in
        [Fault::WrongBytes, Fault::Gaps, Fault::CutOff, Fault::LostOnTheWay, says(404, "404 page not found")]
    {
        let mut fake = Fake::new(Kind::Gitea, small());
        fake.fault(Call::Archive, fault);
        let opened = open(&mut fake).unwrap();
        assert_true(&opened.snapshot, &fake);
        assert_eq!(fake.count(Call::Folder), 1);
    }
}

#[test]
fn what_a_token_may_do_is_asked_of_the_branch_itself() {
    let cases = [
        (
            says(403, "token does not have at least one of required scope(s), required=[write:repository]"),
            Some(Permission::Read),
        ),
        (says(403, "user should have a permission to write to a repo"), Some(Permission::Read)),
        (says(423, "acme/fabric is archived"), Some(Permission::Read)),
        (says(404, "404 page not found"), Some(Permission::Unknown)),
        (says(401, "invalid username, password or token"), None),
    ];
    for (fault, wanted) in cases {
        let mut fake = Fake::new(Kind::Gitea, small());
        fake.fault(Call::Probe, fault.clone());
        assert_eq!(open(&mut fake).ok().map(|opened| opened.permission), wanted, "{fault:?}");
    }
}

#[test]
fn a_repository_without_a_commit_is_said_to_be_empty() {
    let mut fake = Fake::new(Kind::Gitea, small());
    fake.fault(Call::Archive, says(404, "unrecognized repository reference: main"));
    fake.fault(Call::Head, says(400, "sha not found [refs/heads/main]"));
    fake.fault(
        Call::Repository,
        Fault::Instead(200, vec![], json!({"default_branch": "main", "empty": true})),
    );
    assert_eq!(open(&mut fake).unwrap_err().trouble, Trouble::Empty);
}

#[test]
fn a_lost_race_has_many_faces() {
    let faces = [
        (403, "cannot lock ref 'refs/heads/main': is at 1 but expected 2"),
        (403, "push is rejected"),
        (422, "sha does not match [given: 1, expected: 2]"),
        (422, "repository file already exists [path: a]"),
        (404, "object does not exist [id: , rel_path: a]"),
    ];
    for (status, words) in faces {
        let mut fake = Fake::new(Kind::Gitea, small());
        let before = load(&mut fake).unwrap();
        fake.fault(Call::Commit, says(status, words));
        let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
        assert_eq!(send(&mut fake, &plan), Sent::HeadMoved, "{words}");
    }
}

#[test]
fn a_write_that_came_back_as_a_read_is_no_commit() {
    let mut fake = Fake::new(Kind::Gitea, small());
    let before = load(&mut fake).unwrap();
    fake.fault(Call::Commit, Fault::Instead(200, vec![], json!([])));
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert!(matches!(send(&mut fake, &plan), Sent::Unknown(failure) if failure.trouble == Trouble::Wrong));
    fake.fault(Call::Commit, Fault::Instead(201, vec![], Value::Null));
    assert!(matches!(send(&mut fake, &plan), Sent::Unknown(failure) if failure.trouble == Trouble::Wrong));
}

#[test]
fn an_instance_has_an_address() {
    assert_eq!(Gitea::new(None, "acme/fabric").unwrap_err(), AddressProblem::Missing);
    assert_eq!(
        Gitea::new(Some("http://gitea.example.com"), "acme/fabric").unwrap_err(),
        AddressProblem::NotSecure
    );
    let plain = Gitea::new(Some("https://gitea.example.com/"), "acme/fabric").unwrap();
    assert_eq!(plain, Gitea::new(Some("https://gitea.example.com/api/v1"), "acme/fabric").unwrap());
}
