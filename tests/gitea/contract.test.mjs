/** What the engine sends to a Gitea is what Gitea itself has published: the requests are those of the native tests. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { run } from '../../.ci/step.mjs';
import { startGitea } from './server.mjs';

test('every request is one that the server describes', async (t) => {
  const gitea = await startGitea({ seed: 'empty' });
  t.after(() => gitea.close());
  const contract = await (await fetch(`${gitea.origin}/swagger.v1.json`)).json();
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-contract-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'requests.jsonl');
  await run('cargo', ['test', '--test', 'it', '-q', '--', 'host::'], { env: { HEDGEROW_REQUESTS: path } });
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const requests = lines.map((line) => JSON.parse(line)).filter(({ host }) => host === 'Gitea');
  const find = router(contract);
  const seen = new Set();
  const problems = new Set();
  for (const request of requests) {
    const operation = find(request);
    if (operation === undefined) problems.add(`there is no ${request.method} ${request.url}`);
    else {
      seen.add(operation.operationId);
      for (const problem of problemsOf(request, operation, contract)) {
        problems.add(`${operation.operationId}: ${problem}`);
      }
    }
  }
  // What a token may do is asked by leaving out the one thing that a move of a branch must have.
  assert.deepEqual([...problems], ['repoUpdateBranch: body has no new_commit_id']);
  assert.deepEqual([...seen].toSorted(), [
    'GetBlob',
    'GetTree',
    'repoChangeFiles',
    'repoCreatePullRequest',
    'repoGet',
    'repoGetAllCommits',
    'repoGetArchive',
    'repoGetPullRequestByBaseHead',
    'repoUpdateBranch',
  ]);
});

test('the check refuses what the server does not describe', () => {
  const contract = {
    definitions: { Body: { type: 'object', required: ['a'], properties: { a: { type: 'string', enum: ['x'] } } } },
  };
  const operation = {
    parameters: [
      { in: 'query', name: 'page', type: 'integer' },
      { in: 'body', name: 'body', schema: { $ref: '#/definitions/Body' } },
    ],
  };
  const problems = (query, body) => problemsOf({ url: `http://x/${query}`, body }, operation, contract);
  assert.deepEqual(problems('?page=1', { a: 'x' }), []);
  assert.equal(problems('?page=one', { a: 'x' }).length, 1);
  assert.equal(problems('?pages=1', { a: 'x' }).length, 1);
  assert.equal(problems('', { a: 'y' }).length, 1);
  assert.equal(problems('', { a: 'x', b: 1 }).length, 1);
  assert.equal(problems('', {}).length, 1);
});

/** Finds the operation of a request; the route with the fewest open parts comes first. */
function router({ basePath, paths }) {
  const routes = Object.entries(paths).map(([path, item]) => {
    const source = path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
    return { item, open: path.split('{').length, expression: new RegExp(`^${basePath}${source}$`) };
  });
  return ({ method, url }) =>
    routes
      .filter(
        ({ item, expression }) => expression.test(new URL(url).pathname) && item[method.toLowerCase()] !== undefined,
      )
      .toSorted((one, other) => one.open - other.open)
      .map(({ item }) => item[method.toLowerCase()])[0];
}

function problemsOf({ url, body }, { parameters = [] }, contract) {
  const problems = [];
  for (const [name, text] of new URL(url).searchParams) {
    const parameter = parameters.find((known) => known.in === 'query' && known.name === name);
    if (parameter === undefined) problems.push(`unknown parameter ${name}`);
    else if (parameter.type === 'integer' && !/^\d+$/.test(text)) problems.push(`${name}=${text} is no number`);
    else if (parameter.type === 'boolean' && !/^(true|false|1|0)$/.test(text)) {
      problems.push(`${name}=${text} is no boolean`);
    }
  }
  const schema = parameters.find((known) => known.in === 'body')?.schema;
  if (schema === undefined && body !== null) problems.push('a body is not expected');
  if (schema !== undefined) check(body, schema, 'body');
  return problems;

  function check(value, declared, place) {
    const schema = declared.$ref === undefined ? declared : contract.definitions[declared.$ref.split('/').at(-1)];
    const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    if (schema.type !== undefined && schema.type !== type) problems.push(`${place} is ${type}, not ${schema.type}`);
    if (schema.enum !== undefined && !schema.enum.includes(value)) problems.push(`${place} is ${value}`);
    if (type === 'array') value.forEach((item) => check(item, schema.items, `${place}[]`));
    if (type !== 'object') return;
    for (const name of schema.required ?? []) if (!(name in value)) problems.push(`${place} has no ${name}`);
    for (const [name, inner] of Object.entries(value)) {
      const known = schema.properties?.[name];
      if (known === undefined) problems.push(`${place} has an unknown ${name}`);
      else check(inner, known, `${place}.${name}`);
    }
  }
}
