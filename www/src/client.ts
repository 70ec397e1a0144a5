/**
 * Puts the page's questions to the worker, and replaces a worker that broke.
 *
 * **Invariant:** every question is settled: answered, failed, or, when the
 * worker stopped under it, failed with code `engine-stopped`.
 */

import { EngineFailure } from './engine.js';
import type { Calls, Engine, EngineEvent, Method } from './engine.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** Workers that may break in a row before the client gives up. */
const LIVES = 3;

export interface ClientOptions {
  /** Makes a worker that listens for `ToWorker`. */
  readonly start: () => Worker;
  /** Makes the way by which a new worker asks for the token. */
  readonly tokenPort: () => MessagePort;
}

interface Waiting {
  readonly give: (answer: unknown) => void;
  readonly fail: (error: EngineFailure) => void;
}

export function createClient({ start, tokenPort }: ClientOptions): Engine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let lives = LIVES;
  let closed = false;
  let worker = launch();

  function launch(): Worker {
    const fresh = start();
    fresh.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (fresh === worker) receive(data);
    };
    fresh.onerror = (event) => {
      event.preventDefault();
      if (fresh === worker) replace(event.message || 'The worker could not be started');
    };
    const port = tokenPort();
    fresh.postMessage({ type: 'token-port', port } satisfies ToWorker, [port]);
    return fresh;
  }

  function replace(reason: string): void {
    worker.terminate();
    const stopped = new EngineFailure('engine-stopped', `The engine stopped: ${reason}`);
    const left = [...waiting.values()];
    waiting.clear();
    lives -= 1;
    if (lives > 0 && !closed) worker = launch();
    for (const { fail } of left) fail(stopped);
    if (lives > 0 && !closed) tell({ type: 'replaced' });
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'answered':
        lives = LIVES;
        settle(message.number)?.give(message.answer);
        return;
      case 'failed':
        settle(message.number)?.fail(new EngineFailure(message.code, message.message));
        return;
      case 'crashed':
        replace(message.message);
        return;
      case 'event':
        tell(message.event);
        return;
      default:
        message satisfies never;
    }
  }

  function settle(number: number): Waiting | undefined {
    const entry = waiting.get(number);
    waiting.delete(number);
    return entry;
  }

  function tell(event: EngineEvent): void {
    for (const listener of [...listeners]) listener(event);
  }

  function send(message: ToWorker): void {
    worker.postMessage(message);
  }

  return {
    ask<M extends Method>(method: M, ask: Calls[M]['ask'], signal?: AbortSignal): Promise<Calls[M]['answer']> {
      if (closed || lives <= 0) {
        return Promise.reject(
          new EngineFailure('engine-stopped', 'The engine has stopped; reload the page. Drafts are kept'),
        );
      }
      if (signal?.aborted === true) return Promise.reject(new EngineFailure('aborted', 'The call was aborted'));
      last += 1;
      const number = last;
      return new Promise<Calls[M]['answer']>((give, fail) => {
        waiting.set(number, { give: (answer) => give(answer as Calls[M]['answer']), fail });
        send({ type: 'ask', number, method, ask } as ToWorker);
        signal?.addEventListener('abort', () => {
          if (!waiting.has(number)) return;
          send({ type: 'abort', number });
          settle(number)?.fail(new EngineFailure('aborted', 'The call was aborted'));
        });
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      worker.terminate();
      const gone = new EngineFailure('aborted', 'The page was closed');
      const left = [...waiting.values()];
      waiting.clear();
      for (const { fail } of left) fail(gone);
    },
  };
}
