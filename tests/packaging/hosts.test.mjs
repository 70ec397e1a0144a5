// Promises of `openWorkspace` that hold at every kind of host, in Node against the demo host: over HTTP, into real repositories.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { init, openWorkspace } from 'hedgerow';
import { FACADES, startGitHost } from '../githost/server.mjs';

const path = 'fabrics/dc-east/managed/vpcs/vpc-build.yaml';
const id = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'vpc-build' };
const vlan = '/spec/subnets/runners/vlan';

/** What a request that commits looks like. */
const COMMIT = {
  github: { operation: 'createCommitOnBranch' },
  gitlab: { method: 'POST', path: '/repository/commits' },
  gitea: { method: 'POST', path: '/contents' },
  bitbucket: { method: 'POST', path: '/src' },
  azure: { method: 'POST', path: '/pushes' },
};

/** Hosts that let a save pass over commits that touch other files. */
const passesOver = ['gitlab', 'gitea'];

for (const kind of Object.keys(FACADES).filter((name) => name in COMMIT)) {
  describe(kind, () => {
    let host;
    before(() => init());
    const start = async (t) => {
      host = await startGitHost({ host: kind });
      t.after(() => host.close());
    };
    const git = (...words) => execFileSync('git', ['-C', host.bareDirectory, ...words], { encoding: 'utf8' });
    const commits = () => git('rev-list', 'main').trim().split('\n');
    const workspace = async (options = {}) => {
      const opened = await openWorkspace({
        host: { type: kind, url: host.url, repository: host.repository },
        branch: 'main',
        fabrics: [{ name: 'dc-east', directory: 'fabrics/dc-east' }],
        token: () => host.token,
        storage: 'memory',
        ...options,
      });
      await opened.load();
      return opened;
    };

    test('an edited and a removed resource land as one commit', async (t) => {
      await start(t);
      const mine = await workspace();
      const old = commits();
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      mine.remove({ ...id, kind: 'VPCPeering', name: 'vpc-build--vpc-store' });
      const answer = await mine.commit({ message: 'Move the runners\n\nNET-1', acceptFindings: true });
      assert.equal(answer.type, 'landed', JSON.stringify(answer));
      assert.deepEqual(commits(), [answer.commit, ...old]);
      const changed = git('show', '--format=', '--name-status', 'main').trim().split('\n');
      assert.deepEqual(changed, ['D\tfabrics/dc-east/managed/vpcpeerings/vpc-build--vpc-store.yaml', `M\t${path}`]);
      assert.match(
        git('log', '-1', '--format=%B', 'main'),
        /^Move the runners\n\nNET-1\n\nHedgerow-Operation: \S+\n+$/,
      );
      assert.equal(mine.status().state, 'in-step');
    });

    test('a real push between goes together with a save', async (t) => {
      await start(t);
      const mine = await workspace();
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      const theirs = await host.teammate({ kind: 'other-field', path });
      const answer = await mine.commit({ message: 'Move the runners' });
      assert.equal(answer.type, 'landed', JSON.stringify(answer));
      assert.deepEqual(commits().slice(0, 2), [answer.commit, theirs.commit]);
      assert.match(git('show', `main:${path}`), /vlan: 1234/);
    });

    test('a push unseen until then that does not go together with a save is never silent', async (t) => {
      await start(t);
      const mine = await workspace();
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      const web = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';
      const theirs = await host.teammate({ kind: 'same-field', path: web, field: 'vlan', value: '1234' });
      const answer = await mine.commit({ message: 'Move the runners' });
      assert.match(git('show', `main:${web}`), /vlan: 1234/);
      if (passesOver.includes(kind)) {
        // It guards the files of a commit and no others, so both are there.
        assert.deepEqual(commits().slice(0, 2), [answer.commit, theirs.commit]);
        assert.equal(answer.type, 'landed');
        assert.match(answer.message, /VLAN 1234 is already used/);
      } else {
        assert.equal(commits()[0], theirs.commit);
        assert.equal(answer.type, 'conflicted', JSON.stringify(answer));
      }
    });

    test('an answer that gets lost makes no second commit', async (t) => {
      await start(t);
      const mine = await workspace();
      const old = commits().length;
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      host.fault({ on: COMMIT[kind], fault: { type: 'drop', at: 'answer' } });
      const answer = await mine.commit({ message: 'Move the runners' });
      assert.equal(answer.type, 'landed', JSON.stringify(answer));
      assert.equal(commits().length, old + 1);
      host.fault({ on: COMMIT[kind], fault: { type: 'drop', at: 'arrival' } });
      mine.edit(id, [{ op: 'set', field: vlan, value: 1235 }]);
      assert.equal((await mine.commit({ message: 'Again' })).type, 'landed');
      assert.equal(commits().length, old + 2);
    });

    test('a protected branch gets a pull request', async (t) => {
      await start(t);
      host.hosted().protect('main', { approvals: 1 });
      const mine = await workspace();
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      const refused = await mine.commit({ message: 'Move the runners' });
      assert.deepEqual([refused.type, refused.reason], ['refused', 'protected']);
      const answer = await mine.commit({ message: 'Move the runners', mode: 'pull-request' });
      assert.equal(answer.type, 'pull-request', JSON.stringify(answer));
      const [pull] = host.hosted().pulls;
      assert.deepEqual([pull.base, pull.title], ['main', 'Move the runners']);
      assert.equal(git('rev-parse', pull.head).trim(), answer.commit);
      assert.match(git('show', `${pull.head}:${path}`), /vlan: 1234/);
    });

    test('a token that ends freezes the save, and a good one sends it on', async (t) => {
      await start(t);
      let token = host.token;
      const mine = await workspace({ token: () => token });
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      token = host.tokens.expired;
      const answer = await mine.commit({ message: 'Move the runners' });
      assert.deepEqual([answer.type, answer.reason], ['queued', 'auth']);
      assert.equal(mine.status().state, 'frozen');
      token = host.token;
      const { landed } = await mine.sync();
      assert.deepEqual(landed, [commits()[0]]);
    });

    test('who may only read is told so, and keeps the drafts', async (t) => {
      await start(t);
      const mine = await workspace({ token: () => host.tokens.read });
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      const answer = await mine.commit({ message: 'Move the runners' });
      assert.deepEqual([answer.type, answer.reason], ['refused', 'read-only']);
      assert.equal(mine.status().drafts, 1);
    });

    test('the token comes in one header and nowhere else', async (t) => {
      await start(t);
      const mine = await workspace();
      mine.edit(id, [{ op: 'set', field: vlan, value: 1234 }]);
      await mine.commit({ message: 'Move the runners' });
      const places = new Set(host.requests.carriers(host.token).map(({ place }) => place));
      const encoded = Buffer.from(`:${host.token}`).toString('base64');
      for (const { place } of host.requests.carriers(encoded)) places.add(place);
      assert.deepEqual([...places], ['header:authorization']);
    });
  });
}
