/**
 * Azure DevOps: a push with the old value of its ref, many blobs in one zip, and a sign-in page with a status of success.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { fileAt, headOf, hostFor } from './testing.mjs';
import { inflateRawSync } from 'node:zlib';

/** @typedef {import('./server.mjs').GitHost} GitHost */

const VPC = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';
const NONE = '0'.repeat(40);

/** @param {string} token */
const basic = (token) => `Basic ${Buffer.from(`:${token}`).toString('base64')}`;

/**
 * @param {GitHost} host
 * @param {string} asked method and path below the repository
 * @param {{ body?: any, authorization?: string | null, headers?: Record<string, string> }} [options]
 */
async function ask(host, asked, { body, authorization = basic(host.token), headers = {} } = {}) {
  const [method, path] = asked.split(/ (.*)/);
  const url = new URL(`${host.origin}/demo/fabric/_apis/git/repositories/fabric${path}`);
  if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', '7.1');
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(authorization === null ? {} : { Authorization: authorization }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    json: /^[[{]/.test(text) ? JSON.parse(text) : null,
  };
}

/**
 * @param {string} old
 * @param {object[]} changes
 * @param {{ ref?: string, comment?: string }} [more]
 */
function push(old, changes, { ref = 'refs/heads/main', comment = 'Change' } = {}) {
  return { refUpdates: [{ name: ref, oldObjectId: old }], commits: [{ comment, changes }] };
}

/**
 * @param {string} changeType
 * @param {string} path
 * @param {string} [text]
 */
function change(changeType, path, text) {
  const content = Buffer.from(text ?? '').toString('base64');
  const newContent = text === undefined ? {} : { newContent: { content, contentType: 'base64encoded' } };
  return { changeType, item: { path: `/${path}` }, ...newContent };
}

test('a filter for refs is the beginning of their names', async (t) => {
  const host = await hostFor(t);
  await host.commit({ branch: 'main-2', files: { a: 'b' }, message: 'another' });
  const found = (await ask(host, 'GET /refs?filter=heads/main')).json;
  assert.deepEqual(
    found.value.map((/** @type {any} */ { name }) => name),
    ['refs/heads/main', 'refs/heads/main-2'],
  );
  assert.equal(found.value[0].objectId, await headOf(host));
});

test('the root of a branch names the commit and its tree, and the tree lists all', async (t) => {
  const host = await hostFor(t);
  const query = 'path=/&versionDescriptor.version=main&versionDescriptor.versionType=branch';
  const root = (await ask(host, `GET /items?${query}`)).json;
  const commit = await host.hosted().git.commit('main');
  assert.deepEqual([root.commitId, root.objectId, root.isFolder], [commit?.oid, commit?.tree, true]);
  const tree = (await ask(host, `GET /trees/${root.objectId}?recursive=true`)).json;
  const listing = await host.hosted().git.listing(root.objectId);
  assert.deepEqual(
    tree.treeEntries.map((/** @type {any} */ { relativePath, objectId }) => [relativePath, objectId]),
    listing.map(({ path, oid }) => [path, oid]),
  );
  assert.deepEqual([...new Set(tree.treeEntries.map((/** @type {any} */ { mode }) => mode))].toSorted(), [
    '100644',
    '40000',
  ]);
  const items = (await ask(host, 'GET /items?scopePath=/fabrics&recursionLevel=OneLevel')).json;
  assert.deepEqual(
    items.value.map((/** @type {any} */ { path }) => path),
    ['/fabrics', '/fabrics/dc-east', '/fabrics/lab'],
  );
  assert.equal((await ask(host, 'GET /items?path=/nothing')).json.typeKey, 'GitItemNotFoundException');
  const missing = await ask(host, 'GET /items?path=/&versionDescriptor.version=x&versionDescriptor.versionType=branch');
  assert.deepEqual([missing.status, missing.json.typeKey], [404, 'GitUnresolvableToCommitException']);
});

test('many blobs come as one zip that any tool can open', async (t) => {
  const host = await hostFor(t);
  await host.commit({ files: { 'empty.yaml': '', 'long.yaml': 'a: 1\n'.repeat(5000) }, message: 'more' });
  const listing = await host.hosted().git.listing('main^{tree}');
  const oids = [...new Set(listing.filter(({ type }) => type === 'blob').map(({ oid }) => oid))];
  const { status, bytes, headers } = await ask(host, 'POST /blobs', {
    body: oids,
    headers: { Accept: 'application/zip' },
  });
  assert.deepEqual([status, headers.get('content-type')], [200, 'application/zip']);
  const folder = mkdtempSync(join(tmpdir(), 'githost-zip-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'blobs.zip'), bytes);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, 'blobs.zip'), folder]);
  for (const oid of oids) {
    const content = readFileSync(join(folder, oid));
    assert.equal(createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'), oid);
  }
  const none = await ask(host, 'POST /blobs', { body: ['f'.repeat(40)], headers: { Accept: 'application/zip' } });
  assert.equal(none.status, 404);
  // The sizes follow the data, as when a zip is written to a stream.
  assert.equal(bytes.readUInt16LE(6) & 8, 8);
  assert.equal(bytes.readUInt32LE(18), 0);
  assert.ok(inflateRawSync(bytes.subarray(30 + 40)).length > 0);
});

test('a push changes files on the value that it names, and answers the tree', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const changes = [
    change('edit', VPC, 'a: 1\n'),
    change('add', 'new.yaml', 'n: 1\n'),
    change('delete', 'fabrics/dc-east/managed/vpcs/vpc-db.yaml'),
  ];
  const made = await ask(host, 'POST /pushes', { body: push(head, changes, { comment: 'Three\n\nBecause.' }) });
  assert.equal(made.status, 201);
  const [commit] = made.json.commits;
  assert.deepEqual(made.json.refUpdates, [
    { name: 'refs/heads/main', oldObjectId: head, newObjectId: commit.commitId },
  ]);
  assert.equal(await headOf(host), commit.commitId);
  const stored = await host.hosted().git.commit(commit.commitId);
  assert.deepEqual([stored?.tree, stored?.parents, stored?.message], [commit.treeId, [head], 'Three\n\nBecause.']);
  assert.deepEqual([await fileAt(host, VPC), await fileAt(host, 'new.yaml')], ['a: 1\n', 'n: 1\n']);
  assert.equal(await fileAt(host, 'fabrics/dc-east/managed/vpcs/vpc-db.yaml'), null);
});

test('a push on an old value is stale, and of twenty at once one lands', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const sent = Array.from({ length: 20 }, (_, number) =>
    ask(host, 'POST /pushes', { body: push(head, [change('add', `${number}.yaml`, 'x')]) }),
  );
  const answers = (await Promise.all(sent)).map(({ status, json }) => [status, json.typeKey]);
  assert.equal(answers.filter(([status]) => status === 201).length, 1);
  const lost = answers.filter(([status]) => status !== 201);
  assert.deepEqual(lost, Array(19).fill([409, 'GitReferenceStaleException']));
});

test('adding what is there and changing what is not are refused', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const refused = async (/** @type {object} */ one) => {
    const { status, json } = await ask(host, 'POST /pushes', { body: push(head, [one]) });
    return [status, json.typeKey];
  };
  assert.deepEqual(await refused(change('add', VPC, 'x')), [400, 'ArgumentException']);
  assert.deepEqual(await refused(change('edit', 'no.yaml', 'x')), [400, 'ArgumentException']);
  assert.deepEqual(await refused(change('delete', 'no.yaml')), [400, 'ArgumentException']);
  assert.deepEqual(await refused(change('edit', '../x', 'x')), [400, 'InvalidArgumentValueException']);
  assert.equal(await headOf(host), head);
});

test('a rename takes the bytes along and drops what it was given', async (t) => {
  const host = await hostFor(t);
  const before = await fileAt(host, VPC);
  const rename = { ...change('rename', 'moved.yaml', 'other: 1\n'), sourceServerItem: `/${VPC}` };
  await ask(host, 'POST /pushes', { body: push(await headOf(host), [rename]) });
  assert.deepEqual([await fileAt(host, 'moved.yaml'), await fileAt(host, VPC)], [before, null]);
});

test('a file that can be run stays one when it is edited', async (t) => {
  const host = await hostFor(t);
  const git = host.hosted().git;
  const oid = await git.writeBlob(Buffer.from('#!/bin/sh\n'));
  const head = await git.commit('main');
  assert.ok(head);
  const tree = await git.editTree(head.tree, new Map([['run.sh', { mode: '100755', oid }]]));
  const commit = await git.writeCommit({ ...head, tree, parents: [head.oid], message: 'run' });
  await git.moveRefs([{ ref: 'refs/heads/main', to: commit, from: head.oid }]);
  await ask(host, 'POST /pushes', { body: push(commit, [change('edit', 'run.sh', 'x')]) });
  const entry = (await git.tree('main'))?.entries.find(({ name }) => name === 'run.sh');
  assert.equal(entry?.mode, '100755');
});

test('a push to a branch that is not there makes it on the value it names, and it has one pull request', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  await host.commit({ files: { 'a.yaml': 'a: 1\n' }, message: 'theirs' });
  const body = push(head, [change('edit', VPC, 'x')], { ref: 'refs/heads/hedgerow/1' });
  const made = await ask(host, 'POST /pushes', { body });
  assert.deepEqual([made.status, made.json.commits[0].parents], [201, [head]]);
  assert.equal((await ask(host, 'POST /pushes', { body })).json.typeKey, 'GitReferenceStaleException');
  const pull = { sourceRefName: 'refs/heads/hedgerow/1', targetRefName: 'refs/heads/main', title: 'T' };
  const first = await ask(host, 'POST /pullrequests', { body: pull });
  assert.deepEqual([first.status, first.json.lastMergeSourceCommit.commitId], [201, made.json.commits[0].commitId]);
  const again = await ask(host, 'POST /pullrequests', { body: pull });
  assert.deepEqual([again.status, again.json.typeKey], [409, 'GitPullRequestExistsException']);
  const query = 'searchCriteria.sourceRefName=refs/heads/hedgerow/1&searchCriteria.status=all';
  assert.equal((await ask(host, `GET /pullrequests?${query}`)).json.value[0].pullRequestId, 1);
});

test('a ref that is moved alone tells what became of it with a status of success', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const move = async (/** @type {string} */ name, /** @type {string} */ oldObjectId, newObjectId = head) => {
    const { status, json } = await ask(host, 'POST /refs', { body: [{ name, oldObjectId, newObjectId }] });
    return [status, json.value[0].updateStatus, json.value[0].success];
  };
  assert.deepEqual(await move('refs/heads/x', NONE), [200, 'succeeded', true]);
  assert.deepEqual(await move('refs/heads/x', NONE), [200, 'staleOldObjectId', false]);
  assert.deepEqual(await move('refs/heads/y', NONE, 'f'.repeat(40)), [200, 'unresolvableToCommit', false]);
  assert.deepEqual(await move('refs/heads/x', head, NONE), [200, 'succeeded', true]);
});

test('a comparison tells ids, the common commit, and stops at a hundred', async (t) => {
  const host = await hostFor(t);
  const before = await headOf(host);
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`many/${index}.yaml`, `a: ${index}\n`]));
  await host.commit({ files: many, message: 'many' });
  const query = `baseVersion=${before}&baseVersionType=commit&targetVersion=main&targetVersionType=branch`;
  const first = (await ask(host, `GET /diffs/commits?${query}`)).json;
  assert.deepEqual([first.changes.length, first.allChangesIncluded], [100, false]);
  assert.deepEqual([first.commonCommit, first.targetCommit], [before, await headOf(host)]);
  assert.deepEqual([first.aheadCount, first.behindCount], [1, 0]);
  const whole = (await ask(host, `GET /diffs/commits?${query}&$top=2000`)).json;
  assert.deepEqual([whole.changes.length, whole.allChangesIncluded], [120, true]);
  const [one] = whole.changes;
  const info = await host.hosted().git.info(`main:${one.item.path.slice(1)}`);
  assert.deepEqual([one.changeType, one.item.objectId], ['add', info?.oid]);
});

test('a list of commits keeps back their trees, parents and all but the first line', async (t) => {
  const host = await hostFor(t);
  await host.commit({ files: { a: 'b' }, message: 'Subject\n\nBody.' });
  const head = await headOf(host);
  const [listed] = (await ask(host, 'GET /commits?$top=1')).json.value;
  assert.deepEqual([listed.commitId, listed.comment, listed.commentTruncated], [head, 'Subject', true]);
  assert.deepEqual([listed.treeId, listed.parents], [undefined, undefined]);
  const whole = (await ask(host, `GET /commits/${head}`)).json;
  const stored = await host.hosted().git.commit(head);
  assert.deepEqual([whole.comment, whole.treeId, whole.parents], [stored?.message, stored?.tree, stored?.parents]);
  const query = `searchCriteria.itemPath=/${VPC}&searchCriteria.itemVersion.version=main`;
  assert.equal((await ask(host, `GET /commits?${query}`)).json.count, 1);
});

test('who is not signed in gets a page and a status of success', async (t) => {
  const host = await hostFor(t);
  for (const authorization of [null, basic('nonsense'), basic(host.tokens.expired), `Bearer nonsense`]) {
    const answer = await ask(host, 'GET /refs', { authorization });
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [203, 'text/html; charset=utf-8']);
  }
  assert.equal((await ask(host, 'GET /refs', { authorization: `Bearer ${host.token}` })).status, 200);
  assert.equal((await ask(host, 'GET /refs', { authorization: basic(host.tokens.wrongScope) })).status, 401);
  const body = push(await headOf(host), [change('add', 'a', 'b')]);
  const read = await ask(host, 'POST /pushes', { body, authorization: basic(host.tokens.read) });
  assert.deepEqual([read.status, read.json.typeKey], [403, 'GitNeedsPermissionException']);
});

test('a branch with a policy wants a pull request', async (t) => {
  const host = await hostFor(t);
  host.hosted().protect('main', { approvals: 1 });
  const { status, json } = await ask(host, 'POST /pushes', {
    body: push(await headOf(host), [change('add', 'a', 'b')]),
  });
  assert.deepEqual([status, json.typeKey], [403, 'GitRefUpdateRejectedByPolicyException']);
  assert.match(json.message, /^TF402455: /);
});

test('only a request with credentials may be read from another origin, and no version is an error', async (t) => {
  const host = await hostFor(t);
  const headers = { Origin: 'http://page.example' };
  const seen = await ask(host, 'GET /refs', { headers });
  assert.equal(seen.headers.get('access-control-allow-origin'), 'http://page.example');
  assert.equal(seen.headers.get('access-control-expose-headers'), null);
  const blind = await ask(host, 'GET /refs', { headers, authorization: null });
  assert.equal(blind.headers.get('access-control-allow-origin'), null);
  assert.equal((await ask(host, 'GET /refs?api-version=')).status, 400);
});

test('who asks too much waits first and is refused then; other faults come on demand', async (t) => {
  const host = await hostFor(t);
  host.fault({ fault: { type: 'rate-limit', limit: 'secondary', retryAfter: 2 } });
  assert.equal((await ask(host, 'GET /refs')).status, 200);
  host.fault({ fault: { type: 'rate-limit', limit: 'primary' } });
  const refused = await ask(host, 'GET /refs');
  assert.deepEqual([refused.status, refused.json.typeKey], [429, 'RequestBlockedException']);
  host.fault({ fault: { type: 'expired-token' } });
  assert.equal((await ask(host, 'GET /refs')).status, 203);
  const before = await headOf(host);
  const tree = (await host.hosted().git.commit('main'))?.tree;
  await host.teammate({ kind: 'comment' });
  host.fault({ fault: { type: 'stale-refs' } });
  assert.equal((await ask(host, 'GET /items?path=/')).json.commitId, before);
  host.fault({ fault: { type: 'truncated-tree', entries: 3 } });
  assert.equal((await ask(host, `GET /trees/${tree}?recursive=true`)).json.treeEntries.length, 3);
  const info = await host.hosted().git.info(`main:${VPC}`);
  host.fault({ fault: { type: 'wrong-bytes' } });
  const wrong = await ask(host, `GET /blobs/${info?.oid}?$format=octetstream`);
  assert.notEqual(wrong.text, await fileAt(host, VPC));
});
