//! Two people and one fabric, with the real merge.

use crate::host::drive::github;
use crate::host::drive::run_seen;
use crate::host::fake::FakeGitHub;
use crate::host::fake::files;
use crate::sync::stand_in::entry;
use crate::sync::stand_in::plain;
use hedgerow::fabric::Fabrics;
use hedgerow::merge::Policies;
use hedgerow::schema::Catalogue;
use hedgerow::sync::Answer;
use hedgerow::sync::ByMeaning;
use hedgerow::sync::Check;
use hedgerow::sync::Opening;
use hedgerow::sync::Sending;
use hedgerow::sync::Session;
use hedgerow::sync::open;
use hedgerow::sync::send;
use hedgerow::validate::Options;
use hedgerow::validate::Scope;
use std::rc::Rc;

const FRONT: &str = "\
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

const PATH: &str = "lab/managed/vpcs/front.yaml";

fn session(check: Check) -> Session {
    let fabrics = Fabrics::new([("lab", "lab")]).unwrap();
    let rebase = ByMeaning {
        fabrics: fabrics.clone(),
        catalogue: Catalogue::built_in("v0.126").unwrap(),
        policies: Policies::Careful,
        validation: Options { scope: Scope::Part, ..Options::default() },
        check,
    };
    Session { host: github(), fabrics, rebase: Rc::new(rebase) }
}

/// Ours saves a text of the file while theirs has pushed these.
fn save(ours: &str, theirs: &[(&str, Option<&str>)], check: Check) -> (FakeGitHub, Sending) {
    let mut fake = FakeGitHub::new(files(&[(PATH, FRONT)]));
    let standing = run_seen(&mut fake, open(session(check), Opening::default())).0.unwrap();
    fake.repository.push(theirs);
    let save = entry([(PATH.to_owned(), plain(Some(FRONT), Some(ours)))].into());
    let before = Some(standing.snapshot.clone());
    let sending = run_seen(&mut fake, send(session(check), standing, save, before, 7)).0;
    (fake, sending)
}

#[test]
fn two_fields_of_one_file_go_together_and_every_other_byte_stays() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24").replace("web farm", "old web farm");
    let (fake, sending) = save(&ours, &[(PATH, Some(&theirs))], Check::Errors);
    assert!(matches!(sending.answer, Answer::Landed { .. }), "{:?}", sending.answer);
    assert_eq!(fake.repository.text(PATH), Some(theirs.replace("vlan: 1001", "vlan: 1002").as_str()));
}

#[test]
fn two_values_for_one_field_are_asked_about() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    let theirs = FRONT.replace("vlan: 1001", "vlan: 1003");
    let (_, sending) = save(&ours, &[(PATH, Some(&theirs))], Check::Errors);
    assert_eq!(sending.answer, Answer::Conflicted);
    assert_eq!(sending.returned.unwrap().drafts[PATH], plain(Some(FRONT), Some(&ours)));
}

#[test]
fn an_edit_follows_its_resource_to_another_file() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    let moved = "lab/managed/vpcs/web.yaml";
    let (fake, sending) = save(&ours, &[(PATH, None), (moved, Some(FRONT))], Check::Errors);
    assert!(matches!(sending.answer, Answer::Landed { .. }), "{:?}", sending.answer);
    assert_eq!(fake.repository.text(PATH), None);
    assert_eq!(fake.repository.text(moved), Some(ours.as_str()));
}

#[test]
fn a_contradiction_between_two_resources_is_asked_about() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 1002");
    // A new VPC takes the VLAN that ours is about to take.
    let back = FRONT.replace("front", "back").replace("10.0.1.0", "10.0.2.0").replace("1001", "1002");
    let (_, sending) = save(&ours, &[("lab/managed/vpcs/back.yaml", Some(&back))], Check::Errors);
    assert_eq!(sending.answer, Answer::Conflicted);
    assert_eq!(sending.returned.unwrap().drafts[PATH], plain(Some(FRONT), Some(&ours)));
}

#[test]
fn an_error_that_the_drafts_bring_is_not_sent_unless_accepted() {
    let ours = FRONT.replace("vlan: 1001", "vlan: 99999");
    let theirs = FRONT.replace("10.0.1.0/24", "10.0.7.0/24");
    let together = theirs.replace("vlan: 1001", "vlan: 99999");
    let (_, sending) = save(&ours, &[(PATH, Some(&theirs))], Check::Errors);
    let Answer::Invalid { message } = sending.answer else { panic!("{:?}", sending.answer) };
    assert!(message.starts_with("VPC front: "), "{message}");
    assert_eq!(sending.returned.unwrap().drafts[PATH], plain(Some(&theirs), Some(&together)));
    let (fake, sending) = save(&ours, &[(PATH, Some(&theirs))], Check::Nothing);
    assert!(matches!(sending.answer, Answer::Landed { .. }));
    assert_eq!(fake.repository.text(PATH), Some(together.as_str()));
}

#[test]
fn what_was_wrong_before_does_not_stop_a_save() {
    let wrong = FRONT.replace("front", "back").replace("vlan: 1001", "vlan: 99999");
    let ours = FRONT.replace("10.0.1.0/24", "10.0.9.0/24");
    let theirs = [("lab/managed/vpcs/back.yaml", Some(wrong.as_str())), ("README.md", Some("x"))];
    let (_, sending) = save(&ours, &theirs, Check::Errors);
    assert!(matches!(sending.answer, Answer::Landed { .. }), "{:?}", sending.answer);
}
