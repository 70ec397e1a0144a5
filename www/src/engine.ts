/**
 * What the page asks of the engine, call by call.
 *
 * The shapes are those of the `hedgerow` package. The worker answers these
 * calls with a `Workspace`; the client puts them to the worker.
 *
 * Every question and answer can be cloned: nothing here is a function, a
 * signal or a token.
 */

import type {
  Choice,
  CommitAnswer,
  Conflict,
  Edit,
  Finding,
  HostType,
  Json,
  Preview,
  Progress,
  Range,
  ResourceId,
  ResourceState,
  Status,
} from './shapes.js';

/** The kinds of Git host the engine speaks to. */
export const HOST_TYPES = ['github', 'gitlab', 'gitea', 'bitbucket', 'azure'] as const satisfies readonly HostType[];

/** The place a fabric lies at. It never holds a token. */
export interface Target {
  readonly type: HostType;
  /** Address of the REST API; empty for the host's own public one. */
  readonly url: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Empty for the repository's default branch. */
  readonly branch: string;
  readonly directory: string;
}

/** How a resource stands to the branch. One whose text cannot be read is not removed: its file is there. */
export type RowState = ResourceState | 'unreadable';

/** One resource of the fabric, without its text. */
export interface Row {
  readonly id: ResourceId;
  readonly path: string;
  readonly range?: Range;
  readonly state: RowState;
}

/** Everything the page shows of the whole fabric. */
export interface Overview {
  readonly status: Status;
  readonly branch: string;
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  /** Checks that could not be made, in words. */
  readonly notChecked: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** Files that have drafts of other tabs, also of those that were closed. */
  readonly elsewhere: number;
  /** Where drafts are: in memory alone a reload loses them. */
  readonly storage: 'indexeddb' | 'memory';
}

/** One file as it stands with its draft. */
export interface OpenFile {
  readonly id: ResourceId;
  readonly path: string;
  readonly text: string;
  /** What the file says of the resource; null where it cannot be read. */
  readonly value: Json;
}

export interface Written {
  readonly file: OpenFile;
  readonly overview: Overview;
}

export interface Committed {
  readonly answer: CommitAnswer;
  readonly overview: Overview;
}

/** Each call: what is asked, and what comes back. */
export interface Calls {
  open: { ask: Target; answer: Overview };
  sync: { ask: null; answer: Overview };
  overview: { ask: null; answer: Overview };
  read: { ask: ResourceId; answer: OpenFile };
  /**
   * Replaces the text of a file. `was` is the text it was typed into: where
   * the draft is another by now, the two are merged.
   */
  write: {
    ask: { readonly id: ResourceId; readonly path: string; readonly text: string; readonly was: string };
    answer: Written;
  };
  edit: { ask: { readonly id: ResourceId; readonly edits: readonly Edit[] }; answer: Written };
  create: { ask: Json; answer: Overview };
  remove: { ask: ResourceId; answer: Overview };
  /** Drops one draft, or with null all of them. */
  discard: { ask: ResourceId | null; answer: Overview };
  preview: { ask: null; answer: Preview };
  commit: {
    ask: { readonly message: string; readonly findings: 'refuse' | 'accept'; readonly mode: 'direct' | 'pull-request' };
    answer: Committed;
  };
  choose: { ask: readonly Choice[]; answer: Overview };
  /** All drafts as a patch. */
  export: { ask: null; answer: string };
  close: { ask: null; answer: null };
}

export type Method = keyof Calls;

/** What the engine says without being asked. */
export type EngineEvent =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'changed' }
  /** What became of a commit that had to wait. */
  | { readonly type: 'saved'; readonly message: string; readonly answer: CommitAnswer }
  /** The engine had stopped; a new one stands in its place, and must be opened. */
  | { readonly type: 'replaced' };

export interface Engine {
  ask<M extends Method>(method: M, ask: Calls[M]['ask'], signal?: AbortSignal): Promise<Calls[M]['answer']>;
  /** Returns what ends the listening. */
  listen(listener: (event: EngineEvent) => void): () => void;
  close(): void;
}

/** An error with a code that never changes. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
