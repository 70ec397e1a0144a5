/**
 * Who comes second is told so, and nothing of what the first one wrote is lost.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileAt, graphql, headOf, hostFor, rest, saveByGraphql } from './testing.mjs';

/** @typedef {import('./server.mjs').GitHost} GitHost */

const FILE = 'fabrics/dc-east/managed/servers/server-06.yaml';

/**
 * Prepares a commit through REST and answers its id.
 *
 * @param {GitHost} host
 * @param {{ parent: string, content: string, message?: string }} change
 */
async function commitByRest(host, { parent, content, message = 'Save' }) {
  const base = await rest(host, `GET ~/git/commits/${parent}`);
  const tree = await rest(host, 'POST ~/git/trees', {
    body: { base_tree: base.json.tree.sha, tree: [{ path: FILE, mode: '100644', type: 'blob', content }] },
  });
  const author = { name: 'Dana Demo', email: 'dana@fabric.example', date: '2026-05-01T10:00:00+02:00' };
  const commit = await rest(host, 'POST ~/git/commits', {
    body: { message, tree: tree.json.sha, parents: [parent], author, committer: author },
  });
  assert.equal(commit.status, 201);
  return commit.json.sha;
}

test('of two writers on one head exactly one wins, through GraphQL', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const answers = await Promise.all(
    ['one', 'two', 'three', 'four'].map((text) => saveByGraphql(host, { head, additions: { [FILE]: text } })),
  );
  const won = answers.filter(({ json }) => json.errors === undefined);
  assert.equal(won.length, 1);
  assert.deepEqual(
    answers.filter(({ json }) => json.errors !== undefined).map(({ status, json }) => [status, json.errors[0].type]),
    Array(3).fill([200, 'STALE_DATA']),
  );
  assert.equal(won[0].json.data.createCommitOnBranch.commit.oid, await headOf(host));
  assert.equal(won[0].json.data.createCommitOnBranch.commit.parents.nodes[0].oid, head);
});

test('of two writers on one head exactly one wins, through REST', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const commits = await Promise.all(['one', 'two'].map((content) => commitByRest(host, { parent: head, content })));
  const answers = await Promise.all(
    commits.map((sha) => rest(host, 'PATCH ~/git/refs/heads/main', { body: { sha, force: false } })),
  );
  const winner = answers.findIndex(({ status }) => status === 200);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
  assert.equal(answers[1 - winner].json.message, 'Update is not a fast forward');
  assert.equal(await headOf(host), commits[winner]);
});

test('the same commit made twice has one id, and its message is kept byte for byte', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const message = '  Zeile eins: Übergabe\r\n\n\n\tindented  \n\nHedgerow-Operation: 01J\n\n';
  const first = await commitByRest(host, { parent: head, content: 'x: 1\n', message });
  const second = await commitByRest(host, { parent: head, content: 'x: 1\n', message });
  assert.equal(first, second);
  const { content } = /** @type {import('./git/repository.mjs').GitObject} */ (await host.hosted().git.object(first));
  assert.equal(content.toString('utf8').slice(content.toString('utf8').indexOf('\n\n') + 2), message);
  assert.match(content.toString('utf8'), /author Dana Demo <dana@fabric\.example> 1777622400 \+0200/);
});

test('a push by real git between reading and writing makes the save stale', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const pushed = await host.teammate({ kind: 'other-field' });
  const late = await saveByGraphql(host, { head, additions: { [FILE]: 'late' } });
  assert.equal(late.json.errors[0].type, 'STALE_DATA');
  assert.equal(
    late.json.errors[0].message,
    `Expected branch to point to "${head}" but it did not.  Pull and try again.`,
  );
  assert.equal(await headOf(host), pushed.commit);
});

test('a branch that cannot be is no branch, and the host lives on', async (t) => {
  const host = await hostFor(t);
  for (const branchName of ['nowhere', 'main@{7}', 'main~1', 'a\nb']) {
    const answer = await graphql(
      host,
      'mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      {
        input: {
          branch: { repositoryNameWithOwner: host.repository, branchName },
          expectedHeadOid: await headOf(host),
          message: { headline: 'x' },
        },
      },
    );
    assert.deepEqual([answer.status, answer.json.errors[0].type], [200, 'NOT_FOUND'], branchName);
  }
});

test('a commit that deletes what is not there changes nothing', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const answer = await saveByGraphql(host, { head, additions: { [FILE]: 'x' }, deletions: ['no/such/file.yaml'] });
  assert.match(answer.json.errors[0].message, /does not exist as of commit oid/);
  assert.equal(await headOf(host), head);
});

test('a rename is a deletion and an addition in one commit, and an empty directory goes', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const old = 'fabrics/dc-east/managed/externals/isp-north.yaml';
  const text = (await fileAt(host, old)) ?? '';
  const answer = await saveByGraphql(host, {
    head,
    additions: { 'fabrics/dc-east/elsewhere.yaml': text },
    deletions: [old],
  });
  assert.equal(answer.json.errors, undefined);
  assert.equal(await fileAt(host, 'fabrics/dc-east/elsewhere.yaml'), text);
  assert.equal(await host.hosted().git.info('refs/heads/main:fabrics/dc-east/managed/externals'), null);
});

test('a file is guarded by its blob through contents', async (t) => {
  const host = await hostFor(t);
  const content = Buffer.from('spec: {}\n').toString('base64');
  const held = (await rest(host, `GET ~/contents/${FILE}`)).json.sha;
  const wrong = await rest(host, `PUT ~/contents/${FILE}`, { body: { message: 'm', content, sha: '0'.repeat(40) } });
  assert.deepEqual([wrong.status, wrong.json.message], [409, `${FILE} does not match ${'0'.repeat(40)}`]);
  const missing = await rest(host, `PUT ~/contents/${FILE}`, { body: { message: 'm', content } });
  assert.equal(missing.status, 422);
  const right = await rest(host, `PUT ~/contents/${FILE}`, { body: { message: 'm', content, sha: held } });
  assert.equal(right.status, 200);
  assert.equal(await fileAt(host, FILE), 'spec: {}\n');
});

test('a protected branch refuses pushes on every way in', async (t) => {
  const host = await hostFor(t);
  host.hosted().protect('main', { approvals: 1 });
  const head = await headOf(host);
  const save = await saveByGraphql(host, { head, additions: { [FILE]: 'x' } });
  assert.equal(save.json.errors[0].type, 'BRANCH_PROTECTION_RULE_VIOLATION');
  const sha = await commitByRest(host, { parent: head, content: 'x' });
  const patch = await rest(host, 'PATCH ~/git/refs/heads/main', { body: { sha, force: false } });
  assert.equal(patch.status, 422);
  assert.match(patch.json.message, /^Repository rule violations found/);
  const rules = await rest(host, 'GET ~/rules/branches/main');
  assert.deepEqual(
    rules.json.map((/** @type {{ type: string }} */ { type }) => type),
    ['pull_request'],
  );
  assert.equal(await headOf(host), head);
});

test('required signatures are met by GraphQL and not by REST', async (t) => {
  const host = await hostFor(t);
  host.hosted().protect('main', { approvals: null, signatures: 'required' });
  const head = await headOf(host);
  const sha = await commitByRest(host, { parent: head, content: 'x' });
  assert.equal((await rest(host, 'PATCH ~/git/refs/heads/main', { body: { sha } })).status, 422);
  assert.equal((await saveByGraphql(host, { head, additions: { [FILE]: 'x' } })).json.errors, undefined);
});

test('several refs move together or not at all', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const next = await commitByRest(host, { parent: head, content: 'x' });
  const repositoryId = (await rest(host, 'GET ~')).json.node_id;
  const query = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';
  const zero = '0'.repeat(40);
  const main = { name: 'refs/heads/main', beforeOid: head, afterOid: next };
  const taken = { name: 'refs/heads/taken', beforeOid: zero, afterOid: head };
  await host.commit({ branch: 'taken', files: { a: 'b' }, message: 'first' });
  const refused = await graphql(host, query, { input: { repositoryId, refUpdates: [main, taken] } });
  assert.equal(refused.json.errors[0].type, 'STALE_DATA');
  assert.equal(await headOf(host), head);
  const tag = { name: 'refs/tags/saved', beforeOid: zero, afterOid: next };
  const done = await graphql(host, query, { input: { repositoryId, refUpdates: [main, tag] } });
  assert.equal(done.json.errors, undefined);
  assert.equal(await headOf(host), next);
});
