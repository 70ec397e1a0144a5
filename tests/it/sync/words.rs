//! The one word that says how a workspace is.

use crate::sync::stand_in::entry;
use hedgerow::plan::Drafts;
use hedgerow::sync::Access;
use hedgerow::sync::Entry;
use hedgerow::sync::EntryState;
use hedgerow::sync::Pulse;
use hedgerow::sync::State;
use hedgerow::sync::Waiting;
use hedgerow::sync::status;

fn calm() -> Pulse<'static> {
    Pulse {
        head: "1111111111111111111111111111111111111111".parse().unwrap(),
        newer: None,
        drafts: 0,
        conflicts: 0,
        outbox: &[],
        waiting: None,
        access: Access::Good,
    }
}

fn saves(state: EntryState) -> [Entry; 1] {
    let mut save = entry(Drafts::new());
    save.state = state;
    save.retry_at_ms = Some(5);
    [save]
}

#[test]
fn the_word_is_the_one_that_matters_most() {
    let word = |pulse: Pulse<'_>| status(&pulse).state;
    assert_eq!(word(calm()), State::InStep);
    assert_eq!(word(Pulse { drafts: 1, ..calm() }), State::Drafts);
    assert_eq!(word(Pulse { drafts: 1, newer: Some(calm().head), ..calm() }), State::Behind);
    assert_eq!(word(Pulse { drafts: 1, conflicts: 1, ..calm() }), State::Conflicted);
    assert_eq!(word(Pulse { access: Access::ReadOnly, drafts: 1, ..calm() }), State::ReadOnly);
    assert_eq!(word(Pulse { access: Access::Offline, drafts: 1, ..calm() }), State::Offline);
    assert_eq!(word(Pulse { outbox: &saves(EntryState::Queued), ..calm() }), State::Waiting);
    assert_eq!(word(Pulse { outbox: &saves(EntryState::Sending), conflicts: 1, ..calm() }), State::Sending);
    assert_eq!(word(Pulse { outbox: &saves(EntryState::Frozen), ..calm() }), State::Frozen);
    assert_eq!(word(Pulse { access: Access::Frozen, conflicts: 1, ..calm() }), State::Frozen);
}

#[test]
fn a_wait_says_when_it_ends() {
    let waiting = Some(Waiting { until_ms: 9, message: "the allowance is used up".into() });
    let told = status(&Pulse { waiting, ..calm() });
    assert_eq!((told.state, told.until_ms), (State::Waiting, Some(9)));
    assert_eq!(status(&Pulse { outbox: &saves(EntryState::Unknown), ..calm() }).until_ms, Some(5));
    assert_eq!(status(&calm()).until_ms, None);
}
