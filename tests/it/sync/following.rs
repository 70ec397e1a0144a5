//! A branch is followed, and drafts move on with it.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Kind;
use crate::sync::stand_in::drafts;
use crate::sync::stand_in::opened;
use crate::sync::stand_in::plain;
use crate::sync::stand_in::session;
use crate::sync::stand_in::small;
use hedgerow::host::Record;
use hedgerow::plan::Drafts;
use hedgerow::sync::Carried;
use hedgerow::sync::Opening;
use hedgerow::sync::Refreshed;
use hedgerow::sync::Standing;
use hedgerow::sync::Work;
use hedgerow::sync::next_look_ms;
use hedgerow::sync::open;
use hedgerow::sync::refresh;
use hedgerow::sync::restore;
use std::collections::BTreeMap;

fn follow(fake: &mut Fake, standing: &Standing, drafts: &Drafts) -> Refreshed {
    let work = Work { base: Some(standing.snapshot.clone()), drafts: drafts.clone() };
    run_seen(fake, refresh(session(), standing.clone(), work)).0.unwrap()
}

#[test]
fn without_news_a_look_costs_one_request_and_changes_nothing() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    let refreshed = follow(&mut fake, &standing, &mine);
    assert_eq!(refreshed.carried, Carried::Over(mine));
    assert_eq!(fake.log, [Call::Head]);
}

#[test]
fn drafts_move_on_to_the_news() {
    let mut fake = Fake::new(Kind::GitHub, small());
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
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    fake.repository.push(&[("lab/a.yaml", Some("one: theirs\nthree: 3\ntwo: 2\n"))]);
    let refreshed = follow(&mut fake, &standing, &mine);
    assert_eq!(refreshed.carried, Carried::Conflicted);
    assert_eq!(refreshed.standing.snapshot.head(), fake.repository.head());
}

#[test]
fn a_read_that_lags_behind_our_own_commit_is_not_believed() {
    let mut fake = Fake::new(Kind::GitHub, small());
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
    let mut fake = Fake::new(Kind::GitHub, small());
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

/// What storage holds after these records.
fn kept(records: &[Record]) -> Vec<Record> {
    let mut kept = BTreeMap::new();
    for record in records {
        match record.text {
            Some(_) => drop(kept.insert(&record.key, record.clone())),
            None => drop(kept.remove(&record.key)),
        }
    }
    kept.into_values().collect()
}

#[test]
fn what_was_kept_comes_back_and_only_news_are_read() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let (first, seen) = run_seen(&mut fake, open(session(), Opening::default()));
    let first = first.unwrap();
    let mut records = seen.records;
    assert_eq!(records.last().unwrap().key, "branch/main");
    let (name, restored) = restore(Some("main"), &kept(&records)).unwrap();
    assert_eq!(name, "main");
    assert_eq!(restored.files().collect::<Vec<_>>(), first.snapshot.files().collect::<Vec<_>>());
    assert!(restore(Some("other"), &kept(&records)).is_none());
    // News are kept too, and what they replace is not.
    fake.repository.push(&[("lab/a.yaml", Some("one: 2\n"))]);
    let work = Work { base: None, drafts: Drafts::new() };
    let (refreshed, seen) = run_seen(&mut fake, refresh(session(), first, work));
    let snapshot = refreshed.unwrap().standing.snapshot;
    assert_eq!(seen.records.len(), 3);
    records.extend(seen.records);
    let (name, restored) = restore(Some("main"), &kept(&records)).unwrap();
    assert_eq!(name, "main");
    assert_eq!(restored.head(), snapshot.head());
    assert_eq!(kept(&records).len(), 3);
    fake.log.clear();
    let opening = Opening { branch: None, known: Some(restored) };
    let (again, seen) = run_seen(&mut fake, open(session(), opening));
    assert_eq!(again.unwrap().snapshot.files().count(), 2);
    assert_eq!(fake.log, [Call::Bootstrap]);
    assert!(seen.records.is_empty());
}

#[test]
fn what_was_spoilt_in_storage_is_read_again() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let (_, seen) = run_seen(&mut fake, open(session(), Opening::default()));
    let mut kept = kept(&seen.records);
    let content = kept.iter_mut().find(|record| record.key.starts_with("content/")).unwrap();
    content.text = Some("c3BvaWx0".into());
    let known = restore(None, &kept).map(|(_, snapshot)| snapshot);
    assert!(known.is_some());
    fake.log.clear();
    let again = run_seen(&mut fake, open(session(), Opening { branch: None, known })).0.unwrap();
    assert_eq!(again.snapshot.files().count(), 2);
    assert_eq!(fake.log, [Call::Bootstrap, Call::Folder, Call::Blobs]);
    let marker = kept.iter_mut().find(|record| record.key == "branch/main").unwrap();
    marker.text = Some(marker.text.as_ref().unwrap().replace("lab/a.yaml", "lab/c.yaml"));
    assert!(restore(Some("main"), &kept).is_none());
}

#[test]
fn an_hour_of_looks_without_news_costs_nothing_but_free_answers() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let end_ms = fake.now_ms + 3_600_000;
    let began_ms = fake.now_ms;
    while fake.now_ms < end_ms {
        follow(&mut fake, &standing, &Drafts::new());
        fake.now_ms += next_look_ms(fake.now_ms - began_ms, fake.now_ms);
    }
    // Each is answered with 304, for the known head is named.
    assert_eq!(fake.free, fake.log.len());
    assert_eq!(fake.count(Call::Head), fake.log.len());
    assert!((12..60).contains(&fake.log.len()), "{}", fake.log.len());
}

#[test]
fn looks_become_rarer_and_never_stop() {
    for seed in 0..100 {
        assert!((20_000..40_000).contains(&next_look_ms(0, seed)));
        assert!((150_000..300_000).contains(&next_look_ms(u64::MAX, seed)));
    }
    assert_ne!(next_look_ms(0, 1), next_look_ms(0, 2));
}

#[test]
fn a_branch_with_the_tree_that_is_known_is_opened_with_one_request() {
    let mut fake = Fake::new(Kind::GitHub, small());
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
