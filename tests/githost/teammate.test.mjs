/**
 * The colleague and the demo: real pushes, small changes, and a fabric that is the same everywhere.
 */

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { gitEnvironment } from './git/run.mjs';
import { fileAt, headOf, hostFor, rest } from './testing.mjs';

const FILE = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

/**
 * Answers the lines that differ, old and new.
 *
 * @param {string | null} before
 * @param {string | null} after
 */
function changedLines(before, after) {
  const [old, fresh] = [(before ?? '').split('\n'), (after ?? '').split('\n')];
  assert.equal(old.length, fresh.length);
  return old.flatMap((line, index) => (line === fresh[index] ? [] : [[line.trim(), fresh[index].trim()]]));
}

test('the same field and another field are one line each, comments kept', async (t) => {
  const host = await hostFor(t);
  const start = await fileAt(host, FILE);
  await host.teammate({ kind: 'same-field', path: FILE });
  const vlan = await fileAt(host, FILE);
  assert.deepEqual(changedLines(start, vlan), [
    [
      'vlan: 1010   # what the load balancers were built with, they cannot change it',
      'vlan: 1011   # what the load balancers were built with, they cannot change it',
    ],
  ]);
  await host.teammate({ kind: 'other-field', path: FILE });
  assert.deepEqual(changedLines(vlan, await fileAt(host, FILE)), [
    ['leaseTimeSeconds: 3600', 'leaseTimeSeconds: 3601'],
  ]);
});

test('a file without a field that can change gets a label', async (t) => {
  const host = await hostFor(t);
  const path = 'fabrics/dc-east/managed/switchgroups/eslag-1.yaml';
  await host.teammate({ kind: 'other-field', path });
  assert.match((await fileAt(host, path)) ?? '', /\n {2}name: eslag-1\n {2}labels:\n {4}reviewed-by: robin\n/);
  await assert.rejects(host.teammate({ kind: 'same-field', path, field: 'vlan' }), /no line with the field "vlan"/);
});

test('files come, go and move', async (t) => {
  const host = await hostFor(t);
  const added = await host.teammate({ kind: 'new-file' });
  assert.equal(added.path, 'fabrics/dc-east/managed/servers/server-90.yaml');
  const moved = await host.teammate({ kind: 'rename-file', path: added.path ?? '' });
  assert.equal(await fileAt(host, added.path ?? ''), null);
  await host.teammate({ kind: 'delete-file', path: moved.path ?? '' });
  assert.equal(await fileAt(host, moved.path ?? ''), null);
});

test('a force push replaces the last commit', async (t) => {
  const host = await hostFor(t);
  const before = await host.hosted().git.commit('refs/heads/main');
  const pushed = await host.teammate({ kind: 'force-push' });
  assert.equal(pushed.parent, before?.parents[0]);
  assert.equal(await host.hosted().git.isAncestor(before?.oid ?? '', pushed.commit), false);
});

test('many colleagues push at once and none of their commits is lost', async (t) => {
  const host = await hostFor(t);
  const before = await headOf(host);
  const pushes = Array.from({ length: 6 }, (_, index) =>
    host.commit({ files: { [`notes/${index}.txt`]: `${index}\n` }, message: `Note ${index}` }),
  );
  await Promise.all(pushes);
  const commits = await host.hosted().git.history([await headOf(host), `^${before}`]);
  assert.equal(commits.length, 6);
});

test('the bare repository is a real one: git clones it and pushes to it', async (t) => {
  const host = await hostFor(t);
  const folder = mkdtempSync(join(tmpdir(), 'githost-clone-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = promisify(execFile);
  const git = (/** @type {string[]} */ ...args) => run('git', ['-C', folder, ...args], { env: gitEnvironment() });
  await git('clone', '--quiet', host.bareDirectory, '.');
  await git('fsck', '--strict', '--no-progress');
  await git('commit', '--quiet', '--allow-empty', '-m', 'From a real clone');
  await git('push', '--quiet', 'origin', 'main');
  assert.equal((await rest(host, 'GET ~/commits/main')).json.commit.message, 'From a real clone\n');
});

test('the demo is the same on every machine and holds two fabrics', async (t) => {
  const [one, two] = [await hostFor(t), await hostFor(t)];
  assert.equal(await headOf(one), await headOf(two));
  const listed = await one.hosted().git.listing((await one.hosted().git.tree('refs/heads/main'))?.oid ?? '');
  const east = listed.filter(({ path, type }) => type === 'blob' && path.startsWith('fabrics/dc-east/managed/'));
  assert.ok(east.length >= 60);
  assert.ok(listed.some(({ path }) => path.startsWith('fabrics/lab/')));
});

test('the command line prints where the host is, and leaves nothing behind', async () => {
  const main = fileURLToPath(new URL('./main.mjs', import.meta.url));
  const child = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }));
  const { url, bareDirectory, ...about } = JSON.parse(line);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/);
  assert.ok(existsSync(bareDirectory));
  assert.deepEqual(about, {
    host: 'github',
    repository: 'demo/fabric',
    branch: 'main',
    directory: 'fabrics/dc-east',
    token: 'demo-write-token',
  });
  const answer = await fetch(`${url}/repos/${about.repository}`, {
    headers: { Authorization: `token ${about.token}` },
  });
  assert.equal(answer.status, 200);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.ok(!existsSync(bareDirectory));
});

test('the command line names the hosts it has when it is asked for another', async () => {
  const main = fileURLToPath(new URL('./main.mjs', import.meta.url));
  const run = promisify(execFile);
  await assert.rejects(run(process.execPath, [main, '--host', 'svn']), /There is no host "svn"\. There are: github/);
});

test('a host that is closed has removed its folder', async (t) => {
  const host = await hostFor(t, { seed: 'empty' });
  assert.ok(existsSync(host.bareDirectory));
  await host.close();
  assert.ok(!existsSync(host.bareDirectory));
});

/** @param {import('node:readline').Interface} lines */
function once(lines) {
  return new Promise((resolve) => lines.once('line', (line) => resolve([line])));
}
