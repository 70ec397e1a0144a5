//! Runs a conversation against a host that is not there: time passes as soon
//! as it is waited for.

use crate::host::fake::Fake;
use hedgerow::host::Do;
use hedgerow::host::Host;
use hedgerow::host::Machine;
use hedgerow::host::Next;
use hedgerow::host::Progress;
use hedgerow::host::Record;
use hedgerow::host::Response;
use hedgerow::host::Stored;
use hedgerow::host::Ticket;
use hedgerow::host::Wire;
use std::future::Future;

/// What a machine was seen doing.
#[derive(Default)]
pub struct Seen {
    pub progress: Vec<Progress>,
    pub records: Vec<Record>,
    pub waited_ms: u64,
}

/// Runs a conversation to its end. Answers come one after the other.
pub fn run<T, F: Future<Output = T> + 'static>(
    fake: &mut Fake,
    conversation: impl FnOnce(Host, Wire) -> F,
) -> T {
    let host = fake.kind.host();
    run_seen(fake, Machine::new(|wire| conversation(host, wire))).0
}

pub fn run_seen<T>(fake: &mut Fake, mut machine: Machine<T>) -> (T, Seen) {
    let mut seen = Seen::default();
    let mut answers: Vec<(Ticket, Response)> = Vec::new();
    for _ in 0..100_000 {
        match machine.next(fake.now_ms) {
            Next::Do(Do::Send { ticket, request }) => {
                fake.now_ms += 20;
                answers.push((ticket, fake.answer(&request)));
            }
            Next::Do(Do::Wait { ticket, ms }) => {
                fake.now_ms += ms;
                seen.waited_ms += ms;
                machine.woken(ticket);
            }
            Next::Do(Do::Store { ticket, records }) => {
                seen.records.extend(records);
                machine.stored(ticket, Stored::Kept);
            }
            Next::Do(Do::Show(progress)) => seen.progress.push(progress),
            // The last one sent is answered first: order must not matter.
            Next::Idle => {
                let (ticket, response) = answers.pop().expect("the machine waits for nothing");
                machine.answered(ticket, response);
            }
            Next::Done(result) => return (result, seen),
        }
    }
    panic!("the machine does not come to an end");
}
