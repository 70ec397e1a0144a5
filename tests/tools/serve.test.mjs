// The server of the page gives what is in its folders, and nothing beside.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pagePolicy, serve } from '../../.ci/serve.mjs';

const top = mkdtempSync(join(tmpdir(), 'hedgerow-serve-'));
let server;

before(async () => {
  mkdirSync(join(top, 'site'));
  writeFileSync(join(top, 'site', 'index.html'), '<p>the page</p>');
  writeFileSync(join(top, 'site', 'engine.wasm'), 'wasm');
  writeFileSync(join(top, 'secret.txt'), 'secret');
  mkdirSync(join(top, 'site-of-another'));
  writeFileSync(join(top, 'site-of-another', 'secret.txt'), 'secret');
  server = await serve({ folders: { '/': join(top, 'site') }, headers: { 'content-security-policy': pagePolicy() } });
});

after(async () => {
  await server.close();
  rmSync(top, { recursive: true, force: true });
});

/** Asks for a path as it stands; `fetch` would tidy it first. */
function ask(path) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      let body = '';
      response.on('data', (data) => (body += data));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

test('a folder is served by its index', async () => {
  const { status, body, headers } = await ask('/?token-free=query');
  assert.deepEqual([status, body], [200, '<p>the page</p>']);
  assert.match(headers['content-security-policy'], /script-src 'self' 'wasm-unsafe-eval';/);
});

test('wasm has the type that streaming needs', async () => {
  assert.equal((await ask('/engine.wasm')).headers['content-type'], 'application/wasm');
});

for (const path of [
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsite-of-another/secret.txt',
  '/%00',
  '/%zz',
  '/none',
]) {
  test(`nothing outside the folder is served: ${path}`, async () => {
    const { status, body } = await ask(path);
    assert.equal(status, 404);
    assert.doesNotMatch(body, /secret/);
  });
}
