//! Keeps records in the browser's database, where there is one.
//!
//! Records of one workspace share a prefix. The database has one store, whose
//! keys and values are texts.

use crate::host::Record;
use js_sys::Array;
use js_sys::Promise;
use js_sys::Reflect;
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

/// Where records go.
pub struct Storage {
    place: Place,
    prefix: String,
}

enum Place {
    /// Nowhere, as was wished.
    Memory,
    /// There is no database, or the browser forbids it.
    Missing,
    Database(IdbDatabase),
}

impl Storage {
    /// Keeps nothing beyond the page.
    pub fn memory() -> Storage {
        Storage { place: Place::Memory, prefix: String::new() }
    }

    /// Keeps nothing, for the database cannot be used.
    pub fn missing() -> Storage {
        Storage { place: Place::Missing, prefix: String::new() }
    }

    /// Opens the database. Without one, as in Node or where the browser forbids
    /// it, nothing is kept.
    pub async fn open(workspace: &str) -> Storage {
        let place = open_database().await.map_or(Place::Missing, Place::Database);
        Storage { place, prefix: format!("{workspace}\u{1f}") }
    }

    /// Says whether records survive the page.
    pub fn is_lasting(&self) -> bool {
        matches!(self.place, Place::Database(_))
    }

    /// Returns all records of the workspace.
    pub async fn all(&self) -> Result<Vec<Record>, JsValue> {
        let Place::Database(database) = &self.place else { return Ok(Vec::new()) };
        let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
        let range = IdbKeyRange::bound(
            &JsValue::from_str(&self.prefix),
            &JsValue::from_str(&format!("{}\u{ffff}", self.prefix)),
        )?;
        let keys = store.get_all_keys_with_key(&range)?;
        let values = store.get_all_with_key(&range)?;
        let keys: Array = JsFuture::from(finished(&keys)).await?.unchecked_into();
        let values: Array = JsFuture::from(finished(&values)).await?.unchecked_into();
        let records = keys.iter().zip(values.iter()).filter_map(|(key, value)| {
            let key = key.as_string()?.strip_prefix(&self.prefix)?.to_owned();
            Some(Record { key, text: value.as_string() })
        });
        Ok(records.collect())
    }

    /// Keeps records, all or none.
    pub async fn put(&self, records: &[Record]) -> Result<(), JsValue> {
        let database = match &self.place {
            Place::Memory => return Ok(()),
            Place::Missing => return Err(JsValue::NULL),
            Place::Database(database) => database,
        };
        let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
        let store = transaction.object_store(STORE)?;
        for record in records {
            let key = JsValue::from_str(&format!("{}{}", self.prefix, record.key));
            match &record.text {
                Some(text) => store.put_with_key(&JsValue::from_str(text), &key)?,
                None => store.delete(&key)?,
            };
        }
        JsFuture::from(completed(&transaction)).await?;
        Ok(())
    }
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
