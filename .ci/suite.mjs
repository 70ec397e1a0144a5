// Runs suites of tests with the runners they belong to, and counts what these say.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, run, seconds } from './step.mjs';

/**
 * What became of a suite.
 *
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {string} [skipped] why a suite could not run here at all
 * @property {readonly string[]} [missing] what a suite would have tested more with, and did not have
 */

/** Runs suites one after the other, prints the total, and says whether all is well. */
export async function runSuites(suites) {
  const results = [];
  for (const { name, work } of suites) {
    const started = Date.now();
    console.log(`\n══ ${name} ══`);
    let count;
    try {
      count = await work();
      // A suite that ran nothing has proved nothing.
      if (count.passed + count.failed === 0 && count.skipped === undefined) {
        count = { ...count, failed: 1, why: 'no test was found' };
      }
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      count = { passed: 0, failed: 1, why: error.message };
    }
    results.push({ name, took: seconds(started), ...count });
  }

  console.log('\n══ Total ══');
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { name, missing = [] } of results) {
    for (const input of missing) console.log(`! ${name}: INPUT MISSING, its tests are NOT RUN: ${input}`);
  }
  for (const { name, passed, failed, took, why, skipped } of results) {
    const mark = skipped !== undefined ? '–' : failed === 0 ? '✔' : '✘';
    const reason = skipped !== undefined ? ` — NOT RUN: ${skipped}` : why === undefined ? '' : ` — ${why}`;
    console.log(
      `${mark} ${name.padEnd(width)} ${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed ${took.padStart(8)}${reason}`,
    );
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Runs `cargo test` and counts over all its binaries. */
export async function cargoTest(args, env = {}) {
  const { output, code } = await run('cargo', ['test', ...args], { env, allowFailure: true });
  return atLeastOneFailure(countCargo(output), code);
}

/** Counts what the test harness of Rust, and that of wasm-bindgen, say at the end. */
export function countCargo(output) {
  const count = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)) {
    count.passed += Number(passed);
    count.failed += Number(failed);
  }
  return count;
}

/** Runs the `*.test.mjs` (or .js) files of a folder with Node's test runner. */
export async function nodeTest(folder, { ending = '.test.mjs', env = {} } = {}) {
  const path = join(root, folder);
  if (!existsSync(path)) return { passed: 0, failed: 0 };
  const files = readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name))
    .toSorted();
  if (files.length === 0) return { passed: 0, failed: 0 };
  const folderOfReports = join(root, 'tests', 'out');
  mkdirSync(folderOfReports, { recursive: true });
  const report = join(folderOfReports, `${folder.replace(/[^a-z0-9]+/gi, '-')}.tap`);
  rmSync(report, { force: true });
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${report}`],
  ];
  const { code } = await run(process.execPath, ['--test', '--test-concurrency=1', ...reporters, ...files], {
    env,
    allowFailure: true,
  });
  return atLeastOneFailure(countTap(existsSync(report) ? readFileSync(report, 'utf8') : ''), code);
}

/** Counts what Node's test runner says at the end. A test that was called off or marked to do has not passed. */
export function countTap(tap) {
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  return { passed: number('pass'), failed: number('fail') + number('cancelled') + number('todo') };
}

/** Runs one command as one check. */
export async function check(title, command, args, env = {}) {
  const started = Date.now();
  const { code } = await run(command, args, { env, allowFailure: true });
  console.log(`${code === 0 ? '✔' : '✘'} ${title} (${seconds(started)})`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Adds up counts. */
export function sum(counts) {
  return counts.reduce(
    (total, { passed, failed }) => ({ passed: total.passed + passed, failed: total.failed + failed }),
    { passed: 0, failed: 0 },
  );
}

/** A runner that failed without saying which test did, in building say, is a failure all the same. */
function atLeastOneFailure(count, code) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1, why: `the runner ended with code ${code}` } : count;
}
