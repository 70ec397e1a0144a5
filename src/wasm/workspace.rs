//! `openWorkspace`.
//!
//! The workspace itself is a value of `api`; here it is shared between calls,
//! and what it wants done is done. No borrow is held over an await.

use super::convert;
use super::drive::Driver;
use super::drive::aborted;
use super::drive::drive;
use super::drive::keep;
use super::drive::now_ms;
use super::fabric::contents_of;
use super::storage::Storage;
use crate::api;
use crate::api::Committing;
use crate::api::Edit;
use crate::api::Json;
use crate::api::Moment;
use crate::api::Progress;
use crate::api::ResourceId;
use crate::api::StorageOption;
use crate::api::WorkspaceOptions;
use crate::host::Record;
use crate::host::Stored;
use crate::plan::OperationId;
use js_sys::Function;
use js_sys::Math;
use js_sys::Promise;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortSignal;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a workspace is opened with. */
export interface WorkspaceOptions {
    /** The repository. */
    host: HostOption;
    /** The branch. Default: the repository's default branch. */
    branch?: string;
    /** The fabrics in it. */
    fabrics: FabricOption[];
    /** Asked for at each request; what it gives is never kept elsewhere. */
    token: () => string | Promise<string>;
    /** Where drafts and saves are kept. Default: `indexeddb`, in memory where there is none. */
    storage?: 'indexeddb' | 'memory';
    /** Ends the opening. */
    signal?: AbortSignal;
    /** How to validate. */
    validate?: ValidateOptions;
    /** How to merge. */
    merge?: MergeOptions;
}

/** Ends a long call. A write under way is not ended. */
export interface CallOptions {
    signal?: AbortSignal;
}

/** What a workspace says without being asked. */
export interface WorkspaceEvents {
    /** How far a long call has come. */
    progress: Progress;
    /** How the workspace is now. */
    status: StatusAnswer;
}

/** How a workspace is. */
export type Status = StatusAnswer;
";

/// Opens a workspace: takes up the drafts and saves that were kept. Nothing is
/// asked of the host before `load()`.
#[wasm_bindgen(js_name = openWorkspace)]
pub async fn open_workspace(
    #[wasm_bindgen(unchecked_param_type = "WorkspaceOptions")] options: JsValue,
) -> Result<Workspace, JsValue> {
    let (options, [token, signal, validate, merge]) =
        convert::apart("openWorkspace", &options, ["token", "signal", "validate", "merge"])?;
    let Ok(token) = token.dyn_into::<Function>() else {
        return Err(convert::misuse("openWorkspace: `token` is a function that gives the token"));
    };
    let signal = signal_of(&signal)?;
    let (validate, [crds]) = convert::apart("validate", &validate, ["crds"])?;
    let (merge, [merge_crds]) = convert::apart("merge", &merge, ["crds"])?;
    let mut all_crds = contents_of("crds", &crds)?;
    all_crds.extend(contents_of("crds", &merge_crds)?);
    let mut options: WorkspaceOptions = convert::decode("openWorkspace", &options)?;
    options.validate = convert::options(&validate)?;
    options.merge = convert::options(&merge)?;
    let key = options.storage_key();
    let mut storage = match options.storage {
        StorageOption::IndexedDb => Storage::open(&key).await,
        StorageOption::Memory => Storage::memory(),
    };
    let mut workspace = api::Workspace::new(options, all_crds).map_err(|error| convert::error(&error))?;
    match storage.all().await {
        Ok(records) => workspace.restore(&records),
        // What cannot be read must not be written over.
        Err(_) => storage = Storage::missing(),
    }
    if signal.is_some_and(|signal| signal.aborted()) {
        return Err(aborted());
    }
    let listeners = Rc::new(RefCell::new(Vec::new()));
    let driver = Driver {
        token,
        scheme: workspace.session().host.scheme(),
        storage: Rc::new(storage),
        progress: Rc::new({
            let listeners = Rc::clone(&listeners);
            move |progress: Progress| emit(&listeners, "progress", &progress)
        }),
    };
    Ok(Workspace { shared: Rc::new(RefCell::new(workspace)), driver, listeners })
}

type Listeners = Rc<RefCell<Vec<(String, Function)>>>;

/// A branch of a repository, with the drafts of one person.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Workspace {
    shared: Rc<RefCell<api::Workspace>>,
    driver: Driver,
    listeners: Listeners,
}

#[wasm_bindgen]
impl Workspace {
    /// Reads the branch, moves drafts that were kept on to it, and sends what
    /// the outbox holds.
    #[wasm_bindgen(unchecked_return_type = "Status")]
    pub async fn load(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let signal = call_signal(&options)?;
        let machine = self.shared.borrow().opening();
        let opened = drive(machine, &self.driver, signal.as_ref()).await.map_err(|_| aborted())?;
        let done = self.shared.borrow_mut().opened(opened);
        if done.is_ok() && self.shared.borrow().has_work() {
            self.turn(signal.as_ref()).await?;
        }
        self.tell();
        self.status()
    }

    /// Reads the branch's news, moves the drafts on to them, and sends what the
    /// outbox holds.
    #[wasm_bindgen(unchecked_return_type = "SyncAnswer")]
    pub async fn sync(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let signal = call_signal(&options)?;
        if !self.shared.borrow().is_loaded() {
            self.load(options).await?;
        }
        let answer = self.turn(signal.as_ref()).await?;
        self.tell();
        match answer {
            Some(answer) => convert::encode(&answer),
            None => convert::encode(&self.shared.borrow().unread()),
        }
    }

    /// How the workspace is.
    #[wasm_bindgen(unchecked_return_type = "Status")]
    pub fn status(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.shared.borrow().status())
    }

    /// The branch's name; undefined before the first load.
    #[wasm_bindgen(getter)]
    pub fn branch(&self) -> Option<String> {
        self.shared.borrow().branch().map(str::to_owned)
    }

    /// Whether drafts and saves survive the page.
    #[wasm_bindgen(getter, js_name = isLasting)]
    pub fn is_lasting(&self) -> bool {
        self.driver.storage.is_lasting()
    }

    /// The resources with the drafts; a page of them, or all.
    #[wasm_bindgen(unchecked_return_type = "WorkspacePage")]
    pub fn resources(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "{ offset: number; limit: number }")] page: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let page: convert::PageOption = convert::options(page)?;
        convert::encode(&self.shared.borrow().resources(page.offset, page.limit))
    }

    /// The file a resource is in, with its draft.
    #[wasm_bindgen(unchecked_return_type = "WorkspaceFile")]
    pub fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ResourceId")] id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id: ResourceId = convert::decode("read", id)?;
        answer(self.shared.borrow().read(&id))
    }

    /// The text of a file with its draft, also of one that says nothing of a
    /// resource any more; undefined where there is no such file.
    pub fn text(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] path: &JsValue,
    ) -> Result<Option<String>, JsValue> {
        let path = convert::text("text: `path`", path)?;
        Ok(self.shared.borrow().text(&path))
    }

    /// Changes fields of a resource, as a draft.
    #[wasm_bindgen(unchecked_return_type = "DraftAnswer")]
    pub fn edit(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ResourceId")] id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Edit[]")] edits: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id: ResourceId = convert::decode("edit", id)?;
        let edits: Vec<Edit> = convert::decode("edits", edits)?;
        let edited = self.shared.borrow_mut().edit(&id, edits);
        self.drafted(edited)
    }

    /// Puts a text in the place of a file's, as a draft; `null` takes the file
    /// away.
    #[wasm_bindgen(unchecked_return_type = "DraftAnswer")]
    pub fn write(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] path: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "Content | null")] content: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let content = if content.is_null() { None } else { Some(convert::content("write", content)?) };
        let path = convert::text("write: `path`", path)?;
        let written = self.shared.borrow_mut().write(&path, content);
        self.drafted(written)
    }

    /// Adds a resource, in a file of its own, as a draft.
    #[wasm_bindgen(unchecked_return_type = "DraftAnswer")]
    pub fn create(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Json")] value: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "CreateOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let value: Json = convert::decode("create", value)?;
        let options = convert::decode("create", options)?;
        let created = self.shared.borrow_mut().create(value, &options);
        self.drafted(created)
    }

    /// Takes a resource away, as a draft.
    #[wasm_bindgen(unchecked_return_type = "DraftAnswer")]
    pub fn remove(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ResourceId")] id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id: ResourceId = convert::decode("remove", id)?;
        let removed = self.shared.borrow_mut().remove(&id);
        self.drafted(removed)
    }

    /// Gives up the draft of a resource's file, or all drafts.
    pub fn discard(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ResourceId")] id: &JsValue,
    ) -> Result<(), JsValue> {
        let id: Option<ResourceId> = match id.is_undefined() || id.is_null() {
            true => None,
            false => Some(convert::decode("discard", id)?),
        };
        let done = self.shared.borrow_mut().discard(id.as_ref());
        self.changed();
        done.map_err(|error| convert::error(&error))
    }

    /// What validation says about the fabrics, drafts included.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.shared.borrow().report())
    }

    /// What the next commit would change.
    #[wasm_bindgen(unchecked_return_type = "Preview")]
    pub fn preview(&self) -> Result<JsValue, JsValue> {
        answer(self.shared.borrow().preview())
    }

    /// Sends the drafts as they are now as one commit. What the host does wrong
    /// is an answer.
    #[wasm_bindgen(unchecked_return_type = "Promise<CommitAnswer>")]
    pub fn commit(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CommitOptions")] options: &JsValue,
    ) -> Promise {
        // The drafts are taken before the call returns: what is edited later
        // belongs to the next commit.
        let committing = self.committing(options);
        let this = self.clone();
        future_to_promise(async move {
            let commit = match committing? {
                Committing::Answered(answer) => {
                    this.changed();
                    return convert::encode(&answer);
                }
                Committing::Send(commit) => *commit,
            };
            // Kept before it is sent, so that it survives whatever comes.
            this.keep(commit.records).await;
            this.tell();
            let turned = drive(commit.machine, &this.driver, None).await.map_err(|_| aborted())?;
            let answer = this.shared.borrow_mut().committed(&commit.operation, &commit.kept, turned);
            this.changed();
            convert::encode(&answer)
        })
    }

    /// The conflicts that are not settled yet.
    #[wasm_bindgen(unchecked_return_type = "Conflict[]")]
    pub fn conflicts(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.shared.borrow().conflicts())
    }

    /// All conflicts between drafts and branch, settled ones too.
    #[wasm_bindgen(js_name = allConflicts, unchecked_return_type = "Conflict[]")]
    pub fn all_conflicts(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.shared.borrow().all_conflicts())
    }

    /// Settles conflicts, and gives those that are left. The choices take
    /// effect with the next commit.
    #[wasm_bindgen(unchecked_return_type = "Conflict[]")]
    pub fn choose(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Choice[]")] choices: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let choices = convert::decode("choose", choices)?;
        let left = self.shared.borrow_mut().choose(choices);
        self.changed();
        answer(left)
    }

    /// Takes choices back, by the ids of their conflicts.
    #[wasm_bindgen(unchecked_return_type = "Conflict[]")]
    pub fn withdraw(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string[]")] conflicts: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let conflicts: Vec<String> = convert::decode("withdraw", conflicts)?;
        let left = self.shared.borrow_mut().withdraw(&conflicts);
        self.changed();
        answer(left)
    }

    /// All drafts as a patch that `git apply` takes.
    pub fn export(&self) -> String {
        self.shared.borrow().export()
    }

    /// Listens to an event. Gives a function that ends the listening.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn on(
        &self,
        #[wasm_bindgen(unchecked_param_type = "keyof WorkspaceEvents")] event: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "(detail: any) => void")] listener: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let event = event.as_string().filter(|event| event == "progress" || event == "status");
        let event = event.ok_or_else(|| convert::misuse("on: the events are `progress` and `status`"))?;
        let Some(listener) = listener.dyn_ref::<Function>().cloned() else {
            return Err(convert::misuse("on: a listener is a function"));
        };
        self.listeners.borrow_mut().push((event.clone(), listener.clone()));
        let listeners = Rc::clone(&self.listeners);
        let off: Closure<dyn Fn()> = Closure::new(move || {
            listeners.borrow_mut().retain(|(name, other)| *name != event || *other != listener);
        });
        Ok(off.into_js_value())
    }

    /// Forgets the listeners. Drafts and saves stay where they are kept.
    pub fn close(&self) {
        self.listeners.borrow_mut().clear();
    }
}

impl Workspace {
    fn committing(&self, options: &JsValue) -> Result<Committing, JsValue> {
        let options = convert::decode("commit", options)?;
        let operation = OperationId::new(&draw_name());
        let operation = operation.ok_or_else(|| convert::misuse("commit: no name could be drawn"))?;
        let moment = Moment { operation, now_ms: now_ms(), seed: draw() };
        let committing = self.shared.borrow_mut().committing(&options, moment);
        committing.map_err(|error| convert::error(&error))
    }

    /// Keeps records, and tells if they do not survive the page.
    async fn keep(&self, records: Vec<Record>) {
        if !records.is_empty() && keep(&self.driver.storage, records).await == Stored::Lost {
            (self.driver.progress)(crate::host::Progress::StorageLost.into());
        }
    }

    async fn turn(&self, signal: Option<&AbortSignal>) -> Result<Option<api::SyncAnswer>, JsValue> {
        let (machine, kept) = {
            let workspace = self.shared.borrow();
            (workspace.turning(draw()), workspace.kept())
        };
        let Some(machine) = machine else { return Ok(None) };
        let turned = drive(machine, &self.driver, signal).await.map_err(|_| aborted())?;
        let answer = self.shared.borrow_mut().turned(&kept, turned);
        self.save();
        Ok(Some(answer))
    }

    fn drafted(&self, drafted: Result<api::DraftAnswer, api::Error>) -> Result<JsValue, JsValue> {
        self.changed();
        answer(drafted)
    }

    /// Keeps what there is now, and tells it.
    fn changed(&self) {
        self.save();
        self.tell();
    }

    fn save(&self) {
        let records = self.shared.borrow_mut().unsaved();
        let this = self.clone();
        spawn_local(async move { this.keep(records).await });
    }

    fn tell(&self) {
        let status = self.shared.borrow().status();
        emit(&self.listeners, "status", &status);
    }
}

fn answer<T: Serialize>(answer: Result<T, api::Error>) -> Result<JsValue, JsValue> {
    convert::encode(&answer.map_err(|error| convert::error(&error))?)
}

fn emit<T: Serialize>(listeners: &Listeners, event: &str, detail: &T) {
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

fn call_signal(options: &JsValue) -> Result<Option<AbortSignal>, JsValue> {
    let (rest, [signal]) = convert::apart("options", options, ["signal"])?;
    convert::nothing_else("options", &rest)?;
    signal_of(&signal)
}

fn signal_of(signal: &JsValue) -> Result<Option<AbortSignal>, JsValue> {
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    let signal = signal.clone().dyn_into::<AbortSignal>();
    signal.map(Some).map_err(|_| convert::misuse("signal: this is no AbortSignal"))
}

fn draw() -> u64 {
    (Math::random() * 9_007_199_254_740_992.0) as u64
}

fn draw_name() -> String {
    format!("{:016x}{:013x}", now_ms(), draw())
}
