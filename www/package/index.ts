/**
 * Hedgerow in a page or a worker.
 *
 * @module
 */

import { initializer } from './engine-state.js';
import { fetchInBrowser } from './load.js';

export * from './surface.js';

/**
 * Starts the engine. Later and concurrent calls share the first one; after a
 * failure the next call tries again.
 *
 * @throws {HedgerowError} `load-failed`, or `blocked-by-csp` where the page's policy forbids WebAssembly.
 */
export const init = /* @__PURE__ */ initializer({
  engine: () => new URL('./engine_bg.wasm', import.meta.url),
  workspace: () => new URL('./workspace_bg.wasm', import.meta.url),
  fetcher: fetchInBrowser,
});
