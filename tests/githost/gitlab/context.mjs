/**
 * What a handler has at hand, and the checks that handlers share.
 */

import { commitOf } from '../github/revision.mjs';
import { Refusal, notFound } from './refusal.mjs';

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
  const hosted = site.repository(params.project);
  if (token.contents === 'none') {
    const words = 'The request requires higher privileges than provided by the access token.';
    throw new Refusal(403, words, { error: 'insufficient_scope', error_description: words, scope: 'api read_api' });
  }
  if (hosted === null) throw notFound('Project');
  return hosted;
}

/** @param {Context} context @param {'contents' | 'pulls'} permission */
export function writable(context, permission) {
  const hosted = readable(context);
  if (context.token[permission] !== 'write') {
    const words = 'The request requires higher privileges than provided by the access token.';
    throw new Refusal(403, words, { error: 'insufficient_scope', error_description: words, scope: 'api' });
  }
  if (hosted.state === 'archived') throw new Refusal(403, '403 Forbidden');
  return hosted;
}

/** @param {Context} context @param {HostedRepository} hosted @param {string} name @param {string} what */
export async function commitNamed({ call }, hosted, name, what) {
  const commit = await commitOf(call, hosted, name);
  if (commit === null) throw notFound(what);
  return commit;
}

/** @param {Context} context @returns {any} */
export function bodyOf({ call }) {
  try {
    return JSON.parse(call.request.body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'The request body is no JSON', { error: 'Invalid JSON' });
  }
}

/** @param {import('../git/objects.mjs').Commit} commit */
export function commitShape({ oid, parents, message, author }) {
  return {
    id: oid,
    short_id: oid.slice(0, 8),
    title: message.split('\n')[0],
    message,
    parent_ids: parents,
    author_name: author.name,
    author_email: author.email,
    authored_date: new Date(author.seconds * 1000).toISOString(),
  };
}

/**
 * Cuts a list into pages, and names them in headers as GitLab does.
 *
 * @template T
 * @param {URLSearchParams} query
 * @param {readonly T[]} all
 * @returns {{ items: T[], headers: Record<string, string> }}
 */
export function paged(query, all) {
  const size = Math.min(Number(query.get('per_page') ?? 20), 100);
  const page = Number(query.get('page') ?? 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const headers = {
    'X-Page': String(page),
    'X-Per-Page': String(size),
    'X-Next-Page': page < last ? String(page + 1) : '',
    'X-Total': String(all.length),
    'X-Total-Pages': String(last),
  };
  return { items: all.slice((page - 1) * size, page * size), headers };
}
