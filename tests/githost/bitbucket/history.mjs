/**
 * Commits and what changed between two of them.
 */

import { isPlainRef } from '../github/revision.mjs';
import { namedCommit, readable } from './context.mjs';
import { page } from './paging.mjs';
import { badRequest } from './refusal.mjs';
import { commitShape, diffstatShape } from './shapes.mjs';
import { json } from '../http.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */

/** @type {Handler} */
async function listCommits(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const include = [context.params.revision, ...query.getAll('include')].filter((name) => name !== undefined);
  const named = await Promise.all(include.map((name) => namedCommit(context, hosted, name)));
  const excluded = await Promise.all(query.getAll('exclude').map((name) => namedCommit(context, hosted, name)));
  const range = named.length === 0 ? ['--branches'] : named.map(({ oid }) => oid);
  const oids = await hosted.git.history([...range, ...excluded.map(({ oid }) => `^${oid}`)], {
    path: query.get('path') ?? undefined,
  });
  const shape = async (/** @type {string} */ oid) =>
    commitShape(context.api, hosted, await namedCommit(context, hosted, oid));
  return page(context.call, oids, shape, { size: 30, max: 100, naming: 'number' });
}

/** @type {Handler} */
async function getCommit(context) {
  const hosted = readable(context);
  return json(200, commitShape(context.api, hosted, await namedCommit(context, hosted, context.params.revision)));
}

/** Tells what changed, from the second commit to the first. @type {Handler} */
async function diffstat(context) {
  const hosted = readable(context);
  const { spec } = context.params;
  const { query } = context.call.request;
  const [newer, older] = spec.split('..');
  if (newer === '' || older === '' || !isPlainRef(newer) || !isPlainRef(older ?? newer)) {
    throw badRequest('Invalid spec');
  }
  const to = await namedCommit(context, hosted, newer);
  const from = older === undefined ? to.parents[0] : (await namedCommit(context, hosted, older)).oid;
  // Unless it is told not to, Bitbucket compares with the last common commit.
  const base = query.get('topic') === 'false' ? from : ((await hosted.git.mergeBase(from, to.oid)) ?? from);
  const changes = await hosted.git.changes(base, to.oid);
  return page(context.call, changes, diffstatShape, { size: 500, max: 5000, naming: 'number', total: 'told' });
}

/** @type {Handler} */
async function mergeBase(context) {
  const hosted = readable(context);
  const [one, other] = context.params.spec.split('..');
  const [first, second] = [await namedCommit(context, hosted, one), await namedCommit(context, hosted, other ?? one)];
  const base = await hosted.git.mergeBase(first.oid, second.oid);
  if (base === null) throw badRequest('The commits have nothing in common');
  return json(200, commitShape(context.api, hosted, await namedCommit(context, hosted, base)));
}

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const HISTORY_ROUTES = [
  { method: 'GET', pattern: '/repositories/:workspace/:slug/commits', handler: listCommits },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/commits/*revision', handler: listCommits },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/commit/:revision', handler: getCommit },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/diffstat/*spec', handler: diffstat },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/merge-base/*spec', handler: mergeBase },
];
