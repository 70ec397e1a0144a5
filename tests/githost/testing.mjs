/**
 * What the tests of this folder share: a host per test, and short ways to speak to it.
 */

import { startGitHost } from './server.mjs';

/** @typedef {import('./server.mjs').GitHost} GitHost */

/**
 * Starts a host that ends with the test.
 *
 * @param {import('node:test').TestContext} test
 * @param {import('./server.mjs').GitHostOptions} [options]
 */
export async function hostFor(test, options) {
  const host = await startGitHost(options);
  test.after(() => host.close());
  return host;
}

/**
 * @typedef {object} Spoken
 * @property {number} status
 * @property {Headers} headers
 * @property {string} text
 * @property {any} json undefined when the body is no JSON
 */

/**
 * @param {GitHost} host
 * @param {string} asked method and path, such as `GET /user`; `~` stands for the repository
 * @param {{ body?: unknown, token?: string | null, headers?: Record<string, string> }} [options]
 * @returns {Promise<Spoken>}
 */
export async function rest(host, asked, { body, token = host.token, headers = {} } = {}) {
  const [method, path] = asked.split(' ');
  const response = await fetch(`${host.url}${path.replace('~', `/repos/${host.repository}`)}`, {
    method,
    redirect: 'manual',
    headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return spoken(response);
}

/**
 * @param {GitHost} host
 * @param {string} query
 * @param {Record<string, unknown>} [variables]
 * @param {{ token?: string }} [options]
 * @returns {Promise<Spoken>}
 */
export async function graphql(host, query, variables = {}, { token = host.token } = {}) {
  const response = await fetch(`${host.origin}/api/graphql`, {
    method: 'POST',
    headers: { Authorization: `bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return spoken(response);
}

/**
 * @param {GitHost} host
 * @param {string} action method and name, such as `POST teammate`
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 */
export async function control(host, action, body, headers = {}) {
  const [method, name] = action.split(' ');
  const response = await fetch(`${host.origin}/_control/${name}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return spoken(response);
}

/** @param {Response} response */
async function spoken(response) {
  const text = await response.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/**
 * @param {GitHost} host
 * @param {string} [branch]
 * @returns {Promise<string>}
 */
export async function headOf(host, branch = 'main') {
  const info = await host.hosted().git.info(`refs/heads/${branch}`);
  if (info === null) throw new Error(`there is no branch ${branch}`);
  return info.oid;
}

/**
 * @param {GitHost} host
 * @param {string} path
 * @param {string} [revision]
 * @returns {Promise<string | null>}
 */
export async function fileAt(host, path, revision = 'refs/heads/main') {
  const object = await host.hosted().git.object(`${revision}:${path}`);
  return object === null ? null : object.content.toString('utf8');
}

const CREATE_COMMIT = `
  mutation Save($input: CreateCommitOnBranchInput!) {
    createCommitOnBranch(input: $input) { commit { oid parents(first: 1) { nodes { oid } } } ref { target { oid } } }
  }`;

/**
 * Commits through GraphQL.
 *
 * @param {GitHost} host
 * @param {{ head: string, additions?: Record<string, string>, deletions?: string[], headline?: string, body?: string, token?: string }} change
 */
export function saveByGraphql(host, { head, additions = {}, deletions = [], headline = 'Save', body, token }) {
  const input = {
    branch: { repositoryNameWithOwner: host.repository, branchName: 'main' },
    expectedHeadOid: head,
    message: { headline, ...(body === undefined ? {} : { body }) },
    fileChanges: {
      additions: Object.entries(additions).map(([path, text]) => ({
        path,
        contents: Buffer.from(text).toString('base64'),
      })),
      deletions: deletions.map((path) => ({ path })),
    },
  };
  return graphql(host, CREATE_COMMIT, { input }, token === undefined ? {} : { token });
}
