/**
 * What a handler has at hand, and the checks that handlers share.
 */

import { commitOf } from '../github/revision.mjs';
import { demandWrite, visibleRepository } from './access.mjs';
import { badRequest, notFound } from './refusal.mjs';

/**
 * @typedef {object} Context
 * @property {import('../facade.mjs').Call} call
 * @property {import('../facade.mjs').Site} site
 * @property {string} api address of the API
 * @property {import('./access.mjs').Credential} credential
 * @property {Record<string, string>} params from the path
 */

/** @typedef {(context: Context) => Promise<import('../http.mjs').Answer>} Handler */

/** @param {Context} context */
export function readable({ site, credential, params }) {
  return visibleRepository(site, credential, `${params.workspace}/${params.slug}`);
}

/**
 * @param {Context} context
 * @param {'contents' | 'pulls'} permission
 */
export function writable(context, permission) {
  const hosted = readable(context);
  return { hosted, account: demandWrite(context.credential, hosted, permission) };
}

/**
 * Finds the commit that a path names by branch or id.
 *
 * @param {Context} context
 * @param {import('../hosted.mjs').HostedRepository} hosted
 * @param {string} name
 */
export async function namedCommit({ call }, hosted, name) {
  const commit = await commitOf(call, hosted, name);
  if (commit === null) throw notFound(`Commit ${name}`);
  return commit;
}

/**
 * @param {Context} context
 * @returns {Record<string, any>}
 */
export function bodyOf({ call }) {
  try {
    const value = JSON.parse(call.request.body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw badRequest('The request body is not a JSON object');
}
