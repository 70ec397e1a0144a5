//! Conversations as values: a machine says what it needs done until it has its
//! result.
//!
//! Inside, a conversation is ordinary `async` code that asks through a
//! [`Wire`]. Outside, it is a [`Machine`]: [`Machine::next`] says what to do,
//! and the answers are handed in, in any order. There is no executor, thread
//! or clock; the time is whatever the caller says it is.
//!
//! **Invariant:** a machine does the same whenever it gets the same answers
//! in the same order at the same times.

use crate::host::budget::Admission;
use crate::host::budget::Budget;
use crate::host::budget::Purpose;
use crate::host::http::Allowance;
use crate::host::http::Effect;
use crate::host::http::Request;
use crate::host::http::Response;
use crate::order::Map;
use crate::order::Set;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

/// Names one thing that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// Something to be kept beyond the page: a key with its text, or without if it
/// is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub key: String,
    /// What to keep under it.
    pub text: Option<String>,
}

/// Whether records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// They survive the page.
    Kept,
    /// The storage is missing or full.
    Lost,
}

/// How far something has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Files of a load.
    Files {
        /// How many are here.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// A commit is on its way.
    Sending {
        /// The how-manieth try it is.
        attempt: u32,
        /// How many files it has.
        files: usize,
    },
    /// Somebody was faster; the drafts were moved on to the new head.
    Rebased {
        /// The how-manieth time.
        round: u32,
    },
    /// The answer to a commit got lost; the branch is asked for it.
    Probing,
    /// Nothing happens before a point in time.
    Waiting {
        /// When it goes on.
        until_ms: u64,
    },
    /// The storage does not keep what it is given.
    StorageLost,
}

/// What a machine wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Send a request; answer with [`Machine::answered`].
    Send {
        /// To name it in the answer.
        ticket: Ticket,
        /// What to send.
        request: Request,
    },
    /// Let time pass; answer with [`Machine::woken`].
    Wait {
        /// To name it in the answer.
        ticket: Ticket,
        /// How long.
        ms: u64,
    },
    /// Keep records, all or none; answer with [`Machine::stored`].
    Store {
        /// To name it in the answer.
        ticket: Ticket,
        /// What to keep.
        records: Vec<Record>,
    },
    /// Show how far it has come; no answer.
    Show(Progress),
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next<T> {
    /// This is to be done.
    Do(Do),
    /// Answers are awaited.
    Idle,
    /// The conversation is over.
    Done(T),
}

/// The inside of a machine's mouth and ears.
#[derive(Clone, Default)]
pub struct Wire(Rc<RefCell<Desk>>);

#[derive(Default)]
struct Desk {
    now_ms: u64,
    last: u64,
    asked: VecDeque<Do>,
    open: Map<Ticket, Option<Allowance>>,
    writes: Set<Ticket>,
    budget: Budget,
    responses: Map<Ticket, Response>,
    woken: Set<Ticket>,
    stored: Map<Ticket, Stored>,
}

impl Desk {
    fn ticket(&mut self, allowance: Option<Allowance>) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.open.insert(ticket, allowance);
        ticket
    }
}

impl Wire {
    /// Returns the time, in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.0.borrow().now_ms
    }

    /// Says whether the host's allowance permits a request now.
    pub fn admits(&self, purpose: Purpose, allowance: Allowance) -> Admission {
        let desk = self.0.borrow();
        desk.budget.admits(purpose, allowance, desk.now_ms)
    }

    /// Sends a request without waiting for its answer.
    pub fn post(&self, request: Request) -> Ticket {
        let mut desk = self.0.borrow_mut();
        let ticket = desk.ticket(Some(request.allowance));
        if request.effect == Effect::Write {
            desk.writes.insert(ticket);
        }
        desk.asked.push_back(Do::Send { ticket, request });
        ticket
    }

    /// Sends a request and returns its answer.
    pub async fn send(&self, request: Request) -> Response {
        let ticket = self.post(request);
        self.await_on(|desk| desk.responses.remove(&ticket)).await
    }

    /// Returns the first answer to come to one of several requests.
    pub async fn any(&self, tickets: &Set<Ticket>) -> (Ticket, Response) {
        self.await_on(|desk| {
            let ticket = *tickets.iter().find(|ticket| desk.responses.contains_key(ticket))?;
            Some((ticket, desk.responses.remove(&ticket)?))
        })
        .await
    }

    /// Lets time pass.
    pub async fn wait(&self, ms: u64) {
        let ticket = {
            let mut desk = self.0.borrow_mut();
            let ticket = desk.ticket(None);
            desk.asked.push_back(Do::Wait { ticket, ms });
            ticket
        };
        self.await_on(|desk| desk.woken.remove(&ticket).then_some(())).await;
    }

    /// Keeps records.
    pub async fn store(&self, records: Vec<Record>) -> Stored {
        let ticket = {
            let mut desk = self.0.borrow_mut();
            let ticket = desk.ticket(None);
            desk.asked.push_back(Do::Store { ticket, records });
            ticket
        };
        self.await_on(|desk| desk.stored.remove(&ticket)).await
    }

    /// Shows how far it has come.
    pub fn show(&self, progress: Progress) {
        self.0.borrow_mut().asked.push_back(Do::Show(progress));
    }

    async fn await_on<T>(&self, mut ready: impl FnMut(&mut Desk) -> Option<T>) -> T {
        poll_fn(|_| match ready(&mut self.0.borrow_mut()) {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        })
        .await
    }
}

/// A conversation that is under way.
pub struct Machine<T> {
    wire: Wire,
    conversation: Option<Pin<Box<dyn Future<Output = T>>>>,
    result: Option<T>,
}

impl<T> Machine<T> {
    /// Makes a machine of a conversation. Nothing happens before the first [`Machine::next`].
    pub fn new<F: Future<Output = T> + 'static>(conversation: impl FnOnce(Wire) -> F) -> Machine<T> {
        let wire = Wire::default();
        let conversation = Box::pin(conversation(wire.clone()));
        Machine { wire, conversation: Some(conversation), result: None }
    }

    /// Shares what other conversations learn about the host's allowances.
    pub fn with_budget(self, budget: Budget) -> Machine<T> {
        self.wire.0.borrow_mut().budget = budget;
        self
    }

    /// Says what comes next. To be called until it is [`Next::Idle`] or [`Next::Done`].
    pub fn next(&mut self, now_ms: u64) -> Next<T> {
        self.wire.0.borrow_mut().now_ms = now_ms;
        if let Some(wish) = self.pop() {
            return Next::Do(wish);
        }
        if let Some(conversation) = &mut self.conversation
            && let Poll::Ready(result) = conversation.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            self.conversation = None;
            self.result = Some(result);
        }
        match self.pop() {
            Some(wish) => Next::Do(wish),
            None => self.result.take().map_or(Next::Idle, Next::Done),
        }
    }

    fn pop(&mut self) -> Option<Do> {
        self.wire.0.borrow_mut().asked.pop_front()
    }

    /// Hands in what became of a request. An answer that nobody awaits is dropped.
    pub fn answered(&mut self, ticket: Ticket, response: Response) {
        let mut desk = self.wire.0.borrow_mut();
        desk.writes.remove(&ticket);
        let Some(allowance) = desk.open.remove(&ticket) else { return };
        if let (Some(allowance), Response::Answered(answer)) = (allowance, &response) {
            desk.budget.note(allowance, &answer.headers);
        }
        desk.responses.insert(ticket, response);
    }

    /// Says that the time has passed.
    pub fn woken(&mut self, ticket: Ticket) {
        let mut desk = self.wire.0.borrow_mut();
        if desk.open.remove(&ticket).is_some() {
            desk.woken.insert(ticket);
        }
    }

    /// Says whether records are kept.
    pub fn stored(&mut self, ticket: Ticket, stored: Stored) {
        let mut desk = self.wire.0.borrow_mut();
        if desk.open.remove(&ticket).is_some() {
            desk.stored.insert(ticket, stored);
        }
    }

    /// Says whether a write is under way, so that the machine must not be dropped now.
    pub fn is_writing(&self) -> bool {
        !self.wire.0.borrow().writes.is_empty()
    }
}
