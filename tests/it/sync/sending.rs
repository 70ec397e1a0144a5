//! A save ends as one commit, as drafts, or in the outbox.

use crate::host::drive::Seen;
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
use crate::sync::stand_in::session_at;
use crate::sync::stand_in::small;
use hedgerow::host::Progress;
use hedgerow::plan::operation_of;
use hedgerow::sync::Answer;
use hedgerow::sync::Entry;
use hedgerow::sync::EntryState;
use hedgerow::sync::Mode;
use hedgerow::sync::QueuedFor;
use hedgerow::sync::RefusedFor;
use hedgerow::sync::Sending;
use hedgerow::sync::Standing;
use hedgerow::sync::send;
use serde_json::json;

fn try_to_send(fake: &mut Fake, standing: &Standing, entry: Entry) -> (Sending, Seen) {
    let before = Some(standing.snapshot.clone());
    run_seen(fake, send(session(), standing.clone(), entry, before, 7))
}

/// Commits on the branch that carry the save's operation.
fn landed(fake: &Fake) -> usize {
    let history = fake.repository.history(fake.repository.head());
    let carries = |id| operation_of(&fake.repository.commits[id].message) == Some(operation(1));
    history.iter().filter(|id| carries(id)).count()
}

fn set_one(standing: &Standing) -> Entry {
    entry(drafts(standing, &[("lab/a.yaml", Some(("one", "ours")))]))
}

fn assert_landed(fake: &Fake, sending: &Sending) {
    let Answer::Landed { commit } = sending.answer else { panic!("{:?}", sending.answer) };
    assert_eq!(landed(fake), 1);
    assert_eq!(operation_of(&fake.repository.commits[&commit].message), Some(operation(1)));
    assert!(fake.repository.history(fake.repository.head()).contains(&commit));
    assert!(sending.entry.is_none() && sending.returned.is_none());
    assert_eq!(sending.standing.snapshot.head(), fake.repository.head());
}

#[test]
fn a_save_costs_one_request_and_is_kept_before_it_is_sent() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_landed(&fake, &sending);
    assert_eq!(fake.log, [Call::Commit]);
    assert_eq!(fake.repository.text("lab/a.yaml"), Some("one: ours\nthree: 3\ntwo: 2\n"));
    let kept: Vec<Option<&str>> = seen.records.iter().map(|record| record.text.as_deref()).collect();
    assert!(matches!(kept[..], [Some(sending), None] if sending.contains(r#""state":"sending""#)));
    assert_eq!(seen.progress, [Progress::Sending { attempt: 1, files: 1 }]);
}

#[test]
fn a_lost_race_costs_a_comparison_the_changed_files_and_a_commit() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.repository
        .push(&[("lab/a.yaml", Some("one: 1\nthree: 3\ntwo: theirs\n")), ("README.md", Some("x"))]);
    let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_landed(&fake, &sending);
    assert_eq!(fake.log, [Call::Commit, Call::Compare, Call::Blobs, Call::Commit]);
    assert_eq!(fake.repository.text("lab/a.yaml"), Some("one: ours\nthree: 3\ntwo: theirs\n"));
    assert_eq!(fake.repository.text("README.md"), Some("x"));
    assert!(seen.progress.contains(&Progress::Rebased { round: 1 }));
}

#[test]
fn a_race_that_is_told_as_having_no_right_is_a_race() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.says_forbidden = true;
    fake.repository.push(&[("lab/b.yaml", Some("one: theirs\ntwo: 2\n"))]);
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_landed(&fake, &sending);
}

#[test]
fn having_no_right_is_believed_when_the_branch_stands_still() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let forbidden = json!({"data": null, "errors": [{"type": "FORBIDDEN", "message": "no"}]});
    fake.fault(Call::Commit, Fault::Instead(200, vec![], forbidden));
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_eq!(sending.answer, Answer::Refused { reason: RefusedFor::ReadOnly, message: "no".into() });
    assert!(sending.returned.is_some() && sending.entry.is_none());
    assert_eq!(landed(&fake), 0);
}

#[test]
fn a_true_conflict_gives_the_drafts_back_as_they_were() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.repository.push(&[("lab/a.yaml", Some("one: theirs\nthree: 3\ntwo: 2\n"))]);
    let save = set_one(&standing);
    let (sending, seen) = try_to_send(&mut fake, &standing, save.clone());
    assert_eq!(sending.answer, Answer::Conflicted);
    let work = sending.returned.unwrap();
    assert_eq!(work.drafts, save.drafts);
    assert_eq!(work.base.unwrap().head(), standing.snapshot.head());
    assert_eq!(sending.standing.snapshot.head(), fake.repository.head());
    assert!(sending.entry.is_none());
    assert_eq!(seen.records.last().unwrap().text, None);
    assert_eq!(landed(&fake), 0);
}

#[test]
fn what_goes_together_but_is_not_valid_is_not_sent() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.repository.push(&[("lab/a.yaml", Some("broken: yes\none: 1\nthree: 3\ntwo: 2\n"))]);
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_eq!(sending.answer, Answer::Invalid { message: "broken".into() });
    // The drafts stand on the branch as it is, where they can be mended.
    let work = sending.returned.unwrap();
    let moved = plain(
        Some("broken: yes\none: 1\nthree: 3\ntwo: 2\n"),
        Some("broken: yes\none: ours\nthree: 3\ntwo: 2\n"),
    );
    assert_eq!(work.drafts, [("lab/a.yaml".to_owned(), moved)].into());
    assert_eq!(work.base.unwrap().head(), fake.repository.head());
    assert_eq!(landed(&fake), 0);
}

#[test]
fn what_the_branch_holds_already_is_not_sent_again() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.repository.push(&[("lab/a.yaml", Some("one: ours\nthree: 3\ntwo: 2\n"))]);
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_eq!(sending.answer, Answer::NothingToDo);
    assert_eq!(fake.count(Call::Commit), 1);
    assert!(sending.entry.is_none() && sending.returned.is_none());
}

#[test]
fn a_lost_answer_is_looked_for_and_never_leads_to_a_second_commit() {
    for fault in [
        Fault::AnswerLost,
        Fault::DoneBut(502, json!({"message": "Bad Gateway"})),
        Fault::CutOff,
        Fault::DoneBut(200, json!({"data": {"createCommitOnBranch": null}})),
    ] {
        let mut fake = Fake::new(Kind::GitHub, small());
        let standing = opened(&mut fake);
        fake.fault(Call::Commit, fault.clone());
        let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
        assert_landed(&fake, &sending);
        assert_eq!(fake.count(Call::Commit), 1, "{fault:?}");
        let unknown: Vec<&String> = seen.records.iter().filter_map(|record| record.text.as_ref()).collect();
        assert!(unknown.last().unwrap().contains(r#""state":"unknown""#));
    }
}

#[test]
fn a_lost_request_is_sent_again_when_it_is_known_not_to_have_landed() {
    for fault in [Fault::LostOnTheWay, Fault::Instead(503, vec![], json!({}))] {
        let mut fake = Fake::new(Kind::GitHub, small());
        let standing = opened(&mut fake);
        fake.fault(Call::Commit, fault);
        let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
        assert_landed(&fake, &sending);
        assert_eq!(fake.count(Call::Commit), 2);
        assert!(seen.progress.contains(&Progress::Probing));
    }
}

#[test]
fn a_lost_answer_is_found_behind_the_commits_of_others() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.fault(Call::Commit, Fault::AnswerLost);
    // The commit cannot be seen at first: reads lag behind.
    fake.lag = 2;
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_landed(&fake, &sending);
}

#[test]
fn reads_that_lag_behind_do_not_make_a_second_commit() {
    for lag in 0..8 {
        let mut fake = Fake::new(Kind::GitHub, small());
        let standing = opened(&mut fake);
        fake.fault(Call::Commit, Fault::AnswerLost);
        fake.lag = lag;
        let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
        let Answer::Landed { .. } = sending.answer else { panic!("lag {lag}: {:?}", sending.answer) };
        assert_eq!(landed(&fake), 1, "lag {lag}");
    }
}

#[test]
fn a_look_that_took_long_does_not_prove_that_nobody_pushed() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let save = set_one(&standing);
    fake.repository.push(&[("lab/b.yaml", Some("one: 1\ntwo: 9\n"))]);
    fake.says_forbidden = true;
    // The host looked while its reads lagged; its answer came when they no longer did.
    fake.lag = 1;
    fake.fault(Call::Compare, Fault::Late(6000));
    let (sending, _) = try_to_send(&mut fake, &standing, save);
    assert_landed(&fake, &sending);
}

#[test]
fn a_save_that_passed_over_what_does_not_go_together_with_it_says_so() {
    for kind in [Kind::GitLab, Kind::Gitea] {
        for fault in [None, Some(Fault::AnswerLost)] {
            for (theirs, is_harmful) in [("only: 1\n", true), ("one: 9\n", false)] {
                let mut fake = Fake::new(kind, small());
                let standing = opened(&mut fake);
                let save = entry(drafts(&standing, &[("lab/a.yaml", Some(("only", "ours")))]));
                // Each file is guarded by itself, so nobody notices before both are there.
                fake.repository.push(&[("lab/b.yaml", Some(theirs))]);
                fault.iter().for_each(|fault| fake.fault(Call::Commit, fault.clone()));
                let before = Some(standing.snapshot.clone());
                let (sending, _) = run_seen(&mut fake, send(session_at(kind), standing, save, before, 7));
                let head = fake.repository.head();
                let message = "two say they are the only one".to_owned();
                let expected = match is_harmful {
                    true => Answer::Harmful { commit: head, message },
                    false => Answer::Landed { commit: head },
                };
                assert_eq!(sending.answer, expected, "{kind:?} {fault:?}");
                assert_eq!((landed(&fake), sending.standing.snapshot.head()), (1, head));
                assert_eq!(fake.repository.text("lab/b.yaml"), Some(theirs));
                assert!(sending.entry.is_none() && sending.returned.is_none());
            }
        }
    }
}

#[test]
fn a_commit_that_was_taken_but_not_shown_is_looked_at_first() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let save = set_one(&standing);
    // The answer names a commit and no branch, as an older server's.
    let other = fake.repository.commit(small(), &[], "Not on the branch");
    let payload = json!({"commit": {"oid": other, "tree": null}, "ref": null});
    fake.fault(Call::Commit, Fault::Instead(200, vec![], json!({"data": {"createCommitOnBranch": payload}})));
    let (sending, _) = try_to_send(&mut fake, &standing, save);
    // It had not landed, whatever the host said.
    assert_landed(&fake, &sending);
    assert_eq!(fake.count(Call::Commit), 2);
}

#[test]
fn a_bad_token_freezes_the_save_and_keeps_all_of_it() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let save = set_one(&standing);
    fake.fault(Call::Commit, Fault::Instead(401, vec![], json!({"message": "Bad credentials"})));
    let (sending, seen) = try_to_send(&mut fake, &standing, save.clone());
    assert_eq!(sending.answer, Answer::Queued { reason: QueuedFor::Auth, retry_at_ms: None });
    let kept = sending.entry.unwrap();
    assert_eq!((kept.state, &kept.drafts), (EntryState::Frozen, &save.drafts));
    let record = seen.records.last().unwrap().text.as_deref().unwrap();
    assert_eq!(Entry::restore(record).unwrap(), kept);
    // With a good token it goes on.
    let (sending, _) = try_to_send(&mut fake, &standing, kept);
    assert_landed(&fake, &sending);
}

#[test]
fn a_token_that_goes_bad_while_a_save_is_looked_for_loses_nothing() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.fault(Call::Commit, Fault::AnswerLost);
    fake.fault(Call::Recent, Fault::Instead(401, vec![], json!({"message": "Bad credentials"})));
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert_eq!(sending.answer, Answer::Queued { reason: QueuedFor::Auth, retry_at_ms: None });
    let (sending, _) = try_to_send(&mut fake, &standing, sending.entry.unwrap());
    assert_landed(&fake, &sending);
    assert_eq!(fake.count(Call::Commit), 1);
}

#[test]
fn a_used_up_allowance_says_when_it_goes_on() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let slow = json!({"message": "You have exceeded a secondary rate limit"});
    fake.fault(Call::Commit, Fault::Instead(403, vec![("retry-after", "90".into())], slow));
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    let Answer::Queued { reason: QueuedFor::RateLimit, retry_at_ms: Some(until_ms) } = sending.answer else {
        panic!("{:?}", sending.answer)
    };
    assert_eq!(until_ms, fake.now_ms + 90_000);
    assert_eq!(sending.entry.unwrap().state, EntryState::Queued);
    assert_eq!(landed(&fake), 0);
}

#[test]
fn a_host_that_stays_away_leaves_the_save_unknown_until_it_is_back() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.fault(Call::Commit, Fault::AnswerLost);
    for _ in 0..40 {
        fake.fault(Call::Recent, Fault::Instead(503, vec![], json!({})));
    }
    let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
    let Answer::Queued { reason: QueuedFor::Unknown, retry_at_ms: Some(_) } = sending.answer else {
        panic!("{:?}", sending.answer)
    };
    let kept = sending.entry.unwrap();
    assert_eq!(kept.state, EntryState::Unknown);
    assert!((30_000..120_000).contains(&seen.waited_ms));
    fake.faults.clear();
    let restored = Entry::restore(kept.record().text.as_deref().unwrap()).unwrap();
    let (sending, _) = try_to_send(&mut fake, &standing, restored);
    assert_landed(&fake, &sending);
    assert_eq!(fake.count(Call::Commit), 1);
}

#[test]
fn a_page_that_went_away_while_sending_looks_first_when_it_is_back() {
    for lands in [true, false] {
        let mut fake = Fake::new(Kind::GitHub, small());
        let standing = opened(&mut fake);
        // What was kept before it was sent is all that is left.
        let mut machine = send(session(), standing.clone(), set_one(&standing), None, 7);
        let mut record = None;
        let request = loop {
            match machine.next(fake.now_ms) {
                hedgerow::host::Next::Do(hedgerow::host::Do::Store { ticket, records }) => {
                    record = records[0].text.clone();
                    machine.stored(ticket, hedgerow::host::Stored::Kept);
                }
                hedgerow::host::Next::Do(hedgerow::host::Do::Send { request, .. }) => break request,
                _ => {}
            }
        };
        assert!(machine.is_writing());
        drop(machine);
        if lands {
            fake.answer(&request);
        }
        fake.repository.push(&[("lab/b.yaml", Some("one: theirs\ntwo: 2\n"))]);
        let restored = Entry::restore(&record.unwrap()).unwrap();
        assert_eq!(restored.state, EntryState::Unknown);
        let again = opened(&mut fake);
        let (sending, _) = run_seen(&mut fake, send(session(), again, restored, None, 7));
        assert_landed(&fake, &sending);
        assert_eq!(fake.count(Call::Commit), usize::from(!lands));
    }
}

#[test]
fn a_protected_branch_refuses_and_takes_a_pull_request() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    fake.is_protected = true;
    let (sending, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert!(matches!(sending.answer, Answer::Refused { reason: RefusedFor::Protected, .. }));
    let work = sending.returned.unwrap();
    let mut save = entry(work.drafts);
    save.mode = Mode::PullRequest;
    fake.fault(Call::NewPull, Fault::AnswerLost);
    let (sending, _) = try_to_send(&mut fake, &standing, save);
    let Answer::Proposed { url, commit } = sending.answer else { panic!("{:?}", sending.answer) };
    assert_eq!(url, "https://github.com/acme/fabric/pull/1");
    assert_eq!(fake.repository.pulls, [("hedgerow/op-00000001".to_owned(), "main".to_owned())]);
    assert_eq!(fake.repository.commits[&commit].parents, [standing.snapshot.head()]);
    assert!(sending.entry.is_none() && sending.returned.is_none());
}

#[test]
fn after_a_minute_of_lost_races_the_save_waits() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let stale =
        json!({"data": null, "errors": [{"type": "STALE_DATA", "message": "Expected branch to point to"}]});
    for _ in 0..200 {
        fake.fault(Call::Commit, Fault::Instead(200, vec![], stale.clone()));
    }
    let (sending, seen) = try_to_send(&mut fake, &standing, set_one(&standing));
    assert!(matches!(sending.answer, Answer::Queued { reason: QueuedFor::Busy, retry_at_ms: Some(_) }));
    assert_eq!(sending.entry.unwrap().state, EntryState::Queued);
    assert!((50_000..70_000).contains(&seen.waited_ms), "{}", seen.waited_ms);
}

#[test]
fn a_deleted_branch_is_said_and_the_drafts_come_back() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let heads = fake.repository.branches.remove("main").unwrap();
    fake.repository.branches.insert("other".into(), heads);
    let save = set_one(&standing);
    let (sending, _) = try_to_send(&mut fake, &standing, save.clone());
    assert!(matches!(sending.answer, Answer::Refused { .. }), "{:?}", sending.answer);
    assert_eq!(sending.returned.unwrap().drafts, save.drafts);
}

#[test]
fn two_saves_of_one_page_leave_a_second_between_them() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let (first, _) = try_to_send(&mut fake, &standing, set_one(&standing));
    let standing = first.standing;
    let mut second = entry(drafts(&standing, &[("lab/b.yaml", None)]));
    second.operation = operation(2);
    let (sending, seen) = try_to_send(&mut fake, &standing, second);
    assert!(matches!(sending.answer, Answer::Landed { .. }));
    assert!((900..=1000).contains(&seen.waited_ms), "{}", seen.waited_ms);
    assert_eq!(fake.repository.text("lab/b.yaml"), None);
    assert_eq!(fake.log, [Call::Commit, Call::Commit]);
}

#[test]
fn a_host_that_wants_a_pause_is_asked_less_often_the_longer_it_wants_one() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let mut save = set_one(&standing);
    let mut waits_s = Vec::new();
    for _ in 0..6 {
        let words = json!({"message": "You have exceeded a secondary rate limit"});
        fake.fault(Call::Commit, Fault::Instead(429, vec![], words));
        let (sending, _) = try_to_send(&mut fake, &standing, save);
        let Answer::Queued { reason: QueuedFor::RateLimit, retry_at_ms: Some(retry_ms) } = sending.answer
        else {
            panic!("{:?}", sending.answer)
        };
        waits_s.push((retry_ms - fake.now_ms) / 1000);
        fake.now_ms = retry_ms;
        save = sending.entry.unwrap();
    }
    // Twice as long each time, up to a quarter of an hour, and a quarter of that by chance.
    for (wait_s, least_s) in waits_s.into_iter().zip([60, 120, 240, 480, 900, 900]) {
        assert!((least_s..=least_s * 5 / 4).contains(&wait_s), "{wait_s} where {least_s} is the least");
    }
}
