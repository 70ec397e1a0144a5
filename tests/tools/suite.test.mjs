// The counts of `npm test` are the runners' own.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, describe, test } from 'node:test';
import { Failure, root } from '../../.ci/step.mjs';
import { check, countCargo, countTap, nodeTest, runSuites } from '../../.ci/suite.mjs';

const folder = mkdtempSync(join(tmpdir(), 'hedgerow-suite-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `work` with the console silent, and gives back what it would have said. */
async function heard(work) {
  const lines = [];
  const { log, error } = console;
  console.log = console.error = (line) => lines.push(String(line));
  try {
    const code = await work();
    return { code, last: lines.at(-1), text: lines.join('\n') };
  } finally {
    Object.assign(console, { log, error });
  }
}

describe('the total', () => {
  test('adds up the suites and ends with the count alone on a line', async () => {
    const counts = [
      { passed: 3, failed: 0 },
      { passed: 4, failed: 0 },
    ];
    const suites = counts.map((count, index) => ({ name: `suite ${index}`, work: async () => count }));
    const { code, last } = await heard(() => runSuites(suites));
    assert.deepEqual([code, last], [0, '7 passed, 0 failed']);
  });

  test('counts a suite that ran nothing as failed', async () => {
    const { code, last } = await heard(() =>
      runSuites([{ name: 'empty', work: async () => ({ passed: 0, failed: 0 }) }]),
    );
    assert.deepEqual([code, last], [1, '0 passed, 1 failed']);
  });

  test('counts a suite that could not run as failed, says why, and goes on', async () => {
    const broken = { name: 'broken', work: () => Promise.reject(new Failure('there is no browser')) };
    const good = { name: 'good', work: async () => ({ passed: 1, failed: 0 }) };
    const { code, last, text } = await heard(() => runSuites([broken, good]));
    assert.deepEqual([code, last], [1, '1 passed, 1 failed']);
    assert.match(text, /broken.*there is no browser/);
  });

  test('says loudly which suite did not have its input', async () => {
    const work = async () => ({ passed: 1, failed: 0, missing: ['../elsewhere/cases'] });
    const { code, last, text } = await heard(() => runSuites([{ name: 'native', work }]));
    assert.deepEqual([code, last], [0, '1 passed, 0 failed']);
    assert.match(text, /^! native: INPUT MISSING, its tests are NOT RUN: \.\.\/elsewhere\/cases$/m);
  });
});

describe('counting', () => {
  test('adds up all binaries of cargo', () => {
    const output = [
      'test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s',
      'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s',
    ].join('\n');
    assert.deepEqual(countCargo(output), { passed: 15, failed: 2 });
  });

  test('takes tests that were called off or are still to be done as failed', () => {
    const tap = '# tests 9\n# pass 5\n# fail 1\n# cancelled 2\n# skipped 0\n# todo 1\n';
    assert.deepEqual(countTap(tap), { passed: 5, failed: 4 });
  });

  test('a file that breaks before its first test is a failure', async () => {
    writeFileSync(join(folder, 'broken.test.mjs'), 'throw new Error("broken on purpose");\n');
    // The runner marks the processes it starts; one inside it would run nothing.
    const { output } = await inOwnProcess(`nodeTest(${JSON.stringify(relative(root, folder))})`);
    assert.deepEqual(output, { passed: 0, failed: 1 });
  });

  test('a command is one check, passed or failed', async () => {
    const { output } = await inOwnProcess(
      `Promise.all([check('good', process.execPath, ['-e', '']), check('bad', process.execPath, ['-e', 'process.exit(3)'])])`,
    );
    assert.deepEqual(output, [
      { passed: 1, failed: 0 },
      { passed: 0, failed: 1 },
    ]);
  });
});

/** Evaluates a call of the suite's functions in a process of its own. */
async function inOwnProcess(call) {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const names = Object.keys({ check, nodeTest }).join(', ');
  const script = `import { ${names} } from ${JSON.stringify(new URL('../../.ci/suite.mjs', import.meta.url).href)};
    const answer = await ${call};
    process.stdout.write('\\n@@' + JSON.stringify(answer));`;
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  return { output: JSON.parse(stdout.split('@@').at(-1)) };
}
