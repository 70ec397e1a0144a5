/**
 * REST about history: lists of commits, single ones, and what lies between two.
 */

import { json } from '../../http.mjs';
import { mediaOf } from '../media.mjs';
import { linkHeader, pageOf } from '../paging.mjs';
import { emptyRepository, notFound, unprocessable } from '../refusal.mjs';
import { commitOf } from '../revision.mjs';
import { commitShape, fileShape, repositoryUrl } from '../shapes.mjs';
import { EMPTY_TREE } from '../../git/repository.mjs';
import { repositoryFor } from './context.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */

const FILES_LIMIT = 300;
const COMPARED_COMMITS = 250;

/** @type {RestHandler} */
async function listCommits(context) {
  const hosted = repositoryFor(context, 'read');
  const { query } = context.call.request;
  if (await hosted.isEmpty()) throw emptyRepository();
  const head = await commitOf(context.call, hosted, query.get('sha') ?? hosted.defaultBranch);
  if (head === null) throw notFound();
  const range = [head.oid];
  for (const bound of ['since', 'until']) {
    const time = query.get(bound);
    if (time !== null) range.unshift(`--${bound}=${time}`);
  }
  const path = query.get('path') ?? undefined;
  const page = pageOf(query);
  // One history walk answers both the page and how many pages there are.
  const all = await hosted.git.history(range, { path });
  const shapes = await Promise.all(
    all.slice(page.skip, page.skip + page.size).map(async (oid) => shapeOf(context, hosted, oid)),
  );
  return json(200, shapes, linkHeader(context.call, page, all.length));
}

/** @type {RestHandler} */
async function getCommit(context) {
  const hosted = repositoryFor(context, 'read');
  if (await hosted.isEmpty()) throw emptyRepository();
  const { call, params, api } = context;
  const commit = await commitOf(call, hosted, params.ref);
  if (commit === null) throw unprocessable(`No commit found for SHA: ${params.ref}`);
  if (mediaOf(call.request) === 'sha') {
    const headers = { 'Content-Type': 'application/vnd.github.sha; charset=utf-8', ETag: `"${commit.oid}"` };
    return { status: 200, headers, body: commit.oid };
  }
  const changes = await hosted.git.changes(commit.parents[0] ?? EMPTY_TREE, commit.oid);
  const page = pageOf(call.request.query, { size: FILES_LIMIT, max: FILES_LIMIT });
  const sum = (/** @type {'additions' | 'deletions'} */ what) =>
    changes.reduce((total, change) => total + change[what], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  const body = {
    ...commitShape(api, hosted, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: changes.slice(page.skip, page.skip + page.size).map((change) => fileShape(api, hosted, change, commit.oid)),
  };
  return json(200, body, linkHeader(call, page, changes.length));
}

/** Compares as GitHub does with three dots: from the last common commit. @type {RestHandler} */
async function compare(context) {
  const hosted = repositoryFor(context, 'read');
  const { api, call, params } = context;
  const [baseName, headName] = params.range.split('...');
  if (headName === undefined) throw notFound();
  const base = await commitOf(call, hosted, baseName);
  const head = await commitOf(call, hosted, headName);
  const common = base === null || head === null ? null : await hosted.git.mergeBase(base.oid, head.oid);
  if (base === null || head === null || common === null) throw notFound();
  const ahead = (await hosted.git.history([head.oid, `^${base.oid}`])).reverse();
  const behind = await hosted.git.history([base.oid, `^${head.oid}`]);
  const page = pageOf(call.request.query, { size: COMPARED_COMMITS, max: COMPARED_COMMITS });
  const changes = page.number === 1 ? await hosted.git.changes(common, head.oid) : [];
  const commits = ahead.slice(page.skip, page.skip + page.size);
  const url = repositoryUrl(api, hosted);
  const site = `https://github.com/${hosted.fullName}/compare/${params.range}`;
  const body = {
    url: `${url}/compare/${params.range}`,
    html_url: site,
    permalink_url: `https://github.com/${hosted.fullName}/compare/${base.oid}...${head.oid}`,
    diff_url: `${site}.diff`,
    patch_url: `${site}.patch`,
    base_commit: commitShape(api, hosted, base),
    merge_base_commit: await shapeOf(context, hosted, common),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: await Promise.all(commits.map((oid) => shapeOf(context, hosted, oid))),
    files: changes.slice(0, FILES_LIMIT).map((change) => fileShape(api, hosted, change, head.oid)),
  };
  return json(200, body, linkHeader(call, page, ahead.length));
}

/**
 * @param {number} ahead
 * @param {number} behind
 */
function statusOf(ahead, behind) {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/**
 * @param {import('./context.mjs').RestContext} context
 * @param {import('../../hosted.mjs').HostedRepository} hosted
 * @param {string} oid
 */
async function shapeOf({ api }, hosted, oid) {
  const commit = await hosted.git.commit(oid);
  if (commit === null) throw notFound();
  return commitShape(api, hosted, commit);
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const COMMIT_ROUTES = [
  { method: 'GET', pattern: '/repos/:owner/:repo/commits', handler: listCommits },
  { method: 'GET', pattern: '/repos/:owner/:repo/commits/*ref', handler: getCommit },
  { method: 'GET', pattern: '/repos/:owner/:repo/compare/*range', handler: compare },
];
