/**
 * Commits of several actions, guarded per file by the last commit that touched it, and merge requests.
 */

import { NO_OBJECT } from '../git/repository.mjs';
import { branchTip, openPull } from '../github/pulls.mjs';
import { json } from '../http.mjs';
import { bodyOf, commitShape, readable, writable } from './context.mjs';
import { Refusal, notAllowed } from './refusal.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('./context.mjs').HostedRepository} HostedRepository */

/** @type {Handler} */
async function createCommit(context) {
  const hosted = writable(context, 'contents');
  const { branch, start_branch: start = branch, commit_message: message, actions } = bodyOf(context);
  const fresh = start !== branch;
  const head = await hosted.git.commit(`refs/heads/${start}`);
  if (head === null && !(await hosted.isEmpty())) {
    throw new Refusal(400, 'You can only create or edit files when you are on a branch');
  }
  if (fresh && (await branchTip(hosted, branch)) !== null) {
    throw new Refusal(
      400,
      `A branch called '${branch}' already exists. Switch to that branch in order to make changes`,
    );
  }
  // Said before anything is looked at.
  if (hosted.rules(branch).approvals !== null) throw notAllowed(branch);
  const changes = await changesOf(hosted, head, actions);
  const who = { ...personOf(context), seconds: Math.floor(context.site.now() / 1000), zone: '+0000' };
  const oid = await hosted.git.writeCommit({
    tree: await hosted.git.editTree(head?.tree ?? null, changes),
    parents: head === null ? [] : [head.oid],
    author: who,
    committer: who,
    message,
  });
  const from = fresh ? NO_OBJECT : (head?.oid ?? NO_OBJECT);
  const outcome = await hosted.move([{ ref: `refs/heads/${branch}`, to: oid, from }], 'unsigned');
  if (outcome.type === 'rule') throw notAllowed(branch);
  if (outcome.type === 'refused') {
    throw new Refusal(400, `Could not update refs/heads/${branch}. Please refresh and try again.`);
  }
  const made = await hosted.git.commit(oid);
  if (made === null) throw new Error('a commit that was written is not there');
  return json(201, commitShape(made));
}

/** @param {import('./context.mjs').Context} context */
function personOf({ token }) {
  return { name: token.account.name, email: token.account.email };
}

/**
 * @param {HostedRepository} hosted
 * @param {import('../git/objects.mjs').Commit | null} head
 * @param {readonly any[]} actions
 */
async function changesOf(hosted, head, actions) {
  /** @type {Map<string, import('../git/repository.mjs').PathChange>} */
  const changes = new Map();
  const listed = head === null ? [] : await hosted.git.listing(head.tree);
  const there = new Map(listed.map((entry) => [entry.path, entry]));
  for (const { action, file_path: path, content, encoding, last_commit_id: known } of actions) {
    const old = there.get(path);
    if (action === 'create' && old !== undefined) throw new Refusal(400, 'A file with this name already exists');
    if (action !== 'create' && old === undefined) throw new Refusal(400, "A file with this name doesn't exist");
    if (action !== 'create' && head !== null) await guard(hosted, { path, known, head: head.oid });
    if (action === 'delete') {
      changes.set(path, null);
    } else {
      const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
      changes.set(path, { mode: old?.mode ?? '100644', oid: await hosted.git.writeBlob(bytes) });
    }
  }
  return changes;
}

/**
 * Compares the last commit that touched a path as seen from the given one and as seen from the branch. A commit that is
 * not known, or that the path is not in, checks nothing.
 *
 * @param {HostedRepository} hosted
 * @param {{ path: string, known: string | undefined, head: string }} checked
 */
async function guard(hosted, { path, known, head }) {
  if (known === undefined || (await hosted.git.commit(known)) === null) return;
  const [seen] = await hosted.git.history([known], { path, count: 1 });
  const [last] = await hosted.git.history([head], { path, count: 1 });
  if (seen !== undefined && seen !== last) {
    throw new Refusal(400, `The file has changed since you started editing it: ${path}`);
  }
}

/** @type {Handler} */
async function listMerges(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const found = hosted.pulls.filter(
    ({ head, base }) => query.get('source_branch') === head && query.get('target_branch') === base,
  );
  return json(200, await Promise.all(found.map((pull) => mergeShape(context, hosted, pull))));
}

/** @type {Handler} */
async function createMerge(context) {
  const hosted = writable(context, 'pulls');
  const { source_branch: head, target_branch: base, title, description } = bodyOf(context);
  const outcome = await openPull(hosted, {
    title,
    body: description ?? '',
    head,
    base,
    stage: 'ready',
    author: context.token.account,
    now: context.site.now(),
  });
  if (outcome.type === 'opened') return json(201, await mergeShape(context, hosted, outcome.pull));
  const words = ['Another open merge request already exists for this source branch: !1'];
  if (outcome.type === 'refused') throw new Refusal(409, words[0], { message: words });
  throw new Refusal(400, `${outcome.field} branch does not exist`);
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 */
async function mergeShape({ call }, hosted, { number, title, head, base, state }) {
  return {
    iid: number,
    title,
    state: state === 'open' ? 'opened' : state,
    source_branch: head,
    target_branch: base,
    sha: await branchTip(hosted, head),
    web_url: `${call.origin}/${hosted.fullName}/-/merge_requests/${number}`,
  };
}

const AT = '/api/v4/projects/:project';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const WRITE_ROUTES = [
  { method: 'POST', pattern: `${AT}/repository/commits`, handler: createCommit },
  { method: 'GET', pattern: `${AT}/merge_requests`, handler: listMerges },
  { method: 'POST', pattern: `${AT}/merge_requests`, handler: createMerge },
];
