/** A worker in the same thread: its messages are cloned and come later, as a worker's do. */

import type { ToWorker } from '../../www/src/protocol.js';
import type { Scope } from '../../www/src/serve.js';

export function workerOf(run: (scope: Scope) => void): Worker {
  const { port1: outer, port2: inner } = new MessageChannel();
  const scope: Scope = {
    onmessage: null,
    postMessage: (message) => {
      inner.postMessage(message);
    },
  };
  inner.onmessage = (event: MessageEvent<ToWorker>) => scope.onmessage?.(event);
  run(scope);
  const worker = Object.assign(outer, {
    terminate: () => {
      outer.close();
      inner.close();
    },
    onerror: null,
  });
  return worker as unknown as Worker;
}
