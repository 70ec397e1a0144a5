/**
 * Lets a test in another process, or the demo page, steer the host over HTTP: `/_control/…`, which is no part of any façade.
 *
 * **Invariant:** only pages from loopback may use it, and only under a loopback name.
 */

import { empty, json } from './http.mjs';
import { TeammateError, commit, teammate } from './teammate.mjs';

/** @typedef {import('./server.mjs').GitHost} GitHost */
/** @typedef {import('./http.mjs').HttpRequest} HttpRequest */
/** @typedef {import('./http.mjs').Answer} Answer */

const PREFIX = '/_control/';
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** @param {string} path */
export function ownsControl(path) {
  return path.startsWith(PREFIX);
}

/**
 * @param {GitHost} host
 * @param {HttpRequest} request
 * @returns {Promise<Answer>}
 */
export async function answerControl(host, request) {
  const { origin, host: name } = request.headers;
  if (!LOOPBACK.test(name ?? '') || (origin !== undefined && !LOOPBACK.test(origin.replace(/^https?:\/\//, '')))) {
    return json(403, { message: 'only pages from this machine may steer the host' });
  }
  const answer = await answered(host, request);
  if (origin === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'Access-Control-Allow-Origin': origin, Vary: 'Origin' } };
}

/**
 * @param {GitHost} host
 * @param {HttpRequest} request
 * @returns {Promise<Answer>}
 */
async function answered(host, request) {
  if (request.method === 'OPTIONS') {
    return empty(204, {
      'Access-Control-Allow-Methods': 'GET, POST, DELETE',
      'Access-Control-Allow-Headers': 'Content-Type',
    });
  }
  const action = ACTIONS[`${request.method} ${request.path.slice(PREFIX.length)}`];
  if (action === undefined) return json(404, { message: 'there is no such control', actions: Object.keys(ACTIONS) });
  try {
    const body = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
    return json(200, (await action(host, body, request)) ?? { done: true });
  } catch (error) {
    if (
      error instanceof TeammateError ||
      error instanceof TypeError ||
      error instanceof RangeError ||
      error instanceof SyntaxError
    ) {
      return json(422, { message: error.message });
    }
    throw error;
  }
}

/** @type {Record<string, (host: GitHost, body: any, request: HttpRequest) => unknown>} */
const ACTIONS = {
  'GET about': ({ url, repository, branch, directory, tokens }) => ({ url, repository, branch, directory, tokens }),
  'GET log': ({ requests }, _body, { query }) => requests.entries(Object.fromEntries(query)),
  'DELETE log': ({ requests }) => requests.clear(),
  'POST carriers': ({ requests }, { text }) => requests.carriers(text),
  'POST faults': ({ faults }, rule) => faults.add(rule),
  'POST chaos': ({ faults }, chaos) => faults.scatter(chaos),
  'DELETE faults': ({ faults }) => faults.clear(),
  'POST teammate': (host, { repository, ...request }) => teammate(host.hosted(repository), request),
  'POST commit': (host, { repository, ...request }) => commit(host.hosted(repository), request),
  'POST repository': async (host, { name, branch, seed }) => {
    const { fullName, defaultBranch } = await host.addRepository(name, { branch, seed });
    return { repository: fullName, branch: defaultBranch };
  },
  'POST visibility': (host, { repository, visibility }) => {
    host.hosted(repository).visibility = visibility;
  },
  'POST protect': (host, { repository, branch, ...rules }) => host.hosted(repository).protect(branch, rules),
  'POST unprotect': (host, { repository, branch }) => host.hosted(repository).unprotect(branch),
  'POST token': (host, { token, ...settings }) =>
    host.accounts.find(token) === null ? host.accounts.add(token, settings) : host.accounts.change(token, settings),
  'POST quota': ({ facades }, { token, resource, ...left }) => facades.github.quota.leave(token, resource, left),
};
