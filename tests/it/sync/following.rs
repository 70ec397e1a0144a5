//! A branch is followed, and drafts move on with it.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::FakeGitHub;
use crate::sync::stand_in::drafts;
use crate::sync::stand_in::opened;
use crate::sync::stand_in::plain;
use crate::sync::stand_in::session;
use crate::sync::stand_in::small;
use hedgerow::plan::Drafts;
use hedgerow::sync::Carried;
use hedgerow::sync::Opening;
use hedgerow::sync::Refreshed;
use hedgerow::sync::Standing;
use hedgerow::sync::Work;
use hedgerow::sync::open;
use hedgerow::sync::refresh;

fn follow(fake: &mut FakeGitHub, standing: &Standing, drafts: &Drafts) -> Refreshed {
    let work = Work { base: Some(standing.snapshot.clone()), drafts: drafts.clone() };
    run_seen(fake, refresh(session(), standing.clone(), work)).0.unwrap()
}

#[test]
fn without_news_a_look_costs_one_request_and_changes_nothing() {
    let mut fake = FakeGitHub::new(small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    let refreshed = follow(&mut fake, &standing, &mine);
    assert_eq!(refreshed.carried, Carried::Over(mine));
    assert_eq!(fake.log, [Call::Head]);
}

#[test]
fn drafts_move_on_to_the_news() {
    let mut fake = FakeGitHub::new(small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    fake.repository.push(&[("lab/a.yaml", Some("one: 1\nthree: 3\ntwo: theirs\n"))]);
    let refreshed = follow(&mut fake, &standing, &mine);
    let moved = plain(Some("one: 1\nthree: 3\ntwo: theirs\n"), Some("one: ours\nthree: 3\ntwo: theirs\n"));
    assert_eq!(refreshed.carried, Carried::Over([("lab/a.yaml".to_owned(), moved)].into()));
    assert_eq!(refreshed.standing.snapshot.head(), fake.repository.head());
    assert_eq!(fake.log, [Call::Head, Call::Compare, Call::Blobs]);
}

#[test]
fn drafts_that_contradict_the_news_stay_as_they_were() {
    let mut fake = FakeGitHub::new(small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    fake.repository.push(&[("lab/a.yaml", Some("one: theirs\nthree: 3\ntwo: 2\n"))]);
    let refreshed = follow(&mut fake, &standing, &mine);
    assert_eq!(refreshed.carried, Carried::Conflicted);
    assert_eq!(refreshed.standing.snapshot.head(), fake.repository.head());
}

#[test]
fn a_read_that_lags_behind_our_own_commit_is_not_believed() {
    let mut fake = FakeGitHub::new(small());
    let standing = opened(&mut fake);
    fake.repository.push(&[("lab/a.yaml", Some("one: 2\n"))]);
    let newer = follow(&mut fake, &standing, &Drafts::new()).standing;
    for _ in 0..5 {
        fake.lag = 1;
        let same = follow(&mut fake, &newer, &Drafts::new()).standing;
        assert_eq!(same.snapshot.head(), fake.repository.head());
    }
}

#[test]
fn a_branch_that_was_moved_back_is_believed_in_the_end() {
    let mut fake = FakeGitHub::new(small());
    let first = opened(&mut fake);
    fake.repository.push(&[("lab/a.yaml", Some("one: 2\n"))]);
    let mut standing = follow(&mut fake, &first, &Drafts::new()).standing;
    fake.repository.advance("main", first.snapshot.head());
    for _ in 0..3 {
        fake.now_ms += 15_000;
        standing = follow(&mut fake, &standing, &Drafts::new()).standing;
    }
    assert_eq!(standing.snapshot.head(), first.snapshot.head());
}

#[test]
fn a_branch_with_the_tree_that_is_known_is_opened_with_one_request() {
    let mut fake = FakeGitHub::new(small());
    let known = opened(&mut fake).snapshot;
    let opening = Opening { branch: Some("main".into()), known: Some(known.clone()) };
    let again = run_seen(&mut fake, open(session(), opening.clone())).0.unwrap();
    assert_eq!(fake.log, [Call::Bootstrap]);
    assert_eq!(again.snapshot.files().count(), known.files().count());
    // And with news, only they are read.
    fake.repository.push(&[("lab/a.yaml", Some("one: 2\n"))]);
    let again = run_seen(&mut fake, open(session(), opening)).0.unwrap();
    assert_eq!(again.snapshot.head(), fake.repository.head());
    assert_eq!(fake.log[1..], [Call::Bootstrap, Call::Folder, Call::Blobs]);
}
