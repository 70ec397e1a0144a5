/**
 * Bitbucket Cloud: folders without ids, commits that stand on the tip or nowhere, and what a page is not told.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileAt, headOf, hostFor } from './testing.mjs';

/** @typedef {import('./server.mjs').GitHost} GitHost */

const VPC = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

/**
 * @param {GitHost} host
 * @param {string} asked method and path; `~` stands for the repository
 * @param {{ body?: any, authorization?: string | null }} [options]
 */
async function ask(host, asked, { body, authorization = `Bearer ${host.token}` } = {}) {
  const [method, path] = asked.split(/ (.*)/);
  const url = path.startsWith('http')
    ? path
    : `${host.origin}/2.0${path.replace('~', `/repositories/${host.repository}`)}`;
  const form = body instanceof FormData || body instanceof URLSearchParams;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(body === undefined || form ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : null,
  };
}

/**
 * @param {Record<string, string>} fields
 * @param {Record<string, string | null>} files null takes one away
 */
function formOf(fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [path, content] of Object.entries(files)) {
    form.append('files', `/${path}`);
    if (content !== null) form.append(`/${path}`, new Blob([content]), path.split('/').at(-1));
  }
  return form;
}

test('a branch shows its commit without its tree, a missing one is not there', async (t) => {
  const host = await hostFor(t);
  const branch = await ask(host, 'GET ~/refs/branches/main');
  assert.deepEqual([branch.status, branch.json.target.hash], [200, await headOf(host)]);
  assert.equal(branch.json.target.tree, undefined);
  assert.match(branch.json.target.author.raw, /^[^<]+ <[^>]+>$/);
  const missing = await ask(host, 'GET ~/refs/branches/no%2Fwhere');
  assert.deepEqual([missing.status, missing.json.type], [404, 'error']);
  assert.equal((await ask(host, 'GET ~')).json.mainbranch.name, 'main');
});

test('a folder is listed page by page, and only the host understands the names of its pages', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const paths = [];
  let next = `GET ~/src/${head}/?max_depth=50&pagelen=20&q=type%3D%22commit_file%22`;
  let pages = 0;
  while (next !== undefined) {
    const { json } = await ask(host, next);
    assert.equal(json.size, undefined);
    for (const { type, path, size, attributes } of json.values) {
      assert.equal(type, 'commit_file');
      assert.equal(size, Buffer.byteLength((await fileAt(host, path)) ?? ''));
      assert.deepEqual(attributes, []);
      paths.push(path);
    }
    pages += 1;
    next = json.next && `GET ${json.next}`;
  }
  const listing = await host.hosted().git.listing(`${head}^{tree}`);
  assert.deepEqual(
    paths.toSorted(),
    listing
      .filter(({ type }) => type === 'blob')
      .map(({ path }) => path)
      .toSorted(),
  );
  assert.equal(pages, Math.ceil(paths.length / 20));
  // Breadth first: what lies deeper comes later.
  const depths = paths.map((path) => path.split('/').length);
  assert.deepEqual(
    depths,
    depths.toSorted((one, other) => one - other),
  );
  const level = (await ask(host, `GET ~/src/${head}/fabrics/?pagelen=100`)).json;
  assert.deepEqual(
    level.values.map((/** @type {any} */ entry) => [entry.type, entry.path]),
    [
      ['commit_directory', 'fabrics/dc-east'],
      ['commit_directory', 'fabrics/lab'],
    ],
  );
  assert.equal((await ask(host, `GET ~/src/${head}/?pagelen=101`)).status, 400);
  assert.equal((await ask(host, `GET ~/src/${head}/?page=7x`)).status, 400);
  assert.equal((await ask(host, `GET ~/src/${head}`)).status, 404);
});

test('a listing that takes too long is 555', async (t) => {
  const host = await hostFor(t);
  host.fault({ fault: { type: 'truncated-tree', entries: 1 } });
  assert.equal((await ask(host, 'GET ~/src/main/?max_depth=9')).status, 555);
});

test('a file is read as it is, with a tag that its content makes', async (t) => {
  const host = await hostFor(t);
  const first = await ask(host, `GET ~/src/${await headOf(host)}/${VPC}`);
  assert.equal(first.text, await fileAt(host, VPC));
  await host.commit({ files: { 'other.yaml': first.text }, message: 'The same content elsewhere' });
  const second = await ask(host, `GET ~/src/${await headOf(host)}/other.yaml`);
  assert.equal(second.headers.get('etag'), first.headers.get('etag'));
  assert.equal((await ask(host, 'GET ~/src/main/no/such.yaml')).status, 404);
  const meta = (await ask(host, `GET ~/src/main/${VPC}?format=meta`)).json;
  assert.deepEqual([meta.type, meta.size], ['commit_file', first.text.length]);
  assert.equal(meta.hash, undefined);
});

test('a large file that lies elsewhere is a redirect', async (t) => {
  const host = await hostFor(t);
  await host.commit({
    files: { 'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n' },
    message: 'big',
  });
  const answer = await ask(host, 'GET ~/src/main/big.bin');
  assert.equal(answer.status, 301);
});

test('a commit takes files, deletions and bytes that are no text, and answers without a body', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const form = formOf(
    { message: 'Two\n\nBecause.', branch: 'main', parents: head, author: 'Ann <ann@fabric.example>' },
    { [VPC]: 'a: 1\r\n', message: 'a file of this name\n', 'fabrics/dc-east/managed/vpcs/vpc-db.yaml': null },
  );
  form.append('/odd', new Blob([new Uint8Array([0xff, 0, 0x0d, 0x0a, 0x2d, 0x2d])]), 'odd');
  const answer = await ask(host, 'POST ~/src', { body: form });
  assert.deepEqual([answer.status, answer.text], [201, '']);
  const made = await headOf(host);
  assert.ok(answer.headers.get('location')?.endsWith(made));
  assert.ok(!answer.headers.get('access-control-expose-headers')?.includes('Location'));
  const commit = await host.hosted().git.commit(made);
  // What a browser's form does to line breaks is kept, as all bytes are.
  assert.deepEqual([commit?.message, commit?.parents, commit?.author.name], ['Two\r\n\r\nBecause.', [head], 'Ann']);
  assert.equal(await fileAt(host, VPC), 'a: 1\r\n');
  assert.equal(await fileAt(host, 'message'), 'a file of this name\n');
  assert.equal(await fileAt(host, 'fabrics/dc-east/managed/vpcs/vpc-db.yaml'), null);
  const odd = await host.hosted().git.object('main:odd');
  assert.deepEqual([...(odd?.content ?? [])], [0xff, 0, 0x0d, 0x0a, 0x2d, 0x2d]);
});

test('a parent that is not the tip is a conflict, no parent at all is taken blindly', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const theirs = await host.commit({ files: { 'a.yaml': 'a: 1\n' }, message: 'theirs' });
  const late = await ask(host, 'POST ~/src', { body: formOf({ branch: 'main', parents: head }, { 'b.yaml': 'b' }) });
  assert.equal(late.status, 409);
  assert.equal(await headOf(host), theirs.commit);
  const onMain = await ask(host, 'POST ~/src', { body: formOf({ parents: head }, { 'b.yaml': 'b' }) });
  assert.equal(onMain.status, 409);
  const blind = await ask(host, 'POST ~/src', { body: formOf({ branch: 'main' }, { 'b.yaml': 'b' }) });
  assert.equal(blind.status, 201);
  assert.equal(await fileAt(host, 'a.yaml'), 'a: 1\n');
});

test('of twenty commits at once one lands', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const sent = Array.from({ length: 20 }, (_, number) =>
    ask(host, 'POST ~/src', { body: formOf({ branch: 'main', parents: head }, { [`${number}.yaml`]: 'x' }) }),
  );
  const statuses = (await Promise.all(sent)).map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, [201, ...Array(19).fill(409)]);
});

test('an executable stays one only if it is said', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const boundary = 'x';
  const text = (/** @type {string} */ more) =>
    [
      '--x',
      `Content-Disposition: form-data; name="/run.sh"; filename="run.sh"${more}`,
      '',
      '#!/bin/sh',
      '--x--',
      '',
    ].join('\r\n');
  const send = (/** @type {string} */ more, /** @type {string} */ parent) =>
    fetch(`${host.origin}/2.0/repositories/${host.repository}/src`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${host.token}`, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body: text(more) + parent,
    });
  assert.equal((await send('; x-attributes:"executable"', '')).status, 201);
  assert.deepEqual((await ask(host, 'GET ~/src/main/run.sh?format=meta')).json.attributes, ['executable']);
  assert.equal((await send('', '')).status, 201);
  assert.deepEqual((await ask(host, 'GET ~/src/main/run.sh?format=meta')).json.attributes, []);
  assert.notEqual(await headOf(host), head);
});

test('a new branch begins at the parent that is named', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  await host.commit({ files: { 'a.yaml': 'a: 1\n' }, message: 'theirs' });
  const body = formOf({ branch: 'hedgerow/1', parents: head }, { 'b.yaml': 'b' });
  assert.equal((await ask(host, 'POST ~/src', { body })).status, 201);
  const tip = await host.hosted().git.commit('refs/heads/hedgerow/1');
  assert.deepEqual(tip?.parents, [head]);
  const pull = { title: 'T', source: { branch: { name: 'hedgerow/1' } }, destination: { branch: { name: 'main' } } };
  const made = await ask(host, 'POST ~/pullrequests', { body: pull });
  assert.deepEqual([made.status, made.json.source.commit.hash], [201, tip?.oid.slice(0, 12)]);
  const query = encodeURIComponent('source.branch.name = "hedgerow/1" AND destination.branch.name = "main"');
  const found = (await ask(host, `GET ~/pullrequests?q=${query}`)).json;
  assert.deepEqual(
    [found.size, found.values[0].links.html.href],
    [1, 'https://bitbucket.org/demo/fabric/pull-requests/1'],
  );
});

test('the first commit of an empty repository makes its main branch', async (t) => {
  const host = await hostFor(t, { seed: 'empty' });
  assert.equal((await ask(host, 'GET ~')).json.mainbranch, null);
  assert.equal((await ask(host, 'POST ~/src', { body: formOf({ branch: 'trunk' }, { a: 'b' }) })).status, 201);
  assert.equal((await ask(host, 'GET ~')).json.mainbranch.name, 'trunk');
});

test('what changed is told in the order that is the reverse of git’s', async (t) => {
  const host = await hostFor(t);
  const before = await headOf(host);
  await host.commit({ files: { [VPC]: 'a: 1\n', 'new.yaml': 'n: 1\n' }, message: 'one' });
  await host.commit({ files: { 'fabrics/dc-east/managed/vpcs/vpc-db.yaml': null }, message: 'two' });
  const after = await headOf(host);
  const seen = (await ask(host, `GET ~/diffstat/${after}..${before}?topic=false`)).json;
  const told = seen.values.map((/** @type {any} */ { status, old, new: now }) => [status, old?.path, now?.path]);
  assert.deepEqual(told, [
    ['removed', 'fabrics/dc-east/managed/vpcs/vpc-db.yaml', undefined],
    ['modified', VPC, VPC],
    ['added', undefined, 'new.yaml'],
  ]);
  // With the last common commit as its base, a comparison that looks back shows nothing.
  assert.equal((await ask(host, `GET ~/diffstat/${before}..${after}`)).json.size, 0);
  const commits = (await ask(host, `GET ~/commits/main?pagelen=1&exclude=${before}`)).json;
  assert.deepEqual([commits.values[0].hash, commits.values[0].message], [after, 'two']);
  assert.match(commits.next, /[?&]page=2$/);
  const ofFile = (await ask(host, `GET ~/commits/main?path=${VPC}`)).json;
  assert.equal(ofFile.values.length, 2);
});

test('tokens come in two ways, and app passwords are gone', async (t) => {
  const host = await hostFor(t);
  const basic = (/** @type {string} */ pair) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  assert.equal((await ask(host, 'GET ~', basic(`dana@fabric.example:${host.token}`))).status, 200);
  assert.equal((await ask(host, 'GET ~', basic(`dana:${host.token}`))).status, 410);
  assert.equal((await ask(host, 'GET ~', basic('dana@fabric.example:nonsense'))).status, 401);
  assert.equal((await ask(host, 'GET ~', { authorization: null })).status, 403);
  assert.equal((await ask(host, 'GET ~', { authorization: `Bearer ${host.tokens.expired}` })).status, 401);
  assert.equal((await ask(host, 'GET ~', { authorization: `Bearer ${host.tokens.wrongScope}` })).status, 403);
  const read = { authorization: `Bearer ${host.tokens.read}`, body: formOf({ branch: 'main' }, { a: 'b' }) };
  assert.equal((await ask(host, 'POST ~/src', read)).status, 403);
  const gone = await ask(host, 'GET /repositories/demo/nothing');
  assert.equal(gone.status, 404);
});

test('a restricted branch says so, and an hour has only so many requests', async (t) => {
  const host = await hostFor(t);
  host.hosted().protect('main', { approvals: 1 });
  const refused = await ask(host, 'POST ~/src', { body: formOf({ branch: 'main' }, { a: 'b' }) });
  assert.deepEqual([refused.status, refused.json.error.message], [403, 'Permission denied to update branch main.']);
  host.facades.bitbucket.quota.limit(3);
  assert.equal((await ask(host, 'GET ~')).status, 200);
  assert.equal((await ask(host, 'GET ~')).status, 200);
  const limited = await ask(host, 'GET ~');
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), null);
});

test('a page may read answers from anywhere, but not send a User-Agent', async (t) => {
  const host = await hostFor(t);
  const preflight = await fetch(`${host.origin}/2.0/user`, { method: 'OPTIONS' });
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
  assert.ok(allowed.includes('Authorization') && !allowed.includes('User-Agent'));
});

test('reads of a branch can lag, lists can be turned around, and bytes can be wrong', async (t) => {
  const host = await hostFor(t);
  const before = await headOf(host);
  await host.teammate({ kind: 'comment' });
  host.fault({ fault: { type: 'stale-refs' } });
  assert.equal((await ask(host, 'GET ~/refs/branches/main')).json.target.hash, before);
  host.fault({ fault: { type: 'wrong-bytes' } });
  assert.notEqual((await ask(host, `GET ~/src/main/${VPC}`)).text, await fileAt(host, VPC));
  const straight = (await ask(host, 'GET ~/src/main/')).json.values;
  host.fault({ fault: { type: 'reordered' } });
  assert.deepEqual((await ask(host, 'GET ~/src/main/')).json.values, [...straight].reverse());
  host.fault({ fault: { type: 'expired-token' } });
  assert.equal((await ask(host, 'GET ~')).status, 401);
  host.fault({ fault: { type: 'rate-limit', limit: 'primary' } });
  assert.equal((await ask(host, 'GET ~')).status, 429);
});
