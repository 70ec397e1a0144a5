//! Pages over one store of records that open, edit, commit and crash in every
//! order that chance finds: each edit that was kept ends on the branch, once.
//!
//! `HEDGEROW_SEEDS=5000` tries that many seeds instead of the few of every day.

use crate::host::fake::Call;
use crate::host::fake::Fake;
use crate::host::fake::Fault;
use crate::host::fake::Kind;
use crate::host::fake::files;
use crate::sync::interleavings::Dice;
use crate::workspace::FRONT;
use crate::workspace::PATH;
use crate::workspace::Person;
use hedgerow::api::CommitOptions;
use hedgerow::api::Committing;
use hedgerow::api::ModeOption;
use hedgerow::api::Moment;
use hedgerow::api::Tick;
use hedgerow::api::Turning;
use hedgerow::api::Workspace;
use hedgerow::host::Do;
use hedgerow::host::Effect;
use hedgerow::host::Machine;
use hedgerow::host::Next;
use hedgerow::host::Record;
use hedgerow::host::Request;
use hedgerow::host::Response;
use hedgerow::host::Stored;
use hedgerow::host::Ticket;
use hedgerow::plan::OperationId;
use hedgerow::plan::operation_of;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const BACK: &str = "lab/managed/vpcs/back.yaml";

/// What the browser's database holds, by page; what belongs to none under no
/// name.
type Records = BTreeMap<String, BTreeMap<String, String>>;

struct Page {
    name: String,
    person: Person,
}

struct World {
    fake: Fake,
    dice: Dice,
    records: Records,
    pages: Vec<Page>,
    /// Writes that arrive after the page that sent them is gone.
    late: Vec<Request>,
    /// Keys that were set and kept.
    made: BTreeSet<String>,
    last: u32,
}

/// The page crashed.
struct Crashed;

fn keep(records: &mut Records, page: &str, given: Vec<Record>) {
    for Record { key, text } in given {
        let is_common = key.starts_with("content/") || key.starts_with("branch/");
        let place = records.entry(if is_common { String::new() } else { page.to_owned() }).or_default();
        match text {
            Some(text) => drop(place.insert(key, text)),
            None => drop(place.remove(&key)),
        }
    }
}

impl World {
    fn new(kind: Kind, seed: u64) -> World {
        let back = FRONT.replace("front", "back").replace("10.0.1.0", "10.0.2.0").replace("1001", "1002");
        World {
            fake: Fake::new(kind, files(&[(PATH, FRONT), (BACK, &back)])),
            dice: Dice::new(seed),
            records: Records::new(),
            pages: vec![],
            late: vec![],
            made: BTreeSet::new(),
            last: 0,
        }
    }

    fn name(&mut self, what: &str) -> String {
        self.last += 1;
        format!("{what}-{:06}", self.last)
    }

    /// Runs a machine to its end, or until its page crashes.
    fn drive<T>(&mut self, page: &str, mut machine: Machine<T>, crash_within: u64) -> Result<T, Crashed> {
        let mut left = self.dice.roll(crash_within);
        let mut answers: Vec<(Ticket, Response)> = vec![];
        loop {
            left = left.saturating_sub(1);
            let next = machine.next(self.fake.now_ms);
            if left == 0 {
                // What was just sent may be on its way.
                if let Next::Do(Do::Send { request, .. }) = next
                    && request.effect == Effect::Write
                    && self.dice.roll(2) == 0
                {
                    self.late.push(request);
                }
                return Err(Crashed);
            }
            match next {
                Next::Do(Do::Send { ticket, request }) => {
                    self.fake.now_ms += 20;
                    let fault = match self.dice.roll(12) {
                        0 => Some(Fault::LostOnTheWay),
                        1 => Some(Fault::AnswerLost),
                        _ => None,
                    };
                    fault.into_iter().for_each(|fault| self.fake.fault_next(fault));
                    answers.push((ticket, self.fake.answer(&request)));
                }
                Next::Do(Do::Wait { ticket, ms }) => {
                    self.fake.now_ms += ms;
                    machine.woken(ticket);
                }
                Next::Do(Do::Store { ticket, records }) => {
                    keep(&mut self.records, page, records);
                    machine.stored(ticket, Stored::Kept);
                }
                Next::Do(Do::Show(_)) => {}
                Next::Idle => {
                    let (ticket, response) = answers.pop().expect("the machine waits for nothing");
                    machine.answered(ticket, response);
                }
                Next::Done(result) => return Ok(result),
            }
        }
    }

    /// Takes up what pages that are gone have left, as one step of the database.
    fn adopt(&mut self, page: &mut Page, wanted: fn(&Record) -> bool) {
        let living: Vec<&str> = self.pages.iter().map(|page| page.name.as_str()).collect();
        let is_gone = |name: &str| !name.is_empty() && name != page.name.as_str() && !living.contains(&name);
        let gone: Vec<String> = self.records.keys().filter(|name| is_gone(name)).cloned().collect();
        for name in gone {
            let left = self.records.remove(&name).unwrap_or_default();
            let left = left.into_iter().map(|(key, text)| Record { key, text: Some(text) });
            let (taken, others): (Vec<Record>, Vec<Record>) = left.partition(wanted);
            for record in &taken {
                assert!(page.person.workspace.adopt(&name, record), "{}", record.key);
            }
            keep(&mut self.records, &name, others);
        }
        self.save(page);
    }

    fn save(&mut self, page: &mut Page) {
        keep(&mut self.records, &page.name, page.person.workspace.unsaved());
    }

    fn open(&mut self, crash_within: u64) -> Result<Page, Crashed> {
        let common = self.records.get("").cloned().unwrap_or_default();
        let common: Vec<Record> =
            common.into_iter().map(|(key, text)| Record { key, text: Some(text) }).collect();
        let person = Person::at(self.fake.kind, &common);
        let mut page = Page { name: self.name("page"), person };
        self.adopt(&mut page, |_| true);
        let opening = page.person.workspace.opening();
        let opened = self.drive(&page.name, opening, crash_within)?;
        // A branch that cannot be read now is read by the next page.
        page.person.workspace.opened(opened).map_err(|_| Crashed)?;
        Ok(page)
    }

    fn turn(&mut self, page: &mut Page, crash_within: u64) -> Result<(), Crashed> {
        self.adopt(page, Workspace::is_save);
        let seed = self.dice.roll(u64::MAX >> 12);
        let turning = page.person.workspace.turning(Tick { now_ms: self.fake.now_ms, seed });
        let Turning { machine, kept } = turning.unwrap();
        let turned = self.drive(&page.name, machine, crash_within)?;
        page.person.workspace.turned(&kept, turned);
        page.person.workspace.tidings();
        self.save(page);
        Ok(())
    }

    /// Sets a key that nobody else sets.
    fn edit(&mut self, page: &mut Page) {
        let path = if self.dice.roll(2) == 0 { PATH } else { BACK };
        let key = self.name("key");
        let text = page.person.workspace.text(path).unwrap();
        let line = format!("    {key}: set\n");
        let text = match text.split_once("  annotations:\n") {
            Some((before, after)) => format!("{before}  annotations:\n{line}{after}"),
            None => text.replacen("metadata:\n", &format!("metadata:\n  annotations:\n{line}"), 1),
        };
        page.person.workspace.write(path, Some(text.into_bytes())).unwrap();
        if self.dice.roll(20) == 0 {
            // It crashed before it was kept.
            return;
        }
        self.save(page);
        self.made.insert(key);
    }

    fn commit(&mut self, page: &mut Page, crash_within: u64) -> Result<(), Crashed> {
        let operation = OperationId::new(&self.name("save")).unwrap();
        let moment = Moment { operation, now_ms: self.fake.now_ms };
        let message = "Change it".to_owned();
        let options = CommitOptions { message, mode: ModeOption::Direct, accept_findings: false };
        match page.person.workspace.committing(&options, moment).unwrap() {
            Committing::Answered(_) => self.save(page),
            Committing::Send { operation, records } => {
                keep(&mut self.records, &page.name, records);
                self.turn(page, crash_within)?;
                page.person.workspace.committed(&operation);
                self.save(page);
            }
        }
        Ok(())
    }

    fn step(&mut self) {
        self.fake.now_ms += 1 + self.dice.roll(40_000);
        if !self.late.is_empty() && self.dice.roll(3) == 0 {
            let request = self.late.remove(0);
            self.fake.answer(&request);
        }
        if self.pages.len() < 2 || (self.pages.len() < 3 && self.dice.roll(6) == 0) {
            let opened = self.open(60);
            self.pages.extend(opened);
            return;
        }
        let index = self.dice.roll(self.pages.len() as u64) as usize;
        let mut page = self.pages.swap_remove(index);
        let done = match self.dice.roll(8) {
            0..=3 => {
                self.edit(&mut page);
                Ok(())
            }
            4 | 5 => self.commit(&mut page, 120),
            6 => self.turn(&mut page, 120),
            _ => Err(Crashed),
        };
        if done.is_ok() {
            self.pages.push(page);
        }
    }

    /// One page after another takes up what is left, until nothing is.
    fn settle(&mut self) {
        self.pages.clear();
        for _ in 0..200 {
            self.fake.now_ms += 1_000_000;
            while let Some(request) = self.late.pop() {
                self.fake.answer(&request);
            }
            let Ok(mut page) = self.open(u64::MAX) else { continue };
            for _ in 0..4 {
                self.fake.now_ms += 1_000_000;
                let _ = self.commit(&mut page, u64::MAX);
                let _ = self.turn(&mut page, u64::MAX);
            }
            if !page.person.workspace.has_work() {
                return;
            }
        }
        panic!("something is left: {:?}", self.records.keys());
    }

    fn check(&self) {
        let found: Vec<&str> = [PATH, BACK]
            .into_iter()
            .flat_map(|path| self.fake.repository.text(path).unwrap().lines())
            .collect();
        for key in &self.made {
            let line = format!("    {key}: set");
            assert_eq!(found.iter().filter(|found| **found == line).count(), 1, "{key}");
        }
        let mut operations = BTreeSet::new();
        for id in self.fake.repository.history(self.fake.repository.head()) {
            if let Some(operation) = operation_of(&self.fake.repository.commits[&id].message) {
                assert!(operations.insert(operation.as_str().to_owned()), "{operation} landed twice");
            }
        }
    }
}

fn check(kind: Kind, seeds: u64) {
    let more = std::env::var("HEDGEROW_SEEDS").ok().and_then(|count| count.parse::<u64>().ok());
    let (mut made, mut commits) = (0, 0);
    for seed in 0..more.unwrap_or(seeds) {
        let mut world = World::new(kind, seed);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..60 {
                world.step();
            }
            world.settle();
            world.check();
        }));
        assert!(outcome.is_ok(), "seed {seed} at {kind:?}");
        made += world.made.len();
        commits += world.fake.count(Call::Commit);
    }
    assert!(made > 10 && commits > 5, "{made} edits and {commits} commits are too few");
}

#[test]
fn at_hosts_that_guard_the_branch_each_edit_that_was_kept_lands_once() {
    for kind in [Kind::GitHub, Kind::Bitbucket, Kind::Azure] {
        check(kind, 5);
    }
}

#[test]
fn at_hosts_that_guard_files_each_edit_that_was_kept_lands_once() {
    for kind in [Kind::Gitea, Kind::GitLab] {
        check(kind, 5);
    }
}
