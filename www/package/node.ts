/**
 * Hedgerow in Node: the same names as in a page.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { initializer } from './engine-state.js';
import { fetchInBrowser } from './load.js';

export * from './surface.js';

/**
 * Starts the engine from the file beside this one. Later and concurrent calls
 * share the first one; after a failure the next call tries again.
 *
 * @throws {HedgerowError} `load-failed`.
 */
export const init = /* @__PURE__ */ initializer({
  engine: () => new URL('./engine_bg.wasm', import.meta.url),
  workspace: () => new URL('./workspace_bg.wasm', import.meta.url),
  fetcher: async (address) => {
    if (address instanceof URL ? address.protocol === 'file:' : !/^[a-z][a-z0-9+.-]+:/i.test(address)) {
      return readFile(address);
    }
    if (typeof address === 'string' && address.startsWith('file:')) return readFile(new URL(address));
    return fetchInBrowser(address);
  },
});
