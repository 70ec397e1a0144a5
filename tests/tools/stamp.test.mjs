// Work whose input is the same as last time is left out, and only that.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { whenChanged } from '../../.ci/stamp.mjs';
import { root } from '../../.ci/step.mjs';

const folder = 'target/stamp-test';
const job = { name: 'stamp-test', inputs: [`${folder}/in`], output: `${folder}/out.txt` };
let runs;

beforeEach(() => {
  runs = 0;
  clear();
  mkdirSync(join(root, folder, 'in'), { recursive: true });
  write('in/a.txt', 'a');
});
after(clear);

function clear() {
  rmSync(join(root, folder), { recursive: true, force: true });
  rmSync(join(root, 'target', 'stamps', job.name), { force: true });
}

function write(name, text) {
  writeFileSync(join(root, folder, name), text);
}

function work() {
  runs += 1;
  write('out.txt', 'made');
}

test('the same input is worked on once', async () => {
  assert.equal(await whenChanged(job, work), true);
  assert.equal(await whenChanged(job, work), false);
  assert.equal(runs, 1);
});

for (const [change, make] of [
  ['a changed file', () => write('in/a.txt', 'b')],
  ['a new file', () => write('in/b.txt', '')],
  ['a file that is gone', () => rmSync(join(root, folder, 'in', 'a.txt'))],
  ['an output that is gone', () => rmSync(join(root, folder, 'out.txt'))],
]) {
  test(`work is done again after ${change}`, async () => {
    await whenChanged(job, work);
    make();
    assert.equal(await whenChanged(job, work), true);
    assert.equal(runs, 2);
  });
}

test('work that failed is done again', async () => {
  const failing = () => {
    write('out.txt', 'half');
    throw new Error('stopped half way');
  };
  await assert.rejects(whenChanged(job, failing));
  assert.equal(await whenChanged(job, work), true);
});
