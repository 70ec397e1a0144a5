/**
 * What a handler has at hand, and the checks that handlers share.
 */

import { isPlainRef, readingOf } from '../github/revision.mjs';
import { demandWrite, visibleRepository } from './access.mjs';
import { badArgument, unresolvable } from './refusal.mjs';

/**
 * @typedef {object} Context
 * @property {import('../facade.mjs').Call} call
 * @property {import('../facade.mjs').Site} site
 * @property {import('../accounts.mjs').Token} token
 * @property {Record<string, string>} params from the path
 */

/** @typedef {(context: Context) => Promise<import('../http.mjs').Answer>} Handler */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/** @param {Context} context */
export function readable({ site, token, params }) {
  const { organization, project, repository } = params;
  return visibleRepository(site, token, { organization, project, repository });
}

/**
 * @param {Context} context
 * @param {'contents' | 'pulls'} permission
 */
export function writable(context, permission) {
  const hosted = readable(context);
  demandWrite(context.token, hosted, permission);
  return hosted;
}

/**
 * Finds the commit that a version means: a branch, or a commit by its whole id.
 *
 * @param {Context} context
 * @param {HostedRepository} hosted
 * @param {{ version: string | null, type: string | null }} wanted the default branch when nothing is given
 */
export async function versionOf({ call }, hosted, { version, type }) {
  const name = version ?? hosted.defaultBranch;
  const kind = (type ?? 'branch').toLowerCase();
  if (kind === 'commit') {
    const commit = isOid(name) ? await hosted.git.commit(name) : null;
    if (commit === null) throw unresolvable(name);
    return commit;
  }
  if (kind !== 'branch') throw badArgument(`versionType ${type} is not spoken here`);
  const tip = isPlainRef(name) ? await hosted.ref(`refs/heads/${name}`, readingOf(call)) : null;
  const commit = tip === null ? null : await hosted.git.commit(tip.oid);
  if (commit === null) throw unresolvable(name);
  return commit;
}

/**
 * @param {Context} context
 * @returns {any}
 */
export function bodyOf({ call }) {
  try {
    const value = JSON.parse(call.request.body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw badArgument('The body is not JSON');
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {number} otherwise
 */
export function numberIn(query, name, otherwise) {
  const text = query.get(name);
  if (text === null) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw badArgument(`${name} must be a number`);
  return number;
}

/** @param {unknown} text */
export function isOid(text) {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
}
