//! When the outbox moves by itself.

use crate::sync::stand_in::entry;
use hedgerow::plan::Drafts;
use hedgerow::sync::Entry;
use hedgerow::sync::EntryState;
use hedgerow::sync::Lacks;
use hedgerow::sync::Past;
use hedgerow::sync::Step;
use hedgerow::sync::next_step;

const NOW_MS: u64 = 1_800_000_100_000;

fn save(state: EntryState, retry_in_ms: Option<u64>) -> Entry {
    let retry_at_ms = retry_in_ms.map(|ms| NOW_MS + ms);
    Entry { state, retry_at_ms, created_ms: NOW_MS, ..entry(Drafts::new()) }
}

fn step(outbox: &[Entry], lacks: Lacks, since_turn_ms: u64) -> Option<(Step, u64)> {
    next_step(outbox, lacks, Past { turned_ms: NOW_MS - since_turn_ms, now_ms: NOW_MS }, 7)
}

#[test]
fn an_empty_outbox_rests() {
    for lacks in [Lacks::Nothing, Lacks::Branch, Lacks::Token] {
        assert_eq!(step(&[], lacks, 0), None);
    }
}

#[test]
fn a_save_is_sent_when_its_time_comes_and_the_first_decides() {
    let outbox = [save(EntryState::Queued, Some(5000)), save(EntryState::Queued, None)];
    assert_eq!(step(&outbox, Lacks::Nothing, 60_000), Some((Step::Turn, 5000)));
    assert_eq!(step(&outbox[1..], Lacks::Nothing, 60_000), Some((Step::Turn, 0)));
    assert_eq!(step(&[save(EntryState::Unknown, Some(0))], Lacks::Nothing, 60_000), Some((Step::Turn, 0)));
}

#[test]
fn two_turns_do_not_follow_each_other_at_once() {
    assert_eq!(step(&[save(EntryState::Queued, None)], Lacks::Nothing, 0), Some((Step::Turn, 1000)));
}

#[test]
fn a_branch_that_was_never_read_is_asked_for_every_few_seconds() {
    assert_eq!(step(&[save(EntryState::Queued, None)], Lacks::Branch, 0), Some((Step::Turn, 5000)));
    assert_eq!(step(&[save(EntryState::Queued, None)], Lacks::Branch, 60_000), Some((Step::Turn, 0)));
}

#[test]
fn without_a_good_token_it_is_asked_for_another_soon_and_then_seldom() {
    for (state, lacks) in [(EntryState::Frozen, Lacks::Nothing), (EntryState::Queued, Lacks::Token)] {
        let outbox = [save(state, None)];
        assert_eq!(step(&outbox, lacks, 0), Some((Step::AskToken, 1000)));
        assert_eq!(step(&outbox, lacks, 12_000), Some((Step::AskToken, 3000)));
    }
}

#[test]
fn with_the_same_token_it_is_tried_as_seldom_as_a_page_looks_for_news() {
    let mut frozen = [save(EntryState::Frozen, None)];
    // It asks and asks until the time has come.
    let (mut since_ms, mut asked) = (0, 0);
    let waited_ms = loop {
        match step(&frozen, Lacks::Nothing, since_ms).unwrap() {
            (Step::AskToken, ms) => (since_ms, asked) = (since_ms + ms, asked + 1),
            (Step::Turn, ms) => break since_ms + ms,
        }
    };
    assert!((20_000..45_000).contains(&waited_ms), "{waited_ms}");
    assert!(asked > 5, "{asked}");
    // An hour later nobody is in a hurry.
    frozen[0].created_ms -= 3_600_000;
    assert!(matches!(step(&frozen, Lacks::Nothing, 40_000), Some((Step::AskToken, 10_000))));
    assert!(matches!(step(&frozen, Lacks::Nothing, 300_000), Some((Step::Turn, 0))));
}
