/**
 * Everything the page shows, as read-only data.
 *
 * **Invariant:** no token, no element, no function is in it.
 */

import type { OpenFile, Overview, Row, Target } from '../engine.js';
import type { Choice, CommitAnswer, Conflict, Finding, Json, Preview, Progress, ResourceId } from '../shapes.js';

export type Pane = 'resource' | 'changes' | 'conflicts';
export type Tab = 'yaml' | 'form';

/** Something that went wrong, with what to do about it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

export type Phase =
  | { readonly type: 'connect'; readonly problem: Problem | null }
  | { readonly type: 'loading'; readonly progress: Progress | null }
  | { readonly type: 'open' };

export type Save =
  | { readonly type: 'idle' }
  | { readonly type: 'sending'; readonly progress: Progress | null }
  | { readonly type: 'answered'; readonly answer: CommitAnswer };

/** Where the user stands in settling conflicts. */
export interface Settling {
  /** The conflict that is shown; null for the first undecided one. */
  readonly at: string | null;
  readonly choices: ReadonlyMap<string, Choice>;
  /** Earlier choices, the latest last. */
  readonly past: readonly ReadonlyMap<string, Choice>[];
  /** The conflict whose own value is being written. */
  readonly editing: string | null;
  readonly phase: 'choosing' | 'applying';
}

export type Opened =
  | { readonly type: 'none' }
  | { readonly type: 'reading'; readonly key: string }
  | {
      readonly type: 'file';
      readonly key: string;
      readonly file: OpenFile;
      /** Counts the changes made at the page; an answer to an older one is dropped. */
      readonly revision: number;
      readonly phase: 'typing' | 'checked';
    };

export type Question =
  | { readonly type: 'none' }
  | { readonly type: 'discard'; readonly id: ResourceId | null }
  | { readonly type: 'remove'; readonly id: ResourceId }
  | { readonly type: 'create'; readonly problem: string | null };

export interface State {
  readonly target: Target;
  /** Whether the embedding page gives the token, so that none need be typed. */
  readonly tokenGiven: boolean;
  /** Whether the user can have a token kept on this machine. */
  readonly canKeepToken: boolean;
  /** The places that tokens are kept for on this machine. */
  readonly keptTokens: readonly string[];
  readonly phase: Phase;
  readonly overview: Overview | null;
  readonly query: string;
  /** Kinds whose resources are folded away. */
  readonly folded: ReadonlySet<string>;
  readonly pane: Pane;
  readonly tab: Tab;
  readonly opened: Opened;
  readonly plan: Preview | null;
  readonly message: string;
  readonly save: Save;
  readonly settling: Settling;
  readonly problem: Problem | null;
  readonly question: Question;
  readonly syncing: 'no' | 'yes';
  /** What a screen reader is told. */
  readonly spoken: string;
}

export const NOT_SETTLING: Settling = {
  at: null,
  choices: new Map(),
  past: [],
  editing: null,
  phase: 'choosing',
};

export function initialState(target: Target, tokenGiven: boolean): State {
  return {
    target,
    tokenGiven,
    canKeepToken: false,
    keptTokens: [],
    phase: { type: 'connect', problem: null },
    overview: null,
    query: '',
    folded: new Set(),
    pane: 'resource',
    tab: 'form',
    opened: { type: 'none' },
    plan: null,
    message: '',
    save: { type: 'idle' },
    settling: NOT_SETTLING,
    problem: null,
    question: { type: 'none' },
    syncing: 'no',
    spoken: '',
  };
}

/** One text per Git host, as tokens belong to one. */
export function placeOf({ type, url }: Target): string {
  return `${type} ${url}`;
}

/** One text per resource, equal exactly for equal identities. */
export function keyOf(id: ResourceId): string {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}`;
}

export function rowOf(state: State, key: string): Row | undefined {
  return state.overview?.rows.find(({ id }) => keyOf(id) === key);
}

/** The findings of one file, the worst first. */
export function findingsAt(overview: Overview | null, path: string): readonly Finding[] {
  return (overview?.findings ?? []).filter((finding) => finding.path === path);
}

/** The conflict to show: the one asked for, else the first that is undecided, else the first. */
export function currentConflict(conflicts: readonly Conflict[], settling: Settling): Conflict | undefined {
  return (
    conflicts.find(({ id }) => id === settling.at) ??
    conflicts.find(({ id }) => !settling.choices.has(id)) ??
    conflicts[0]
  );
}

export function decided(conflicts: readonly Conflict[], settling: Settling): number {
  return conflicts.filter(({ id }) => settling.choices.has(id)).length;
}

/** Why nothing can be committed now, or null when it can. */
export function commitBlock(state: State): string | null {
  const { overview, save, message } = state;
  if (overview === null) return 'No fabric is open';
  if (save.type === 'sending') return 'A commit is under way';
  const open = overview.conflicts.length;
  if (open > 0) return open === 1 ? 'Settle the conflict first' : `Settle the ${open} conflicts first`;
  if (overview.status.drafts === 0) return 'Nothing has been changed';
  if (overview.status.state === 'read-only') return 'The token may not write to this branch';
  if (message.trim() === '') return 'Write a commit message first';
  return null;
}

/** The member of a JSON object, or undefined. */
export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path) {
    if (at === null || typeof at !== 'object' || !isMap(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

export function isMap(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
