/**
 * Gitea's façade: what it guards and what it writes blindly, how a lost race sounds, and which headers a page may send.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileAt, headOf, hostFor } from './testing.mjs';

const file = 'fabrics/dc-east/managed/vpcs/vpc-build.yaml';
const base64 = (/** @type {string} */ text) => Buffer.from(text).toString('base64');

/** @param {import('node:test').TestContext} t */
async function giteaFor(t) {
  const host = await hostFor(t, { host: 'gitea' });
  const ask = async (
    /** @type {string} */ asked,
    /** @type {unknown} */ body = undefined,
    token = String(host.token),
  ) => {
    const [method, path] = asked.split(' ');
    const response = await fetch(`${host.url}/repos/${host.repository}${path}`, {
      method,
      headers: { authorization: `token ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: /** @type {any} */ (await response.json()) };
  };
  const commit = (/** @type {any[]} */ ...files) => ask('POST /contents', { branch: 'main', message: 'Save', files });
  return { host, ask, commit };
}

test('files are guarded by the id of what they hold, and only where one is given', async (t) => {
  const { host, commit } = await giteaFor(t);
  const old = await host.hosted().git.info(`refs/heads/main:${file}`);
  const start = await headOf(host);
  const update = { operation: 'update', path: file, content: base64('a: 1\n'), sha: old?.oid };
  const made = await commit(update);
  assert.deepEqual([made.status, made.json.commit.parents], [201, [{ sha: start }]]);
  const late = await commit(update);
  assert.deepEqual([late.status, late.json.message.split(' [')[0]], [422, 'sha does not match']);
  assert.equal((await commit({ operation: 'create', path: file, content: '' })).status, 422);
  assert.equal((await commit({ operation: 'delete', path: 'no.yaml', sha: old?.oid })).status, 404);
  assert.equal((await commit({ operation: 'update', path: file })).status, 201);
  assert.equal(await fileAt(host, file), '');
});

test('only who may move a branch is told what is missing for it', async (t) => {
  const { host, ask } = await giteaFor(t);
  const probe = (/** @type {string} */ token) => ask('PUT /branches/main', {}, token);
  assert.deepEqual((await probe(host.token)).json.message, '[NewCommitID]: Required');
  assert.equal((await probe(host.tokens.read)).status, 403);
  assert.equal((await probe(host.tokens.expired)).status, 401);
});

test('a preflight with a header that the operator did not add gets no word', async (t) => {
  const { host } = await giteaFor(t);
  const preflight = async (/** @type {string} */ names) => {
    const headers = { origin: 'https://page.example', 'access-control-request-headers': names };
    const response = await fetch(`${host.url}/repos/${host.repository}`, { method: 'OPTIONS', headers });
    return response.headers.get('access-control-allow-origin');
  };
  assert.equal(await preflight('authorization,content-type'), '*');
  assert.equal(await preflight('authorization,if-none-match'), null);
});
