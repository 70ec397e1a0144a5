/**
 * What the user does, as calls to the engine and what came of them.
 *
 * Typing is put down in a journal at once, so that a reload loses nothing,
 * and written as a draft after a short pause; every other step writes first
 * what was typed.
 *
 * **Invariant:** writes reach the engine one after the other, in the order
 * they were made.
 */

import { EngineFailure } from '../engine.js';
import type { Engine, OpenFile, Overview, Target, Written } from '../engine.js';
import type { Choice, CommitAnswer, Json, ResourceId } from '../shapes.js';
import { editsFor } from './fields.js';
import type { Change } from './fields.js';
import { problemOf } from './problem.js';
import { commitBlock, keyOf, member, rowOf } from './state.js';
import type { Pane, State, Tab } from './state.js';
import type { Store } from './store.js';
import { fabricOf } from './unkept.js';
import type { Journal, Unkept } from './unkept.js';

/** Pause after the last key before a text is checked and kept. */
const PAUSE_MS = 180;
/** Pause between two looks at the branch. What waits to be sent goes on without them. */
const LOOK_MS = 30_000;

export interface Session {
  open(target: Target): Promise<void>;
  leave(): void;
  sync(): Promise<void>;
  select(id: ResourceId): Promise<void>;
  show(pane: Pane): Promise<void>;
  showTab(tab: Tab): Promise<void>;
  typed(text: string): void;
  /** A field of the form while it is typed. */
  typedField(change: Change): void;
  /** A change of a field that is made at once. */
  change(change: Change): Promise<void>;
  create(value: Json): Promise<void>;
  remove(id: ResourceId): Promise<void>;
  discard(id: ResourceId | null): Promise<void>;
  commit(how: { readonly findings: 'refuse' | 'accept'; readonly mode: 'direct' | 'pull-request' }): Promise<void>;
  settle(): Promise<void>;
  exportDrafts(): Promise<string | null>;
  /** Looks at the branch soon: there may be a connection again. */
  lookSoon(): void;
  /** Writes what was typed now: the page may go away. */
  flush(): Promise<void>;
  /** Whether something that was typed would go away with the page. */
  isAtRisk(): boolean;
  end(): void;
}

interface Typed {
  readonly edit: Extract<Unkept, { type: 'text' }>;
  readonly revision: number;
}

type FieldEdit = Extract<Unkept, { type: 'field' }>;

export function createSession(engine: Engine, store: Store, journal: Journal): Session {
  const { dispatch } = store;
  let typed: Typed | null = null;
  const fields = new Map<string, FieldEdit>();
  /** What was typed and is not kept yet, in the order it was typed. */
  let unkept: readonly Unkept[] = [];
  /** The fabric that is open, for the journal. */
  let fabric = '';
  let putDown: 'put' | 'refused' = 'put';
  /** The open file as the engine last gave it. */
  let latest: OpenFile | null = null;
  /** The text that what is typed was typed into. */
  let known = '';
  let pause: ReturnType<typeof setTimeout> | undefined;
  let look: ReturnType<typeof setTimeout> | undefined;
  let queue: Promise<void> = Promise.resolve();
  let opening: AbortController | null = null;
  let looking = false;

  const stop = engine.listen((event) => {
    switch (event.type) {
      case 'progress':
        dispatch({ type: 'progressed', progress: event.progress });
        return;
      case 'changed':
        void lookAgain();
        return;
      case 'saved':
        void saved(event.message, event.answer);
        return;
      case 'replaced':
        void reopen();
        return;
      default:
        event satisfies never;
    }
  });

  /** Runs `step` after all that was asked before. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    const next = queue.then(step).catch((error: unknown) => dispatch({ type: 'failed', problem: problemOf(error) }));
    queue = next;
    return next;
  }

  /** Puts an edit down in the place of the one that it goes on from, if that was not sent yet. */
  function note<E extends Unkept>(edit: E, before: Unkept | undefined): E {
    remember([...unkept.filter((other) => other !== before), edit]);
    return edit;
  }

  function remember(edits: readonly Unkept[]): void {
    unkept = edits;
    putDown = journal.put(fabric, edits);
  }

  /** Makes an edit in its turn. It is forgotten when it is kept or cannot be made, and not when the page goes away. */
  function make(edit: Unkept, step: () => Promise<void>): Promise<void> {
    return inTurn(async () => {
      try {
        await step();
      } catch (error) {
        if (!isOver(error)) forget(edit);
        throw error;
      }
      forget(edit);
    });
  }

  function forget(edit: Unkept): void {
    if (unkept.includes(edit)) remember(unkept.filter((other) => other !== edit));
  }

  /** Makes the edits that pages before this one could not keep. Gives what the fabric is then. */
  async function recovered(overview: Overview): Promise<Overview> {
    const left: Unkept[] = [];
    await journal.take(fabric, (edits) => {
      left.push(...edits);
      remember([...unkept, ...edits]);
      return putDown;
    });
    let now = overview;
    for (const edit of left) {
      try {
        now = (await redone(edit))?.overview ?? now;
      } catch (error) {
        if (isOver(error)) throw error;
        dispatch({ type: 'failed', problem: problemOf(error) });
      }
      forget(edit);
    }
    return now;
  }

  async function redone(edit: Unkept): Promise<Written | null> {
    if (edit.type === 'text') {
      const { id, path, text, was } = edit;
      return engine.ask('write', { id, path, text, was });
    }
    const { id, value } = await engine.ask('read', edit.id);
    const edits = editsFor(value, edit.change);
    return edits.length === 0 ? null : engine.ask('edit', { id, edits });
  }

  function flush(): Promise<void> {
    clearTimeout(pause);
    const text = typed;
    typed = null;
    if (text !== null) {
      const { id, path, text: now, was } = text.edit;
      known = now;
      void make(text.edit, async () => taken(text.revision, await engine.ask('write', { id, path, text: now, was })));
    }
    const changes = [...fields.values()];
    fields.clear();
    for (const each of changes) void send(each);
    return queue;
  }

  /** Makes a change to the file as it is when its turn has come. */
  function send(edit: FieldEdit): Promise<void> {
    const { opened } = store.state();
    if (opened.type !== 'file') return queue;
    const revision = opened.revision + 1;
    dispatch({ type: 'typed', revision });
    return make(edit, async () => {
      if (latest === null) return;
      const { id, value } = latest;
      const edits = editsFor(value, edit.change);
      if (edits.length > 0) taken(revision, await engine.ask('edit', { id, edits }));
      else dispatch({ type: 'unchanged', revision });
    });
  }

  function taken(revision: number, { file, overview }: Written): void {
    learn(file, revision);
    dispatch({ type: 'written', revision, file, overview });
    replan();
  }

  /** Takes note of the open file, and of what the next typing is typed into if this is what is shown now. */
  function learn(file: OpenFile, revision: number): void {
    latest = file;
    const { opened } = store.state();
    if (opened.type === 'reading' || (opened.type === 'file' && opened.revision === revision)) known = file.text;
  }

  /** The diff on show follows the drafts. */
  function replan(): void {
    if (store.state().pane === 'changes') void plan();
  }

  function plan(): Promise<void> {
    return inTurn(async () => dispatch({ type: 'planned', plan: await engine.ask('preview', null) }));
  }

  /** Reads the open file again, after something other than typing changed it. */
  async function refresh(): Promise<void> {
    const { opened } = store.state();
    if (opened.type !== 'file') return;
    const id = rowOf(store.state(), opened.key)?.id;
    if (id === undefined) {
      dispatch({ type: 'gone' });
      return;
    }
    await inTurn(async () => {
      const now = store.state().opened;
      if (now.type !== 'file' || typed !== null) return;
      const file = await readOrNothing(id);
      const { overview } = store.state();
      if (file === null) dispatch({ type: 'gone' });
      if (file === null) return;
      if (overview === null) return;
      learn(file, now.revision);
      dispatch({ type: 'written', revision: now.revision, file, overview });
    });
  }

  /** Reads a resource's file; null where the drafts take it away. */
  async function readOrNothing(id: ResourceId): Promise<OpenFile | null> {
    try {
      return await engine.ask('read', id);
    } catch (error) {
      if (error instanceof EngineFailure && error.code === 'removed') return null;
      throw error;
    }
  }

  async function lookAgain(): Promise<void> {
    // One look answers for all the changes told of while it was waited for.
    if (looking || store.state().phase.type !== 'open') return;
    looking = true;
    await inTurn(async () => {
      looking = false;
      dispatch({ type: 'looked', overview: await engine.ask('overview', null) });
    });
    replan();
  }

  /** Shows what became of a commit that had to wait. */
  async function saved(message: string, answer: CommitAnswer): Promise<void> {
    await inTurn(async () => {
      dispatch({ type: 'saved', message, answer, overview: await engine.ask('overview', null) });
    });
    await refresh();
    replan();
  }

  async function reopen(): Promise<void> {
    const { phase, target } = store.state();
    if (phase.type !== 'open') return;
    await inTurn(async () => {
      dispatch({ type: 'looked', overview: await engine.ask('open', target) });
    });
    await refresh();
  }

  function later(): void {
    clearTimeout(look);
    look = setTimeout(() => void quietSync(), LOOK_MS);
  }

  /** A look at the branch that nobody asked for: what fails shows in the status only. */
  async function quietSync(): Promise<void> {
    const { phase, save } = store.state();
    if (phase.type === 'open' && save.type !== 'sending') {
      try {
        dispatch({ type: 'looked', overview: await engine.ask('sync', null) });
        await refresh();
      } catch {
        await lookAgain();
      }
    }
    later();
  }

  async function after(step: () => Promise<void>): Promise<void> {
    await flush();
    await inTurn(step);
    await refresh();
    replan();
  }

  const session: Session = {
    async open(target) {
      dispatch({ type: 'opening', target });
      opening?.abort();
      const abort = new AbortController();
      opening = abort;
      try {
        // What was left before is kept, and closed, first.
        await queue;
        if (opening !== abort) return;
        const fresh = await engine.ask('open', target, abort.signal);
        if (opening !== abort) return;
        unkept = [];
        fabric = fabricOf(target, fresh.branch);
        const overview = await recovered(fresh);
        if (opening !== abort) return;
        dispatch({ type: 'opened', overview });
        if (overview.conflicts.length > 0) dispatch({ type: 'pane-shown', pane: 'conflicts' });
        later();
      } catch (error) {
        if (opening === abort) dispatch({ type: 'open-failed', problem: problemOf(error) });
      }
    },
    leave() {
      opening?.abort();
      opening = null;
      clearTimeout(look);
      void flush();
      void inTurn(async () => {
        await engine.ask('close', null).catch(() => undefined);
      });
      dispatch({ type: 'closed' });
    },
    async sync() {
      await flush();
      dispatch({ type: 'syncing' });
      try {
        dispatch({ type: 'synced', overview: await engine.ask('sync', null) });
      } catch (error) {
        dispatch({ type: 'sync-failed', problem: problemOf(error) });
      }
      await refresh();
      replan();
    },
    async select(id) {
      const key = keyOf(id);
      const { opened } = store.state();
      if (opened.type === 'file' && opened.key === key) {
        dispatch({ type: 'pane-shown', pane: 'resource' });
        return;
      }
      void flush();
      dispatch({ type: 'reading', key });
      await inTurn(async () => {
        try {
          const file = await readOrNothing(id);
          const now = store.state().opened;
          if (now.type !== 'reading' || now.key !== key) return;
          if (file !== null) {
            learn(file, 0);
            dispatch({ type: 'read', key, file });
            return;
          }
          // What goes with the next commit is seen in its diff, and taken back there.
          dispatch({ type: 'gone' });
          dispatch({ type: 'pane-shown', pane: 'changes' });
          void plan();
        } catch (error) {
          dispatch({ type: 'gone' });
          throw error;
        }
      });
    },
    async show(pane) {
      dispatch({ type: 'pane-shown', pane });
      await flush();
      if (pane === 'changes') await plan();
    },
    async showTab(tab) {
      dispatch({ type: 'tab-shown', tab });
      await flush();
    },
    typed(text) {
      const { opened } = store.state();
      if (opened.type !== 'file') return;
      const revision = opened.revision + 1;
      const { id, path } = opened.file;
      typed = { edit: note({ type: 'text', id, path, text, was: known }, typed?.edit), revision };
      dispatch({ type: 'typed', revision });
      clearTimeout(pause);
      pause = setTimeout(() => void flush(), PAUSE_MS);
    },
    typedField(change) {
      const { opened } = store.state();
      if (opened.type !== 'file') return;
      const key = change.path.join('\0');
      fields.set(key, note({ type: 'field', id: opened.file.id, change }, fields.get(key)));
      clearTimeout(pause);
      pause = setTimeout(() => void flush(), PAUSE_MS);
    },
    change(change) {
      const { opened } = store.state();
      if (opened.type !== 'file') return flush();
      const key = change.path.join('\0');
      const edit = note<FieldEdit>({ type: 'field', id: opened.file.id, change }, fields.get(key));
      fields.delete(key);
      void flush();
      return send(edit);
    },
    async create(value) {
      await flush();
      try {
        const overview = await engine.ask('create', value);
        dispatch({ type: 'looked', overview });
        dispatch({ type: 'asked', question: { type: 'none' } });
      } catch (error) {
        dispatch({ type: 'asked', question: { type: 'create', problem: problemOf(error).message } });
        return;
      }
      const made = store
        .state()
        .overview?.rows.find(
          ({ id }) => id.kind === member(value, 'kind') && id.name === member(value, 'metadata', 'name'),
        );
      if (made !== undefined) await session.select(made.id);
    },
    async remove(id) {
      dispatch({ type: 'asked', question: { type: 'none' } });
      await after(async () => dispatch({ type: 'looked', overview: await engine.ask('remove', id) }));
    },
    async discard(id) {
      dispatch({ type: 'asked', question: { type: 'none' } });
      await after(async () => dispatch({ type: 'looked', overview: await engine.ask('discard', id) }));
    },
    async commit({ findings, mode }) {
      await flush();
      const state = store.state();
      if (commitBlock(state) !== null) return;
      dispatch({ type: 'sending' });
      try {
        const { answer, overview } = await engine.ask('commit', { message: state.message.trim(), findings, mode });
        dispatch({ type: 'answered', answer, overview });
      } catch (error) {
        dispatch({ type: 'send-failed', problem: problemOf(error) });
      }
      later();
      await refresh();
      await plan();
    },
    async settle() {
      const choices = ordered(store.state());
      dispatch({ type: 'applying' });
      await after(async () => dispatch({ type: 'applied', overview: await engine.ask('choose', choices) }));
    },
    async exportDrafts() {
      await flush();
      try {
        return await engine.ask('export', null);
      } catch (error) {
        dispatch({ type: 'failed', problem: problemOf(error) });
        return null;
      }
    },
    lookSoon() {
      if (store.state().phase.type !== 'open') return;
      clearTimeout(look);
      void quietSync();
    },
    flush,
    isAtRisk: () => putDown === 'refused' && unkept.length > 0,
    end() {
      clearTimeout(look);
      void flush();
      stop();
      opening?.abort();
      journal.end();
    },
  };
  return session;
}

/** Whether nobody was there any more to make an edit. */
function isOver(error: unknown): boolean {
  return error instanceof EngineFailure && (error.code === 'aborted' || error.code === 'not-open');
}

/** The choices in the order of the conflicts. */
function ordered({ overview, settling }: State): readonly Choice[] {
  return (overview?.conflicts ?? []).flatMap(({ id }) => settling.choices.get(id) ?? []);
}
