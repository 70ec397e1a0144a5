//! What only GitHub does.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::situations::assert_true;
use crate::host::situations::change;
use crate::host::situations::load;
use crate::host::situations::send;
use crate::host::situations::small;
use hedgerow::host::Sent;
use hedgerow::plan::Mode;
use serde_json::json;

#[test]
fn a_load_is_three_requests() {
    let mut fake = Fake::new(Kind::GitHub, small());
    load(&mut fake).unwrap();
    assert_eq!(fake.log, [Call::Bootstrap, Call::Folder, Call::Blobs]);
}

#[test]
fn a_lost_race_may_be_told_as_having_no_right() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let before = load(&mut fake).unwrap();
    fake.repository.push(&[("README.md", Some("other\n"))]);
    fake.says_forbidden = true;
    let plan = change(&before, "lab/managed/vpcs/a.yaml", Some("a: 2\n"));
    assert!(matches!(send(&mut fake, &plan), Sent::MaybeMoved(_)));
}

#[test]
fn rest_stands_behind_graphql() {
    let mut fake = Fake::new(Kind::GitHub, small());
    fake.fault(Call::Bootstrap, Fault::Instead(502, vec![], json!({"message": "Bad Gateway"})));
    for _ in 0..10 {
        fake.fault(Call::Blobs, Fault::LostOnTheWay);
    }
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
    assert_eq!(fake.count(Call::Repository) + fake.count(Call::Branch), 2);
    assert_eq!(fake.count(Call::Blob), 3);
}

#[test]
fn batches_shrink_until_the_host_copes() {
    let mut all = small();
    for number in 0..300 {
        all.insert(format!("lab/{number}.yaml"), (Mode::FILE, format!("n: {number}\n").into_bytes()));
    }
    let mut fake = Fake::new(Kind::GitHub, all);
    fake.largest_batch = 130;
    let snapshot = load(&mut fake).unwrap();
    assert_true(&snapshot, &fake);
    assert_eq!(fake.count(Call::Blob), 0);
}
