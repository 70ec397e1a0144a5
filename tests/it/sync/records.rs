//! Saves survive the page as records.

use crate::sync::stand_in::entry;
use crate::sync::stand_in::operation;
use crate::sync::stand_in::plain;
use hedgerow::plan::Draft;
use hedgerow::plan::Drafts;
use hedgerow::plan::draft_of;
use hedgerow::sync::Attempt;
use hedgerow::sync::Entry;
use hedgerow::sync::EntryState;
use hedgerow::sync::Findings;
use hedgerow::sync::Outcome;
use proptest::prelude::*;

#[test]
fn a_record_is_named_after_its_save() {
    let save = entry(Drafts::new());
    assert_eq!(save.record().key, "outbox/op-00000001");
    assert_eq!(save.no_record().text, None);
    assert!(save.record().key.starts_with(Entry::prefix()));
    assert_eq!(save.operation, operation(1));
}

#[test]
fn a_save_that_was_under_way_may_have_landed() {
    let mut save = entry([("lab/a.yaml".to_owned(), plain(Some("a"), None))].into());
    save.state = EntryState::Sending;
    let id = "1111111111111111111111111111111111111111".parse().unwrap();
    save.attempt = Some(Attempt { expected: id, tree: id, outcome: Outcome::Awaited });
    let restored = Entry::restore(save.record().text.as_deref().unwrap()).unwrap();
    assert_eq!(restored.state, EntryState::Unknown);
    assert_eq!(restored.attempt.unwrap().outcome, Outcome::Lost);
    assert_eq!(restored.drafts, save.drafts);
}

#[test]
fn what_is_no_record_of_a_save_is_said_to_be_none() {
    for text in ["", "{}", "[]", r#"{"operation":"x"}"#] {
        assert!(Entry::restore(text).is_err(), "{text}");
    }
    let good = entry(Drafts::new()).record().text.unwrap();
    assert!(Entry::restore(&good.replace("\"attempts\"", "\"atempts\"")).is_err());
    assert!(Entry::restore(&good.replace("op-00000001", "../x")).is_err());
}

#[test]
fn a_record_that_says_nothing_of_findings_lets_none_pass() {
    let good = entry(Drafts::new()).record().text.unwrap();
    let older = good.replace("\"findings\":\"refuse\",", "");
    assert_ne!(older, good);
    assert_eq!(Entry::restore(&older).unwrap().findings, Findings::Refuse);
}

proptest! {
    #[test]
    fn any_bytes_and_words_come_back_as_they_were(
        base in proptest::option::of(any::<Vec<u8>>()),
        ours in proptest::option::of(any::<Vec<u8>>()),
        path in ".*",
        message in ".*",
        findings in prop_oneof![Just(Findings::Refuse), Just(Findings::Accept)],
    ) {
        let draft: Draft = draft_of(base.as_deref(), ours.as_deref());
        let mut save = entry([(path, draft)].into());
        save.message = message;
        save.findings = findings;
        prop_assert_eq!(Entry::restore(save.record().text.as_deref().unwrap()).unwrap(), save);
    }
}
