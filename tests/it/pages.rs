//! Promises of a workspace over several pages, and over time: what one page
//! leaves another takes up, and nothing is lost between two calls.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::fake::files;
use crate::workspace::FRONT;
use crate::workspace::PATH;
use crate::workspace::Person;
use crate::workspace::landed;
use crate::workspace::offline;
use hedgerow::api::Choice;
use hedgerow::api::CommitAnswer;
use hedgerow::api::CommitOptions;
use hedgerow::api::Committing;
use hedgerow::api::ModeOption;
use hedgerow::api::Moment;
use hedgerow::api::QueuedReason;
use hedgerow::api::Take;
use hedgerow::api::Tick;
use hedgerow::api::Turning;
use hedgerow::host::Next;
use hedgerow::host::Record;
use hedgerow::plan::OperationId;
use hedgerow::sync::Past;
use hedgerow::sync::State;
use hedgerow::sync::Step;
use serde_json::json;

fn one_file() -> Fake {
    Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]))
}

/// Two pages edit the file and go away; a third comes. What is left of the
/// records after it has taken up what it could is thrown away.
fn heir(fake: &mut Fake, texts: [&str; 2]) -> Person {
    let mut pages = texts.map(|_| Person::new(fake));
    let mut third = Person::new(fake);
    for (page, text) in pages.iter_mut().zip(texts) {
        page.write(text);
        let name = if text == texts[0] { "first" } else { "second" };
        for record in page.workspace.unsaved() {
            assert!(third.workspace.adopt(name, &record));
        }
    }
    third
}

#[test]
fn drafts_of_one_file_by_two_pages_that_are_gone_are_put_together() {
    let mut fake = one_file();
    let first = FRONT.replace("vlan: 1001", "vlan: 1002");
    let mut third = heir(&mut fake, [&first, &FRONT.replace("10.0.1.0/24", "10.0.7.0/24")]);
    landed(&third.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), Some(first.replace("10.0.1.0/24", "10.0.7.0/24").as_str()));
    assert!(!third.workspace.has_work());
}

#[test]
fn drafts_that_contradict_each_other_are_both_kept_and_asked_about() {
    let mut fake = one_file();
    let (first, second) = (FRONT.replace("1001", "1002"), FRONT.replace("1001", "1003"));
    let mut third = heir(&mut fake, [&first, &second]);
    // Both survive this page, too.
    let mut storage = third.workspace.unsaved();
    let mut fourth = Person::back(&mut fake, &mut storage);
    assert_eq!(fourth.workspace.text(PATH), Some(first.clone()));
    landed(&fourth.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), Some(first.as_str()));
    // With the first on the branch, the second is a draft that contradicts it.
    let CommitAnswer::Conflicted { conflicts } = fourth.commit(&mut fake) else { panic!() };
    let conflict = conflicts[0].id.clone();
    fourth.workspace.choose(vec![Choice::Take { conflict, take: Take::Ours }]).unwrap();
    landed(&fourth.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), Some(second.as_str()));
    assert!(!fourth.workspace.has_work());
}

#[test]
fn a_draft_that_stands_aside_comes_up_when_the_other_is_given_up() {
    let mut fake = one_file();
    let second = FRONT.replace("1001", "1003");
    let mut third = heir(&mut fake, [&FRONT.replace("1001", "1002"), &second]);
    third.workspace.discard(None).unwrap();
    assert_eq!(third.workspace.text(PATH), Some(second));
    third.workspace.discard(None).unwrap();
    assert_eq!(third.workspace.text(PATH).as_deref(), Some(FRONT));
    assert!(!third.workspace.has_work());
}

#[test]
fn a_save_is_taken_up_once_and_a_record_that_cannot_be_read_is_left() {
    let mut fake = one_file();
    let mut first = Person::new(&mut fake);
    first.write(&FRONT.replace("1001", "1002"));
    offline(&mut fake);
    assert!(matches!(first.commit(&mut fake), CommitAnswer::Queued { .. }));
    let records = first.workspace.unsaved();
    let mut second = Person::new(&mut fake);
    for record in records.iter().chain(&records).filter(|record| record.text.is_some()) {
        assert!(second.workspace.adopt("first", record));
    }
    assert_eq!(second.workspace.status().outbox.len(), 1);
    for key in ["outbox/op-1", "draft/x", "aside/first/x", "choices", "content/1"] {
        let record = Record { key: key.to_owned(), text: Some("{]".to_owned()) };
        assert!(!second.workspace.adopt("first", &record), "{key}");
    }
    fake.now_ms += 60_000;
    second.sync(&mut fake);
    assert_eq!(fake.count(Call::Commit), 1);
}

fn saving(person: &mut Person, fake: &Fake, text: &str, name: &str) -> OperationId {
    person.write(text);
    let message = name.to_owned();
    let options = CommitOptions { message, mode: ModeOption::Direct, accept_findings: false };
    let moment = Moment { operation: OperationId::new(name).unwrap(), now_ms: fake.now_ms };
    match person.workspace.committing(&options, moment).unwrap() {
        Committing::Send { operation, .. } => operation,
        Committing::Answered(answer) => panic!("{answer:?}"),
    }
}

#[test]
fn two_saves_at_once_are_two_commits_and_each_caller_has_its_own_answer() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    let first = saving(&mut person, &fake, &FRONT.replace("1001", "1002"), "save-0001");
    let second = saving(&mut person, &fake, &FRONT.replace("1001", "1003"), "save-0002");
    person.sync(&mut fake);
    assert!(person.workspace.is_answered(&first) && person.workspace.is_answered(&second));
    assert_eq!(person.workspace.tidings(), []);
    let history = fake.repository.history(fake.repository.head());
    assert_eq!(landed(&person.workspace.committed(&second)), history[0].to_string());
    assert_eq!(landed(&person.workspace.committed(&first)), history[1].to_string());
}

#[test]
fn a_save_that_lands_later_is_told_once() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    person.write(&FRONT.replace("1001", "1002"));
    offline(&mut fake);
    assert!(matches!(person.commit(&mut fake), CommitAnswer::Queued { .. }));
    assert_eq!(person.workspace.tidings(), []);
    fake.now_ms += 60_000;
    person.sync(&mut fake);
    let told = person.workspace.tidings();
    assert_eq!((told.len(), told[0].message.as_str()), (1, "Change the front"));
    assert_eq!(landed(&told[0].answer), fake.repository.head().to_string());
    assert_eq!(person.workspace.tidings(), []);
}

#[test]
fn a_save_behind_one_that_waits_says_what_is_waited_for() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    person.write(&FRONT.replace("1001", "1002"));
    fake.fault(Call::Commit, Fault::Instead(401, vec![], json!({"message": "Bad credentials"})));
    assert!(matches!(person.commit(&mut fake), CommitAnswer::Queued { reason: QueuedReason::Auth, .. }));
    fake.fault(Call::Commit, Fault::Instead(401, vec![], json!({"message": "Bad credentials"})));
    person.write(&FRONT.replace("1001", "1003"));
    let answer = person.commit(&mut fake);
    assert!(matches!(answer, CommitAnswer::Queued { reason: QueuedReason::Auth, .. }), "{answer:?}");
    assert_eq!(person.workspace.status().state, State::Frozen);
    let past = Past { turned_ms: fake.now_ms, now_ms: fake.now_ms };
    assert!(matches!(person.workspace.next_step(past, 7), Some((Step::AskToken, _))));
}

#[test]
fn without_a_connection_the_status_says_so_and_when_it_goes_on() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    person.write(&FRONT.replace("1001", "1002"));
    offline(&mut fake);
    let CommitAnswer::Queued { reason: QueuedReason::Offline, retry_at } = person.commit(&mut fake) else {
        panic!()
    };
    let status = person.workspace.status();
    assert_eq!((status.state, status.until), (State::Offline, retry_at));
    let past = Past { turned_ms: fake.now_ms, now_ms: fake.now_ms };
    let (step, ms) = person.workspace.next_step(past, 7).unwrap();
    assert_eq!(step, Step::Turn);
    assert!((4000..=5000).contains(&ms), "{ms}");
    person.workspace.connected();
    assert_eq!(person.workspace.next_step(past, 7), Some((Step::Turn, 1000)));
    person.sync(&mut fake);
    assert_eq!(person.workspace.status().state, State::InStep);
}

/// Says whether a branch opens though each first request of a kind fails.
fn opens(fake: &mut Fake, person: &mut Person, fault: &Fault) -> bool {
    for call in [Call::Bootstrap, Call::Repository, Call::Branch, Call::Head, Call::OneCommit] {
        fake.fault(call, fault.clone());
    }
    let (opened, _) = run_seen(fake, person.workspace.opening());
    let is_open = person.workspace.opened(opened).is_ok();
    fake.clear_faults();
    is_open
}

#[test]
fn without_a_connection_a_page_opens_with_what_it_knew_and_its_saves_land_later() {
    let mut fake = one_file();
    let mut storage = Vec::new();
    drop(Person::back(&mut fake, &mut storage));
    let mut person = Person::before_loading(&storage);
    assert!(opens(&mut fake, &mut person, &Fault::LostOnTheWay));
    assert_eq!((person.workspace.branch(), person.workspace.status().state), (Some("main"), State::Offline));
    assert_eq!(person.workspace.text(PATH).as_deref(), Some(FRONT));
    person.write(&FRONT.replace("1001", "1002"));
    offline(&mut fake);
    assert!(matches!(person.commit(&mut fake), CommitAnswer::Queued { reason: QueuedReason::Offline, .. }));
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24");
    fake.repository.push(&[(PATH, Some(&theirs))]);
    fake.now_ms += 60_000;
    assert_eq!(person.sync(&mut fake).landed.len(), 1);
    assert_eq!(fake.repository.text(PATH), Some(theirs.replace("1001", "1002").as_str()));
    assert_eq!(person.workspace.status().state, State::InStep);
}

#[test]
fn what_a_page_knew_is_shown_only_if_all_of_it_is_there_and_the_host_is_away() {
    let mut fake = one_file();
    let mut storage = Vec::new();
    drop(Person::back(&mut fake, &mut storage));
    let mut open =
        |storage: &[Record], fault: &Fault| opens(&mut fake, &mut Person::before_loading(storage), fault);
    assert!(open(&storage, &Fault::LostOnTheWay));
    let refused = Fault::Instead(401, vec![], json!({"message": "Bad credentials"}));
    assert!(!open(&storage, &refused));
    storage.retain(|record| !record.key.starts_with("content/"));
    assert!(!open(&storage, &Fault::LostOnTheWay));
}

#[test]
fn a_turn_that_is_given_up_after_it_sent_is_looked_for_before_anything_is_sent_again() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    let save = saving(&mut person, &fake, &FRONT.replace("1001", "1002"), "save-0001");
    let Turning { mut machine, kept } =
        person.workspace.turning(Tick { now_ms: fake.now_ms, seed: 7 }).unwrap();
    assert_eq!(person.workspace.status().state, State::Sending);
    // It lands, and nobody hears of it.
    fake.fault(Call::Commit, Fault::AnswerLost);
    fake.fault(Call::Recent, Fault::LostOnTheWay);
    let mut records = Vec::new();
    let mut requests = 0;
    while requests < 2 {
        match machine.next(fake.now_ms) {
            Next::Do(hedgerow::host::Do::Send { ticket, request }) => {
                requests += 1;
                machine.answered(ticket, fake.answer(&request));
            }
            Next::Do(hedgerow::host::Do::Store { ticket, records: written }) => {
                records.extend(written);
                machine.stored(ticket, hedgerow::host::Stored::Kept);
            }
            Next::Do(_) => {}
            Next::Idle | Next::Done(_) => panic!(),
        }
    }
    drop(machine);
    person.workspace.given_up(&kept, &records);
    assert_eq!(person.workspace.status().state, State::Waiting);
    // What is kept says so as well.
    let text = person.workspace.unsaved().pop().and_then(|record| record.text).unwrap();
    assert!(text.contains(r#""state":"unknown""#), "{text}");
    fake.log.clear();
    person.sync(&mut fake);
    assert_eq!(fake.log[0], Call::Recent);
    assert_eq!(fake.count(Call::Commit), 0);
    assert_eq!(landed(&person.workspace.committed(&save)), fake.repository.head().to_string());
}

#[test]
fn records_that_were_not_kept_are_unsaved_again() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    person.write(&FRONT.replace("1001", "1002"));
    let records = person.workspace.unsaved();
    assert_eq!((records.len(), person.workspace.unsaved()), (1, vec![]));
    person.workspace.not_kept(&records);
    assert_eq!(person.workspace.unsaved(), records);
    // One that is not there any more is forgotten: an older one may be there.
    person.workspace.not_kept(&records);
    person.workspace.discard(None).unwrap();
    let forgotten = Record { text: None, ..records[0].clone() };
    assert_eq!(person.workspace.unsaved(), [forgotten]);
}

#[test]
fn an_allowance_that_is_used_up_is_remembered_by_the_next_call() {
    let mut fake = one_file();
    let mut person = Person::new(&mut fake);
    let reset = (fake.now_ms / 1000 + 600).to_string();
    let spent = vec![
        ("X-RateLimit-Limit", "5000".to_owned()),
        ("X-RateLimit-Remaining", "0".to_owned()),
        ("X-RateLimit-Reset", reset),
    ];
    fake.fault(Call::Head, Fault::Instead(403, spent, json!({"message": "API rate limit exceeded"})));
    person.sync(&mut fake);
    fake.log.clear();
    fake.repository.push(&[("lab/managed/vpcs/back.yaml", Some("x"))]);
    person.sync(&mut fake);
    let status = person.workspace.status();
    assert_eq!((status.state, status.until.is_some()), (State::Waiting, true));
    // The news are seen; reading them would use up what a commit may need.
    assert_eq!(fake.log, [Call::Head]);
    fake.now_ms += 600_000;
    person.sync(&mut fake);
    assert_eq!(person.workspace.status().state, State::InStep);
}
