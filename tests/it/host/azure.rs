//! What only Azure DevOps does.

use crate::host::drive::run;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::situations::assert_true;
use crate::host::situations::change;
use crate::host::situations::load;
use crate::host::situations::send;
use crate::host::situations::small;
use hedgerow::fabric::Fabrics;
use hedgerow::host::AddressProblem;
use hedgerow::host::Advance;
use hedgerow::host::Back;
use hedgerow::host::Head;
use hedgerow::host::Sent;
use hedgerow::host::Trouble;
use hedgerow::host::azure::Azure;
use hedgerow::plan::Mode;
use serde_json::json;

fn fake() -> Fake {
    Fake::new(Kind::Azure, small())
}

#[test]
fn a_page_to_sign_in_at_is_no_data_wherever_it_comes() {
    let page =
        || Fault::Instead(203, vec![("content-type", "text/html".to_owned())], json!("<!DOCTYPE html>"));
    for call in [Call::Bootstrap, Call::Folder, Call::Blobs] {
        let mut fake = fake();
        fake.fault(call, page());
        assert_eq!(load(&mut fake).unwrap_err().trouble, Trouble::BadToken, "{call:?}");
    }
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    fake.fault(Call::Commit, page());
    assert!(matches!(send(&mut fake, &plan), Sent::NotNow(failure) if failure.trouble == Trouble::BadToken));
    assert_eq!(fake.repository.head(), before.head());
}

#[test]
fn a_branch_whose_name_begins_like_another_is_told_apart() {
    let mut fake = fake();
    let other = fake.repository.push(&[("README.md", Some("other\n"))]);
    fake.repository.advance("mai", fake.repository.commits[&other].parents[0]);
    let head = |fake: &mut Fake, branch: &'static str| {
        run(fake, |host, wire| async move { host.head(&wire, branch, None).await })
    };
    assert_eq!(head(&mut fake, "main"), Ok(Head::At(other)));
    assert_ne!(head(&mut fake, "mai"), Ok(Head::At(other)));
    assert_eq!(head(&mut fake, "ma").unwrap_err().trouble, Trouble::Missing);
}

#[test]
fn what_a_comparison_leaves_out_is_read_from_the_tree() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    let head = fake.repository.push(&[("lab/new.yaml", Some("n: 1\n"))]);
    // As an older server answers: no ids.
    let change = json!({"item": {"gitObjectType": "blob", "path": "/lab/new.yaml"}, "changeType": "add"});
    let answer = json!({"commonCommit": before.head(), "targetCommit": head, "changes": [change]});
    fake.fault(Call::Compare, Fault::Instead(200, vec![], answer));
    let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
    let known = before.clone();
    let advance = run(&mut fake, |host, wire| async move {
        host.advance(&wire, "main", &fabrics, &known, Back::Ignore).await.unwrap()
    });
    let Advance::Moved(moved) = advance else { panic!() };
    assert_true(&moved.snapshot, &fake);
    assert_eq!(moved.commits.unwrap().len(), 1);
}

#[test]
fn commits_of_many_others_are_not_read_one_by_one() {
    let mut fake = fake();
    let before = load(&mut fake).unwrap();
    for number in 0..30 {
        fake.repository.push(&[("lab/new.yaml", Some(format!("n: {number}\n").as_str()))]);
    }
    fake.log.clear();
    let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
    let advance = run(&mut fake, |host, wire| async move {
        host.advance(&wire, "main", &fabrics, &before, Back::Ignore).await.unwrap()
    });
    let Advance::Moved(moved) = advance else { panic!() };
    assert_true(&moved.snapshot, &fake);
    assert!(moved.commits.is_none());
    assert_eq!(fake.count(Call::OneCommit), 0);
}

#[test]
fn a_file_that_can_be_run_is_listed_as_one() {
    let mut all = small();
    all.insert("lab/run.yaml".into(), (Mode::EXECUTABLE, b"x: 1\n".to_vec()));
    let snapshot = load(&mut Fake::new(Kind::Azure, all)).unwrap();
    assert_eq!(snapshot.listing().get("lab/run.yaml").unwrap().mode, Mode::EXECUTABLE);
}

#[test]
fn a_repository_is_named_in_two_or_three_parts() {
    for good in ["acme/fabric", "acme/My Project/fabric", "acme/Größe/fabric.net"] {
        assert!(Azure::new(None, good).is_ok(), "{good}");
    }
    for good in ["fabric", "My Project/fabric"] {
        assert!(Azure::new(Some("https://server.example.com/tfs/Collection"), good).is_ok(), "{good}");
    }
    assert_eq!(Azure::new(None, "acme/fabric"), Azure::new(None, "acme/fabric/fabric"));
    assert_eq!(Azure::new(None, "acme/fabric"), Azure::new(Some("https://dev.azure.com/acme"), "fabric"));
    for bad in ["", "fabric", "acme/", "a/b/c/d", "acme/..", "acme/fab?ric", "acme/fab#ric", "acme/ /x"] {
        assert_eq!(Azure::new(None, bad).unwrap_err(), AddressProblem::Repository, "{bad}");
    }
}
