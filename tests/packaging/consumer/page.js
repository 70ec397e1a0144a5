// A page's script as a user of the package writes it. It shows what it saw in the document.

import { HedgerowError, init, openWorkspace, version } from 'hedgerow';
import { workspaceOptions } from './workspace.js';

async function answer() {
  const early = caught(() => version());
  try {
    await Promise.all([init(), init()]);
  } catch (error) {
    return { early, failed: { isOurs: error instanceof HedgerowError, code: error.code, message: error.message } };
  }
  const workspace = await openWorkspace(workspaceOptions).then(
    () => 'opened',
    (error) => `${error.code}: ${error.message}`,
  );
  return { early, version: version(), workspace, worker: await askWorker() };
}

function caught(call) {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return error instanceof HedgerowError ? error.code : String(error);
  }
}

function askWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
  });
}

answer().then(
  (seen) => show(seen),
  (error) => show({ error: String(error) }),
);

function show(seen) {
  document.body.append(Object.assign(document.createElement('pre'), { id: 'seen', textContent: JSON.stringify(seen) }));
}
