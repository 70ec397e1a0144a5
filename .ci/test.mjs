// Installs what is needed and runs all tests, or those named: npm test -- native page
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage, buildPage, hasPage } from './build.mjs';
import { checks } from './check.mjs';
import { setup } from './setup.mjs';
import { findGo } from '../tests/gitea/build.mjs';
import { Failure, root, script } from './step.mjs';
import { cargoTest, nodeTest, runSuites } from './suite.mjs';
import { wasmTestsInBrowser, wasmTestsInNode } from './wasm-tests.mjs';
import { pageTests } from './page-tests.mjs';

const suites = {
  checks: { name: 'checks', work: checks },
  native: { name: 'native', work: nativeTests },
  node: { name: 'wasm under Node', work: wasmTestsInNode },
  browser: { name: 'wasm in the browser', work: wasmTestsInBrowser },
  package: { name: 'package', work: () => nodeTest('tests/packaging') },
  tools: { name: 'tools', work: () => nodeTest('tests/tools') },
  page: { name: 'page', work: pageTests },
  contract: { name: 'hosts’ contracts', work: () => nodeTest('tests/contract') },
  githost: { name: 'demo host', work: () => nodeTest('tests/githost') },
  gitea: { name: 'real Gitea', work: giteaTests },
  e2e: { name: 'end to end', work: () => nodeTest('tests/e2e') },
};

/** Input of other projects, which lies beside the repository and is not part of it. */
const inputs = ['../shared/hedgehog', '../shared/merge-suites'];

/** Tests that read an input which is not there skip it, and cargo swallows what they say. */
async function nativeTests() {
  const missing = inputs.filter((input) => !existsSync(join(root, input)));
  return { ...(await cargoTest([])), missing };
}

/** Needs Go, which builds the Gitea. */
function giteaTests() {
  if (findGo() !== undefined) return nodeTest('tests/gitea');
  const skipped = 'Go is not installed, so there is no Gitea to test against (https://go.dev/dl)';
  console.log(`The suite gitea is NOT RUN: ${skipped}`);
  return { passed: 0, failed: 0, skipped };
}

await script(async () => {
  const named = process.argv.slice(2);
  const unknown = named.find((name) => !(name in suites));
  if (unknown !== undefined) {
    throw new Failure(`there is no suite ${unknown}. The suites: ${Object.keys(suites).join(', ')}`);
  }
  await setup('rust', 'npm', 'bindgen');
  await setup('browser').catch((error) => {
    // What needs no browser can still be tested; the suites that need one fail by name.
    if (!(error instanceof Failure)) throw error;
    console.error(`\nThere is no browser: ${error.message}\n`);
  });
  await buildPackage();
  if (hasPage()) await buildPage();
  const wanted = Object.keys(suites).filter((name) => (named.length === 0 ? hasSources(name) : named.includes(name)));
  return runSuites(wanted.map((name) => suites[name]));
});

/** A suite runs as soon as its part of the product is there. */
function hasSources(name) {
  const folders = { page: 'tests/web', githost: 'tests/githost', e2e: 'tests/e2e' };
  return !(name in folders) || existsSync(join(root, folders[name]));
}
