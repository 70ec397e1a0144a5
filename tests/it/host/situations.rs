//! Situations that every host must stand: one list, and a line for each host.

use crate::host::drive::run;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Files;
use crate::host::fake::Kind;
use crate::host::fake::files;
use hedgerow::fabric::Fabrics;
use hedgerow::host::Advance;
use hedgerow::host::Back;
use hedgerow::host::Failure;
use hedgerow::host::Guard;
use hedgerow::host::Head;
use hedgerow::host::Permission;
use hedgerow::host::Proposal;
use hedgerow::host::Sent;
use hedgerow::host::Sight;
use hedgerow::host::Target;
use hedgerow::host::Trace;
use hedgerow::host::Trouble;
use hedgerow::plan::CommitPlan;
use hedgerow::plan::Contents;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::OperationId;
use hedgerow::plan::Planned;
use hedgerow::plan::Snapshot;
use hedgerow::plan::draft_of;
use hedgerow::plan::plan;
use serde_json::json;

/// Makes a test of each situation for a host.
macro_rules! host {
    ($module:ident, $kind:expr) => {
        host!($module, $kind,
            a_load_holds_what_the_branch_holds,
            the_branch_may_be_left_to_the_host,
            a_branch_that_is_missing_is_said_to_be,
            nothing_is_loaded_without_a_good_token,
            a_list_that_is_cut_short_is_walked,
            a_folder_that_never_fits_its_id_is_no_data,
            wrong_missing_swapped_and_shortened_contents_are_asked_for_again,
            contents_that_never_fit_their_id_are_no_data,
            bytes_that_are_no_text_are_read_as_they_are,
            equal_contents_are_read_once,
            a_poll_without_news_says_so,
            news_are_read_and_nothing_else,
            a_rewritten_branch_is_read_again,
            what_a_comparison_does_not_tell_is_read_from_the_tree,
            a_commit_lands_with_all_its_files_and_its_message,
            a_commit_on_an_old_head_does_not_land,
            a_commit_that_passes_others_over_says_so_or_does_not_land,
            a_file_that_can_be_run_stays_one,
            a_commit_whose_answer_is_lost_is_found_if_it_landed,
            an_equal_commit_of_somebody_else_is_not_taken_for_ours,
            a_write_is_never_sent_on_to_another_place,
            too_much_for_one_commit_is_not_sent,
            a_protected_branch_takes_a_pull_request_instead,
            the_history_of_a_file_is_that_of_the_file,
        );
    };
    ($module:ident, $kind:expr, $($situation:ident,)*) => {
        mod $module {
            use super::Kind;
            $(
                #[test]
                fn $situation() {
                    super::$situation($kind);
                }
            )*
        }
    };
}

host!(github, Kind::GitHub);
host!(gitea, Kind::Gitea);
host!(gitlab, Kind::GitLab);
host!(azure, Kind::Azure);
// Without ids it cannot be told whether a list or a content is the right one; sizes are all there is.
host!(
    bitbucket,
    Kind::Bitbucket,
    a_load_holds_what_the_branch_holds,
    the_branch_may_be_left_to_the_host,
    a_branch_that_is_missing_is_said_to_be,
    nothing_is_loaded_without_a_good_token,
    contents_that_never_fit_their_id_are_no_data,
    bytes_that_are_no_text_are_read_as_they_are,
    a_poll_without_news_says_so,
    a_rewritten_branch_is_read_again,
    what_a_comparison_does_not_tell_is_read_from_the_tree,
    a_commit_lands_with_all_its_files_and_its_message,
    a_commit_on_an_old_head_does_not_land,
    a_commit_that_passes_others_over_says_so_or_does_not_land,
    a_file_that_can_be_run_stays_one,
    a_commit_whose_answer_is_lost_is_found_if_it_landed,
    an_equal_commit_of_somebody_else_is_not_taken_for_ours,
    a_write_is_never_sent_on_to_another_place,
    too_much_for_one_commit_is_not_sent,
    a_protected_branch_takes_a_pull_request_instead,
    the_history_of_a_file_is_that_of_the_file,
);

pub fn fabrics() -> Fabrics {
    Fabrics::new([("lab", "lab")]).unwrap()
}

pub fn small() -> Files {
    files(&[
        ("README.md", "hello\n"),
        ("docs/x.yaml", "not: ours\n"),
        ("lab/managed/vpcs/a.yaml", "a: 1\n"),
        ("lab/managed/vpcs/b.yaml", "b: 1\n"),
        ("lab/managed/vpcs/c.yaml", "c: 1\n"),
    ])
}

pub fn load(fake: &mut Fake) -> Result<Snapshot, Failure> {
    run(fake, |host, wire| async move {
        let found = host.bootstrap(&wire, Some("main")).await?;
        let target = Target { head: found.head, tree: found.tree };
        host.load(&wire, target, &fabrics(), &Contents::default()).await
    })
}

/// Checks that what was loaded is what the branch holds, byte for byte.
pub fn assert_true(snapshot: &Snapshot, fake: &Fake) {
    let commit = &fake.repository.commits[&snapshot.head()];
    let read: Vec<(&str, &[u8])> = snapshot.files().map(|(path, bytes)| (path, &**bytes)).collect();
    let is_read = |path: &&String| fabrics().is_read(path);
    let wanted: Vec<(&str, &[u8])> = commit
        .files
        .iter()
        .filter(|(path, _)| is_read(path))
        .map(|(path, (_, bytes))| (path.as_str(), &**bytes))
        .collect();
    assert_eq!(read, wanted);
    if fake.kind.names_trees() {
        assert_eq!(snapshot.tree(), commit.tree);
    }
}

fn operation() -> OperationId {
    OperationId::new("op-00000001").unwrap()
}

pub fn change(snapshot: &Snapshot, path: &str, text: Option<&str>) -> CommitPlan {
    let base = snapshot.file(path).map(|bytes| &**bytes);
    let drafts = [(path.to_owned(), draft_of(base, text.map(str::as_bytes)))].into();
    match plan(snapshot, &drafts, "Change it\n\nBecause.", &operation()).unwrap() {
        Planned::Commit(plan) => plan,
        Planned::NothingToDo => panic!("nothing to do"),
    }
}

pub fn send(fake: &mut Fake, plan: &CommitPlan) -> Sent {
    let plan = plan.clone();
    run(fake, |host, wire| async move { host.commit(&wire, "main", &plan).await })
}

fn trace(fake: &mut Fake, plan: &CommitPlan) -> Trace {
    let plan = plan.clone();
    run(fake, |host, wire| async move {
        host.landed(&wire, "main", &plan.operation, plan.expected, plan.tree).await.unwrap()
    })
}

fn is_landed(sent: &Sent) -> Option<ObjectId> {
    if let Sent::Accepted { commit, sight: Sight::OnBranch } = sent { Some(*commit) } else { None }
}

fn a_load_holds_what_the_branch_holds(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
    assert_eq!(snapshot.listing().len(), 5);
}

fn the_branch_may_be_left_to_the_host(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let found = run(&mut fake, |host, wire| async move { host.bootstrap(&wire, None).await.unwrap() });
    assert_eq!(found.branch, "main");
    assert!(matches!(found.permission, Permission::Push | Permission::Unknown));
}

fn a_branch_that_is_missing_is_said_to_be(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let found = run(&mut fake, |host, wire| async move { host.bootstrap(&wire, Some("x/y")).await });
    assert_eq!(found.unwrap_err().trouble, Trouble::Missing);
}

fn nothing_is_loaded_without_a_good_token(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    fake.fault_next(kind.bad_token());
    assert_eq!(load(&mut fake).unwrap_err().trouble, Trouble::BadToken);
    assert_eq!(fake.log.len(), 1);
}

fn a_list_that_is_cut_short_is_walked(kind: Kind) {
    for fault in [Fault::Truncated, Fault::Shortened, Fault::WrongBytes] {
        let mut fake = Fake::new(kind, small());
        fake.fault(Call::Folder, fault.clone());
        let snapshot = load(&mut fake).unwrap();
        assert_true(&snapshot, &fake);
        // Folders of no fabric stay closed.
        assert!(snapshot.listing().get("docs").is_some_and(|entry| entry.mode == Mode::FOLDER));
    }
}

fn a_folder_that_never_fits_its_id_is_no_data(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    for _ in 0..9 {
        fake.fault(Call::Folder, Fault::Shortened);
    }
    assert_eq!(load(&mut fake).unwrap_err().trouble, Trouble::Wrong);
}

fn wrong_missing_swapped_and_shortened_contents_are_asked_for_again(kind: Kind) {
    for fault in
        [Fault::WrongBytes, Fault::Gaps, Fault::Swapped, Fault::Shortened, Fault::Truncated, Fault::CutOff]
    {
        let mut fake = Fake::new(kind, small());
        fake.fault(Call::Blobs, fault.clone());
        let snapshot = load(&mut fake).unwrap();
        assert_true(&snapshot, &fake);
        assert!(fake.faults.values().all(|faults| faults.is_empty()), "{fault:?}");
    }
}

fn contents_that_never_fit_their_id_are_no_data(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    fake.fault(Call::Blobs, Fault::WrongBytes);
    for _ in 0..20 {
        fake.fault(Call::Blob, Fault::WrongBytes);
    }
    assert_eq!(load(&mut fake).unwrap_err().trouble, Trouble::Wrong);
}

fn bytes_that_are_no_text_are_read_as_they_are(kind: Kind) {
    let mut all = small();
    all.insert("lab/odd.yaml".into(), (Mode::FILE, b"\xff\xfea\0".to_vec()));
    all.insert("lab/empty.yaml".into(), (Mode::FILE, vec![]));
    let mut fake = Fake::new(kind, all);
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
}

fn equal_contents_are_read_once(kind: Kind) {
    let mut fake = Fake::new(kind, files(&[("lab/a.yaml", "x"), ("lab/b.yaml", "x"), ("lab/c.yaml", "x")]));
    for _ in 0..9 {
        fake.fault(Call::Blobs, Fault::Gaps);
    }
    load(&mut fake).unwrap();
    assert_eq!(fake.count(Call::Blob), 1);
}

fn a_poll_without_news_says_so(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let known = fake.repository.head();
    let poll = |fake: &mut Fake| {
        run(fake, |host, wire| async move { host.head(&wire, "main", Some(known)).await.unwrap() })
    };
    assert_eq!(poll(&mut fake), Head::Unchanged);
    let head = fake.repository.push(&[("README.md", Some("other\n"))]);
    assert_eq!(poll(&mut fake), Head::At(head));
}

fn advance(fake: &mut Fake, snapshot: &Snapshot) -> Snapshot {
    let snapshot = snapshot.clone();
    run(fake, |host, wire| async move {
        match host.advance(&wire, "main", &fabrics(), &snapshot, Back::Follow).await.unwrap() {
            Advance::Moved(moved) => moved.snapshot,
            other => panic!("{other:?}"),
        }
    })
}

fn news_are_read_and_nothing_else(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 2\n")), ("lab/new.yaml", Some("n: 1\n"))]);
    fake.repository.push(&[("lab/managed/vpcs/b.yaml", None), ("README.md", Some("other\n"))]);
    fake.log.clear();
    let after = advance(&mut fake, &before);
    assert_true(&after, &fake);
    assert_eq!(after.head(), fake.repository.head());
    assert_eq!(fake.count(Call::Blobs) + fake.count(Call::Blob), 1);
}

fn a_rewritten_branch_is_read_again(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let other = fake.repository.commit(files(&[("lab/z.yaml", "z: 1\n")]), &[], "Another beginning");
    fake.repository.advance("main", other);
    let after = advance(&mut fake, &before);
    assert_true(&after, &fake);
    assert_eq!(after.head(), other);
}

fn what_a_comparison_does_not_tell_is_read_from_the_tree(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    // A comparison says nothing of modes.
    let mut all = small();
    all.insert("lab/run.yaml".into(), (Mode::EXECUTABLE, b"x: 1\n".to_vec()));
    let head = fake.repository.head();
    let commit = fake.repository.commit(all, &[head], "A file that can be run");
    fake.repository.advance("main", commit);
    let after = advance(&mut fake, &before);
    assert_true(&after, &fake);
}

fn a_commit_lands_with_all_its_files_and_its_message(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let mut drafts = hedgerow::plan::Drafts::new();
    drafts.insert("lab/managed/vpcs/a.yaml".into(), draft_of(Some(b"a: 1\n"), Some(b"a: 2\n")));
    drafts.insert("lab/managed/vpcs/b.yaml".into(), draft_of(Some(b"b: 1\n"), None));
    drafts.insert("lab/new.yaml".into(), draft_of(None, Some(b"\xffnew")));
    let Planned::Commit(plan) = plan(&before, &drafts, "Change it\n\nBecause.", &operation()).unwrap() else {
        panic!()
    };
    let commit = is_landed(&send(&mut fake, &plan)).unwrap();
    let after = plan.landed(&before, commit).unwrap();
    assert_true(&after, &fake);
    assert_eq!(fake.repository.head(), commit);
    assert_eq!(fake.repository.at_head().message, "Change it\n\nBecause.\n\nHedgerow-Operation: op-00000001");
}

fn a_commit_on_an_old_head_does_not_land(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let head = fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 3\n"))]);
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert_eq!(send(&mut fake, &plan), Sent::HeadMoved);
    assert_eq!(fake.repository.head(), head);
    assert_eq!(trace(&mut fake, &plan), Trace::NotLanded);
}

fn a_commit_that_passes_others_over_says_so_or_does_not_land(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let head = fake.repository.push(&[("README.md", Some("other\n"))]);
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    match kind.host().capabilities().guard {
        Guard::Branch => {
            assert_eq!(send(&mut fake, &plan), Sent::HeadMoved);
            assert_eq!(trace(&mut fake, &plan), Trace::NotLanded);
        }
        Guard::PerFile => {
            let sent = send(&mut fake, &plan);
            let commit = fake.repository.head();
            assert_eq!(sent, Sent::Accepted { commit, sight: Sight::OnOthers });
            assert_eq!(fake.repository.at_head().parents, [head]);
            assert_eq!(trace(&mut fake, &plan), Trace::Landed { commit });
        }
    }
}

fn a_file_that_can_be_run_stays_one(kind: Kind) {
    let mut all = small();
    all.insert("lab/run.yaml".into(), (Mode::EXECUTABLE, b"x: 1\n".to_vec()));
    let mut fake = Fake::new(kind, all);
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/run.yaml", Some("x: 2\n"));
    assert!(is_landed(&send(&mut fake, &plan)).is_some());
    assert_eq!(fake.repository.at_head().files["lab/run.yaml"], (Mode::EXECUTABLE, b"x: 2\n".to_vec()));
    let stale = change(&before, "lab/run.yaml", Some("x: 3\n"));
    assert_eq!(send(&mut fake, &stale), Sent::HeadMoved);
}

fn a_commit_whose_answer_is_lost_is_found_if_it_landed(kind: Kind) {
    for (fault, lands) in [
        (Fault::AnswerLost, true),
        (Fault::DoneBut(502, json!({})), true),
        (Fault::CutOff, true),
        (Fault::LostOnTheWay, false),
        (Fault::Instead(500, vec![], json!({})), false),
    ] {
        let mut fake = Fake::new(kind, small());
        let before = load(&mut fake).unwrap();
        let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
        fake.fault(Call::Commit, fault.clone());
        assert!(matches!(send(&mut fake, &plan), Sent::Unknown(_)), "{fault:?}");
        let head = fake.repository.head();
        let found = trace(&mut fake, &plan);
        assert_eq!(found, if lands { Trace::Landed { commit: head } } else { Trace::HeadIsExpected });
        for _ in 0..70 {
            fake.repository.push(&[("README.md", Some("x"))]);
        }
        let later = trace(&mut fake, &plan);
        assert_eq!(later, if lands { Trace::Landed { commit: head } } else { Trace::NotLanded });
    }
}

fn an_equal_commit_of_somebody_else_is_not_taken_for_ours(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    let mut theirs = plan.clone();
    theirs.message = theirs.message.replace("op-00000001", "op-99999999");
    assert!(is_landed(&send(&mut fake, &theirs)).is_some());
    assert_eq!(trace(&mut fake, &plan), Trace::NotLanded);
}

fn a_write_is_never_sent_on_to_another_place(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    fake.fault(Call::Commit, Fault::Redirected);
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    match send(&mut fake, &plan) {
        Sent::Refused(failure) => assert_eq!(failure.trouble, Trouble::Moved),
        // A host that sends people to a page to sign in at.
        Sent::NotNow(failure) => assert_eq!((failure.trouble, kind), (Trouble::BadToken, Kind::Azure)),
        other => panic!("{other:?}"),
    }
}

fn too_much_for_one_commit_is_not_sent(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/big.yaml", Some(&"x".repeat(30 << 20)));
    fake.log.clear();
    assert!(matches!(send(&mut fake, &plan), Sent::Refused(failure) if failure.trouble == Trouble::TooLarge));
    assert!(fake.log.is_empty());
}

fn a_protected_branch_takes_a_pull_request_instead(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    fake.is_protected = true;
    let before = load(&mut fake).unwrap();
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert!(
        matches!(send(&mut fake, &plan), Sent::Refused(failure) if failure.trouble == Trouble::Protected)
    );
    let text = |text: &str| text.to_owned();
    let proposal = Proposal {
        branch: text("hedgerow/op-00000001"),
        into: text("main"),
        title: text("T"),
        body: text("B"),
    };
    let mut propose = || {
        let (proposal, plan) = (proposal.clone(), plan.clone());
        run(&mut fake, |host, wire| async move { host.propose(&wire, &proposal, &plan).await.unwrap() })
    };
    let first = propose();
    assert_eq!(first.url, kind.pull_request_url());
    // A second time finds the first.
    assert_eq!(propose(), first);
    let made = &fake.repository.commits[&first.commit];
    assert_eq!(made.parents, [plan.expected]);
    assert_eq!(made.files["lab/managed/vpcs/a.yaml"].1, b"a: 2\n");
    assert!(made.tree == plan.tree || !kind.names_trees());
    assert_eq!(fake.repository.pulls.len(), 1);
    assert_eq!(fake.repository.head(), plan.expected);
}

fn the_history_of_a_file_is_that_of_the_file(kind: Kind) {
    let mut fake = Fake::new(kind, small());
    let first = fake.repository.head();
    let changed = fake.repository.push(&[("lab/managed/vpcs/a.yaml", Some("a: 2\n"))]);
    fake.repository.push(&[("lab/managed/vpcs/b.yaml", Some("b: 2\n"))]);
    let gone = fake.repository.push(&[("lab/managed/vpcs/a.yaml", None)]);
    let history = run(&mut fake, |host, wire| async move {
        host.history(&wire, "main", "lab/managed/vpcs/a.yaml", 1).await.unwrap()
    });
    assert_eq!(history.iter().map(|commit| commit.id).collect::<Vec<_>>(), [gone, changed, first]);
    assert_eq!(history[0].author.date, "2026-11-25T10:00:00Z");
}
