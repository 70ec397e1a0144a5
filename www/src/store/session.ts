/**
 * What the user does, as calls to the engine and what came of them.
 *
 * Typing is written as a draft after a short pause, so that a reload loses
 * nothing; every other step writes first what was typed.
 *
 * **Invariant:** writes reach the engine one after the other, in the order
 * they were made.
 */

import { EngineFailure } from '../engine.js';
import type { Engine, OpenFile, Target, Written } from '../engine.js';
import type { Choice, CommitAnswer, Json, ResourceId } from '../shapes.js';
import { editsFor } from './fields.js';
import type { Change } from './fields.js';
import { problemOf } from './problem.js';
import { commitBlock, keyOf, member, rowOf } from './state.js';
import type { Pane, State, Tab } from './state.js';
import type { Store } from './store.js';

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
  end(): void;
}

interface Typed {
  readonly id: ResourceId;
  readonly path: string;
  readonly text: string;
  readonly revision: number;
}

export function createSession(engine: Engine, store: Store): Session {
  const { dispatch } = store;
  let typed: Typed | null = null;
  const fields = new Map<string, Change>();
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

  function flush(): Promise<void> {
    clearTimeout(pause);
    const text = typed;
    typed = null;
    if (text !== null) {
      const was = known;
      known = text.text;
      void inTurn(async () => taken(text.revision, await engine.ask('write', { ...text, was })));
    }
    const changes = [...fields.values()];
    fields.clear();
    for (const each of changes) void send(each);
    return queue;
  }

  /** Makes a change to the file as it is when its turn has come. */
  function send(each: Change): Promise<void> {
    const { opened } = store.state();
    if (opened.type !== 'file') return queue;
    const revision = opened.revision + 1;
    dispatch({ type: 'typed', revision });
    return inTurn(async () => {
      if (latest === null) return;
      const { id, value } = latest;
      const edits = editsFor(value, each);
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
        const overview = await engine.ask('open', target, abort.signal);
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
      void flush()
        .then(() => engine.ask('close', null))
        .catch(() => undefined);
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
      typed = { id: opened.file.id, path: opened.file.path, text, revision };
      dispatch({ type: 'typed', revision });
      clearTimeout(pause);
      pause = setTimeout(() => void flush(), PAUSE_MS);
    },
    typedField(change) {
      fields.set(change.path.join('\0'), change);
      clearTimeout(pause);
      pause = setTimeout(() => void flush(), PAUSE_MS);
    },
    change(change) {
      fields.delete(change.path.join('\0'));
      void flush();
      return send(change);
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
    end() {
      clearTimeout(look);
      void flush();
      stop();
      opening?.abort();
    },
  };
  return session;
}

/** The choices in the order of the conflicts. */
function ordered({ overview, settling }: State): readonly Choice[] {
  return (overview?.conflicts ?? []).flatMap(({ id }) => settling.choices.get(id) ?? []);
}
