/**
 * What a page from another origin meets: CORS, tags, quotas, and tokens that may not do what they are used for.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { graphql, headOf, hostFor, rest, saveByGraphql } from './testing.mjs';

const EXPOSED =
  'ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, ' +
  'X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, ' +
  'X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset';

test('a preflight lets a page send what GitHub lets it send, for a day', async (t) => {
  const host = await hostFor(t);
  const answer = await fetch(`${host.url}/repos/demo/fabric/git/refs/heads/main`, {
    method: 'OPTIONS',
    headers: { Origin: 'http://page.example', 'Access-Control-Request-Method': 'PATCH' },
  });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('access-control-allow-methods'), 'GET, POST, PATCH, PUT, DELETE');
  assert.equal(answer.headers.get('access-control-max-age'), '86400');
  const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase().split(', ');
  for (const name of ['authorization', 'content-type', 'if-none-match', 'x-github-api-version']) {
    assert.ok(allowed.includes(name), name);
  }
  assert.ok(!allowed.includes('cache-control'));
  assert.deepEqual([host.log().length, host.log({ kind: 'preflight' }).length], [0, 1]);
});

test('answers and refusals alike can be read from another origin', async (t) => {
  const host = await hostFor(t);
  for (const token of [host.token, 'nobody']) {
    const { headers } = await rest(host, 'GET ~', { token });
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.equal(headers.get('access-control-expose-headers'), EXPOSED);
    assert.match(headers.get('x-github-request-id') ?? '', /^[0-9A-F:]+$/);
  }
});

test('a repeated question with its tag is answered 304 and costs nothing', async (t) => {
  const host = await hostFor(t);
  const paths = [
    'GET ~',
    'GET ~/git/ref/heads/main',
    'GET ~/commits',
    'GET ~/git/trees/main?recursive=1',
    'GET ~/branches/main',
  ];
  for (const path of paths) {
    const first = await rest(host, path);
    const etag = first.headers.get('etag') ?? '';
    const again = await rest(host, path, { headers: { 'If-None-Match': etag } });
    assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', etag], path);
    assert.equal(again.headers.get('x-ratelimit-remaining'), first.headers.get('x-ratelimit-remaining'));
    assert.equal(again.headers.get('access-control-allow-origin'), '*');
  }
  assert.equal((await rest(host, 'GET /rate_limit')).json.resources.core.used, paths.length);
});

test('the head is polled with its own id as the tag', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const poll = () =>
    rest(host, 'GET ~/commits/main', {
      headers: { Accept: 'application/vnd.github.sha', 'If-None-Match': `"${head}"` },
    });
  assert.equal((await poll()).status, 304);
  const { commit } = await host.teammate({ kind: 'comment' });
  const moved = await poll();
  assert.deepEqual([moved.status, moved.text], [200, commit]);
});

test('a token that is unknown, expired or revoked is refused on every call', async (t) => {
  const host = await hostFor(t);
  host.accounts.add('going');
  host.accounts.change('going', { state: 'revoked' });
  for (const token of ['nobody', host.tokens.expired, 'going']) {
    for (const answer of [
      await rest(host, 'GET ~', { token }),
      await graphql(host, '{ viewer { login } }', {}, { token }),
    ]) {
      assert.deepEqual([answer.status, answer.json.message], [401, 'Bad credentials']);
    }
  }
});

test('a token for reading reads and does not write', async (t) => {
  const host = await hostFor(t);
  const head = await headOf(host);
  const token = host.tokens.read;
  assert.equal((await rest(host, 'GET ~/git/trees/main', { token })).status, 200);
  const refused = await rest(host, 'POST ~/git/blobs', { token, body: { content: 'x' } });
  assert.deepEqual([refused.status, refused.json.message], [403, 'Resource not accessible by personal access token']);
  const save = await saveByGraphql(host, { head, additions: { a: 'b' }, token });
  assert.deepEqual([save.status, save.json.errors[0].type], [200, 'FORBIDDEN']);
  assert.equal(save.json.errors[0].message, 'Resource not accessible by personal access token');
});

test('a token without the permission, or not authorised for the organisation, is told so', async (t) => {
  const host = await hostFor(t);
  const unscoped = await rest(host, 'GET ~/git/ref/heads/main', { token: host.tokens.wrongScope });
  assert.equal(unscoped.status, 403);
  assert.equal(unscoped.headers.get('x-accepted-github-permissions'), 'contents=read');
  const sso = await rest(host, 'GET ~', { token: host.tokens.singleSignOn });
  assert.match(sso.headers.get('x-github-sso') ?? '', /^required; url=https:/);
  host.accounts.change(host.tokens.classic, { scopes: ['gist'] });
  const classic = await rest(host, 'GET ~', { token: host.tokens.classic });
  assert.deepEqual([classic.status, classic.headers.get('x-oauth-scopes')], [404, 'gist']);
});

test('who is not signed in sees public repositories only', async (t) => {
  const host = await hostFor(t);
  assert.equal((await rest(host, 'GET ~', { token: null })).status, 404);
  host.hosted().visibility = 'public';
  const seen = await rest(host, 'GET ~', { token: null });
  assert.deepEqual([seen.status, seen.headers.get('x-ratelimit-limit')], [200, '60']);
  assert.equal((await rest(host, 'POST ~/git/blobs', { token: null, body: { content: 'x' } })).status, 401);
});

test('a spent hour is 403 in REST and 200 in GraphQL, with the time it ends', async (t) => {
  const host = await hostFor(t, { now: () => Date.parse('2026-05-01T10:00:00Z') });
  host.facades.github.quota.leave(host.token, 'core', { remaining: 1, resetInSeconds: 90 });
  host.facades.github.quota.leave(host.token, 'graphql', { remaining: 0 });
  assert.equal((await rest(host, 'GET ~')).status, 200);
  const spent = await rest(host, 'GET ~');
  assert.equal(spent.status, 403);
  assert.match(spent.json.message, /^API rate limit exceeded/);
  assert.equal(spent.headers.get('x-ratelimit-remaining'), '0');
  assert.equal(spent.headers.get('x-ratelimit-reset'), String(Date.parse('2026-05-01T10:01:30Z') / 1000));
  const query = await graphql(host, '{ viewer { login } }');
  assert.deepEqual([query.status, query.json.errors[0].type], [200, 'RATE_LIMITED']);
  assert.equal((await rest(host, 'GET /rate_limit')).status, 200);
});
