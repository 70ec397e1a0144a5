/**
 * What a handler has at hand, and the checks that handlers share.
 */

import { commitOf } from '../github/revision.mjs';
import { Refusal, notFound } from './refusal.mjs';

/**
 * @typedef {object} Context
 * @property {import('../facade.mjs').Call} call
 * @property {import('../facade.mjs').Site} site
 * @property {import('../accounts.mjs').Token | null} token
 * @property {Record<string, string>} params from the path
 */

/** @typedef {(context: Context) => Promise<import('../http.mjs').Answer>} Handler */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/** @param {Context} context */
export function readable({ site, token, params }) {
  const hosted = site.repository(`${params.owner}/${params.name}`);
  if (hosted === null || (token === null && hosted.visibility === 'private')) throw notFound();
  if (token?.contents === 'none') throw outOfScope('read:repository');
  return hosted;
}

/** @param {Context} context */
export function writable(context) {
  const hosted = readable(context);
  const { token } = context;
  if (token === null) throw new Refusal(401, 'token is required');
  if (token.contents !== 'write') throw outOfScope('write:repository');
  if (hosted.state === 'archived') throw new Refusal(423, `${hosted.fullName} is archived`);
  return { hosted, token };
}

/** @param {string} scope */
function outOfScope(scope) {
  const words = `token does not have at least one of required scope(s), required=[${scope}], token scope=read:issue`;
  return new Refusal(403, words);
}

/**
 * Finds the commit that a name means: a branch, a full ref, or an id.
 *
 * @param {Context} context
 * @param {HostedRepository} hosted
 * @param {string} name
 */
export function commitNamed({ call }, hosted, name) {
  return commitOf(call, hosted, name);
}

/** @param {Context} context @returns {any} */
export function bodyOf({ call }) {
  try {
    return JSON.parse(call.request.body.toString('utf8'));
  } catch {
    throw new Refusal(422, '[]: unexpected EOF');
  }
}
