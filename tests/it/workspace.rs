//! Promises of the workspace: two people, one fabric, one branch.

use crate::host::drive::run_seen;
use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::fake::files;
use hedgerow::api::Choice;
use hedgerow::api::CommitAnswer;
use hedgerow::api::CommitOptions;
use hedgerow::api::Committing;
use hedgerow::api::ModeOption;
use hedgerow::api::Moment;
use hedgerow::api::Offer;
use hedgerow::api::QueuedReason;
use hedgerow::api::RefusedReason;
use hedgerow::api::ResourceState;
use hedgerow::api::SyncAnswer;
use hedgerow::api::Take;
use hedgerow::api::Tick;
use hedgerow::api::Turning;
use hedgerow::api::Workspace;
use hedgerow::host::Record;
use hedgerow::model::FromValue;
use hedgerow::model::read_json;
use hedgerow::plan::Mode;
use hedgerow::plan::OperationId;
use serde_json::json;

pub const FRONT: &str = "\
# The web farm.
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: front
  namespace: default
spec:
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    web: # east hall
      subnet: 10.0.1.0/24
      vlan: 1001
";

pub const PATH: &str = "lab/managed/vpcs/front.yaml";

/// A person at a page, with what storage keeps for them.
pub struct Person {
    pub workspace: Workspace,
    saves: u32,
}

impl Person {
    pub fn new(fake: &mut Fake) -> Person {
        Person::back(fake, &mut Vec::new())
    }

    /// Opens the page with what storage holds, and reads nothing.
    pub fn before_loading(storage: &[Record]) -> Person {
        let mut person = Person::at(Kind::GitHub, storage);
        for record in storage.iter() {
            person.workspace.adopt("before", record);
        }
        person
    }

    /// Opens a page at a kind of host with what belongs to all pages.
    pub fn at(kind: Kind, storage: &[Record]) -> Person {
        let url = (kind == Kind::Gitea).then_some("https://gitea.example.com");
        let options = json!({
            "host": {"type": format!("{kind:?}").to_lowercase(), "repository": "acme/fabric", "url": url},
            "fabrics": [{"name": "lab", "directory": "lab"}],
            "validate": {"scope": "part"},
        });
        let options = FromValue::from_value(read_json(&options.to_string()).unwrap()).unwrap();
        let workspace = Workspace::new(options, vec![]).unwrap();
        let mut person = Person { workspace, saves: 0 };
        person.workspace.restore(storage);
        person
    }

    /// Opens the page with what storage holds, and adds to it.
    pub fn back(fake: &mut Fake, storage: &mut Vec<Record>) -> Person {
        let mut person = Person::before_loading(storage);
        fake.log.clear();
        let (opened, seen) = run_seen(fake, person.workspace.opening());
        person.workspace.opened(opened).unwrap();
        storage.extend(seen.records);
        person
    }

    pub fn write(&mut self, text: &str) {
        self.workspace.write(PATH, Some(text.as_bytes().to_vec())).unwrap();
    }

    pub fn commit(&mut self, fake: &mut Fake) -> CommitAnswer {
        self.commit_with(fake, false)
    }

    pub fn commit_with(&mut self, fake: &mut Fake, accept_findings: bool) -> CommitAnswer {
        self.saves += 1;
        let operation = OperationId::new(&format!("op-{:08}", self.saves)).unwrap();
        let moment = Moment { operation, now_ms: fake.now_ms };
        let message = "Change the front".to_owned();
        let options = CommitOptions { message, mode: ModeOption::Direct, accept_findings };
        match self.workspace.committing(&options, moment).unwrap() {
            Committing::Answered(answer) => answer,
            Committing::Send { operation, .. } => {
                self.sync(fake);
                self.workspace.committed(&operation)
            }
        }
    }

    pub fn sync(&mut self, fake: &mut Fake) -> SyncAnswer {
        let Turning { machine, kept } =
            self.workspace.turning(Tick { now_ms: fake.now_ms, seed: 7 }).unwrap();
        self.workspace.turned(&kept, run_seen(fake, machine).0)
    }
}

/// Ours writes a text while theirs has pushed these.
fn race(ours: &str, theirs: &[(&str, Option<&str>)]) -> (Fake, Person) {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut person = Person::new(&mut fake);
    fake.repository.push(theirs);
    fake.log.clear();
    person.write(ours);
    (fake, person)
}

pub fn landed(answer: &CommitAnswer) -> &str {
    match answer {
        CommitAnswer::Landed { commit, .. } => commit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_commit_without_a_race_costs_one_request() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut person = Person::new(&mut fake);
    fake.log.clear();
    person.write(&FRONT.replace("1001", "1002"));
    let answer = person.commit(&mut fake);
    assert_eq!(landed(&answer), fake.repository.head().to_string());
    assert_eq!(fake.log, [Call::Commit]);
    assert_eq!(person.workspace.head(), landed(&answer));
    assert!(!person.workspace.has_work());
}

#[test]
fn two_fields_of_one_file_go_together_and_every_other_byte_stays() {
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24").replace("web farm", "old web farm");
    let (mut fake, mut person) = race(&FRONT.replace("vlan: 1001", "vlan: 1002"), &[(PATH, Some(&theirs))]);
    landed(&person.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), Some(theirs.replace("vlan: 1001", "vlan: 1002").as_str()));
}

#[test]
fn two_values_for_one_field_are_asked_about_and_the_choice_lands() {
    for (take, vlan) in [(Take::Ours, "1002"), (Take::Theirs, "1003")] {
        let ours = FRONT.replace("vlan: 1001", "vlan: 1002").replace("10.0.1.0", "10.0.5.0");
        let theirs = FRONT.replace("vlan: 1001", "vlan: 1003");
        let (mut fake, mut person) = race(&ours, &[(PATH, Some(&theirs))]);
        let CommitAnswer::Conflicted { conflicts } = person.commit(&mut fake) else { panic!() };
        assert_eq!(conflicts.len(), 1);
        let conflict = conflicts[0].id.clone();
        assert_eq!(person.workspace.choose(vec![Choice::Take { conflict, take }]).unwrap(), []);
        landed(&person.commit(&mut fake));
        let wanted = ours.replace("1002", vlan);
        assert_eq!(fake.repository.text(PATH), Some(wanted.as_str()));
    }
}

#[test]
fn an_edit_follows_its_resource_to_another_file() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    let moved = "lab/managed/vpcs/web.yaml";
    let (mut fake, mut person) = race(&ours, &[(PATH, None), (moved, Some(FRONT))]);
    landed(&person.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), None);
    assert_eq!(fake.repository.text(moved), Some(ours.as_str()));
}

#[test]
fn a_contradiction_between_two_resources_is_asked_about() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    // A new VPC takes the VLAN that ours is about to take.
    let back = FRONT.replace("front", "back").replace("10.0.1.0", "10.0.2.0").replace("1001", "1002");
    let (mut fake, mut person) = race(&ours, &[("lab/managed/vpcs/back.yaml", Some(&back))]);
    let answer = person.commit(&mut fake);
    assert!(matches!(answer, CommitAnswer::Conflicted { .. }), "{answer:?}");
    assert!(person.workspace.has_work());
}

#[test]
fn a_save_that_passed_over_a_contradiction_has_landed_and_says_so() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    let back = FRONT.replace("front", "back").replace("10.0.1.0", "10.0.2.0");
    for (vlan, is_harmful) in [("vlan: 1002", true), ("vlan: 1003", false)] {
        let mut fake = Fake::new(Kind::GitLab, files(&[(PATH, FRONT)]));
        let mut person = Person::at(Kind::GitLab, &[]);
        let (opened, _) = run_seen(&mut fake, person.workspace.opening());
        person.workspace.opened(opened).unwrap();
        // GitLab guards the files of a commit and no others.
        fake.repository.push(&[("lab/managed/vpcs/back.yaml", Some(&back.replace("vlan: 1001", vlan)))]);
        person.write(&ours);
        let answer = person.commit(&mut fake);
        assert_eq!(landed(&answer), fake.repository.head().to_string());
        let CommitAnswer::Landed { message, .. } = &answer else { panic!() };
        let expected = expect_test::expect![
            "others have committed meanwhile what does not go together with it: the VLAN 1002 is already used by the VPC `front`"
        ];
        match is_harmful {
            true => expected.assert_eq(message.as_deref().unwrap()),
            false => assert_eq!(*message, None),
        }
        assert!(!person.workspace.has_work());
    }
}

#[test]
fn errors_that_the_drafts_bring_are_refused_unless_accepted() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 99999");
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24");
    let (mut fake, mut person) = race(&ours, &[(PATH, Some(&theirs))]);
    let refused = person.commit(&mut fake);
    let CommitAnswer::Refused { reason: RefusedReason::Findings, findings, offers, .. } = refused else {
        panic!("{refused:?}")
    };
    assert!(!findings.is_empty() && offers.contains(&Offer::AcceptFindings));
    assert_eq!(fake.log, []);
    landed(&person.commit_with(&mut fake, true));
    assert_eq!(fake.repository.text(PATH), Some(theirs.replace("vlan: 1001", "vlan: 99999").as_str()));
}

#[test]
fn findings_that_were_accepted_pass_when_the_save_is_sent_later_and_over_a_reload() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 99999");
    for reload in [false, true] {
        let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
        let mut storage = Vec::new();
        let mut person = Person::back(&mut fake, &mut storage);
        person.write(&ours);
        offline(&mut fake);
        let answer = person.commit_with(&mut fake, true);
        assert!(matches!(answer, CommitAnswer::Queued { .. }), "{answer:?}");
        // So that the save has to be merged and checked when its time comes.
        let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24");
        fake.repository.push(&[(PATH, Some(&theirs))]);
        fake.now_ms += 600_000;
        if reload {
            storage.extend(person.workspace.unsaved());
            person = Person::back(&mut fake, &mut storage);
        }
        assert_eq!(person.sync(&mut fake).landed.len(), 1);
        assert_eq!(fake.repository.text(PATH), Some(theirs.replace("vlan: 1001", "vlan: 99999").as_str()));
    }
}

/// A commit goes nowhere, and nothing else does while it is looked for.
pub fn offline(fake: &mut Fake) {
    fake.fault(Call::Commit, Fault::LostOnTheWay);
    for _ in 0..3 {
        fake.fault(Call::Recent, Fault::LostOnTheWay);
    }
}

#[test]
fn what_was_wrong_before_does_not_stop_a_commit() {
    let wrong = FRONT.replace("front", "back").replace("vlan: 1001", "vlan: 99999");
    let ours = FRONT.replace("10.0.1.0/24", "10.0.9.0/24");
    let (mut fake, mut person) = race(&ours, &[("lab/managed/vpcs/back.yaml", Some(&wrong))]);
    landed(&person.commit(&mut fake));
}

#[test]
fn a_preview_blames_the_drafts_for_what_they_bring_and_not_for_what_others_broke() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut person = Person::new(&mut fake);
    let codes = |person: &Person| {
        let findings = person.workspace.preview().unwrap().findings;
        findings
            .into_iter()
            .map(|finding| (finding.path.unwrap_or_default(), finding.code))
            .collect::<Vec<_>>()
    };
    person.write(&FRONT.replace("vlan: 1001", "vlan: 99999"));
    let mine = codes(&person);
    assert!(!mine.is_empty() && mine.iter().all(|(path, _)| path == PATH), "{mine:?}");
    assert_eq!(codes(&person), mine);
    let wrong = FRONT.replace("front", "back").replace("10.0.1.0", "10.0.2.0").replace("1001", "99998");
    fake.repository.push(&[("lab/managed/vpcs/back.yaml", Some(&wrong))]);
    person.sync(&mut fake);
    assert_eq!(codes(&person), mine);
    person.write(&FRONT.replace("vlan: 1001", "vlan: 1002"));
    assert_eq!(codes(&person), []);
}

#[test]
fn a_file_keeps_its_encoding_through_a_merge() {
    let encode = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let mut wide = files(&[]);
    wide.insert(PATH.to_owned(), (Mode::FILE, encode(FRONT)));
    let mut fake = Fake::new(Kind::GitHub, wide.clone());
    let mut person = Person::new(&mut fake);
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24");
    wide.insert(PATH.to_owned(), (Mode::FILE, encode(&theirs)));
    let head = fake.repository.head();
    let commit = fake.repository.commit(wide, &[head], "Somebody else's");
    fake.repository.advance("main", commit);
    let ours = encode(&FRONT.replace("vlan: 1001", "vlan: 1002"));
    person.workspace.write(PATH, Some(ours)).unwrap();
    landed(&person.commit(&mut fake));
    let wanted = encode(&theirs.replace("vlan: 1001", "vlan: 1002"));
    assert_eq!(fake.repository.at_head().files[PATH].1, wanted);
}

#[test]
fn a_page_that_comes_back_has_its_drafts_and_reads_nothing_again() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut storage = Vec::new();
    let mut person = Person::back(&mut fake, &mut storage);
    assert_eq!(fake.log, [Call::Bootstrap, Call::Folder, Call::Blobs]);
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    person.write(&ours);
    storage.extend(person.workspace.unsaved());
    drop(person);
    let mut person = Person::back(&mut fake, &mut storage);
    assert_eq!(fake.log, [Call::Bootstrap]);
    landed(&person.commit(&mut fake));
    assert_eq!(fake.repository.text(PATH), Some(ours.as_str()));
}

#[test]
fn a_commit_into_the_dark_is_kept_and_lands_once() {
    let (mut fake, mut person) =
        race(&FRONT.replace("vlan: 1001", "vlan: 1002"), &[("README.md", Some("x"))]);
    // Its first try is lost to a race, its second to the network, after it landed.
    fake.fault(
        Call::Commit,
        Fault::Instead(200, vec![], json!({"errors": [{"type": "STALE_DATA", "message": ""}]})),
    );
    fake.fault(Call::Commit, Fault::AnswerLost);
    for _ in 0..3 {
        fake.fault(Call::Recent, Fault::LostOnTheWay);
    }
    let answer = person.commit(&mut fake);
    assert!(matches!(answer, CommitAnswer::Queued { reason: QueuedReason::Offline, .. }), "{answer:?}");
    assert!(person.workspace.has_work());
    // What waits to be sent is what the page goes on showing.
    assert!(person.workspace.text(PATH).unwrap().contains("vlan: 1002"));
    fake.now_ms += 3_600_000;
    let answer = person.sync(&mut fake);
    assert_eq!(answer.landed, [fake.repository.head().to_string()]);
    assert_eq!(fake.count(Call::Commit), 2);
    assert!(!person.workspace.has_work());
}

#[test]
fn a_comment_above_a_resource_is_a_change_of_it() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut person = Person::new(&mut fake);
    let states = |person: &Person| {
        let items = person.workspace.resources(0, usize::MAX).items;
        items.iter().map(|item| item.state).collect::<Vec<_>>()
    };
    assert_eq!(states(&person), [ResourceState::Clean]);
    person.write(&format!("# Mind the gap.\n{FRONT}"));
    assert_eq!(states(&person), [ResourceState::Changed]);
    person.write(FRONT);
    assert_eq!(states(&person), [ResourceState::Clean]);
}

#[test]
fn a_change_of_one_resource_says_nothing_of_others_in_its_file() {
    let back = FRONT.replace("front", "back").replace("0.1.0", "0.2.0").replace("1001", "1002");
    let both = format!("{FRONT}---\n{back}");
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, both.as_str())]));
    let mut person = Person::new(&mut fake);
    person.write(&both.replace("1002", "1003"));
    let items = person.workspace.resources(0, usize::MAX).items;
    let states: Vec<_> = items.iter().map(|item| (item.id.name.as_str(), item.state)).collect();
    assert_eq!(states, [("front", ResourceState::Clean), ("back", ResourceState::Changed)]);
}

#[test]
fn a_file_that_names_no_resource_any_more_still_has_its_text() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut person = Person::new(&mut fake);
    let nameless = FRONT.replace("  name: front\n", "");
    person.write(&nameless);
    assert_eq!(person.workspace.text(PATH).as_deref(), Some(nameless.as_str()));
    assert_eq!(person.workspace.text("lab/managed/vpcs/none.yaml"), None);
}

#[test]
fn a_draft_is_written_when_it_changes_and_no_other_record_is_touched() {
    let mut fake = Fake::new(Kind::GitHub, files(&[(PATH, FRONT)]));
    let mut storage = Vec::new();
    let mut person = Person::back(&mut fake, &mut storage);
    assert_eq!(person.workspace.unsaved(), []);
    person.write(&FRONT.replace("vlan: 1001", "vlan: 1002"));
    let keys = |records: Vec<hedgerow::host::Record>| {
        records.into_iter().map(|record| (record.key, record.text.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(keys(person.workspace.unsaved()), [(format!("draft/{PATH}"), true)]);
    assert_eq!(person.workspace.unsaved(), []);
    person.workspace.discard(None).unwrap();
    assert_eq!(keys(person.workspace.unsaved()), [(format!("draft/{PATH}"), false)]);
}
