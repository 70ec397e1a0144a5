//! Allowances are kept for what matters.

use hedgerow::host::Admission;
use hedgerow::host::Allowance;
use hedgerow::host::Budget;
use hedgerow::host::Headers;
use hedgerow::host::Purpose;

const NOW_MS: u64 = 1_800_000_000_000;

fn headers(remaining: u64, reset_s: u64) -> Headers {
    let reset = (NOW_MS / 1000 + reset_s).to_string();
    [
        ("X-RateLimit-Limit", "5000".to_owned()),
        ("X-RateLimit-Remaining", remaining.to_string()),
        ("X-RateLimit-Reset", reset),
    ]
    .into_iter()
    .collect()
}

#[test]
fn the_last_part_of_an_allowance_is_for_writes() {
    let budget = Budget::default();
    budget.note(Allowance::Rest, &headers(700, 600));
    let ask = |budget: &Budget, purpose| budget.admits(purpose, Allowance::Rest, NOW_MS);
    assert_eq!(ask(&budget, Purpose::Read), Admission::At(NOW_MS + 600_000));
    assert_eq!(ask(&budget, Purpose::Write), Admission::Now);
    assert_eq!(ask(&budget, Purpose::Probe), Admission::Now);
    budget.note(Allowance::Rest, &headers(0, 600));
    assert_eq!(ask(&budget, Purpose::Write), Admission::At(NOW_MS + 600_000));
}

#[test]
fn one_allowance_says_nothing_about_the_other() {
    let budget = Budget::default();
    budget.note(Allowance::Rest, &headers(0, 600));
    assert_eq!(budget.admits(Purpose::Read, Allowance::GraphQl, NOW_MS), Admission::Now);
}

#[test]
fn a_new_window_brings_a_new_allowance() {
    let budget = Budget::default();
    budget.note(Allowance::Rest, &headers(0, 10));
    assert_eq!(budget.admits(Purpose::Poll, Allowance::Rest, NOW_MS + 10_000), Admission::Now);
    budget.note(Allowance::Rest, &headers(4999, 3610));
    assert_eq!(budget.admits(Purpose::Poll, Allowance::Rest, NOW_MS), Admission::Now);
}

#[test]
fn answers_that_come_late_do_not_bring_an_allowance_back() {
    let budget = Budget::default();
    budget.note(Allowance::Rest, &headers(10, 600));
    budget.note(Allowance::Rest, &headers(4000, 600));
    budget.note(Allowance::Rest, &headers(5000, 100));
    assert_eq!(budget.admits(Purpose::Read, Allowance::Rest, NOW_MS), Admission::At(NOW_MS + 600_000));
}

#[test]
fn a_host_that_says_nothing_is_asked() {
    let budget = Budget::default();
    budget.note(Allowance::Rest, &Headers::default());
    assert_eq!(budget.admits(Purpose::Poll, Allowance::Rest, NOW_MS), Admission::Now);
}
