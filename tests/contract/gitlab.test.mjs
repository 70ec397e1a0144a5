// What the engine sends to GitLab is what GitLab describes. GitLab publishes no document that a test could fetch, so the
// calls are written down here, each with all that it may carry. The requests are those of the native tests.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'graphql';
import { run } from '../../.ci/step.mjs';

const number = /^\d+$/;
const commit = /^[0-9a-f]{40}$/;
const any = /^.+$/s;
const project = '/api/v4/projects/[^/]+%2F[^/]+';

/** What one action of a commit may carry. */
const actions = {
  create: { file_path: any, content: any, encoding: /^base64$/ },
  update: { file_path: any, content: any, encoding: /^base64$/, last_commit_id: commit },
  delete: { file_path: any, last_commit_id: commit },
};

/** Each call: its method and path, what its query may hold, and what its body must and may hold. */
const calls = {
  project: { at: `GET ${project}` },
  branch: { at: `GET ${project}/repository/branches/[^/]+` },
  tree: {
    at: `GET ${project}/repository/tree`,
    query: { ref: any, path: any, recursive: /^true$/, per_page: /^([1-9]\d?|100)$/, page: number },
  },
  blob: { at: `GET ${project}/repository/blobs/[0-9a-f]{40}/raw` },
  compare: { at: `GET ${project}/repository/compare`, query: { from: commit, to: any, straight: /^true$/ } },
  commits: {
    at: `GET ${project}/repository/commits`,
    query: { ref_name: any, path: any, per_page: /^([1-9]\d?|100)$/, page: number },
  },
  commit: {
    at: `POST ${project}/repository/commits`,
    must: ['branch', 'commit_message', 'actions'],
    body: { branch: any, commit_message: any, start_branch: any, actions: checkActions },
  },
  mergeRequests: {
    at: `GET ${project}/merge_requests`,
    query: { state: /^all$/, source_branch: any, target_branch: any },
  },
  mergeRequest: {
    at: `POST ${project}/merge_requests`,
    must: ['source_branch', 'target_branch', 'title'],
    body: { source_branch: any, target_branch: any, title: any, description: /^/ },
  },
  graphql: { at: 'POST /api/graphql', must: ['query'], body: { query: checkQuery, variables: checkVariables } },
};

function checkActions(list) {
  return list.flatMap(({ action, ...rest }) => {
    const may = actions[action];
    if (may === undefined) return [`unknown action ${action}`];
    // An update or a deletion without its guard would be written over whatever is there.
    const missing = Object.keys(may).filter((name) => !(name in rest));
    return [...missing.map((name) => `${action} without ${name}`), ...fields(rest, may, action)];
  });
}

function checkQuery(text) {
  parse(text);
  return text.length <= 10_000 ? [] : ['the query is too long'];
}

function checkVariables({ project, ref, paths, ...rest }) {
  const problems = Object.keys(rest).map((name) => `unknown variable ${name}`);
  if (!/^[^/]+(\/[^/]+)+$/.test(project)) problems.push(`project ${project}`);
  if (!commit.test(ref)) problems.push(`ref ${ref}`);
  if (!Array.isArray(paths) || paths.length === 0 || paths.length > 100) problems.push(`${paths.length} paths`);
  return problems;
}

function fields(given, may, place) {
  return Object.entries(given).flatMap(([name, value]) => {
    const known = may[name];
    if (known === undefined) return [`${place}: unknown ${name}`];
    if (typeof known === 'function') return known(value).map((problem) => `${place}: ${problem}`);
    return known.test(value) ? [] : [`${place}: ${name} is ${value}`];
  });
}

function problemsOf({ method, url, body, headers }, seen) {
  const found = Object.entries(calls).find(([, { at }]) => new RegExp(`^${at}$`).test(`${method} ${url.pathname}`));
  if (found === undefined) return [`there is no ${method} ${url.pathname}`];
  const [name, { query = {}, must = [], body: may }] = found;
  seen.add(name);
  const problems = fields(Object.fromEntries(url.searchParams), query, name);
  if (Object.keys(headers).some((header) => header !== 'content-type')) problems.push(`${name}: further headers`);
  if (may === undefined) return body === null ? problems : [...problems, `${name}: a body is not expected`];
  const missing = must.filter((field) => !(field in body)).map((field) => `${name}: no ${field}`);
  return [...problems, ...missing, ...fields(body, may, name)];
}

test('GitLab takes every request', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-contract-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'requests.jsonl');
  await run('cargo', ['test', '--test', 'it', '-q', '--', 'gitlab'], { env: { HEDGEROW_REQUESTS: path } });
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const all = lines.map((line) => JSON.parse(line)).filter(({ host }) => host === 'GitLab');
  const requests = all.map((request) => ({ ...request, url: new URL(request.url) }));
  const seen = new Set();
  const problems = new Set(requests.flatMap((request) => problemsOf(request, seen)));
  assert.deepEqual([...problems], []);
  assert.deepEqual([...seen].toSorted(), Object.keys(calls).toSorted());
});

test('an update without its guard, and a field that nobody knows, are refused', () => {
  const url = new URL('https://gitlab.com/api/v4/projects/acme%2Ffabric/repository/commits');
  const ask = (action, more = {}) => {
    const body = { branch: 'main', commit_message: 'm', actions: [action], ...more };
    return problemsOf({ method: 'POST', url, body, headers: { 'content-type': 'application/json' } }, new Set()).length;
  };
  const good = { action: 'create', file_path: 'a', content: 'YQ==', encoding: 'base64' };
  assert.equal(ask(good), 0);
  assert.equal(ask({ ...good, action: 'update' }), 1);
  assert.equal(ask({ ...good, sha: 'x' }), 1);
  assert.equal(ask(good, { force: true }), 1);
});
