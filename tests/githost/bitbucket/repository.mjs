/**
 * The repository, its branches and its people.
 */

import { NO_OBJECT } from '../git/repository.mjs';
import { json } from '../http.mjs';
import { readingOf } from '../github/revision.mjs';
import { bodyOf, namedCommit, readable, writable } from './context.mjs';
import { page } from './paging.mjs';
import { Refusal, badRequest, notFound } from './refusal.mjs';
import { branchShape, repositoryShape } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */

/** @type {Handler} */
async function getRepository(context) {
  const hosted = readable(context);
  return json(200, repositoryShape(context.api, hosted, (await hosted.isEmpty()) ? 'empty' : 'filled'));
}

/** @type {Handler} */
async function listBranches(context) {
  const hosted = readable(context);
  const refs = await hosted.git.refs('refs/heads/');
  const shape = async (/** @type {{ ref: string, oid: string }} */ { ref, oid }) =>
    branchShape(context.api, hosted, ref.slice('refs/heads/'.length), await namedCommit(context, hosted, oid));
  return page(context.call, refs, shape, { size: 10, max: 100, naming: 'number', total: 'told' });
}

/** @type {Handler} */
async function getBranch(context) {
  const hosted = readable(context);
  const { name } = context.params;
  const ref = `refs/heads/${name}`;
  const tip = (await hosted.git.isRefName(ref)) ? await hosted.ref(ref, readingOf(context.call)) : null;
  if (tip === null) throw notFound(`Branch ${name}`);
  return json(200, branchShape(context.api, hosted, name, await namedCommit(context, hosted, tip.oid)));
}

/** @type {Handler} */
async function createBranch(context) {
  const { hosted } = writable(context, 'contents');
  const { name, target } = bodyOf(context);
  if (typeof name !== 'string' || typeof target?.hash !== 'string') {
    throw badRequest('A name and a target are required');
  }
  const ref = `refs/heads/${name}`;
  if (!(await hosted.git.isRefName(ref))) throw badRequest('Not a valid branch name');
  const tip = await namedCommit(context, hosted, target.hash);
  const outcome = await hosted.move([{ ref, to: tip.oid, from: NO_OBJECT }], 'unsigned');
  if (outcome.type === 'rule') throw restricted(name);
  if (outcome.type === 'refused') throw badRequest(`Branch "${name}" already exists.`);
  return json(201, branchShape(context.api, hosted, name, tip));
}

/** @type {Handler} */
async function currentUser({ credential }) {
  if (credential.type === 'anonymous') throw new Refusal(401, 'Authentication required');
  const { id, login, name } = credential.token.account;
  return json(200, { type: 'user', display_name: name, nickname: login, account_id: String(id) });
}

/** @param {string} branch */
export function restricted(branch) {
  return new Refusal(403, `Permission denied to update branch ${branch}.`);
}

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const REPOSITORY_ROUTES = [
  { method: 'GET', pattern: '/user', handler: currentUser },
  { method: 'GET', pattern: '/repositories/:workspace/:slug', handler: getRepository },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/refs/branches', handler: listBranches },
  { method: 'POST', pattern: '/repositories/:workspace/:slug/refs/branches', handler: createBranch },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/refs/branches/*name', handler: getBranch },
];
