//! A plan is what the drafts say, on the head it names.

use hedgerow::plan::CommitPlan;
use hedgerow::plan::Contents;
use hedgerow::plan::Draft;
use hedgerow::plan::Drafts;
use hedgerow::plan::Entry;
use hedgerow::plan::Listing;
use hedgerow::plan::Mode;
use hedgerow::plan::ObjectId;
use hedgerow::plan::OperationId;
use hedgerow::plan::PlanProblem;
use hedgerow::plan::Planned;
use hedgerow::plan::Snapshot;
use hedgerow::plan::blob_id;
use hedgerow::plan::draft_of;
use hedgerow::plan::operation_of;
use hedgerow::plan::plan;
use hedgerow::plan::with_trailer;

const HEAD: &str = "1111111111111111111111111111111111111111";

fn snapshot(files: &[(&str, Mode, &str)]) -> Snapshot {
    let mut contents = Contents::default();
    let entries = files.iter().map(|(path, mode, text)| {
        let id = contents.add(text.as_bytes());
        ((*path).to_owned(), Entry { mode: *mode, id })
    });
    let listing: Listing = entries.collect();
    Snapshot::new(HEAD.parse().unwrap(), listing.root_id().unwrap(), listing, contents).unwrap()
}

fn drafts(changes: &[(&str, Option<&str>, Option<&str>)]) -> Drafts {
    let draft = |base: &Option<&str>, ours: &Option<&str>| -> Draft {
        draft_of(base.map(str::as_bytes), ours.map(str::as_bytes))
    };
    changes.iter().map(|(path, base, ours)| ((*path).to_owned(), draft(base, ours))).collect()
}

fn operation() -> OperationId {
    OperationId::new("op-00000001").unwrap()
}

fn planned(snapshot: &Snapshot, drafts: &Drafts) -> CommitPlan {
    match plan(snapshot, drafts, "Change", &operation()).unwrap() {
        Planned::Commit(plan) => plan,
        Planned::NothingToDo => panic!("nothing to do"),
    }
}

#[test]
fn a_plan_knows_its_head_and_the_tree_it_will_have() {
    let before = snapshot(&[
        ("a.yaml", Mode::FILE, "a: 1\n"),
        ("run", Mode::EXECUTABLE, "x"),
        ("old", Mode::FILE, "o"),
    ]);
    let plan = planned(
        &before,
        &drafts(&[
            ("a.yaml", Some("a: 1\n"), Some("a: 2\n")),
            ("b/new.yaml", None, Some("b: 1\n")),
            ("old", Some("o"), None),
            ("run", Some("x"), Some("y")),
        ]),
    );
    let after = snapshot(&[
        ("a.yaml", Mode::FILE, "a: 2\n"),
        ("b/new.yaml", Mode::FILE, "b: 1\n"),
        ("run", Mode::EXECUTABLE, "y"),
    ]);
    assert_eq!(plan.expected.to_string(), HEAD);
    assert_eq!(plan.tree, after.tree());
    assert_eq!(plan.additions.get("a.yaml").unwrap().id, blob_id(b"a: 2\n"));
    assert_eq!(plan.additions.get("run").unwrap().mode, Mode::EXECUTABLE);
    assert_eq!(plan.deletions.iter().collect::<Vec<_>>(), [(&"old".to_owned(), &blob_id(b"o"))]);
    let replaces = |path: &str| plan.additions.get(path).unwrap().replaces;
    assert_eq!((replaces("a.yaml"), replaces("b/new.yaml")), (Some(blob_id(b"a: 1\n")), None));
    let commit: ObjectId = "2222222222222222222222222222222222222222".parse().unwrap();
    let landed = plan.landed(&before, commit).unwrap();
    assert_eq!((landed.head(), landed.tree()), (commit, after.tree()));
    assert_eq!(landed.file("a.yaml").map(|bytes| &**bytes), Some(&b"a: 2\n"[..]));
    assert!(plan.landed(&after.clone(), commit).is_some_and(|_| after.head() == before.head()));
}

#[test]
fn drafts_that_change_nothing_are_no_commit() {
    let before = snapshot(&[("a", Mode::FILE, "1")]);
    let nothing =
        plan(&before, &drafts(&[("a", Some("1"), Some("1")), ("b", None, None)]), "m", &operation());
    assert_eq!(nothing, Ok(Planned::NothingToDo));
}

#[test]
fn a_draft_of_another_version_is_never_planned_over_what_is_there() {
    let before = snapshot(&[("a", Mode::FILE, "1")]);
    for stale in [("a", Some("0"), Some("2")), ("a", None, Some("2")), ("b", Some("1"), None)] {
        let problem = plan(&before, &drafts(&[stale]), "m", &operation()).unwrap_err();
        assert_eq!(problem, PlanProblem::Stale { path: stale.0.into() });
    }
}

#[test]
fn paths_that_git_would_read_otherwise_are_refused() {
    let before = snapshot(&[("a", Mode::FILE, "1")]);
    for path in ["", "/x", "x/", "x//y", "./x", "x/../y", ".git/config", "x/.GIT/y", "x\0y"] {
        let problem = plan(&before, &drafts(&[(path, None, Some("1"))]), "m", &operation()).unwrap_err();
        assert_eq!(problem, PlanProblem::Path { path: path.into() });
    }
}

#[test]
fn a_file_where_a_folder_is_makes_no_plan() {
    let before = snapshot(&[("a/b", Mode::FILE, "1")]);
    let problem = plan(&before, &drafts(&[("a", None, Some("1"))]), "m", &operation()).unwrap_err();
    assert_eq!(problem, PlanProblem::FileAndFolder);
}

#[test]
fn links_and_submodules_are_not_written_over() {
    let link = Mode::parse("120000").unwrap();
    let before = snapshot(&[("a", link, "target")]);
    let problem = plan(&before, &drafts(&[("a", Some("target"), Some("1"))]), "m", &operation()).unwrap_err();
    assert_eq!(problem, PlanProblem::NotAFile { path: "a".into() });
    assert!(before.file("a").is_none());
}

#[test]
fn a_listing_of_another_tree_makes_no_snapshot() {
    let good = snapshot(&[("a", Mode::FILE, "1")]);
    let other: Listing = [].into_iter().collect();
    assert!(Snapshot::new(good.head(), good.tree(), other, Contents::default()).is_err());
}

#[test]
fn the_operation_is_the_last_trailer_and_the_message_is_kept() {
    let operation = operation();
    let trailer = "Hedgerow-Operation: op-00000001";
    assert_eq!(with_trailer("Change\n", &operation), format!("Change\n\n{trailer}"));
    assert_eq!(
        with_trailer("Change\n\nWhy: not a paragraph of trailers alone\nsee above", &operation),
        format!("Change\n\nWhy: not a paragraph of trailers alone\nsee above\n\n{trailer}")
    );
    assert_eq!(
        with_trailer("Change\n\nReviewed-by: Ann", &operation),
        format!("Change\n\nReviewed-by: Ann\n{trailer}")
    );
    assert_eq!(with_trailer("Fix: it", &operation), format!("Fix: it\n\n{trailer}"));
}

#[test]
fn an_operation_is_found_in_its_trailer_only() {
    let message = with_trailer("Change", &operation());
    assert_eq!(operation_of(&message), Some(operation()));
    assert_eq!(operation_of(&(message.replace('\n', "\r\n") + "\n")), Some(operation()));
    assert_eq!(operation_of("Hedgerow-Operation: op-00000001\n\nRevert of it"), None);
    assert_eq!(operation_of("Change\n\nHedgerow-Operation: x y"), None);
    assert_eq!(operation_of(""), None);
}

#[test]
fn an_empty_message_makes_no_plan() {
    let before = snapshot(&[("a", Mode::FILE, "1")]);
    let problem = plan(&before, &drafts(&[("a", Some("1"), None)]), " \n", &operation()).unwrap_err();
    assert_eq!(problem, PlanProblem::NoMessage);
}
