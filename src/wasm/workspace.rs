//! `openWorkspace`.
//!
//! The workspace itself is a value of `api`; here it is shared between calls,
//! and what it wants done is done. No borrow is held over an await.

use super::convert;
use super::drive::Driver;
use super::drive::aborted;
use super::drive::now_ms;
use super::fabric::contents_of;
use super::pages::Pages;
use super::running::Running;
use super::running::draw;
use super::running::progress_to;
use super::storage::Storage;
use crate::api;
use crate::api::Committing;
use crate::api::Edit;
use crate::api::Json;
use crate::api::Moment;
use crate::api::ResourceId;
use crate::api::StorageOption;
use crate::api::WorkspaceOptions;
use crate::plan::OperationId;
use js_sys::Function;
use js_sys::Promise;
use serde::Serialize;
use std::cell::Ref;
use std::cell::RefCell;
use std::cell::RefMut;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
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
    /** What became of a save that no `commit()` waits for any more: it was sent later, or taken up of a page that is gone. */
    saved: Saved;
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
    let (key, me) = (options.storage_key(), draw_name());
    let storage = match options.storage {
        StorageOption::IndexedDb => Storage::open(&key, &me).await,
        StorageOption::Memory => Storage::memory(),
    };
    let pages = if storage.is_shared() { Pages::over(&key, &me) } else { Pages::alone() };
    let workspace = api::Workspace::new(options, all_crds).map_err(|error| convert::error(&error))?;
    let listeners = Rc::new(RefCell::new(Vec::new()));
    let driver = Driver {
        token,
        scheme: workspace.session().host.scheme(),
        storage: Rc::new(storage),
        progress: progress_to(&listeners),
        sent: Rc::default(),
        written: Rc::default(),
    };
    let running = Running::start(workspace, driver, listeners, pages).await;
    if signal.is_some_and(|signal| signal.aborted()) {
        running.close();
        return Err(aborted());
    }
    Ok(Workspace { running })
}

/// A branch of a repository, with the drafts of one person.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Workspace {
    running: Rc<Running>,
}

#[wasm_bindgen]
impl Workspace {
    /// Reads the branch, moves drafts that were kept on to it, and sends what
    /// the outbox holds.
    #[wasm_bindgen(unchecked_return_type = "Promise<Status>")]
    pub fn load(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.run(options, |running, signal| async move {
            running.load(signal.as_ref()).await.map_err(|_| aborted())?;
            convert::encode(&running.workspace.borrow().status())
        })
    }

    /// Reads the branch's news, moves the drafts on to them, and sends what the
    /// outbox holds.
    #[wasm_bindgen(unchecked_return_type = "Promise<SyncAnswer>")]
    pub fn sync(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.run(options, |running, signal| async move {
            if !running.workspace.borrow().is_loaded() {
                running.load(signal.as_ref()).await.map_err(|_| aborted())?;
            }
            let answer = running.turn(signal.as_ref(), None).await.map_err(|_| aborted())?;
            running.tell();
            let unread = || running.workspace.borrow().unread();
            convert::encode(&answer.unwrap_or_else(unread))
        })
    }

    /// How the workspace is.
    #[wasm_bindgen(unchecked_return_type = "Status")]
    pub fn status(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.look()?.status())
    }

    /// The branch's name; undefined before the first load.
    #[wasm_bindgen(getter)]
    pub fn branch(&self) -> Option<String> {
        self.running.workspace.borrow().branch().map(str::to_owned)
    }

    /// Whether drafts and saves survive the page.
    #[wasm_bindgen(getter, js_name = isLasting)]
    pub fn is_lasting(&self) -> bool {
        self.running.driver.storage.is_lasting()
    }

    /// How many files have drafts of other pages over the same branch, as far as
    /// is known. They are committed there; what a page that is gone has left is
    /// taken up by the next one that is opened.
    #[wasm_bindgen(getter)]
    pub fn elsewhere(&self) -> usize {
        self.running.elsewhere()
    }

    /// The resources with the drafts; a page of them, or all.
    #[wasm_bindgen(unchecked_return_type = "WorkspacePage")]
    pub fn resources(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "{ offset: number; limit: number }")] page: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let page: convert::PageOption = convert::options(page)?;
        convert::encode(&self.look()?.resources(page.offset, page.limit))
    }

    /// The file a resource is in, with its draft.
    #[wasm_bindgen(unchecked_return_type = "WorkspaceFile")]
    pub fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ResourceId")] id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id: ResourceId = convert::decode("read", id)?;
        answer(self.look()?.read(&id))
    }

    /// The text of a file with its draft, also of one that says nothing of a
    /// resource any more; undefined where there is no such file.
    pub fn text(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] path: &JsValue,
    ) -> Result<Option<String>, JsValue> {
        let path = convert::text("text: `path`", path)?;
        Ok(self.look()?.text(&path))
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
        let edited = self.change()?.edit(&id, edits);
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
        let written = self.change()?.write(&path, content);
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
        let created = self.change()?.create(value, &options);
        self.drafted(created)
    }

    /// Takes a resource away, as a draft.
    #[wasm_bindgen(unchecked_return_type = "DraftAnswer")]
    pub fn remove(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ResourceId")] id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id: ResourceId = convert::decode("remove", id)?;
        let removed = self.change()?.remove(&id);
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
        let done = self.change()?.discard(id.as_ref());
        self.changed();
        done.map_err(|error| convert::error(&error))
    }

    /// What validation says about the fabrics, drafts included.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.look()?.report())
    }

    /// What the next commit would change.
    #[wasm_bindgen(unchecked_return_type = "Preview")]
    pub fn preview(&self) -> Result<JsValue, JsValue> {
        answer(self.look()?.preview())
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
        let running = Rc::clone(&self.running);
        future_to_promise(async move {
            let _presence = running.presence();
            let (operation, records) = match committing? {
                Committing::Answered(answer) => {
                    running.save();
                    running.tell();
                    return convert::encode(&answer);
                }
                Committing::Send { operation, records } => (operation, records),
            };
            // Kept before it is sent, so that it survives whatever comes.
            running.keep(records).await;
            running.tell();
            running.turn(None, Some(&operation)).await.map_err(|_| aborted())?;
            let answer = running.workspace.borrow_mut().committed(&operation);
            running.save();
            running.tell();
            convert::encode(&answer)
        })
    }

    /// The conflicts that are not settled yet.
    #[wasm_bindgen(unchecked_return_type = "Conflict[]")]
    pub fn conflicts(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.look()?.conflicts())
    }

    /// All conflicts between drafts and branch, settled ones too.
    #[wasm_bindgen(js_name = allConflicts, unchecked_return_type = "Conflict[]")]
    pub fn all_conflicts(&self) -> Result<JsValue, JsValue> {
        convert::encode(&self.look()?.all_conflicts())
    }

    /// Settles conflicts, and gives those that are left. The choices take
    /// effect with the next commit.
    #[wasm_bindgen(unchecked_return_type = "Conflict[]")]
    pub fn choose(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Choice[]")] choices: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let choices = convert::decode("choose", choices)?;
        let left = self.change()?.choose(choices);
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
        let left = self.change()?.withdraw(&conflicts);
        self.changed();
        answer(left)
    }

    /// All drafts as a patch that `git apply` takes.
    pub fn export(&self) -> Result<String, JsValue> {
        Ok(self.look()?.export())
    }

    /// Listens to an event. Gives a function that ends the listening.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn on(
        &self,
        #[wasm_bindgen(unchecked_param_type = "keyof WorkspaceEvents")] event: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "(detail: any) => void")] listener: &JsValue,
    ) -> Result<JsValue, JsValue> {
        drop(self.look()?);
        let event =
            event.as_string().filter(|event| ["progress", "status", "saved"].contains(&event.as_str()));
        let unknown = || convert::misuse("on: the events are `progress`, `status` and `saved`");
        let event = event.ok_or_else(unknown)?;
        let Some(listener) = listener.dyn_ref::<Function>().cloned() else {
            return Err(convert::misuse("on: a listener is a function"));
        };
        self.running.listeners.borrow_mut().push((event.clone(), listener.clone()));
        let listeners = Rc::clone(&self.running.listeners);
        let off: Closure<dyn Fn()> = Closure::new(move || {
            listeners.borrow_mut().retain(|(name, other)| *name != event || *other != listener);
        });
        Ok(off.into_js_value())
    }

    /// Ends the workspace: nothing more is done by itself, and later calls are
    /// refused. Drafts and saves stay where they are kept, and what is on its
    /// way is seen to its end.
    pub fn close(&self) {
        self.running.close();
    }
}

impl Workspace {
    fn look(&self) -> Result<Ref<'_, api::Workspace>, JsValue> {
        self.need_open()?;
        Ok(self.running.workspace.borrow())
    }

    fn change(&self) -> Result<RefMut<'_, api::Workspace>, JsValue> {
        self.need_open()?;
        Ok(self.running.workspace.borrow_mut())
    }

    fn need_open(&self) -> Result<(), JsValue> {
        match self.running.is_open() {
            true => Ok(()),
            false => Err(convert::misuse("the workspace is closed")),
        }
    }

    /// Runs a long call on the workspace, which may be closed and freed
    /// meanwhile.
    fn run<F: Future<Output = Result<JsValue, JsValue>> + 'static>(
        &self,
        options: &JsValue,
        call: impl FnOnce(Rc<Running>, Option<AbortSignal>) -> F + 'static,
    ) -> Promise {
        let signal = self.need_open().and_then(|()| call_signal(options));
        let running = Rc::clone(&self.running);
        future_to_promise(async move { call(running, signal?).await })
    }

    fn committing(&self, options: &JsValue) -> Result<Committing, JsValue> {
        let mut workspace = self.change()?;
        let options = convert::decode("commit", options)?;
        let operation = OperationId::new(&draw_name());
        let operation = operation.ok_or_else(|| convert::misuse("commit: no name could be drawn"))?;
        let committing = workspace.committing(&options, Moment { operation, now_ms: now_ms() });
        committing.map_err(|error| convert::error(&error))
    }

    fn drafted(&self, drafted: Result<api::DraftAnswer, api::Error>) -> Result<JsValue, JsValue> {
        self.changed();
        answer(drafted)
    }

    /// Keeps what there is now, and tells it.
    fn changed(&self) {
        self.running.save();
        self.running.tell();
    }
}

fn answer<T: Serialize>(answer: Result<T, api::Error>) -> Result<JsValue, JsValue> {
    convert::encode(&answer.map_err(|error| convert::error(&error))?)
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

fn draw_name() -> String {
    format!("{:016x}{:013x}", now_ms(), draw())
}
