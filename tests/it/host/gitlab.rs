//! What only GitLab does.

use crate::host::drive::run;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::situations::change;
use crate::host::situations::load;
use crate::host::situations::send;
use crate::host::situations::small;
use hedgerow::host::AddressProblem;
use hedgerow::host::Permission;
use hedgerow::host::Sent;
use hedgerow::host::Sight;
use hedgerow::host::Trouble;
use hedgerow::host::gitlab::GitLab;
use serde_json::json;

fn says(message: &str) -> Fault {
    Fault::Instead(400, vec![], json!({"message": message}))
}

#[test]
fn a_load_is_a_branch_a_list_and_a_batch() {
    let mut fake = Fake::new(Kind::GitLab, small());
    load(&mut fake).unwrap();
    assert_eq!(fake.log, [Call::Head, Call::Folder, Call::Blobs]);
}

#[test]
fn a_branch_that_takes_no_pushes_says_so_before_anything_is_sent() {
    let mut fake = Fake::new(Kind::GitLab, small());
    fake.is_protected = true;
    let found =
        run(&mut fake, |host, wire| async move { host.bootstrap(&wire, Some("main")).await.unwrap() });
    assert_eq!(found.permission, Permission::PullRequest);
}

#[test]
fn every_failure_of_a_commit_is_told_by_its_words_alone() {
    let faces = [
        "The file has changed since you started editing it: lab/a.yaml",
        "A file with this name already exists",
        "A file with this name doesn't exist",
        "Could not update refs/heads/main. Please refresh and try again.",
    ];
    for words in faces {
        let mut fake = Fake::new(Kind::GitLab, small());
        let before = load(&mut fake).unwrap();
        fake.fault(Call::Commit, says(words));
        let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
        assert_eq!(send(&mut fake, &plan), Sent::HeadMoved, "{words}");
    }
    let mut fake = Fake::new(Kind::GitLab, small());
    let before = load(&mut fake).unwrap();
    fake.fault(Call::Commit, says("A sentence of tomorrow"));
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert!(matches!(send(&mut fake, &plan), Sent::Unknown(failure) if failure.trouble == Trouble::Unknown));
}

#[test]
fn a_commit_of_others_in_between_is_seen_afterwards() {
    let mut fake = Fake::new(Kind::GitLab, small());
    let before = load(&mut fake).unwrap();
    // The same file was changed and changed back: its content is as it was, its last commit is not.
    fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 3\n"))]);
    fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 1\n"))]);
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert_eq!(send(&mut fake, &plan), Sent::HeadMoved);
    let other = change(&before, "lab/managed/vpcs/b.yaml", Some("b: 2\n"));
    assert!(matches!(send(&mut fake, &other), Sent::Accepted { sight: Sight::OnOthers, .. }));
}

#[test]
fn a_project_may_lie_below_several_groups() {
    assert!(GitLab::new(None, "acme/networks/fabric").is_ok());
    for bad in ["fabric", "acme//fabric", "acme/../fabric", "acme/fab?ric", "/fabric"] {
        assert_eq!(GitLab::new(None, bad).unwrap_err(), AddressProblem::Repository, "{bad}");
    }
    let plain = GitLab::new(Some("https://git.example.com/"), "acme/fabric").unwrap();
    assert_eq!(plain, GitLab::new(Some("https://git.example.com/api/v4"), "acme/fabric").unwrap());
}
