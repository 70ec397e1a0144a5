//! One turn moves drafts on and empties the outbox, in order.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::sync::stand_in::drafts;
use crate::sync::stand_in::entry;
use crate::sync::stand_in::opened;
use crate::sync::stand_in::operation;
use crate::sync::stand_in::plain;
use crate::sync::stand_in::session;
use crate::sync::stand_in::small;
use hedgerow::host::Trouble;
use hedgerow::plan::Drafts;
use hedgerow::sync::Answer;
use hedgerow::sync::Entry;
use hedgerow::sync::EntryState;
use hedgerow::sync::Fit;
use hedgerow::sync::QueuedFor;
use hedgerow::sync::Standing;
use hedgerow::sync::Turn;
use hedgerow::sync::Turned;
use hedgerow::sync::Work;
use hedgerow::sync::turn;
use serde_json::json;

fn take(fake: &mut Fake, standing: &Standing, drafts: Drafts, outbox: Vec<Entry>) -> Turned {
    let work = Work { base: Some(standing.snapshot.clone()), drafts };
    run_seen(fake, turn(session(), Turn { standing: standing.clone(), work, outbox, seed: 7 })).0
}

fn save(number: u32, drafts: Drafts) -> Entry {
    Entry { operation: operation(number), ..entry(drafts) }
}

fn one(path: &str, base: &str, ours: &str) -> Drafts {
    [(path.to_owned(), plain(Some(base), Some(ours)))].into()
}

#[test]
fn saves_land_in_order_and_each_is_a_commit_of_its_own() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let outbox = vec![
        save(1, drafts(&standing, &[("lab/a.yaml", Some(("one", "first")))])),
        save(2, drafts(&standing, &[("lab/b.yaml", Some(("one", "second")))])),
    ];
    fake.repository.push(&[("README.md", Some("x"))]);
    let turned = take(&mut fake, &standing, Drafts::new(), outbox);
    let history = fake.repository.history(fake.repository.head());
    assert_eq!(turned.landed().collect::<Vec<_>>(), [history[1], history[0]]);
    assert!(turned.outbox.is_empty() && turned.failure.is_none());
    assert_eq!(turned.standing.snapshot.head(), history[0]);
}

#[test]
fn drafts_on_top_of_a_save_follow_it_on_to_the_branch() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let saved = "one: saved\nthree: 3\ntwo: 2\n";
    let outbox = vec![save(1, one("lab/a.yaml", "one: 1\nthree: 3\ntwo: 2\n", saved))];
    let newer = one("lab/a.yaml", saved, "one: saved\nthree: newer\ntwo: 2\n");
    fake.repository.push(&[("lab/a.yaml", Some("one: 1\nthree: 3\ntwo: theirs\n"))]);
    let turned = take(&mut fake, &standing, newer, outbox);
    let expected =
        one("lab/a.yaml", "one: saved\nthree: 3\ntwo: theirs\n", "one: saved\nthree: newer\ntwo: theirs\n");
    assert_eq!((turned.work.drafts, turned.fit), (expected, Fit::Good));
}

#[test]
fn a_save_that_comes_back_lies_under_the_drafts_made_since() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let base = "one: 1\nthree: 3\ntwo: 2\n";
    let saved = "one: saved\nthree: 3\ntwo: 2\n";
    let newest = "one: saved\nthree: newer\ntwo: 2\n";
    fake.repository.push(&[("lab/a.yaml", Some("one: theirs\nthree: 3\ntwo: 2\n"))]);
    let outbox = vec![save(1, one("lab/a.yaml", base, saved))];
    let turned = take(&mut fake, &standing, one("lab/a.yaml", saved, newest), outbox);
    assert_eq!(turned.answers[0].1, Answer::Conflicted);
    assert_eq!((turned.work.drafts, turned.fit), (one("lab/a.yaml", base, newest), Fit::Conflicted));
    assert!(turned.outbox.is_empty());
}

#[test]
fn a_bad_token_stops_the_outbox_and_keeps_its_order() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let outbox = vec![
        save(1, drafts(&standing, &[("lab/a.yaml", Some(("one", "first")))])),
        save(2, drafts(&standing, &[("lab/b.yaml", Some(("one", "second")))])),
    ];
    fake.fault(Call::Commit, Fault::Instead(401, vec![], json!({"message": "Bad credentials"})));
    let turned = take(&mut fake, &standing, Drafts::new(), outbox);
    let states: Vec<(u32, EntryState)> =
        turned.outbox.iter().map(|entry| (entry.attempts, entry.state)).collect();
    assert_eq!(states, [(1, EntryState::Frozen), (0, EntryState::Queued)]);
    assert_eq!(fake.count(Call::Commit), 1);
    // The next token is a good one.
    let turned = take(&mut fake, &turned.standing, Drafts::new(), turned.outbox);
    assert_eq!(turned.landed().count(), 2);
}

#[test]
fn a_save_whose_time_has_not_come_waits_with_all_behind_it() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let mut first = save(1, drafts(&standing, &[("lab/a.yaml", Some(("one", "first")))]));
    first.retry_at_ms = Some(fake.now_ms + 60_000);
    let outbox = vec![first, save(2, drafts(&standing, &[("lab/a.yaml", Some(("two", "second")))]))];
    let turned = take(&mut fake, &standing, Drafts::new(), outbox.clone());
    assert_eq!(turned.outbox, outbox);
    fake.now_ms += 60_000;
    assert_eq!(take(&mut fake, &standing, Drafts::new(), outbox).landed().count(), 2);
    assert_eq!(fake.repository.text("lab/a.yaml"), Some("one: first\nthree: 3\ntwo: second\n"));
}

#[test]
fn a_save_is_sent_without_a_read_before_it_or_after() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let outbox = vec![save(1, drafts(&standing, &[("lab/a.yaml", Some(("one", "first")))]))];
    assert_eq!(take(&mut fake, &standing, Drafts::new(), outbox).landed().count(), 1);
    assert_eq!(fake.log, [Call::Commit]);
}

#[test]
fn offline_nothing_is_lost_and_nothing_is_sent_twice() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let outbox = vec![save(1, drafts(&standing, &[("lab/a.yaml", Some(("one", "first")))]))];
    let mine = drafts(&standing, &[("lab/b.yaml", None)]);
    fake.fault(Call::Commit, Fault::LostOnTheWay);
    for _ in 0..3 {
        fake.fault(Call::Recent, Fault::LostOnTheWay);
    }
    let began_ms = fake.now_ms;
    let turned = take(&mut fake, &standing, mine.clone(), outbox);
    assert!(matches!(turned.answers[0].1, Answer::Queued { reason: QueuedFor::Offline, .. }));
    assert_eq!((turned.outbox.len(), &turned.work.drafts), (1, &mine));
    assert!(fake.now_ms < began_ms + 10_000);
    assert_eq!(fake.log, [Call::Commit, Call::Recent, Call::Recent, Call::Recent]);
    // Back again, it is looked for before it is sent.
    fake.now_ms += 600_000;
    fake.log.clear();
    let turned = take(&mut fake, &turned.standing, mine, turned.outbox);
    assert_eq!(turned.landed().count(), 1);
    assert_eq!(fake.log[0], Call::Recent);
    assert_eq!(fake.count(Call::Commit), 1);
}

#[test]
fn without_saves_a_turn_that_reaches_no_host_says_so() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.fault(Call::Head, Fault::LostOnTheWay);
    let turned = take(&mut fake, &standing, Drafts::new(), vec![]);
    assert_eq!(turned.failure.unwrap().trouble, Trouble::Unreachable);
}
