// Holds the sources against the tools' rules: format, lints, types, layers.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPackage, hasPage } from './build.mjs';
import { root, script } from './step.mjs';
import { cargoTest, check, runSuites, sum } from './suite.mjs';
import { target } from './wasm.mjs';

/** The suite of checks. */
export async function checks() {
  const node = (tool, ...args) => [process.execPath, [join(root, 'node_modules', ...tool), ...args]];
  const denyWarnings = ['--', '--deny', 'warnings'];
  const results = [];
  results.push(await check('rustfmt', 'cargo', ['fmt', '--check']));
  results.push(await check('Clippy', 'cargo', ['clippy', '--all-targets', ...denyWarnings]));
  const ofWasm = ['--target', target, '--lib', '--test', 'wasm'];
  results.push(await check('Clippy of the wasm part', 'cargo', ['clippy', ...ofWasm, ...denyWarnings]));
  results.push(
    await check('Prettier', ...node(['prettier', 'bin', 'prettier.cjs'], '--check', '--log-level', 'warn', '.')),
  );
  results.push(await check('ESLint', ...node(['eslint', 'bin', 'eslint.js'], '--max-warnings', '0', '.')));
  for (const project of typeScriptProjects()) {
    results.push(await check(`Types of ${project}`, ...node(['typescript', 'bin', 'tsc'], '--noEmit', '-p', project)));
  }
  results.push(await cargoTest(['--test', 'it', 'layers']));
  return sum(results);
}

/** All sources together, as an editor sees them, the test host's JavaScript, and the page for itself, which must not know Node. */
function typeScriptProjects() {
  const all = ['tsconfig.json', 'tests/githost/tsconfig.json'];
  return hasPage() ? [...all, 'tsconfig.page.json'] : all;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    // The page and its types stand on the package.
    await buildPackage();
    return runSuites([{ name: 'checks', work: checks }]);
  });
}
