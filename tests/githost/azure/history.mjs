/**
 * Commits, and how two of them differ.
 */

import { json } from '../http.mjs';
import { isOid, numberIn, readable, versionOf } from './context.mjs';
import { noObject } from './refusal.mjs';
import { itemShape, listedCommit, wholeCommit } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('../git/diff.mjs').FileChange} FileChange */

const CHANGE = { added: 'add', removed: 'delete', modified: 'edit', renamed: 'rename' };

/** @type {Handler} */
async function listCommits(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const tip = await versionOf(context, hosted, {
    version: query.get('searchCriteria.itemVersion.version'),
    type: query.get('searchCriteria.itemVersion.versionType'),
  });
  const path = query.get('searchCriteria.itemPath')?.replace(/^\/+/, '');
  const count = numberIn(query, '$top', numberIn(query, 'searchCriteria.$top', 100));
  const skip = numberIn(query, '$skip', numberIn(query, 'searchCriteria.$skip', 0));
  const oids = await hosted.git.history([tip.oid], { ...(path ? { path } : {}), skip, count });
  const value = [];
  for (const oid of oids) {
    const commit = await hosted.git.commit(oid);
    if (commit !== null) value.push(listedCommit(context.call.origin, hosted, commit));
  }
  return json(200, { count: value.length, value });
}

/** @type {Handler} */
async function getCommit(context) {
  const hosted = readable(context);
  const { oid } = context.params;
  const commit = isOid(oid) ? await hosted.git.commit(oid) : null;
  if (commit === null) throw noObject(oid);
  return json(200, wholeCommit(context.call.origin, hosted, commit));
}

/** @type {Handler} */
async function diffCommits(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const side = (/** @type {'base' | 'target'} */ name) =>
    versionOf(context, hosted, { version: query.get(`${name}Version`), type: query.get(`${name}VersionType`) });
  const [base, target] = [await side('base'), await side('target')];
  const common = await hosted.git.mergeBase(base.oid, target.oid);
  const from = query.get('diffCommonCommit') === 'true' && common !== null ? common : base.oid;
  const changes = (await hosted.git.changes(from, target.oid)).flatMap(splitRename);
  const [skip, count] = [numberIn(query, '$skip', 0), numberIn(query, '$top', 100)];
  const shown = changes.slice(skip, skip + count);
  const between = async (/** @type {string} */ newer, /** @type {string} */ older) =>
    (await hosted.git.history([newer, `^${older}`])).length;
  return json(200, {
    allChangesIncluded: skip + count >= changes.length,
    changeCounts: { Edit: changes.length },
    changes: shown.map((change) => ({
      item: {
        ...itemShape(context.call.origin, hosted, {
          path: `/${change.path}`,
          type: 'blob',
          oid: change.oid ?? change.previousOid,
          commit: target.oid,
        }),
        ...(change.status === 'added' ? {} : { originalObjectId: change.previousOid }),
      },
      changeType: CHANGE[change.status],
    })),
    commonCommit: common,
    baseCommit: base.oid,
    targetCommit: target.oid,
    aheadCount: await between(target.oid, base.oid),
    behindCount: await between(base.oid, target.oid),
  });
}

/**
 * A comparison tells of a rename as of a file that came and one that went.
 *
 * @param {FileChange} change
 * @returns {FileChange[]}
 */
function splitRename(change) {
  if (change.status !== 'renamed' || change.previousPath === null) return [change];
  return [
    { ...change, status: 'removed', path: change.previousPath, previousPath: null, oid: null },
    { ...change, status: 'added', previousPath: null },
  ];
}

const AT = '/:organization/:project/_apis/git/repositories/:repository';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const HISTORY_ROUTES = [
  { method: 'GET', pattern: `${AT}/commits`, handler: listCommits },
  { method: 'GET', pattern: `${AT}/commits/:oid`, handler: getCommit },
  { method: 'GET', pattern: `${AT}/diffs/commits`, handler: diffCommits },
];
