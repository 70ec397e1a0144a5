// What the engine sends to GitHub is what GitHub has published.
//
// The requests are those of the native tests. GraphQL is held against the public schema. REST is held against the
// public OpenAPI document where that is installed; it is 400 MB, so `npm test` goes without it:
//
//     npm install --no-save @octokit/openapi ajv && node --test tests/contract

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Kind, buildSchema, getVariableValues, parse, validate } from 'graphql';
import { root, run } from '../../.ci/step.mjs';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'hedgerow-contract-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** @type {{ method: string, url: URL, headers: Record<string, string>, body: any }[]} */
let requests = [];

before(async () => {
  const path = join(folder, 'requests.jsonl');
  await run(
    'cargo',
    ['test', '--test', 'it', '-q', '--', 'host::', 'sync::sending', 'sync::following', 'sync::turning'],
    {
      env: { HEDGEROW_REQUESTS: path },
    },
  );
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const all = lines.map((line) => JSON.parse(line)).map((request) => ({ ...request, url: new URL(request.url) }));
  requests = all.filter(({ host }) => host === 'GitHub');
});

/** Collects what is wrong, each once. */
function problemsOf(chosen, judge) {
  assert.ok(chosen.length > 20, `only ${chosen.length} requests were seen`);
  return [...new Set(chosen.flatMap(judge))];
}

const isGraphql = ({ url }) => url.pathname === '/graphql';

describe('GitHub', () => {
  test('takes every query and its variables', () => {
    const text = readFileSync(join(root, 'node_modules/@octokit/graphql-schema/schema.graphql'), 'utf8');
    // The published schema names two fields twice.
    const schema = buildSchema(text, { assumeValid: true, assumeValidSDL: true });
    const names = new Set();
    const problems = problemsOf(requests.filter(isGraphql), ({ body }) => {
      const document = parse(body.query);
      const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      names.add(operation.name.value);
      const declared = operation.variableDefinitions.map(({ variable }) => variable.name.value);
      const { errors = [] } = getVariableValues(schema, operation.variableDefinitions, body.variables);
      return [
        ...[...validate(schema, document), ...errors].map(({ message }) => message),
        ...Object.keys(body.variables).filter((name) => !declared.includes(name)),
      ];
    });
    assert.deepEqual(problems, []);
    assert.deepEqual([...names].toSorted(), ['Blobs', 'Bootstrap', 'Commit']);
  });

  test('takes every request of REST', (t) => {
    const [contract, Ajv] = ['@octokit/openapi/generated/api.github.com.deref.json', 'ajv'].map(installed);
    if (contract === undefined || Ajv === undefined) {
      t.skip('GitHub’s OpenAPI document is not installed: npm install --no-save @octokit/openapi ajv');
      return;
    }
    const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
    const find = router(contract.paths);
    const problems = problemsOf(
      requests.filter((request) => !isGraphql(request)),
      (request) => problemsOfRest(request, find, ajv),
    );
    assert.deepEqual(problems, []);
  });
});

/** Loads a package, or gives undefined where it is not. */
function installed(name) {
  try {
    return require(name);
  } catch {
    return undefined;
  }
}

/** Finds the operation of a request; the route with the fewest open parts comes first. */
function router(paths) {
  const routes = Object.entries(paths).map(([path, item]) => {
    const source = path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
    return { item, open: path.split('{').length, expression: new RegExp(`^${source}$`) };
  });
  return ({ method, url }) =>
    routes
      .filter(({ item, expression }) => expression.test(url.pathname) && item[method.toLowerCase()] !== undefined)
      .toSorted((one, other) => one.open - other.open)
      .map(({ item }) => item[method.toLowerCase()])[0];
}

function problemsOfRest(request, find, ajv) {
  const operation = find(request);
  const { method, url, body } = request;
  if (operation === undefined) return [`there is no ${method} ${url.pathname}`];
  const problems = [];
  const note = (problem) => problems.push(`${operation.operationId}: ${problem}`);
  for (const [name, text] of url.searchParams) {
    const parameter = operation.parameters.find((known) => known.in === 'query' && known.name === name);
    const value = parameter?.schema.type === 'integer' ? Number(text) : text;
    if (parameter === undefined) note(`unknown parameter ${name}`);
    else if (!ajv.validate(parameter.schema, value)) note(`${name}=${text} ${ajv.errorsText()}`);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (body !== null && schema === undefined) note('a body is not expected');
  if (schema !== undefined) {
    if (!ajv.validate(schema, body)) note(ajv.errorsText());
    for (const name of Object.keys(body)) if (schema.properties?.[name] === undefined) note(`unknown ${name}`);
  }
  return problems;
}
