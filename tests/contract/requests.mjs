// The requests that the native tests send to a host, to be held against what the host has published.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../.ci/step.mjs';

/**
 * Runs the native tests that speak to hosts, and gives the requests to one of them.
 *
 * @param {string} host as the tests call it
 * @returns {Promise<{ method: string, url: URL, headers: Record<string, string>, body: any }[]>}
 */
export async function requestsTo(host) {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-contract-'));
  try {
    const path = join(folder, 'requests.jsonl');
    const tests = ['host::', 'sync::sending', 'sync::following', 'sync::turning'];
    await run('cargo', ['test', '--test', 'it', '-q', '--', ...tests], { env: { HEDGEROW_REQUESTS: path } });
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const requests = lines.map((line) => JSON.parse(line)).filter((request) => request.host === host);
    return requests.map((request) => ({ ...request, url: new URL(request.url) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * One thing that a host can be asked for.
 *
 * @typedef {object} Operation
 * @property {string} name
 * @property {string} method
 * @property {RegExp} path below the repository, as sent
 * @property {Record<string, RegExp>} query what values a parameter may have; it may be left out
 * @property {string[]} [required] parameters that may not be left out
 * @property {RegExp} [accept] what kind of answer is asked for
 * @property {object} [body] JSON Schema of the body; no body without it
 * @property {(request: { headers: Record<string, string>, body: any }) => string[]} [form] for a body that is no JSON
 */

/**
 * Holds a request against what a host can be asked for.
 *
 * @param {{ method: string, url: URL, headers: Record<string, string>, body: any }} request
 * @param {{ base: string, operations: readonly Operation[], ajv: import('ajv').Ajv, seen: Set<string> }} contract
 * @returns {string[]} what is wrong with it
 */
export function problemsOf(request, { base, operations, ajv, seen }) {
  const { method, url, headers, body } = request;
  if (!url.pathname.startsWith(base)) return [`${url} is not below ${base}`];
  const path = url.pathname.slice(base.length);
  const operation = operations.find((known) => known.method === method && known.path.test(path));
  if (operation === undefined) return [`there is no ${method} ${path}`];
  seen.add(operation.name);
  const problems = [];
  for (const [name, value] of url.searchParams) {
    if (operation.query[name] === undefined) problems.push(`unknown parameter ${name}`);
    else if (!operation.query[name].test(value)) problems.push(`${name}=${value}`);
  }
  for (const name of operation.required ?? []) if (!url.searchParams.has(name)) problems.push(`${name} is left out`);
  if (operation.accept !== undefined && !operation.accept.test(headers.accept)) {
    problems.push(`accept ${headers.accept}`);
  }
  if (operation.form !== undefined) problems.push(...operation.form(request));
  else if (operation.body === undefined && body !== null) problems.push('a body is not expected');
  else if (operation.body !== undefined && !ajv.validate(operation.body, body)) problems.push(ajv.errorsText());
  return problems.map((problem) => `${operation.name}: ${problem}`);
}
