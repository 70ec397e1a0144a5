// Runs the tests of the page's parts, tests/web/*.test.ts, under Node.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './step.mjs';
import { nodeTest } from './suite.mjs';

/** Translates the page and its tests, and runs them. */
export async function pageTests() {
  // A test that was taken away must not go on running.
  rmSync(join(root, 'target', 'web'), { recursive: true, force: true });
  await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.web.json']);
  return nodeTest('target/web', { ending: '.test.js' });
}
