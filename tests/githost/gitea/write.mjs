/**
 * Commits of several files, each guarded by the id of what it holds, the question what may be done, and pull requests.
 */

import { NO_OBJECT } from '../git/repository.mjs';
import { branchTip, openPull } from '../github/pulls.mjs';
import { json } from '../http.mjs';
import { bodyOf, readable, writable } from './context.mjs';
import { Refusal, notFound } from './refusal.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/** @type {Handler} */
async function changeFiles(context) {
  const { hosted, token } = writable(context);
  const { branch = hosted.defaultBranch, new_branch: fresh, message, files } = bodyOf(context);
  if (!Array.isArray(files)) throw new Refusal(422, '[Files]: Required');
  const head = await hosted.git.commit(`refs/heads/${branch}`);
  if (head === null && !(await hosted.isEmpty())) {
    throw new Refusal(404, `branch does not exist [repo_id: ${hosted.id} name: ${branch}]`);
  }
  if (fresh !== undefined && (await branchTip(hosted, fresh)) !== null) {
    throw new Refusal(422, `branch already exists [name: ${fresh}]`);
  }
  const changes = await changesOf(hosted, head?.tree ?? null, files);
  const { name, email } = token.account;
  const who = { name, email, seconds: Math.floor(context.site.now() / 1000), zone: '+0000' };
  const tree = await hosted.git.editTree(head?.tree ?? null, changes);
  const parents = head === null ? [] : [head.oid];
  const text = `${message.trim()}\n`;
  const oid = await hosted.git.writeCommit({ tree, parents, author: who, committer: who, message: text });
  const ref = `refs/heads/${fresh ?? branch}`;
  const from = fresh === undefined ? (head?.oid ?? NO_OBJECT) : NO_OBJECT;
  const outcome = await hosted.move([{ ref, to: oid, from }], 'unsigned');
  if (outcome.type === 'rule') throw new Refusal(403, `user cannot commit to repo [user: ${token.account.login}]`);
  if (outcome.type === 'refused') {
    const now = (await hosted.git.info(ref))?.oid ?? NO_OBJECT;
    throw new Refusal(403, `cannot lock ref '${ref}': is at ${now} but expected ${from}`);
  }
  const commit = { sha: oid, parents: parents.map((sha) => ({ sha })), tree: { sha: tree }, message: text };
  return json(201, { files: files.slice(0, 30).map(({ path }) => ({ path })), commit, verification: null });
}

/**
 * @param {HostedRepository} hosted
 * @param {string | null} tree
 * @param {readonly any[]} files
 */
async function changesOf(hosted, tree, files) {
  const listed = tree === null ? [] : await hosted.git.listing(tree);
  const there = new Map(listed.filter(({ type }) => type === 'blob').map((entry) => [entry.path, entry]));
  /** @type {Map<string, import('../git/repository.mjs').PathChange>} */
  const changes = new Map();
  for (const { operation, path, content, sha } of files) {
    const old = there.get(path);
    if (operation === 'create' && old !== undefined) {
      throw new Refusal(422, `repository file already exists [path: ${path}]`);
    }
    if (operation !== 'create' && old === undefined) {
      throw new Refusal(404, `object does not exist [id: , rel_path: ${path}]`);
    }
    // Without an id, or with one beside `create`, nothing is checked.
    if (operation !== 'create' && sha !== undefined && sha !== old?.oid) {
      throw new Refusal(422, `sha does not match [given: ${sha}, expected: ${old?.oid}]`);
    }
    if (operation === 'delete') changes.set(path, null);
    else {
      // What is missing is written as nothing.
      const bytes = Buffer.from(content ?? '', 'base64');
      changes.set(path, { mode: old?.mode ?? '100644', oid: await hosted.git.writeBlob(bytes) });
    }
  }
  return changes;
}

/** Only who may move a branch is told that the new head is missing. @type {Handler} */
async function updateBranch(context) {
  const { hosted } = writable(context);
  if ((await branchTip(hosted, context.params.branch)) === null) throw notFound();
  const { new_commit_id: to } = bodyOf(context);
  if (to === undefined) throw new Refusal(422, '[NewCommitID]: Required');
  throw new Refusal(422, `Force push ${context.params.branch} need a confirm force parameter`);
}

/** @type {Handler} */
async function pullByBranches(context) {
  const hosted = readable(context);
  const { base, head } = context.params;
  const found = hosted.pulls.find((pull) => pull.base === base && pull.head === head);
  if (found === undefined) throw notFound();
  return json(200, await pullShape(context, hosted, found));
}

/** @type {Handler} */
async function createPull(context) {
  const { hosted, token } = writable(context);
  const { base, head, title, body = '' } = bodyOf(context);
  const now = context.site.now();
  const outcome = await openPull(hosted, { title, body, head, base, stage: 'ready', author: token.account, now });
  if (outcome.type === 'invalid') throw notFound();
  if (outcome.type === 'refused') {
    throw new Refusal(
      409,
      `pull request already exists for these targets [head_branch: ${head}, base_branch: ${base}]`,
    );
  }
  return json(201, await pullShape(context, hosted, outcome.pull));
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 */
async function pullShape({ call }, hosted, { number, title, state, head, base }) {
  const html = `${call.origin}/${hosted.fullName}/pulls/${number}`;
  return {
    number,
    title,
    state,
    html_url: html,
    head: { ref: head, sha: await branchTip(hosted, head) },
    base: { ref: base },
  };
}

const AT = '/api/v1/repos/:owner/:name';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const WRITE_ROUTES = [
  { method: 'POST', pattern: `${AT}/contents`, handler: changeFiles },
  { method: 'PUT', pattern: `${AT}/branches/:branch`, handler: updateBranch },
  { method: 'GET', pattern: `${AT}/pulls/:base/:head`, handler: pullByBranches },
  { method: 'POST', pattern: `${AT}/pulls`, handler: createPull },
];
