//! Listens and waits, for as long as what listens or waits lives.

use js_sys::Function;
use js_sys::Promise;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::EventTarget;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, ms: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Hears an event.
pub struct Listening {
    target: EventTarget,
    event: &'static str,
    listener: Closure<dyn Fn()>,
}

impl Listening {
    /// Starts to listen.
    pub fn to(target: &EventTarget, event: &'static str, then: impl Fn() + 'static) -> Listening {
        let listener: Closure<dyn Fn()> = Closure::new(then);
        // A target takes any listener.
        let _ = target.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        Listening { target: target.clone(), event, listener }
    }

    /// Starts to listen to something global, where there is such a thing.
    pub fn to_global(name: &str, event: &'static str, then: impl Fn() + 'static) -> Option<Listening> {
        let target = global(name)?;
        let listens = Reflect::has(&target, &JsValue::from_str("addEventListener")) == Ok(true);
        listens.then(|| Listening::to(target.unchecked_ref(), event, then))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.event, listener);
    }
}

/// Does something after a while. Keeps no process alive.
pub struct Timer {
    timer: JsValue,
    _then: Closure<dyn FnMut()>,
}

impl Timer {
    /// Starts to wait.
    pub fn after(ms: u64, then: impl FnOnce() + 'static) -> Timer {
        // A longer wait than a timer can do ends early, which does no harm.
        let ms = u32::try_from(ms).unwrap_or(u32::MAX).min(i32::MAX as u32);
        let then = Closure::once(then);
        let timer = set_timeout(then.as_ref().unchecked_ref(), ms);
        // Only Node's timers have this.
        if let Ok(unref) = Reflect::get(&timer, &JsValue::from_str("unref"))
            && let Some(unref) = unref.dyn_ref::<Function>()
        {
            let _ = unref.call0(&timer);
        }
        Timer { timer, _then: then }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}

/// Returns something global; none where there is no such thing.
pub fn global(name: &str) -> Option<JsValue> {
    let value = Reflect::get(&js_sys::global(), &JsValue::from_str(name)).ok()?;
    value.is_object().then_some(value)
}

/// A promise, and what keeps it when it is dropped.
pub fn pledge() -> (Promise, Pledge) {
    let mut keep = None;
    let promise = Promise::new(&mut |resolve, _| keep = Some(resolve));
    (promise, Pledge(keep))
}

/// Keeps a promise when it is dropped.
pub struct Pledge(Option<Function>);

impl Drop for Pledge {
    fn drop(&mut self) {
        if let Some(keep) = &self.0 {
            // Settling a promise does not throw.
            let _ = keep.call0(&JsValue::UNDEFINED);
        }
    }
}
