/**
 * Turns what Git holds into the JSON that Azure DevOps answers.
 */

import { utcTime } from '../git/objects.mjs';

/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */
/** @typedef {import('../git/objects.mjs').Commit} Commit */

/** A list shows so much of a message. */
const COMMENT = 100;

/**
 * @param {string} origin
 * @param {HostedRepository} hosted
 */
export function addressOf(origin, { owner, name }) {
  return `${origin}/${owner}/${name}/_apis/git/repositories/${name}`;
}

/**
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {'filled' | 'empty'} state an empty repository has no default branch
 */
export function repositoryShape(origin, hosted, state) {
  const { id, owner, name, defaultBranch } = hosted;
  return {
    id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    name,
    url: addressOf(origin, hosted),
    project: { id: `00000000-0000-4000-9000-${String(id).padStart(12, '0')}`, name, state: 'wellFormed' },
    ...(state === 'empty' ? {} : { defaultBranch: `refs/heads/${defaultBranch}` }),
    size: 0,
    remoteUrl: `${origin}/${owner}/${name}/_git/${name}`,
    webUrl: `${origin}/${owner}/${name}/_git/${name}`,
    isDisabled: false,
  };
}

/** @param {import('../git/objects.mjs').Signature} signature */
function person({ name, email, ...time }) {
  return { name, email, date: utcTime({ name, email, ...time }) };
}

/**
 * A commit as a list shows it: neither its tree nor its parents, and of its message the beginning.
 *
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {Commit} commit
 */
export function listedCommit(origin, hosted, { oid, author, committer, message }) {
  const [first] = message.split('\n');
  const comment = first.slice(0, COMMENT);
  return {
    commitId: oid,
    author: person(author),
    committer: person(committer),
    comment,
    ...(comment === message.trimEnd() ? {} : { commentTruncated: true }),
    changeCounts: {},
    url: `${addressOf(origin, hosted)}/commits/${oid}`,
    remoteUrl: `${origin}/${hosted.owner}/${hosted.name}/_git/${hosted.name}/commit/${oid}`,
  };
}

/**
 * A commit as it is shown alone.
 *
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {Commit} commit
 */
export function wholeCommit(origin, hosted, { oid, tree, parents, author, committer, message }) {
  return {
    treeId: tree,
    commitId: oid,
    author: person(author),
    committer: person(committer),
    comment: message,
    parents,
    url: `${addressOf(origin, hosted)}/commits/${oid}`,
  };
}

/**
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {{ path: string, mode: string, type: string, oid: string, size: number | null }} entry
 */
export function treeEntryShape(origin, hosted, { path, mode, type, oid, size }) {
  return {
    objectId: oid,
    relativePath: path,
    mode: mode.replace(/^0/, ''),
    gitObjectType: type,
    url: `${addressOf(origin, hosted)}/${type}s/${oid}`,
    size: size ?? 0,
  };
}

/**
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {{ path: string, type: string, oid: string, commit: string }} item
 */
export function itemShape(origin, hosted, { path, type, oid, commit }) {
  return {
    objectId: oid,
    gitObjectType: type,
    commitId: commit,
    path,
    ...(type === 'tree' ? { isFolder: true } : {}),
    url: `${addressOf(origin, hosted)}/items${path}?versionType=Commit&version=${commit}`,
  };
}

/**
 * @param {string} origin
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 * @param {{ head: string | null, base: string | null }} tips
 */
export function pullShape(origin, hosted, pull, { head, base }) {
  const { number, title, body, state, stage, author, createdAt } = pull;
  return {
    repository: repositoryShape(origin, hosted, 'filled'),
    pullRequestId: number,
    codeReviewId: number,
    status: state === 'open' ? 'active' : 'abandoned',
    isDraft: stage === 'draft',
    createdBy: { id: String(author.id), displayName: author.name, uniqueName: author.email },
    creationDate: createdAt,
    title,
    description: body,
    sourceRefName: `refs/heads/${pull.head}`,
    targetRefName: `refs/heads/${pull.base}`,
    mergeStatus: 'queued',
    lastMergeSourceCommit: head === null ? null : { commitId: head },
    lastMergeTargetCommit: base === null ? null : { commitId: base },
    url: `${addressOf(origin, hosted)}/pullRequests/${number}`,
  };
}
