/**
 * The page's worker: answers its questions with a `Workspace` of the package.
 *
 * **Invariant:** what the host does wrong at opening is a failure with a code
 * that says what to do; after it, it is in the status.
 */

import { init, merge, openWorkspace } from 'hedgerow';
import type { Progress, Saved, Status, Workspace } from 'hedgerow';

import { EngineFailure } from './engine.js';
import type { OpenFile, Overview, Row, Target } from './engine.js';
import type { Finding, ResourceId } from './shapes.js';
import { serve } from './serve.js';
import type { Handlers, Surroundings } from './serve.js';

/** The page shows one fabric; within the workspace it goes by this name. */
const FABRIC = 'fabric';
/** Where the package keeps drafts. */
const DATABASE = 'hedgerow';
const RECORDS = 'records';

function handlers({ token, tell }: Surroundings): Handlers {
  let workspace: Workspace | null = null;
  /** Calls under way. What they change, their answers tell. */
  let busy = 0;

  const opened = (): Workspace => {
    if (workspace === null) throw new EngineFailure('not-open', 'No fabric is open');
    return workspace;
  };

  /** Makes a handler that gives what the whole fabric is after `step`. */
  const then = <Ask>(step: (at: Workspace, ask: Ask, signal: AbortSignal) => unknown) =>
    inCall(async (ask: Ask, signal: AbortSignal) => {
      await step(opened(), ask, signal);
      return overviewOf(opened());
    });

  function inCall<Ask, Answer>(step: (ask: Ask, signal: AbortSignal) => Promise<Answer>) {
    return async (ask: Ask, signal: AbortSignal): Promise<Answer> => {
      busy += 1;
      try {
        return await step(ask, signal);
      } finally {
        busy -= 1;
      }
    };
  }

  function close(): void {
    workspace?.close();
    workspace?.free();
    workspace = null;
  }

  return {
    open: inCall(async (target, signal) => {
      await init();
      close();
      const fresh = await openWorkspace({ ...placeOf(target), token, storage: 'indexeddb', signal });
      workspace = fresh;
      fresh.on('progress', (progress: Progress) => tell({ type: 'progress', progress }));
      fresh.on('saved', ({ message, answer }: Saved) => tell({ type: 'saved', message, answer }));
      fresh.on('status', () => {
        if (busy === 0) tell({ type: 'changed' });
      });
      const status = await fresh.load({ signal });
      if (status.head === '') throw unread(status);
      return overviewOf(fresh);
    }),
    sync: then((at, _ask: null, signal) => at.sync({ signal })),
    overview: then(() => undefined),
    read: inCall((id) => Promise.resolve(fileOf(opened(), id))),
    write: inCall(async ({ id, path, text, was }) => {
      const at = opened();
      const now = at.text(path);
      at.write(path, now === undefined || now === was ? text : together(path, was, text, now));
      await stored(at);
      return { file: fileOf(at, id, path), overview: overviewOf(at) };
    }),
    edit: inCall(async ({ id, edits }) => {
      const at = opened();
      const { path } = at.edit(id, [...edits]);
      await stored(at);
      return { file: fileOf(at, id, path), overview: overviewOf(at) };
    }),
    create: then((at, value) => at.create(value, { fabric: FABRIC })),
    remove: then((at, id) => at.remove(id)),
    discard: then((at, id: ResourceId | null) => at.discard(id ?? undefined)),
    preview: inCall(() => Promise.resolve(opened().preview())),
    commit: inCall(async ({ message, findings, mode }) => {
      const at = opened();
      const answer = await at.commit({ message, mode, acceptFindings: findings === 'accept' });
      return { answer, overview: overviewOf(at) };
    }),
    choose: then((at, choices) => at.choose([...choices])),
    export: inCall(() => Promise.resolve(opened().export())),
    close: () => {
      close();
      return Promise.resolve(null);
    },
  };
}

function placeOf({ type, url, repository, branch, directory }: Target) {
  return {
    host: { type, repository, ...(url === '' ? {} : { url }) },
    ...(branch === '' ? {} : { branch }),
    fabrics: [{ name: FABRIC, directory }],
  };
}

function overviewOf(workspace: Workspace): Overview {
  const { findings, notChecked } = workspace.report();
  return {
    status: workspace.status(),
    branch: workspace.branch ?? '',
    rows: rowsOf(workspace, findings),
    findings,
    notChecked: [...new Set(notChecked.map(({ code, reason }) => `${code}: ${reason}`))],
    conflicts: workspace.conflicts(),
    elsewhere: workspace.elsewhere,
    storage: workspace.isLasting ? 'indexeddb' : 'memory',
  };
}

/** The resources, with those told apart that are gone just because their text cannot be read. */
function rowsOf(workspace: Workspace, findings: readonly Finding[]): readonly Row[] {
  const broken = new Set(
    findings.filter(({ severity, resource }) => severity === 'error' && resource === undefined).map(({ path }) => path),
  );
  return workspace
    .resources(undefined)
    .items.map((row) =>
      row.state === 'removed' && broken.has(row.path) && workspace.text(row.path) !== undefined
        ? { ...row, state: 'unreadable' }
        : row,
    );
}

/**
 * Reads the file of a resource. A draft may have made it unreadable, so that
 * the resource is not found by its name any more; its text is there all the
 * same.
 */
function fileOf(workspace: Workspace, id: ResourceId, known?: string): OpenFile {
  const rows = workspace.resources(undefined).items;
  const isIt = (other: ResourceId): boolean =>
    other.group === id.group && other.kind === id.kind && other.namespace === id.namespace && other.name === id.name;
  const row = rows.find((each) => isIt(each.id) && each.state !== 'removed');
  if (row !== undefined && (known === undefined || row.path === known)) {
    const { path, content, value } = workspace.read(id);
    return { id, path, text: content, value };
  }
  const path = known ?? rows.find((each) => isIt(each.id))?.path;
  const text = path === undefined ? undefined : workspace.text(path);
  if (path === undefined || text === undefined) {
    throw new EngineFailure('removed', `${id.kind} ${id.name} goes with the next commit`);
  }
  // What the text now calls itself, if it says so.
  const renamed = rows.find((each) => each.path === path && each.state !== 'removed');
  return renamed === undefined ? { id, path, text, value: null } : fileOf(workspace, renamed.id, path);
}

/**
 * Waits until the browser has stored the drafts. A transaction over the same
 * records comes after the one that a draft was put into just before.
 */
async function stored({ isLasting }: Workspace): Promise<void> {
  if (!isLasting) return;
  await new Promise<void>((resolve) => {
    const opening = indexedDB.open(DATABASE);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => resolve();
    opening.onsuccess = (): void => {
      const database = opening.result;
      const done = (): void => {
        database.close();
        resolve();
      };
      if (!database.objectStoreNames.contains(RECORDS)) {
        done();
        return;
      }
      const transaction = database.transaction(RECORDS);
      transaction.oncomplete = done;
      transaction.onabort = done;
      transaction.objectStore(RECORDS).count();
    };
  });
}

/** What was typed into `was`, on top of what the draft has become meanwhile. */
function together(path: string, was: string, typed: string, now: string): string {
  const { content } = merge({ base: was, ours: typed, theirs: now }, { path, policies: 'draft-first' });
  return content ?? typed;
}

/** Why a branch could not be read, from the state that this left. */
function unread({ state, message }: Status): EngineFailure {
  const code = state === 'frozen' ? 'auth' : state === 'offline' ? 'offline' : 'not-found';
  return new EngineFailure(code, message ?? 'The branch could not be read');
}

// In a worker, `self` is its global scope; the page's types know it as a window.
serve(self, handlers);
