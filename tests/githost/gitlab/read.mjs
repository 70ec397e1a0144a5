/**
 * What is read of a project: its branches, folders, files and history.
 */

import { damaged } from '../github/damage.mjs';
import { json } from '../http.mjs';
import { bodyOf, commitNamed, commitShape, paged, readable } from './context.mjs';
import { notFound } from './refusal.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */

/** A page of many blobs, and what a query may cost. */
const BLOBS = 100;

/** @type {Handler} */
async function project(context) {
  const hosted = readable(context);
  const empty = await hosted.isEmpty();
  return json(200, {
    id: hosted.id,
    path_with_namespace: hosted.fullName,
    default_branch: empty ? null : hosted.defaultBranch,
    empty_repo: empty,
    archived: hosted.state === 'archived',
  });
}

/** @type {Handler} */
async function branch(context) {
  const hosted = readable(context);
  const { name } = context.params;
  const commit = await commitNamed(context, hosted, `refs/heads/${name}`, 'Branch');
  const { approvals } = hosted.rules(name);
  return json(200, {
    name,
    commit: commitShape(commit),
    default: name === hosted.defaultBranch,
    protected: approvals !== null,
    // What the person may do, whatever the token may.
    can_push: approvals === null,
  });
}

/** @type {Handler} */
async function tree(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const commit = await commitNamed(context, hosted, query.get('ref') ?? hosted.defaultBranch, 'Tree');
  const path = query.get('path') ?? '';
  const root = await hosted.git.info(path === '' ? commit.tree : `${commit.tree}:${path}`);
  if (root?.type !== 'tree') throw notFound('Tree');
  const above = path === '' ? '' : `${path}/`;
  const listed = (await hosted.git.listing(root.oid)).filter(
    (entry) => query.get('recursive') === 'true' || !entry.path.includes('/'),
  );
  const fault = context.call.struck.find('truncated-tree');
  const { items, headers } = paged(query, listed);
  const shown = fault === undefined ? items : items.slice(0, Math.floor(items.length / 2));
  const shape = shown.map(({ path: name, mode, type, oid }) => ({
    id: oid,
    name: name.slice(name.lastIndexOf('/') + 1),
    type,
    path: `${above}${name}`,
    mode,
  }));
  return json(200, shape, headers);
}

/** @type {Handler} */
async function blob(context) {
  const hosted = readable(context);
  const object = await hosted.git.object(context.params.oid);
  if (object?.type !== 'blob') throw notFound('Blob');
  const headers = { 'Content-Type': 'application/octet-stream' };
  return { status: 200, headers, body: damaged(context.call, object.content) };
}

/** @type {Handler} */
async function commits(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const tip = await commitNamed(context, hosted, query.get('ref_name') ?? hosted.defaultBranch, 'Commit');
  const path = query.get('path');
  const all = await hosted.git.history([tip.oid], path === null ? {} : { path });
  const { items, headers } = paged(query, all);
  // The number of commits is not told: to count them takes too long.
  const { 'X-Total': _total, 'X-Total-Pages': _pages, ...told } = headers;
  return json(200, await shapes(hosted, items), told);
}

/** @type {Handler} */
async function compare(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const from = await commitNamed(context, hosted, query.get('from') ?? '', 'Ref');
  const to = await commitNamed(context, hosted, query.get('to') ?? '', 'Ref');
  const base = query.get('straight') === 'true' ? from.oid : await hosted.git.mergeBase(from.oid, to.oid);
  const between = (await hosted.git.history([to.oid, `^${from.oid}`])).reverse();
  const changes = await hosted.git.changes(base ?? from.oid, to.oid);
  const modes = new Map((await hosted.git.listing(to.tree)).map(({ path, mode }) => [path, mode]));
  return json(200, {
    commit: between.length === 0 ? null : commitShape(to),
    commits: await shapes(hosted, between),
    diffs: changes.map(({ status, path, previousPath, patch }) => ({
      old_path: previousPath ?? path,
      new_path: path,
      a_mode: '100644',
      b_mode: status === 'removed' ? '0' : (modes.get(path) ?? '100644'),
      diff: patch ?? '',
      new_file: status === 'added',
      renamed_file: status === 'renamed',
      deleted_file: status === 'removed',
    })),
    compare_timeout: false,
    compare_same_ref: from.oid === to.oid,
  });
}

/** The one query that is spoken here, and what it is refused for. @type {Handler} */
async function graphql(context) {
  const { query, variables } = bodyOf(context);
  const errors = (/** @type {string} */ message) => json(200, { errors: [{ message }] });
  if (typeof query !== 'string' || !/\bblobs\(/.test(query)) return errors('Only blobs are asked for here');
  if (query.length > 10_000) return errors('Query too large');
  const { project: name, ref, paths } = variables;
  if (paths.length > BLOBS) return errors(`Query has complexity of ${paths.length * 3}, which exceeds max complexity`);
  if (context.site.repository(name) === null) return json(200, { data: { project: null } });
  const hosted = readable({ ...context, params: { project: name } });
  const commit = await commitNamed(context, hosted, ref, 'Commit');
  const nodes = [];
  for (const path of paths) {
    const object = await hosted.git.object(`${commit.oid}:${path}`);
    if (object?.type !== 'blob') continue;
    const text = damaged(context.call, object.content).toString('utf8');
    nodes.push({ oid: object.oid, path, rawTextBlob: text });
  }
  if (context.call.struck.find('reordered') !== undefined) nodes.reverse();
  return json(200, { data: { project: { repository: { blobs: { nodes } } } } });
}

/** @param {import('./context.mjs').HostedRepository} hosted @param {readonly string[]} oids */
async function shapes(hosted, oids) {
  const found = [];
  for (const oid of oids) {
    const commit = await hosted.git.commit(oid);
    if (commit !== null) found.push(commitShape(commit));
  }
  return found;
}

const AT = '/api/v4/projects/:project';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const READ_ROUTES = [
  { method: 'GET', pattern: AT, handler: project },
  { method: 'GET', pattern: `${AT}/repository/branches/:name`, handler: branch },
  { method: 'GET', pattern: `${AT}/repository/tree`, handler: tree },
  { method: 'GET', pattern: `${AT}/repository/blobs/:oid/raw`, handler: blob },
  { method: 'GET', pattern: `${AT}/repository/commits`, handler: commits },
  { method: 'GET', pattern: `${AT}/repository/compare`, handler: compare },
  { method: 'POST', pattern: '/api/graphql', handler: graphql },
];
