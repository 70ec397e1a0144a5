//! A workspace that is open: what its value wants done is done, also with
//! nobody asking.
//!
//! One turn runs at a time, here and in the other pages over the same records.
//! No borrow is held over an await.

use super::convert;
use super::drive::Aborted;
use super::drive::Driver;
use super::drive::drive;
use super::drive::now_ms;
use super::events::Listening;
use super::events::Pledge;
use super::events::Timer;
use super::fetch;
use super::pages::Pages;
use super::storage::Found;
use super::storage::Part;
use crate::api::Progress;
use crate::api::SyncAnswer;
use crate::api::Tick;
use crate::api::Turning;
use crate::api::Workspace;
use crate::host::Record;
use crate::plan::OperationId;
use crate::sync::Past;
use crate::sync::Step;
use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use js_sys::Math;
use serde::Serialize;
use std::cell::Cell;
use std::cell::RefCell;
use std::rc::Rc;
use std::rc::Weak;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortSignal;

/// Functions of the caller by the event they listen to.
pub type Listeners = Rc<RefCell<Vec<(String, Function)>>>;

/// A workspace with all that it needs.
pub struct Running {
    /// The workspace itself.
    pub workspace: RefCell<Workspace>,
    /// What its machines are driven with.
    pub driver: Driver,
    /// Who hears of it.
    pub listeners: Listeners,
    /// The pages over the same records.
    pub pages: Pages,
    /// What ends when it is closed.
    life: RefCell<Option<Life>>,
    /// Files that have drafts of other pages, as far as is known.
    elsewhere: Cell<usize>,
}

/// What ends when a workspace is closed.
#[derive(Default)]
struct Life {
    /// Says to other pages that what is kept here is seen to. Work that is under
    /// way at the end still has it.
    presence: Option<Rc<Pledge>>,
    listening: Vec<Listening>,
    timer: Option<Timer>,
    /// When the last turn ended; none before the branch was asked for.
    turned_ms: Option<u64>,
}

/// How long a page that is gone may count as living.
const LAST_BREATH_MS: u32 = 250;

/// What is taken up of pages that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Legacy {
    /// Everything.
    All,
    /// Saves alone: drafts wait for a page that is opened.
    Saves,
}

impl Running {
    /// Starts to run a workspace, with what was kept of it.
    pub async fn start(
        workspace: Workspace,
        driver: Driver,
        listeners: Listeners,
        pages: Pages,
    ) -> Rc<Running> {
        let presence = pages.live().await.map(Rc::new);
        let life = RefCell::new(Some(Life { presence, ..Life::default() }));
        let (workspace, elsewhere) = (RefCell::new(workspace), Cell::new(0));
        let running = Rc::new(Running { workspace, driver, listeners, pages, life, elsewhere });
        running.restore().await;
        running.listen();
        running
    }

    /// Says whether it was not closed.
    pub fn is_open(&self) -> bool {
        self.life.borrow().is_some()
    }

    /// Starts to hear of the network and of other pages.
    fn listen(self: &Rc<Running>) {
        let hear = |then: fn(Rc<Running>)| {
            let this = Rc::downgrade(self);
            move || this.upgrade().into_iter().for_each(then)
        };
        let online = Listening::to_global("self", "online", hear(Running::connected));
        let shown = Listening::to_global("document", "visibilitychange", hear(|this| this.plan()));
        let moved = self.pages.hear(hear(Running::look));
        if let Some(life) = self.life.borrow_mut().as_mut() {
            life.listening = [online, shown, moved].into_iter().flatten().collect();
        }
    }

    /// Ends what it does by itself.
    pub fn close(&self) {
        let life = self.life.take();
        self.listeners.borrow_mut().clear();
        self.pages.close();
        drop(life);
    }

    /// Reads the branch, and takes a turn if there is work.
    pub async fn load(self: &Rc<Running>, signal: Option<&AbortSignal>) -> Result<(), Aborted> {
        let _presence = self.presence();
        self.adopt(Legacy::All).await;
        let machine = self.workspace.borrow().opening();
        let opened = drive(machine, &self.driver, signal).await?;
        let done = self.workspace.borrow_mut().opened(opened);
        self.turned();
        let is_due = done.is_ok() && !self.workspace.borrow().is_offline();
        if is_due && self.workspace.borrow().has_work() {
            self.turn(signal, None).await?;
        }
        self.tell();
        Ok(())
    }

    /// Takes a turn, as soon as nobody else does; none before the branch was
    /// read, or if it is known by then what became of the save `awaited`.
    pub async fn turn(
        self: &Rc<Running>,
        signal: Option<&AbortSignal>,
        awaited: Option<&OperationId>,
    ) -> Result<Option<SyncAnswer>, Aborted> {
        let _presence = self.presence();
        let _held = self.pages.turn(signal).await?;
        if awaited.is_some_and(|operation| self.workspace.borrow().is_answered(operation)) {
            return Ok(None);
        }
        self.adopt(Legacy::Saves).await;
        let tick = Tick { now_ms: now_ms(), seed: draw() };
        let turning = self.workspace.borrow_mut().turning(tick);
        let Some(Turning { machine, kept }) = turning else { return Ok(None) };
        self.driver.written.borrow_mut().clear();
        if self.workspace.borrow().is_sending() {
            self.tell();
        }
        let turned = drive(machine, &self.driver, signal).await;
        let written = self.driver.written.take();
        let answer = {
            let mut workspace = self.workspace.borrow_mut();
            match turned {
                Ok(turned) => {
                    let answer = workspace.turned(&kept, turned);
                    workspace.not_kept(&written);
                    Ok(answer)
                }
                Err(aborted) => {
                    workspace.given_up(&kept, &written);
                    Err(aborted)
                }
            }
        };
        self.save();
        self.turned();
        let answer = answer?;
        let saved = self.workspace.borrow_mut().tidings();
        saved.iter().for_each(|saved| self.emit("saved", saved));
        if !answer.landed.is_empty() {
            self.pages.tell();
        }
        Ok(Some(answer))
    }

    /// Takes up what was kept of the branch, and what pages that are gone have
    /// left.
    async fn restore(&self) {
        let Ok(found) = self.driver.storage.read(Part::All).await else { return };
        let common = found.into_iter().filter(|found| found.page.is_none());
        let common: Vec<Record> = common.map(|found| found.record).collect();
        self.workspace.borrow_mut().restore(&common);
        self.adopt(Legacy::All).await;
        if self.elsewhere.get() > 0 {
            // The page that this one comes after may not be gone for the browser yet.
            TimeoutFuture::new(LAST_BREATH_MS).await;
            self.adopt(Legacy::All).await;
        }
    }

    /// Returns how many files have drafts of other pages, as far as is known.
    pub fn elsewhere(&self) -> usize {
        self.elsewhere.get()
    }

    /// Takes up what pages that are gone have left, and keeps it as its own.
    async fn adopt(&self, legacy: Legacy) {
        let storage = &self.driver.storage;
        if !storage.is_shared() || (legacy == Legacy::Saves && !self.pages.knows_living()) {
            return;
        }
        let _alone = self.pages.inherit().await;
        let living = self.pages.living().await;
        // What cannot be read now is there the next time.
        let Ok(found) = storage.read(Part::Pages).await else { return };
        let lives = |found: &Found| found.page.as_ref().is_some_and(|page| living.contains(page));
        let (others, left): (Vec<Found>, Vec<Found>) = found.into_iter().partition(lives);
        let me = Some(self.pages.me());
        let is_foreign = |found: &&Found| found.page.as_deref() != me && Workspace::is_draft(&found.record);
        let mut elsewhere = others.iter().filter(is_foreign).count();
        let mut gone = Vec::new();
        let records = {
            let mut workspace = self.workspace.borrow_mut();
            for Found { page, key, record } in left {
                let is_wanted = legacy == Legacy::All || Workspace::is_save(&record);
                if is_wanted && workspace.adopt(&page.unwrap_or_default(), &record) {
                    gone.push(key);
                } else if Workspace::is_draft(&record) {
                    elsewhere += 1;
                }
            }
            if gone.is_empty() { Vec::new() } else { workspace.unsaved() }
        };
        self.elsewhere.set(elsewhere);
        if !gone.is_empty() && storage.put(&records, &gone).await.is_err() {
            self.workspace.borrow_mut().not_kept(&records);
        }
    }

    /// Keeps records, and tells if they do not survive the page.
    pub async fn keep(&self, records: Vec<Record>) {
        if !records.is_empty() && self.driver.storage.put(&records, &[]).await.is_err() {
            self.workspace.borrow_mut().not_kept(&records);
            (self.driver.progress)(crate::host::Progress::StorageLost.into());
        }
    }

    /// Keeps what there is now.
    pub fn save(self: &Rc<Running>) {
        let records = self.workspace.borrow_mut().unsaved();
        let (this, presence) = (Rc::clone(self), self.presence());
        spawn_local(async move {
            this.keep(records).await;
            drop(presence);
        });
    }

    /// Tells how it is.
    pub fn tell(&self) {
        let status = self.workspace.borrow().status();
        self.emit("status", &status);
    }

    fn emit<T: Serialize>(&self, event: &str, detail: &T) {
        emit(&self.listeners, event, detail);
    }

    /// Returns what work that is under way holds on to until it is done.
    pub fn presence(&self) -> Option<Rc<Pledge>> {
        self.life.borrow().as_ref()?.presence.clone()
    }

    /// Takes note that a turn has ended.
    fn turned(self: &Rc<Running>) {
        if let Some(life) = self.life.borrow_mut().as_mut() {
            life.turned_ms = Some(now_ms());
        }
        self.plan();
    }

    /// Sets the time of the next step that nobody asks for.
    fn plan(self: &Rc<Running>) {
        let mut life = self.life.borrow_mut();
        let Some(life) = life.as_mut() else { return };
        let Some(turned_ms) = life.turned_ms else { return };
        let past = Past { turned_ms, now_ms: now_ms() };
        let next = self.workspace.borrow().next_step(past, draw());
        life.timer = next.map(|(step, ms)| {
            let this = Rc::downgrade(self);
            Timer::after(ms, move || Running::step(&this, step))
        });
    }

    fn step(this: &Weak<Running>, step: Step) {
        let Some(this) = this.upgrade() else { return };
        spawn_local(async move {
            let is_worth_it = match step {
                Step::Turn => true,
                Step::AskToken => {
                    let token = fetch::ask(&this.driver.token).await;
                    token.is_some_and(|token| this.driver.sent.get() != Some(token.fingerprint()))
                }
            };
            if is_worth_it { this.move_on().await } else { this.plan() }
        });
    }

    /// Does what a caller would do to bring the outbox on its way.
    async fn move_on(self: &Rc<Running>) {
        if !self.is_open() {
            return;
        }
        let is_loaded = self.workspace.borrow().is_loaded();
        // There is no signal that could abort it.
        if is_loaded {
            let _ = self.turn(None, None).await;
            self.tell();
        } else {
            let _ = self.load(None).await;
        }
    }

    fn connected(self: Rc<Running>) {
        self.workspace.borrow_mut().connected();
        self.plan();
    }

    /// Looks at a branch that was read before.
    fn look(self: Rc<Running>) {
        if self.workspace.borrow().is_loaded() {
            spawn_local(async move { self.move_on().await });
        }
    }
}

/// Tells listeners of an event.
pub fn emit<T: Serialize>(listeners: &Listeners, event: &str, detail: &T) {
    let Ok(detail) = convert::encode(detail) else { return };
    let all: Vec<Function> = listeners
        .borrow()
        .iter()
        .filter(|(name, _)| name == event)
        .map(|(_, listener)| listener.clone())
        .collect();
    for listener in all {
        // What a listener throws is its own affair.
        let _ = listener.call1(&JsValue::UNDEFINED, &detail);
    }
}

/// Hands progress on to listeners.
pub fn progress_to(listeners: &Listeners) -> Rc<dyn Fn(Progress)> {
    let listeners = Rc::clone(listeners);
    Rc::new(move |progress| emit(&listeners, "progress", &progress))
}

/// Draws a number by chance.
pub fn draw() -> u64 {
    (Math::random() * 9_007_199_254_740_992.0) as u64
}
