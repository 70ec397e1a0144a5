//! Does what a machine wants done until it is done itself.

use super::events::Listening;
use super::fetch;
use super::storage::Storage;
use crate::api::Progress;
use crate::api::Workspace;
use crate::host::Do;
use crate::host::Fingerprint;
use crate::host::Machine;
use crate::host::Next;
use crate::host::Record;
use crate::host::Response;
use crate::host::Scheme;
use crate::host::Stored;
use crate::host::Ticket;
use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use js_sys::Function;
use std::cell::Cell;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::task::Waker;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortSignal;

/// What a machine is driven with.
#[derive(Clone)]
pub struct Driver {
    /// Gives the token at each request.
    pub token: Function,
    /// How the host wants it.
    pub scheme: Scheme,
    /// Where records go.
    pub storage: Rc<Storage>,
    /// Hears how far it has come.
    pub progress: Rc<dyn Fn(Progress)>,
    /// The token that was sent last, as what tells it from another.
    pub sent: Rc<Cell<Option<Fingerprint>>>,
    /// Records of saves that the turn under way has written.
    pub written: Rc<RefCell<Vec<Record>>>,
}

/// The caller gave up.
pub struct Aborted;

enum Happened {
    Answered(Ticket, Response),
    Woken(Ticket),
    Stored(Ticket, Stored),
    /// The caller gave up.
    Aborted,
}

/// What happened since the machine was asked last, and who waits for it.
#[derive(Default)]
struct Inbox {
    happened: VecDeque<Happened>,
    waker: Option<Waker>,
}

fn tell(inbox: &RefCell<Inbox>, happened: Happened) {
    let mut inbox = inbox.borrow_mut();
    inbox.happened.push_back(happened);
    if let Some(waker) = inbox.waker.take() {
        waker.wake();
    }
}

/// Drives a machine to its end. An aborted one is dropped, unless a write is
/// under way: that is waited for.
pub async fn drive<T>(
    mut machine: Machine<T>,
    driver: &Driver,
    signal: Option<&AbortSignal>,
) -> Result<T, Aborted> {
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    let _listening = signal.map(|signal| {
        let inbox = inbox.clone();
        Listening::to(signal, "abort", move || tell(&inbox, Happened::Aborted))
    });
    loop {
        if signal.is_some_and(AbortSignal::aborted) && !machine.is_writing() {
            return Err(Aborted);
        }
        match machine.next(now_ms()) {
            Next::Done(result) => return Ok(result),
            Next::Do(wish) => start(wish, driver, &inbox),
            Next::Idle => {
                let happened = poll_fn(|context| {
                    let mut inbox = inbox.borrow_mut();
                    match inbox.happened.pop_front() {
                        Some(happened) => Poll::Ready(happened),
                        None => {
                            inbox.waker = Some(context.waker().clone());
                            Poll::Pending
                        }
                    }
                });
                match happened.await {
                    Happened::Answered(ticket, response) => machine.answered(ticket, response),
                    Happened::Woken(ticket) => machine.woken(ticket),
                    Happened::Stored(ticket, stored) => machine.stored(ticket, stored),
                    Happened::Aborted => {}
                }
            }
        }
    }
}

fn start(wish: Do, driver: &Driver, inbox: &Rc<RefCell<Inbox>>) {
    let inbox = inbox.clone();
    match wish {
        Do::Send { ticket, request } => {
            let driver = driver.clone();
            spawn_local(async move {
                let response = fetch::send(request, &driver).await;
                tell(&inbox, Happened::Answered(ticket, response));
            });
        }
        Do::Wait { ticket, ms } => spawn_local(async move {
            TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
            tell(&inbox, Happened::Woken(ticket));
        }),
        Do::Store { ticket, records } => {
            let storage = driver.storage.clone();
            let saves = records.iter().filter(|record| Workspace::is_save(record));
            driver.written.borrow_mut().extend(saves.cloned());
            spawn_local(async move {
                let stored = keep(&storage, &records).await;
                tell(&inbox, Happened::Stored(ticket, stored));
            });
        }
        Do::Show(progress) => (driver.progress)(progress.into()),
    }
}

/// Keeps records, and says whether they survive the page.
pub async fn keep(storage: &Storage, records: &[Record]) -> Stored {
    match storage.put(records, &[]).await {
        Ok(()) => Stored::Kept,
        Err(_) => Stored::Lost,
    }
}

/// Returns the time, in milliseconds since 1970.
pub fn now_ms() -> u64 {
    Date::now() as u64
}

/// Says why an aborted call has no answer.
pub fn aborted() -> JsValue {
    super::convert::thrown("aborted", "the call was aborted")
}
