/**
 * GitLab's façade: the guard per file with its two silent ways out, the words of its refusals, and what a page may read.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { headOf, hostFor } from './testing.mjs';

const file = 'fabrics/dc-east/managed/vpcs/vpc-build.yaml';
const other = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

/** @param {import('node:test').TestContext} t */
async function gitlabFor(t) {
  const host = await hostFor(t, { host: 'gitlab' });
  const ask = async (
    /** @type {string} */ asked,
    /** @type {unknown} */ body = undefined,
    token = /** @type {string} */ (host.token),
  ) => {
    const [method, path] = asked.split(' ');
    const response = await fetch(`${host.url}/projects/${encodeURIComponent(host.repository)}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: 'https://page.example' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text.startsWith('<') ? null : tryJson(text),
    };
  };
  const commit = (/** @type {any} */ action, more = {}) =>
    ask('POST /repository/commits', { branch: 'main', commit_message: 'Save', actions: [action], ...more });
  return { host, ask, commit };
}

/** @param {string} text @returns {any} */
function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

test('a file is guarded by its last commit, and others are passed over in silence', async (t) => {
  const { host, commit } = await gitlabFor(t);
  const known = await headOf(host);
  const theirs = await host.commit({ files: { [other]: 'a: 1\n' }, message: 'Theirs' });
  const update = { action: 'update', file_path: file, content: 'b: 1\n', last_commit_id: known };
  const passed = await commit(update);
  assert.equal(passed.status, 201);
  assert.deepEqual(passed.json.parent_ids, [theirs.commit]);
  const late = await commit({ ...update, content: 'b: 2\n' });
  assert.deepEqual(
    [late.status, late.json.message],
    [400, `The file has changed since you started editing it: ${file}`],
  );
  // Two ways in which nothing is checked.
  assert.equal((await commit({ ...update, last_commit_id: '0'.repeat(40), content: 'b: 3\n' })).status, 201);
  const { commit: made } = await host.commit({ files: { 'new.yaml': 'n: 1\n' }, message: 'New' });
  assert.notEqual(made, known);
  assert.equal((await commit({ ...update, file_path: 'new.yaml', last_commit_id: known })).status, 201);
});

test('what is made must not be there, and what is changed must', async (t) => {
  const { commit } = await gitlabFor(t);
  const words = async (/** @type {any} */ action) => (await commit({ content: 'x', ...action })).json.message;
  assert.equal(await words({ action: 'create', file_path: file }), 'A file with this name already exists');
  assert.equal(await words({ action: 'update', file_path: 'no.yaml' }), "A file with this name doesn't exist");
  assert.equal(await words({ action: 'delete', file_path: 'no.yaml' }), "A file with this name doesn't exist");
});

test('a protected branch takes a merge request instead', async (t) => {
  const { host, ask, commit } = await gitlabFor(t);
  host.hosted().protect('main', { approvals: 1 });
  const create = { action: 'create', file_path: 'n.yaml', content: 'n: 1\n' };
  assert.equal((await commit(create)).status, 403);
  assert.equal((await ask('GET /repository/branches/main')).json.can_push, false);
  assert.equal((await commit(create, { branch: 'side', start_branch: 'main' })).status, 201);
  const again = await commit(create, { branch: 'side', start_branch: 'main' });
  assert.match(again.json.message, /^A branch called 'side' already exists/);
  const merge = { source_branch: 'side', target_branch: 'main', title: 'T' };
  const made = await ask('POST /merge_requests', merge);
  assert.equal(made.status, 201);
  assert.equal((await ask('POST /merge_requests', merge)).status, 409);
  const found = await ask('GET /merge_requests?state=all&source_branch=side&target_branch=main');
  assert.deepEqual(
    found.json.map((/** @type {any} */ pull) => pull.web_url),
    [made.json.web_url],
  );
});

test('pages are told in headers that a page of another origin may read, and limits are not', async (t) => {
  const { host, ask } = await gitlabFor(t);
  const { json, headers } = await ask('GET /repository/tree?ref=main&recursive=true&per_page=10&page=2');
  assert.equal(json.length, 10);
  assert.equal(headers.get('x-next-page'), '3');
  const readable = (headers.get('access-control-expose-headers') ?? '').toLowerCase();
  assert.ok(readable.includes('x-next-page') && readable.includes('x-total'));
  assert.ok(!readable.includes('retry-after') && !readable.includes('ratelimit'));
  host.fault({ fault: { type: 'rate-limit', limit: 'secondary' } });
  const limited = await ask('GET /repository/branches/main');
  assert.deepEqual([limited.status, limited.json, limited.text], [429, null, 'Retry later\n']);
});

test('tokens that may not are told why', async (t) => {
  const { host, ask } = await gitlabFor(t);
  assert.equal((await ask('GET /repository/branches/main', undefined, 'nobody')).status, 401);
  assert.equal(
    (await ask('GET /repository/branches/main', undefined, host.tokens.expired)).json.error,
    'invalid_token',
  );
  const create = { branch: 'main', commit_message: 'm', actions: [] };
  const refused = await ask('POST /repository/commits', create, host.tokens.read);
  assert.deepEqual([refused.status, refused.json.error], [403, 'insufficient_scope']);
});
