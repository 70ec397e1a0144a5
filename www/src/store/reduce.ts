/**
 * Turns a state and what happened into the next state.
 *
 * **Invariant:** pure. What is not changed is the same object, so that a view
 * can tell by identity that it need not be drawn again.
 */

import type { OpenFile, Overview, Target } from '../engine.js';
import type { Choice, CommitAnswer, Conflict, Preview, Progress } from '../shapes.js';
import { NOT_SETTLING, currentConflict, keyOf } from './state.js';
import type { Pane, Problem, Question, Settling, State, Tab } from './state.js';

export type Action =
  | { readonly type: 'opening'; readonly target: Target }
  | { readonly type: 'progressed'; readonly progress: Progress }
  | { readonly type: 'open-failed'; readonly problem: Problem }
  | { readonly type: 'opened'; readonly overview: Overview }
  | { readonly type: 'closed' }
  | { readonly type: 'looked'; readonly overview: Overview }
  | { readonly type: 'tokens-known'; readonly places: readonly string[] }
  | { readonly type: 'syncing' }
  | { readonly type: 'synced'; readonly overview: Overview }
  | { readonly type: 'sync-failed'; readonly problem: Problem }
  | { readonly type: 'searched'; readonly query: string }
  | { readonly type: 'folded'; readonly kind: string }
  | { readonly type: 'pane-shown'; readonly pane: Pane }
  | { readonly type: 'tab-shown'; readonly tab: Tab }
  | { readonly type: 'reading'; readonly key: string }
  | { readonly type: 'read'; readonly key: string; readonly file: OpenFile }
  | { readonly type: 'typed'; readonly revision: number }
  | { readonly type: 'written'; readonly revision: number; readonly file: OpenFile; readonly overview: Overview }
  /** A change turned out to be none. */
  | { readonly type: 'unchanged'; readonly revision: number }
  | { readonly type: 'gone' }
  | { readonly type: 'planned'; readonly plan: Preview }
  | { readonly type: 'message-typed'; readonly message: string }
  | { readonly type: 'sending' }
  | { readonly type: 'answered'; readonly answer: CommitAnswer; readonly overview: Overview }
  | {
      readonly type: 'saved';
      readonly message: string;
      readonly answer: CommitAnswer;
      readonly overview: Overview;
    }
  | { readonly type: 'answer-closed' }
  | { readonly type: 'send-failed'; readonly problem: Problem }
  | { readonly type: 'conflict-shown'; readonly id: string }
  | { readonly type: 'chosen'; readonly choice: Choice }
  | { readonly type: 'own-value-asked'; readonly id: string }
  | { readonly type: 'own-value-left' }
  | { readonly type: 'choice-undone' }
  | { readonly type: 'applying' }
  | { readonly type: 'applied'; readonly overview: Overview }
  | { readonly type: 'asked'; readonly question: Question }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'problem-closed' };

/** So many resources are shown at once without folding any. */
const FITS = 120;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'opening':
      return { ...state, target: action.target, phase: { type: 'loading', progress: null }, problem: null };
    case 'progressed':
      if (state.phase.type === 'loading') return { ...state, phase: { type: 'loading', progress: action.progress } };
      if (state.save.type === 'sending') return { ...state, save: { type: 'sending', progress: action.progress } };
      return state;
    case 'open-failed':
      return { ...state, phase: { type: 'connect', problem: action.problem }, spoken: action.problem.message };
    case 'opened':
      return {
        ...withOverview(state, action.overview),
        folded: state.overview === null ? bigKinds(action.overview) : state.folded,
        phase: { type: 'open' },
        // A text that is open stays open when a broken engine was replaced.
        spoken: `${action.overview.rows.length} resources loaded`,
      };
    case 'closed':
      return { ...state, ...afterClosing(state) };
    case 'looked':
      return withOverview(state, action.overview);
    case 'tokens-known':
      return { ...state, keptTokens: action.places };
    case 'syncing':
      return { ...state, syncing: 'yes' };
    case 'synced':
      return { ...withOverview(state, action.overview), syncing: 'no' };
    case 'sync-failed':
      return { ...state, syncing: 'no', problem: action.problem };
    case 'searched':
      return { ...state, query: action.query };
    case 'folded':
      return { ...state, folded: toggled(state.folded, action.kind) };
    case 'pane-shown':
      return { ...state, pane: action.pane };
    case 'tab-shown':
      return { ...state, tab: action.tab, pane: 'resource' };
    case 'reading':
      return { ...state, opened: { type: 'reading', key: action.key }, pane: 'resource', problem: null };
    case 'read':
      // Another resource was picked meanwhile.
      if (state.opened.type !== 'reading' || state.opened.key !== action.key) return state;
      return {
        ...state,
        opened: { type: 'file', key: action.key, file: action.file, revision: 0, phase: 'checked' },
      };
    case 'typed':
      if (state.opened.type !== 'file') return state;
      return { ...state, opened: { ...state.opened, revision: action.revision, phase: 'typing' } };
    case 'written':
      return written(state, action.revision, action.file, action.overview);
    case 'unchanged':
      if (state.opened.type !== 'file' || state.opened.revision !== action.revision) return state;
      return { ...state, opened: { ...state.opened, phase: 'checked' } };
    case 'gone':
      return { ...state, opened: { type: 'none' } };
    case 'planned':
      return { ...state, plan: action.plan };
    case 'message-typed':
      return { ...state, message: action.message };
    case 'sending':
      return { ...state, save: { type: 'sending', progress: null }, problem: null, spoken: 'Committing' };
    case 'answered':
      return answered(withOverview(state, action.overview), action.answer);
    case 'saved':
      return saved(withOverview(state, action.overview), action.message, action.answer);
    case 'answer-closed':
      return { ...state, save: { type: 'idle' } };
    case 'send-failed':
      return { ...state, save: { type: 'idle' }, problem: action.problem, spoken: action.problem.message };
    case 'conflict-shown':
      return { ...state, pane: 'conflicts', settling: { ...state.settling, at: action.id, editing: null } };
    case 'chosen':
      return { ...state, settling: chosen(state, action.choice) };
    case 'own-value-asked':
      return { ...state, settling: { ...state.settling, at: action.id, editing: action.id } };
    case 'own-value-left':
      return { ...state, settling: { ...state.settling, editing: null } };
    case 'choice-undone':
      return { ...state, settling: undone(state.settling) };
    case 'applying':
      return { ...state, settling: { ...state.settling, phase: 'applying' } };
    case 'applied': {
      const next = withOverview(state, action.overview);
      const open = action.overview.conflicts.length;
      return {
        ...next,
        settling: open === 0 ? NOT_SETTLING : { ...next.settling, phase: 'choosing' },
        pane: open === 0 ? 'changes' : 'conflicts',
        save: open === 0 && next.save.type === 'answered' ? { type: 'idle' } : next.save,
        spoken: open === 0 ? 'All conflicts are settled. Look at the changes and commit' : `${open} conflicts are left`,
      };
    }
    case 'asked':
      return { ...state, question: action.question };
    case 'failed':
      return {
        ...state,
        problem: action.problem,
        settling: { ...state.settling, phase: 'choosing' },
        spoken: action.problem.message,
      };
    case 'problem-closed':
      return { ...state, problem: null };
    default:
      return action satisfies never;
  }
}

function withOverview(state: State, overview: Overview): State {
  const next = { ...state, overview, settling: kept(state.settling, overview.conflicts) };
  const { opened } = state;
  if (opened.type === 'none') return next;
  const there = overview.rows.some(({ id }) => keyOf(id) === opened.key);
  return there || opened.type === 'file' ? next : { ...next, opened: { type: 'none' } };
}

function afterClosing(state: State): Partial<State> {
  return {
    phase: { type: 'connect', problem: null },
    overview: null,
    opened: { type: 'none' },
    plan: null,
    save: { type: 'idle' },
    settling: NOT_SETTLING,
    problem: null,
    question: { type: 'none' },
    pane: 'resource',
    query: state.query,
  };
}

function written(state: State, revision: number, file: OpenFile, overview: Overview): State {
  const next = withOverview(state, overview);
  if (next.opened.type !== 'file') return next;
  // An answer to an older text says nothing about this one.
  if (next.opened.revision !== revision || next.opened.file.path !== file.path) return next;
  const key = keyOf(file.id);
  return { ...next, opened: { ...next.opened, key, file, phase: 'checked' } };
}

function answered(state: State, answer: CommitAnswer): State {
  const next = { ...state, save: { type: 'answered', answer } as const };
  switch (answer.type) {
    case 'landed':
    case 'pull-request':
      return { ...next, message: '', settling: NOT_SETTLING, spoken: 'The commit has landed' };
    case 'conflicted':
      return {
        ...next,
        pane: 'conflicts',
        settling: { ...next.settling, at: null },
        spoken: `Not committed: ${answer.conflicts.length} conflicts to settle`,
      };
    case 'refused':
      return { ...next, spoken: `Not committed: ${answer.message}` };
    case 'queued':
      return { ...next, message: '', spoken: 'The commit waits to be sent' };
    case 'nothing-to-do':
      return { ...next, spoken: 'There is nothing to commit' };
    default:
      return answer satisfies never;
  }
}

/** Shows what became of a commit that had to wait, and takes nothing away from what is being done now. */
function saved(state: State, message: string, answer: CommitAnswer): State {
  if (state.save.type === 'sending') return state;
  const { pane } = state;
  const isBack = answer.type === 'conflicted' || answer.type === 'refused';
  const words = isBack && state.message === '' ? message : state.message;
  return { ...answered(state, answer), pane, message: words };
}

function chosen(state: State, choice: Choice): Settling {
  const { settling, overview } = state;
  const choices = new Map(settling.choices).set(choice.conflict, choice);
  const next: Settling = {
    ...settling,
    choices,
    past: [...settling.past, settling.choices],
    editing: null,
    at: choice.conflict,
  };
  // Goes on to what is still open, and stays when that was the last.
  const after = currentConflict(overview?.conflicts ?? [], { ...next, at: null });
  return after === undefined || choices.has(after.id) ? next : { ...next, at: after.id };
}

function undone(settling: Settling): Settling {
  const before = settling.past.at(-1);
  if (before === undefined) return settling;
  const changed = [...settling.choices.keys()].find((id) => settling.choices.get(id) !== before.get(id));
  return { ...settling, choices: before, past: settling.past.slice(0, -1), at: changed ?? settling.at, editing: null };
}

/** Drops choices for conflicts that are no longer there. */
function kept(settling: Settling, conflicts: readonly Conflict[]): Settling {
  const ids = new Set(conflicts.map(({ id }) => id));
  if ([...settling.choices.keys()].every((id) => ids.has(id)) && (settling.at === null || ids.has(settling.at))) {
    return settling;
  }
  return {
    ...settling,
    choices: new Map([...settling.choices].filter(([id]) => ids.has(id))),
    past: [],
    at: settling.at !== null && ids.has(settling.at) ? settling.at : null,
  };
}

/** Kinds that would push all others out of sight, in a fabric that does not fit the screen anyway. */
function bigKinds({ rows }: Overview): ReadonlySet<string> {
  const sizes = new Map<string, number>();
  for (const { id } of rows) sizes.set(id.kind, (sizes.get(id.kind) ?? 0) + 1);
  return new Set(rows.length <= FITS ? [] : [...sizes].filter(([, size]) => size > FITS / 4).map(([kind]) => kind));
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
