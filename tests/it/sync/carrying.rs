//! What is asked when drafts are carried over.

use crate::host::fake::Fake;
use crate::host::fake::Kind;
use crate::sync::stand_in::ByKey;
use crate::sync::stand_in::drafts;
use crate::sync::stand_in::opened;
use crate::sync::stand_in::session;
use crate::sync::stand_in::small;
use hedgerow::sync::Carried;
use hedgerow::sync::Findings;
use hedgerow::sync::Question;
use hedgerow::sync::Rebase;
use hedgerow::sync::Rebased;
use hedgerow::sync::carry;
use std::cell::RefCell;

/// Notes which paths a question is about.
#[derive(Default)]
struct Listening(RefCell<Vec<[Vec<String>; 3]>>);

impl Rebase for Listening {
    fn rebase(&self, question: Question<'_>) -> Rebased {
        let paths =
            [question.base, question.ours, question.theirs].map(|files| files.keys().cloned().collect());
        self.0.borrow_mut().push(paths);
        ByKey.rebase(question)
    }
}

#[test]
fn files_that_only_they_touched_are_in_the_question_too() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let before = opened(&mut fake);
    let mine = drafts(&before, &[("lab/a.yaml", Some(("one", "ours")))]);
    // A file moves: what was in `b` is in `c` now.
    fake.repository.push(&[
        ("lab/b.yaml", None),
        ("lab/c.yaml", Some("one: 1\ntwo: 2\n")),
        ("README.md", Some("not of a fabric")),
    ]);
    let after = opened(&mut fake);
    let listening = Listening::default();
    let fabrics = session().fabrics;
    let carried =
        carry(&listening, &fabrics, Some(&before.snapshot), &after.snapshot, &mine, Findings::Refuse);
    assert!(matches!(carried, Carried::Over(drafts) if drafts.keys().eq(["lab/a.yaml"])));
    let paths = |names: &[&str]| names.iter().map(|name| format!("lab/{name}.yaml")).collect::<Vec<_>>();
    assert_eq!(*listening.0.borrow(), [[paths(&["a", "b"]), paths(&["a", "b"]), paths(&["a", "c"])]]);
}

#[test]
fn nothing_is_asked_when_nothing_moved() {
    let mut fake = Fake::new(Kind::GitHub, small());
    let standing = opened(&mut fake);
    let mine = drafts(&standing, &[("lab/a.yaml", Some(("one", "ours")))]);
    let listening = Listening::default();
    let snapshot = &standing.snapshot;
    let carried = carry(&listening, &session().fabrics, Some(snapshot), snapshot, &mine, Findings::Refuse);
    assert_eq!(carried, Carried::Over(mine));
    assert!(listening.0.borrow().is_empty());
}
