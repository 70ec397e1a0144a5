// Promises of `openWorkspace`, in Node against the demo host: what is asked of it, and what lands in the repository.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { afterEach, before, beforeEach, test } from 'node:test';
import { init, openWorkspace } from 'hedgerow';
import { startGitHost } from '../githost/server.mjs';

const path = 'fabrics/dc-east/managed/vpcs/vpc-build.yaml';
const id = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'vpc-build' };
const vlan = '/spec/subnets/runners/vlan';

let host;
before(() => init());
beforeEach(async () => {
  host = await startGitHost({});
});
afterEach(() => host.close());

const git = (...words) => execFileSync('git', ['-C', host.bareDirectory, ...words], { encoding: 'utf8' });
const commits = () => git('rev-list', 'main').trim().split('\n');
const changedLines = (commit) =>
  git('show', '--format=', '--unified=0', commit)
    .split('\n')
    .filter((line) => /^[-+](?![-+])/.test(line));

async function workspace(options = {}) {
  const opened = await openWorkspace({
    host: { type: 'github', url: host.url, repository: host.repository },
    branch: 'main',
    fabrics: [
      { name: 'dc-east', directory: 'fabrics/dc-east' },
      { name: 'lab', directory: 'fabrics/lab' },
    ],
    token: () => host.token,
    storage: 'memory',
    ...options,
  });
  await opened.load();
  return opened;
}

test('an edit lands as one commit that changes one line', async () => {
  const mine = await workspace();
  const old = commits();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  const answer = await mine.commit({ message: 'Move the runners\n\nNET-1' });
  assert.equal(answer.type, 'landed');
  assert.deepEqual(commits(), [answer.commit, ...old]);
  assert.deepEqual(changedLines('main'), ['-      vlan: 1310', '+      vlan: 1234']);
  assert.match(git('log', '-1', '--format=%B', 'main'), /^Move the runners\n\nNET-1\n\nHedgerow-Operation: \S+\n+$/);
  assert.equal(mine.status().state, 'in-step');
});

test('an error that a draft brings refuses the commit, and passes when it is accepted', async () => {
  const mine = await workspace();
  const old = commits();
  const { findings } = mine.edit(id, [{ op: 'set', field: vlan, value: 5000 }]);
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error').map(({ code, field }) => [code, field]),
    [['VPC-67', vlan]],
  );
  const refused = await mine.commit({ message: 'Too far' });
  assert.equal(refused.type, 'refused');
  assert.deepEqual(refused.offers, ['accept-findings', 'export']);
  assert.deepEqual(commits(), old);
  assert.equal(mine.status().drafts, 1);
  const landed = await mine.commit({ message: 'Too far', acceptFindings: true });
  assert.equal(landed.type, 'landed');
});

test('a teammate’s change of another field goes together with ours in one commit', async () => {
  const mine = await workspace();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  const theirs = await host.commit({
    files: { [path]: mine.read(id).content.replace('vlan: 1234', 'vlan: 1310').replace('600', '900') },
    message: 'Longer leases',
  });
  const answer = await mine.commit({ message: 'Move the runners' });
  assert.equal(answer.type, 'landed');
  assert.deepEqual(commits().slice(0, 2), [answer.commit, theirs.commit]);
  assert.deepEqual(changedLines('main'), ['-      vlan: 1310', '+      vlan: 1234']);
  assert.match(git('show', `main:${path}`), /leaseTimeSeconds: 900/);
});

test('a teammate’s change of the same field is asked about, and the choice is committed', async () => {
  const mine = await workspace();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  await host.commit({
    files: { [path]: mine.read(id).content.replace('vlan: 1234', 'vlan: 1500') },
    message: 'Another VLAN',
  });
  const asked = await mine.commit({ message: 'Move the runners' });
  assert.equal(asked.type, 'conflicted');
  assert.equal(asked.conflicts.length, 1);
  const [conflict] = asked.conflicts;
  assert.equal(conflict.label, 'spec.subnets.runners.vlan');
  assert.deepEqual([conflict.base.value, conflict.ours.value, conflict.theirs.value], [1310, 1234, 1500]);
  assert.equal(mine.status().state, 'conflicted');
  assert.deepEqual(mine.choose([{ conflict: conflict.id, take: 'theirs' }]), []);
  assert.equal(mine.withdraw([conflict.id]).length, 1);
  assert.deepEqual(mine.choose([{ conflict: conflict.id, take: 'ours' }]), []);
  assert.deepEqual(
    mine.preview().files.map((file) => file.path),
    [path],
  );
  const landed = await mine.commit({ message: 'Move the runners' });
  assert.equal(landed.type, 'landed');
  assert.deepEqual(changedLines('main'), ['-      vlan: 1500', '+      vlan: 1234']);
});

test('a load needs three requests, a save one, a look for news one', async () => {
  const counted = async (work) => {
    const before = host.requests.count();
    await work();
    return host.requests.count() - before;
  };
  let mine;
  assert.equal(await counted(async () => (mine = await workspace())), 3);
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  assert.equal(await counted(() => mine.commit({ message: 'Move the runners' })), 1);
  assert.equal(await counted(() => mine.sync()), 1);
});

test('without a good token everything stays, and goes on once there is one', async () => {
  let token = host.token;
  const mine = await workspace({ token: () => token });
  const old = commits();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  token = 'ghp_revoked';
  const queued = await mine.commit({ message: 'Move the runners' });
  assert.deepEqual([queued.type, queued.reason], ['queued', 'auth']);
  assert.equal(mine.status().state, 'frozen');
  assert.deepEqual(commits(), old);
  token = host.token;
  const { landed } = await mine.sync();
  assert.deepEqual(commits(), [...landed, ...old]);
  assert.deepEqual(changedLines('main'), ['-      vlan: 1310', '+      vlan: 1234']);
});

test('resources are created and removed, each in a file of its own', async () => {
  const mine = await workspace();
  const server = {
    apiVersion: 'wiring.githedgehog.com/v1beta1',
    kind: 'Server',
    metadata: { name: 'server-99' },
    spec: { description: 'spare' },
  };
  const { path: created } = mine.create(server, { fabric: 'lab' });
  assert.equal(created, 'fabrics/lab/managed/servers/server-99.yaml');
  assert.deepEqual(
    mine.preview().files.map(({ path: file, change }) => [file, change]),
    [[created, 'added']],
  );
  assert.equal((await mine.commit({ message: 'A spare server' })).type, 'landed');
  mine.remove({ group: 'wiring.githedgehog.com', kind: 'Server', namespace: 'default', name: 'server-99' });
  assert.equal((await mine.commit({ message: 'It is gone' })).type, 'landed');
  assert.throws(() => git('show', `main:${created}`));
});

test('drafts are exported as a patch that git applies', async () => {
  const mine = await workspace();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  const patch = mine.export();
  const check = () =>
    execFileSync('git', ['-C', host.bareDirectory, 'apply', '--cached', '--check', '-'], { input: patch });
  git('read-tree', 'main');
  assert.doesNotThrow(check);
});

test('misuse is told by its name', async () => {
  const mine = await workspace();
  assert.throws(() => mine.edit({ ...id, name: 'nobody' }, []), { code: 'no-such-resource' });
  assert.throws(() => mine.edit(id, [{ op: 'set', field: '/spec/nothing/here', value: 1 }]), { code: 'no-such-field' });
  await assert.rejects(mine.commit({ message: ' ' }), { code: 'bad-request' });
  await assert.rejects(mine.commit({ message: 'x', force: true }), { code: 'bad-request' });
  await assert.rejects(
    openWorkspace({
      host: { type: 'github', url: 'http://example.com', repository: 'a/b' },
      fabrics: [{ name: 'a', directory: '' }],
      token: () => '',
    }),
    { code: 'bad-request' },
  );
});

test('a resource that two fabrics have is not edited by guess', async () => {
  const mine = await workspace();
  const namespace = { group: 'wiring.githedgehog.com', kind: 'VLANNamespace', namespace: 'default', name: 'default' };
  const fabrics = mine
    .resources()
    .items.filter(({ id: { kind, name } }) => kind === namespace.kind && name === 'default');
  assert.equal(fabrics.length, 2);
  assert.throws(() => mine.edit(namespace, []), { code: 'ambiguous-resource' });
});

test('what is edited after commit() was called belongs to the next commit', async () => {
  const mine = await workspace();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  const first = mine.commit({ message: 'A' });
  mine.edit(id, [{ op: 'set', field: vlan, value: 1235 }]);
  assert.equal((await first).type, 'landed');
  assert.deepEqual(changedLines('main'), ['-      vlan: 1310', '+      vlan: 1234']);
  assert.equal((await mine.commit({ message: 'B' })).type, 'landed');
  assert.deepEqual(changedLines('main'), ['-      vlan: 1234', '+      vlan: 1235']);
});

test('what is discarded while a look for news runs stays discarded', async () => {
  const mine = await workspace();
  mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
  const looking = mine.sync();
  await Promise.resolve();
  mine.discard();
  await looking;
  assert.equal(mine.status().drafts, 0);
});
