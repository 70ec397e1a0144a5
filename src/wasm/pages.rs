//! The pages over one store of records: who may send, who lives, and what they
//! tell each other.
//!
//! The browser's locks answer the first two, for it drops those of a page that
//! crashed. Where there are none, or nothing is shared, a page is alone.

use super::drive::Aborted;
use super::events::Listening;
use super::events::Pledge;
use super::events::global;
use super::events::pledge;
use js_sys::Array;
use js_sys::Function;
use js_sys::Promise;
use js_sys::Reflect;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortSignal;
use web_sys::BroadcastChannel;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, callback: &Function) -> Promise;
    #[wasm_bindgen(method)]
    fn query(this: &Locks) -> Promise;
}

/// This page among those over the same records.
pub struct Pages {
    name: String,
    me: String,
    locks: Option<Locks>,
    channel: Option<BroadcastChannel>,
    /// Settled when the last turn that was asked for here is over.
    last: RefCell<Promise>,
}

impl Pages {
    /// A page that shares its records with nobody.
    pub fn alone() -> Pages {
        let last = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
        Pages { name: String::new(), me: String::new(), locks: None, channel: None, last }
    }

    /// A page called `me` over the records of `workspace`.
    pub fn over(workspace: &str, me: &str) -> Pages {
        let navigator = global("navigator");
        let locks =
            navigator.and_then(|navigator| Reflect::get(&navigator, &JsValue::from_str("locks")).ok());
        let locks = locks.filter(JsValue::is_object).map(|locks| locks.unchecked_into());
        let name = format!("hedgerow {workspace}");
        let channel = BroadcastChannel::new(&name).ok();
        Pages { name, me: me.to_owned(), locks, channel, ..Pages::alone() }
    }

    /// Returns the name of this page.
    pub fn me(&self) -> &str {
        &self.me
    }

    /// Says to the others that this page lives, until the answer is dropped.
    pub async fn live(&self) -> Option<Pledge> {
        self.hold(&format!("{} page {}", self.name, self.me)).await
    }

    /// Waits until no other page takes up what pages have left.
    pub async fn inherit(&self) -> Option<Pledge> {
        self.hold(&format!("{} heirs", self.name)).await
    }

    /// Waits until nobody else sends, here or in another page, and has the
    /// others wait until the answer is dropped.
    pub async fn turn(&self, signal: Option<&AbortSignal>) -> Result<Pledge, Aborted> {
        let (granted, held) = match &self.locks {
            Some(locks) => request(locks, &self.name),
            None => {
                let (over, held) = pledge();
                (self.last.replace(over), held)
            }
        };
        match signal {
            None => drop(JsFuture::from(granted).await),
            Some(signal) => {
                let (aborted, end) = pledge();
                let end = RefCell::new(Some(end));
                let _listening = Listening::to(signal, "abort", move || drop(end.take()));
                if !signal.aborted() {
                    let _ = JsFuture::from(Promise::race(&Array::of2(&granted, &aborted))).await;
                }
                if signal.aborted() {
                    return Err(Aborted);
                }
            }
        }
        Ok(held)
    }

    /// Says whether it is known which other pages live.
    pub fn knows_living(&self) -> bool {
        self.locks.is_some()
    }

    /// Returns the pages that live.
    pub async fn living(&self) -> Vec<String> {
        let mut living = vec![self.me.clone()];
        let Some(locks) = &self.locks else { return living };
        let get = |value: &JsValue, name: &str| Reflect::get(value, &JsValue::from_str(name)).ok();
        let snapshot = JsFuture::from(locks.query()).await.ok();
        let held = snapshot.and_then(|snapshot| get(&snapshot, "held")?.dyn_into::<Array>().ok());
        let prefix = format!("{} page ", self.name);
        living.extend(held.unwrap_or_default().iter().filter_map(|lock| {
            let name = get(&lock, "name")?.as_string()?;
            name.strip_prefix(&prefix).map(str::to_owned)
        }));
        living
    }

    /// Tells the other pages that the branch has moved.
    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            // It fails only after it was closed.
            let _ = channel.post_message(&JsValue::NULL);
        }
    }

    /// Hears that another page has moved the branch.
    pub fn hear(&self, then: impl Fn() + 'static) -> Option<Listening> {
        self.channel.as_ref().map(|channel| Listening::to(channel, "message", then))
    }

    /// Neither tells nor hears any more.
    pub fn close(&self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }

    async fn hold(&self, name: &str) -> Option<Pledge> {
        let (granted, held) = request(self.locks.as_ref()?, name);
        let _ = JsFuture::from(granted).await;
        Some(held)
    }
}

/// Asks for a lock. Returns a promise that it was granted, and what gives it
/// back, before that too. One that the browser refuses counts as granted: it
/// guards what another guard stands behind.
fn request(locks: &Locks, name: &str) -> (Promise, Pledge) {
    let (granted, grant) = pledge();
    let (over, held) = pledge();
    let callback = Closure::once_into_js(move || {
        drop(grant);
        JsValue::from(over)
    });
    let asked = locks.request(name, callback.unchecked_ref());
    (Promise::race(&Array::of2(&granted, &settled(asked))), held)
}

/// Returns a promise that another is settled, well or not.
fn settled(promise: Promise) -> Promise {
    let (settled, settle) = pledge();
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
        drop(settle);
    });
    settled
}
