//! Keeps records in the browser's database, where there is one.
//!
//! Records of one workspace share a prefix; behind it comes the page, for those
//! that belong to one. The database has one store, whose keys and values are
//! texts.

use crate::host::Record;
use js_sys::Array;
use js_sys::Promise;
use js_sys::Reflect;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::IdbDatabase;
use web_sys::IdbFactory;
use web_sys::IdbKeyRange;
use web_sys::IdbOpenDbRequest;
use web_sys::IdbRequest;
use web_sys::IdbTransaction;
use web_sys::IdbTransactionMode;

const DATABASE: &str = "hedgerow";
const STORE: &str = "records";

/// What the keys begin with of records that belong to one page.
const PAGE: &str = "page/";

/// Where records go.
pub struct Storage {
    place: Place,
    workspace: String,
    page: String,
    /// Whether what was to be kept last was kept.
    keeps: Cell<bool>,
}

enum Place {
    /// Nowhere, as was wished.
    Memory,
    /// There is no database, or the browser forbids it.
    Missing,
    Database(IdbDatabase),
}

/// Which records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of the workspace.
    All,
    /// Those that belong to pages.
    Pages,
}

/// A record and the page it belongs to.
pub struct Found {
    /// The page; none if it belongs to all.
    pub page: Option<String>,
    /// Its whole key.
    pub key: String,
    /// The record under the key that its page knows.
    pub record: Record,
}

impl Storage {
    /// Keeps nothing beyond the page.
    pub fn memory() -> Storage {
        Storage::at(Place::Memory, "", "")
    }

    /// Opens the database for a page. Without one, as in Node or where the
    /// browser forbids it, nothing is kept.
    pub async fn open(workspace: &str, page: &str) -> Storage {
        let place = open_database().await.map_or(Place::Missing, Place::Database);
        Storage::at(place, workspace, page)
    }

    fn at(place: Place, workspace: &str, page: &str) -> Storage {
        let (workspace, page) = (format!("{workspace}\u{1f}"), page.to_owned());
        Storage { place, workspace, page, keeps: Cell::new(true) }
    }

    /// Says whether other pages see the records.
    pub fn is_shared(&self) -> bool {
        matches!(self.place, Place::Database(_))
    }

    /// Says whether records survive the page.
    pub fn is_lasting(&self) -> bool {
        self.is_shared() && self.keeps.get()
    }

    /// Returns records of the workspace, by page.
    pub async fn read(&self, part: Part) -> Result<Vec<Found>, JsValue> {
        let read = self.try_read(part).await;
        self.keeps.set(self.keeps.get() && read.is_ok());
        read
    }

    async fn try_read(&self, part: Part) -> Result<Vec<Found>, JsValue> {
        let Place::Database(database) = &self.place else { return Ok(Vec::new()) };
        let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
        let prefix = match part {
            Part::All => self.workspace.clone(),
            Part::Pages => format!("{}{PAGE}", self.workspace),
        };
        let range = IdbKeyRange::bound(
            &JsValue::from_str(&prefix),
            &JsValue::from_str(&format!("{prefix}\u{ffff}")),
        )?;
        let keys = store.get_all_keys_with_key(&range)?;
        let values = store.get_all_with_key(&range)?;
        let keys: Array = JsFuture::from(finished(&keys)).await?.unchecked_into();
        let values: Array = JsFuture::from(finished(&values)).await?.unchecked_into();
        let records = keys.iter().zip(values.iter()).filter_map(|(key, value)| {
            let key = key.as_string()?;
            let name = key.strip_prefix(&self.workspace)?;
            let (page, name) = match name.strip_prefix(PAGE).and_then(|rest| rest.split_once('/')) {
                Some((page, name)) => (Some(page), name),
                None => (None, name),
            };
            let record = Record { key: name.to_owned(), text: value.as_string() };
            Some(Found { page: page.map(str::to_owned), key: key.clone(), record })
        });
        Ok(records.collect())
    }

    /// Keeps records and forgets those under the whole keys `gone`, all or
    /// none.
    pub async fn put(&self, records: &[Record], gone: &[String]) -> Result<(), JsValue> {
        let kept = self.try_put(records, gone).await;
        self.keeps.set(kept.is_ok());
        kept
    }

    async fn try_put(&self, records: &[Record], gone: &[String]) -> Result<(), JsValue> {
        let database = match &self.place {
            Place::Memory => return Ok(()),
            Place::Missing => return Err(JsValue::NULL),
            Place::Database(database) => database,
        };
        let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
        let store = transaction.object_store(STORE)?;
        for Record { key, text } in records {
            let key = match is_common(key) {
                true => format!("{}{key}", self.workspace),
                false => format!("{}{PAGE}{}/{key}", self.workspace, self.page),
            };
            match text {
                Some(text) => store.put_with_key(&JsValue::from_str(text), &JsValue::from_str(&key))?,
                None => store.delete(&JsValue::from_str(&key))?,
            };
        }
        for key in gone {
            store.delete(&JsValue::from_str(key))?;
        }
        JsFuture::from(completed(&transaction)).await?;
        Ok(())
    }
}

/// Says whether a record belongs to all pages: one of what the branch holds.
fn is_common(key: &str) -> bool {
    key.starts_with("content/") || key.starts_with("branch/")
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let Place::Database(database) = &self.place {
            database.close();
        }
    }
}

async fn open_database() -> Result<IdbDatabase, JsValue> {
    let factory = Reflect::get(&js_sys::global(), &JsValue::from_str("indexedDB"))?;
    let factory: IdbFactory = factory.dyn_into()?;
    let opening: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1)?;
    let request = opening.clone();
    let upgrade = Closure::once_into_js(move || {
        let database = request.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            // It exists already if another page was faster.
            let _ = database.create_object_store(STORE);
        }
    });
    opening.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    JsFuture::from(finished(&opening)).await?.dyn_into()
}

/// Makes a promise of a request's result.
fn finished(request: &IdbRequest) -> Promise {
    let request = request.clone();
    Promise::new(&mut |resolve, reject| {
        let source = request.clone();
        let success = Closure::once_into_js(move || {
            let result = source.result().unwrap_or(JsValue::UNDEFINED);
            // Settling a promise does not throw.
            let _ = resolve.call1(&JsValue::UNDEFINED, &result);
        });
        request.set_onsuccess(Some(success.unchecked_ref()));
        request.set_onerror(Some(&reject));
    })
}

/// Makes a promise of a transaction's end.
fn completed(transaction: &IdbTransaction) -> Promise {
    let transaction = transaction.clone();
    Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    })
}
