/**
 * What goes wrong on demand, and what the host remembers of it.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Faults } from './faults.mjs';
import { randomFrom } from './random.mjs';
import { control, fileAt, graphql, headOf, hostFor, rest, saveByGraphql } from './testing.mjs';

const FILE = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

test('a connection that breaks before the commit leaves the branch, one that breaks after it does not', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const on = { operation: 'createCommitOnBranch' };
  host.fault({ on, fault: { type: 'drop', at: 'arrival' } });
  await assert.rejects(saveByGraphql(host, { head, additions: { [FILE]: 'x' } }));
  assert.equal(await headOf(host), head);
  host.fault({ on, fault: { type: 'drop', at: 'answer' } });
  await assert.rejects(saveByGraphql(host, { head, additions: { [FILE]: 'x' } }));
  assert.notEqual(await headOf(host), head);
  assert.deepEqual(
    host.log(on).map(({ status, faults }) => [status, faults]),
    [
      [null, ['drop']],
      [null, ['drop']],
    ],
  );
});

test('a connection can break in the middle of the body', async (t) => {
  const host = await hostFor(t);
  host.fault({ fault: { type: 'drop', at: 'body', bytes: 40 } });
  const response = await fetch(`${host.url}/repos/demo/fabric`, { headers: { Authorization: `Bearer ${host.token}` } });
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
});

test('a gateway error has no CORS headers, and the work may be done all the same', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  host.fault({ on: { method: 'POST' }, fault: { type: 'status', status: 502, at: 'answer', cors: 'missing' } });
  const answer = await saveByGraphql(host, { head, additions: { [FILE]: 'x' } });
  assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [502, null]);
  assert.equal(await fileAt(host, FILE), 'x');
});

test('a rule strikes the requests it names, after so many, so many times', async (t) => {
  const host = await hostFor(t);
  host.fault({ on: { path: '/git/trees/' }, skip: 1, times: 2, fault: { type: 'status', status: 500 } });
  const statuses = [];
  for (let count = 0; count < 5; count += 1) {
    statuses.push((await rest(host, 'GET ~/git/trees/main')).status);
    assert.equal((await rest(host, 'GET ~/branches')).status, 200);
  }
  assert.deepEqual(statuses, [200, 500, 500, 200, 200]);
  assert.equal(host.faults.pending, 0);
});

test('a lagging read shows the branch as it was before the last push', async (t) => {
  const host = await hostFor(t);
  const before = await headOf(host);
  host.fault({ fault: { type: 'stale-refs' } });
  assert.equal((await rest(host, 'GET ~/git/ref/heads/main')).json.object.sha, before);
  await host.teammate({ kind: 'comment' });
  host.fault({ times: 3, fault: { type: 'stale-refs' } });
  assert.equal((await rest(host, 'GET ~/git/ref/heads/main')).json.object.sha, before);
  assert.equal((await rest(host, 'GET ~/commits/main')).json.sha, before);
  const query = '{ repository(owner: "demo", name: "fabric") { ref(qualifiedName: "main") { target { oid } } } }';
  assert.equal((await graphql(host, query)).json.data.repository.ref.target.oid, before);
  assert.equal((await rest(host, 'GET ~/git/ref/heads/main')).json.object.sha, await headOf(host));
});

test('lists can be cut, turned around, and wrong', async (t) => {
  const host = await hostFor(t);
  const path = 'GET ~/git/trees/main?recursive=1';
  const whole = (await rest(host, path)).json;
  host.fault({ fault: { type: 'truncated-tree', entries: 5 } });
  const cut = (await rest(host, path)).json;
  assert.deepEqual([cut.truncated, cut.tree], [true, whole.tree.slice(0, 5)]);
  host.fault({ fault: { type: 'reordered' } });
  assert.deepEqual((await rest(host, path)).json.tree, [...whole.tree].reverse());
  const blob = whole.tree.find((/** @type {{ path: string }} */ entry) => entry.path === FILE);
  const right = await rest(host, `GET ~/git/blobs/${blob.sha}`);
  host.fault({ fault: { type: 'wrong-bytes' } });
  const wrong = await rest(host, `GET ~/git/blobs/${blob.sha}`);
  assert.notEqual(wrong.json.content, right.json.content);
  assert.equal(wrong.json.sha, right.json.sha);
  host.fault({ fault: { type: 'reordered' } });
  const query = '{ repository(owner: "demo", name: "fabric") { a: id b: name } }';
  assert.deepEqual(Object.keys((await graphql(host, query)).json.data.repository), ['b', 'a']);
});

test('a loser may be told that they may not push', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  await host.teammate({ kind: 'comment' });
  host.fault({ fault: { type: 'loser-forbidden' } });
  const answer = await saveByGraphql(host, { head, additions: { [FILE]: 'x' } });
  assert.deepEqual([answer.status, answer.json.errors[0].type], [200, 'FORBIDDEN']);
});

test('limits, expired tokens and hidden headers come on demand', async (t) => {
  const host = await hostFor(t);
  host.fault({ fault: { type: 'rate-limit', limit: 'secondary', retryAfter: 7 } });
  const limited = await rest(host, 'GET ~');
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [403, '7']);
  assert.match(limited.json.message, /secondary rate limit/);
  host.fault({ fault: { type: 'rate-limit', limit: 'secondary', status: 429 } });
  const unsaid = await rest(host, 'GET ~');
  assert.deepEqual([unsaid.status, unsaid.headers.get('retry-after')], [429, null]);
  host.fault({ fault: { type: 'expired-token' } });
  assert.equal((await rest(host, 'GET ~')).status, 401);
  host.fault({ fault: { type: 'hidden-headers', names: ['x-ratelimit-remaining', 'ETag'] } });
  const hidden = await rest(host, 'GET ~');
  assert.deepEqual([hidden.headers.get('x-ratelimit-remaining'), hidden.headers.get('etag')], [null, null]);
  assert.equal((await rest(host, 'GET ~')).status, 200);
});

test('the same seed gives the same faults', async (t) => {
  const host = await hostFor(t);
  /** @param {number} seed */
  async function statuses(seed) {
    host.faults.scatter({
      seed,
      rate: 0.5,
      faults: [
        { type: 'status', status: 500 },
        { type: 'status', status: 503 },
      ],
    });
    const seen = [];
    for (let count = 0; count < 12; count += 1) seen.push((await rest(host, 'GET /user')).status);
    return seen;
  }
  const first = await statuses(7);
  assert.deepEqual(await statuses(7), first);
  assert.notDeepEqual(await statuses(8), first);
  assert.ok(first.includes(200) && first.includes(500) && first.includes(503));
});

test('the numbers of a seed do not depend on the machine', () => {
  const next = randomFrom(42);
  assert.deepEqual(
    [next(), next(), next()].map((number) => Math.floor(number * 1e6)),
    [601103, 448290, 852465],
  );
});

test('a fault of no known type is refused', () => {
  // @ts-expect-error misuse
  assert.throws(() => new Faults().add({ fault: { type: 'dorp' } }), /no fault is of type dorp/);
});

test('the log counts requests and finds a token wherever it went', async (t) => {
  const host = await hostFor(t);
  await rest(host, 'GET ~/branches');
  await fetch(`${host.url}/repos/demo/fabric?access_token=${host.token}`);
  await saveByGraphql(host, { head: await headOf(host), additions: { 'x.txt': 'x' }, headline: host.token });
  assert.deepEqual([host.log().length, host.requests.count({ method: 'POST' })], [3, 1]);
  assert.deepEqual(host.requests.carriers(host.token), [
    { number: 1, place: 'header:authorization' },
    { number: 2, place: 'url' },
    { number: 3, place: 'header:authorization' },
    { number: 3, place: 'body' },
  ]);
});

test('another process steers the host over HTTP, and a strange page does not', async (t) => {
  const host = await hostFor(t);
  await control(host, 'POST faults', { on: { path: '/user' }, fault: { type: 'status', status: 418 } });
  assert.equal((await rest(host, 'GET /user')).status, 418);
  assert.deepEqual((await control(host, 'GET log?path=/user')).json[0].faults, ['status']);
  const pushed = await control(host, 'POST teammate', { kind: 'same-field', path: FILE, field: 'vlan', value: '1015' });
  assert.equal(pushed.json.commit, await headOf(host));
  assert.match((await fileAt(host, FILE)) ?? '', /vlan: 1015 {3}# what the load balancers/);
  assert.equal((await control(host, 'POST teammate', { kind: 'dance' })).status, 422);
  assert.equal((await control(host, 'POST faults', {}, { Origin: 'https://evil.example' })).status, 403);
  const page = await control(host, 'GET about', undefined, { Origin: 'http://localhost:8080' });
  assert.equal(page.headers.get('access-control-allow-origin'), 'http://localhost:8080');
  assert.equal(page.json.repository, 'demo/fabric');
});
