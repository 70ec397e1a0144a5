/**
 * The messages between the page and its worker.
 *
 * Every question gets exactly one answer with the same number, or none at
 * all when the worker stops; the client then answers in its place.
 */

import type { Calls, EngineEvent, Method } from './engine.js';

export type Question = {
  [M in Method]: { readonly type: 'ask'; readonly number: number; readonly method: M; readonly ask: Calls[M]['ask'] };
}[Method];

/** From the page to the worker. */
export type ToWorker =
  /** Comes first: the way by which the worker asks for the token. */
  | { readonly type: 'token-port'; readonly port: MessagePort }
  | Question
  | { readonly type: 'abort'; readonly number: number };

/** From the worker to the page. */
export type FromWorker =
  | { readonly type: 'answered'; readonly number: number; readonly answer: unknown }
  | { readonly type: 'failed'; readonly number: number; readonly code: string; readonly message: string }
  /** The engine is broken: this worker answers nothing more. */
  | { readonly type: 'crashed'; readonly message: string }
  | { readonly type: 'event'; readonly event: EngineEvent };
