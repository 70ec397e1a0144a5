// What `npm start` prints to play a teammate with can be pasted into a shell.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { teammateLines } from '../../.ci/demo.mjs';
import { startGitHost } from '../githost/server.mjs';

test('the commands that are printed make a teammate’s commit and fetch it', async (t) => {
  const host = await startGitHost({ host: 'github', seed: 'demo' });
  t.after(() => host.close());
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-demo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const commands = teammateLines(host).map((line) => line.replace(/^[^:]*: +/, ''));
  const shell = async (command) => (await promisify(execFile)('sh', ['-c', command], { cwd: folder })).stdout;
  const [clone, push] = commands;
  assert.equal(commands.length, 2);
  const { commit } = JSON.parse(await shell(push));
  await shell(clone);
  assert.equal((await shell('git -C demo-fabric rev-parse HEAD')).trim(), commit);
});

test('a host that is not on this disk prints no command', () => {
  assert.deepEqual(teammateLines({ url: 'http://127.0.0.1:1' }), []);
});
