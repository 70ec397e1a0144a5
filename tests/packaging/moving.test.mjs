// Promises of `openWorkspace` about what it does with nobody asking, in Node against the demo host.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { init, openWorkspace } from 'hedgerow';
import { root } from '../../.ci/step.mjs';
import { startGitHost } from '../githost/server.mjs';

const id = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'vpc-build' };
const vlan = '/spec/subnets/runners/vlan';

let host;
let opened;
before(() => init());
beforeEach(async () => {
  host = await startGitHost({});
  opened = [];
});
afterEach(async () => {
  for (const each of opened) each.close();
  await host.close();
});

const commits = () =>
  execFileSync('git', ['-C', host.bareDirectory, 'rev-list', 'main'], { encoding: 'utf8' }).trim().split('\n');
const offline = () => host.fault({ times: 1000, fault: { type: 'drop', at: 'arrival' } });

async function workspace(options = {}) {
  const mine = await openWorkspace({
    host: { type: 'github', url: host.url, repository: host.repository },
    branch: 'main',
    fabrics: [{ name: 'dc-east', directory: 'fabrics/dc-east' }],
    token: () => host.token,
    storage: 'memory',
    ...options,
  });
  opened.push(mine);
  await mine.load();
  return mine;
}

const move = (mine, value = 1234) => mine.edit(id, [{ op: 'set', field: vlan, value }]);
const next = (mine, event, fits = () => true) =>
  new Promise((resolve) => {
    const off = mine.on(event, (detail) => {
      if (!fits(detail)) return;
      off();
      resolve(detail);
    });
  });

test('a save that found no connection lands by itself as soon as there is one', { timeout: 30_000 }, async () => {
  const mine = await workspace();
  const old = commits();
  move(mine);
  offline();
  const queued = await mine.commit({ message: 'Move the runners' });
  assert.deepEqual([queued.type, queued.reason], ['queued', 'offline']);
  const { state, until, outbox } = mine.status();
  assert.deepEqual([state, until, outbox.length], ['offline', queued.retryAt, 1]);
  const saved = next(mine, 'saved');
  host.faults.clear();
  const { id: name, message, answer } = await saved;
  assert.deepEqual([name, message, answer.type], [outbox[0].id, 'Move the runners', 'landed']);
  assert.deepEqual(commits(), [answer.commit, ...old]);
  assert.equal(mine.status().state, 'in-step');
});

test(
  'after a refused token it goes on when the callback gives another, and asks the host no sooner',
  {
    timeout: 30_000,
  },
  async () => {
    let token = host.token;
    let asked = 0;
    const mine = await workspace({
      token: () => {
        asked += 1;
        return token;
      },
    });
    const old = commits();
    move(mine);
    token = 'ghp_revoked';
    const queued = await mine.commit({ message: 'Move the runners' });
    assert.deepEqual([queued.reason, mine.status().state], ['auth', 'frozen']);
    const [before, sent] = [asked, host.requests.count()];
    const saved = next(mine, 'saved');
    await new Promise((resolve) => {
      const watch = setInterval(() => {
        if (asked < before + 2) return;
        clearInterval(watch);
        resolve();
      }, 20);
    });
    assert.equal(host.requests.count(), sent);
    token = host.token;
    assert.equal((await saved).answer.type, 'landed');
    assert.equal(commits().length, old.length + 1);
  },
);

test('two commits at once are two commits, and a look beside them sends nothing twice', async () => {
  const mine = await workspace();
  const old = commits();
  move(mine, 1234);
  const first = mine.commit({ message: 'A' });
  move(mine, 1235);
  const second = mine.commit({ message: 'B' });
  const [a, b] = await Promise.all([first, second, mine.sync(), mine.sync()]);
  assert.deepEqual([a.type, b.type], ['landed', 'landed']);
  assert.deepEqual(commits(), [b.commit, a.commit, ...old]);
});

test('while a save is on its way the status says so', async () => {
  const mine = await workspace();
  move(mine);
  const sending = next(mine, 'status', ({ state }) => state === 'sending');
  const answer = mine.commit({ message: 'A' });
  assert.deepEqual(
    (await sending).outbox.map(({ state }) => state),
    ['sending'],
  );
  assert.equal((await answer).type, 'landed');
  assert.equal(mine.status().state, 'in-step');
});

test('a look that is aborted while a commit is on its way ends at once, and the commit lands', async () => {
  const mine = await workspace();
  const old = commits();
  move(mine);
  host.fault({ on: { operation: 'createCommitOnBranch' }, fault: { type: 'delay', ms: 500, at: 'answer' } });
  const landed = mine.commit({ message: 'A' });
  const stop = new AbortController();
  const looking = mine.sync({ signal: stop.signal });
  stop.abort();
  await assert.rejects(looking, { code: 'aborted' });
  assert.equal((await landed).type, 'landed');
  assert.equal((await mine.sync()).landed.length, 0);
  assert.equal(commits().length, old.length + 1);
});

test('a closed workspace refuses calls, says nothing, and what is on its way is seen to its end', async () => {
  const mine = await workspace();
  const old = commits();
  move(mine);
  host.fault({ on: { operation: 'createCommitOnBranch' }, fault: { type: 'delay', ms: 300, at: 'answer' } });
  const landed = mine.commit({ message: 'A' });
  const heard = [];
  mine.on('status', (status) => heard.push(status));
  mine.close();
  mine.close();
  for (const call of [
    () => mine.status(),
    () => mine.resources(),
    () => move(mine),
    () => mine.discard(),
    () => mine.export(),
    () => mine.on('status', () => {}),
  ]) {
    assert.throws(call, { code: 'bad-request', message: 'the workspace is closed' });
  }
  for (const call of [() => mine.load(), () => mine.sync(), () => mine.commit({ message: 'B' })]) {
    await assert.rejects(call(), { code: 'bad-request', message: 'the workspace is closed' });
  }
  assert.equal((await landed).type, 'landed');
  assert.equal(commits().length, old.length + 1);
  assert.deepEqual(heard, []);
});

test('a workspace may be freed while a call runs', async () => {
  const mine = await workspace();
  const old = commits();
  move(mine);
  const landed = mine.commit({ message: 'A' });
  const looked = mine.sync();
  opened.pop().close();
  mine.free();
  assert.equal((await landed).type, 'landed');
  await looked;
  assert.equal(commits().length, old.length + 1);
});

/** Runs a script in a Node of its own; one that does not end by itself is ended, which fails. */
const alone = (...lines) =>
  promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      [
        "import { init, openWorkspace } from 'hedgerow';",
        'await init();',
        `let token = ${JSON.stringify(host.token)};`,
        `const host = ${JSON.stringify({ type: 'github', url: host.url, repository: host.repository })};`,
        "const mine = await openWorkspace({ host, branch: 'main', fabrics: [{ name: 'a', directory: 'fabrics/dc-east' }], token: () => token, storage: 'memory' });",
        'await mine.load();',
        `mine.edit(${JSON.stringify(id)}, [{ op: 'set', field: '${vlan}', value: 1234 }]);`,
        ...lines,
      ].join('\n'),
    ],
    { cwd: join(root, 'tests', 'packaging'), timeout: 20_000 },
  );

test('a save that waits keeps no process alive', async () => {
  const { stdout } = await alone(
    "token = 'ghp_revoked';",
    "const { reason } = await mine.commit({ message: 'A' });",
    'console.log(reason);',
  );
  assert.equal(stdout, 'auth\n');
});

test('a process that closes its workspace ends after what was on its way', async () => {
  const old = commits();
  const { stdout } = await alone(
    "mine.commit({ message: 'A' }).then(({ type }) => console.log(type));",
    'mine.close();',
  );
  assert.equal(stdout, 'landed\n');
  assert.equal(commits().length, old.length + 1);
});
