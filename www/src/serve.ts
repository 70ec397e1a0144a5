/**
 * Answers the page's questions in the worker, whatever engine stands behind.
 *
 * **Invariant:** a question is answered once; after `crashed` nothing is.
 */

import { EngineFailure } from './engine.js';
import type { Calls, EngineEvent, Method } from './engine.js';
import { tokenFrom } from './git/transport.js';
import type { TokenSource } from './git/transport.js';
import type { FromWorker, Question, ToWorker } from './protocol.js';

/** The engine's side of every call. */
export type Handlers = {
  [M in Method]: (ask: Calls[M]['ask'], signal: AbortSignal) => Promise<Calls[M]['answer']>;
};

export interface Surroundings {
  readonly token: TokenSource;
  readonly tell: (event: EngineEvent) => void;
}

/** The part of a worker's global scope that is needed here. */
export interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

export function serve(scope: Scope, make: (surroundings: Surroundings) => Handlers): void {
  const running = new Map<number, AbortController>();
  let handlers: Handlers | null = null;

  scope.onmessage = ({ data }) => {
    switch (data.type) {
      case 'token-port':
        handlers = make({
          token: tokenFrom(data.port),
          tell: (event) => scope.postMessage({ type: 'event', event }),
        });
        return;
      case 'ask':
        if (handlers !== null) void answer(handlers, data);
        return;
      case 'abort':
        running.get(data.number)?.abort();
        return;
      default:
        data satisfies never;
    }
  };

  async function answer(able: Handlers, question: Question): Promise<void> {
    const abort = new AbortController();
    running.set(question.number, abort);
    try {
      const given = await call(able, question.method, question.ask, abort.signal);
      scope.postMessage({ type: 'answered', number: question.number, answer: given });
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) {
        scope.postMessage({ type: 'crashed', message: error.message });
        return;
      }
      scope.postMessage({ type: 'failed', number: question.number, ...reason(error) });
    } finally {
      running.delete(question.number);
    }
  }
}

function call<M extends Method>(
  handlers: Handlers,
  method: M,
  ask: Calls[Method]['ask'],
  signal: AbortSignal,
): Promise<Calls[M]['answer']> {
  // The question's type ties the two together; TypeScript does not see it through the union.
  return handlers[method](ask, signal);
}

/** What the page is told of an error: `HedgerowError` has a code, others are ours to mend. */
function reason(error: unknown): { code: string; message: string } {
  if (error instanceof EngineFailure) return { code: error.code, message: error.message };
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
    return { code, message: error.message };
  }
  return { code: 'internal', message: String(error) };
}
