/**
 * Turns what Git and the host know into the JSON that GitHub's REST answers with.
 */

import { utcTime } from '../git/objects.mjs';
import { nodeId } from './ids.mjs';

/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/**
 * @param {string} api address of the API
 * @param {import('../accounts.mjs').Account} account
 */
export function userShape(api, { id, login }) {
  return {
    login,
    id,
    node_id: nodeId('U', String(id)),
    url: `${api}/users/${login}`,
    html_url: `https://github.com/${login}`,
    type: 'User',
    site_admin: false,
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 */
export function repositoryUrl(api, hosted) {
  return `${api}/repos/${hosted.fullName}`;
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../accounts.mjs').Access} access
 */
export function repositoryShape(api, hosted, access) {
  return {
    id: hosted.id,
    node_id: nodeId('R', hosted.fullName),
    name: hosted.name,
    full_name: hosted.fullName,
    private: hosted.visibility === 'private',
    visibility: hosted.visibility,
    owner: { ...userShape(api, { id: hosted.id, login: hosted.owner, name: hosted.owner, email: '' }) },
    html_url: `https://github.com/${hosted.fullName}`,
    url: repositoryUrl(api, hosted),
    description: null,
    fork: false,
    default_branch: hosted.defaultBranch,
    archived: hosted.state === 'archived',
    disabled: false,
    allow_forking: true,
    permissions: {
      admin: false,
      maintain: false,
      push: access === 'write',
      triage: access === 'write',
      pull: access !== 'none',
    },
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {{ ref: string, oid: string, type: string }} ref
 */
export function refShape(api, hosted, { ref, oid, type }) {
  const url = repositoryUrl(api, hosted);
  return {
    ref,
    node_id: nodeId('REF', `${hosted.fullName}:${ref}`),
    url: `${url}/git/${ref}`,
    object: { sha: oid, type, url: `${url}/git/${type}s/${oid}` },
  };
}

/** @param {import('../git/objects.mjs').Signature} signature */
function signatureShape(signature) {
  return { name: signature.name, email: signature.email, date: utcTime(signature) };
}

const UNVERIFIED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/**
 * A commit as `git/commits` shows it.
 *
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/objects.mjs').Commit} commit
 */
export function gitCommitShape(api, hosted, { oid, tree, parents, author, committer, message }) {
  const url = repositoryUrl(api, hosted);
  return {
    sha: oid,
    node_id: nodeId('C', `${hosted.fullName}:${oid}`),
    url: `${url}/git/commits/${oid}`,
    html_url: `https://github.com/${hosted.fullName}/commit/${oid}`,
    author: signatureShape(author),
    committer: signatureShape(committer),
    message,
    tree: { sha: tree, url: `${url}/git/trees/${tree}` },
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${url}/git/commits/${parent}`,
      html_url: `https://github.com/${hosted.fullName}/commit/${parent}`,
    })),
    verification: UNVERIFIED,
  };
}

/**
 * A commit as `commits` shows it.
 *
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/objects.mjs').Commit} commit
 */
export function commitShape(api, hosted, commit) {
  const url = repositoryUrl(api, hosted);
  const { sha, node_id, html_url, author, committer, message, tree, parents, verification } = gitCommitShape(
    api,
    hosted,
    commit,
  );
  return {
    sha,
    node_id,
    commit: { author, committer, message, tree, url: `${url}/git/commits/${sha}`, comment_count: 0, verification },
    url: `${url}/commits/${sha}`,
    html_url,
    comments_url: `${url}/commits/${sha}/comments`,
    author: null,
    committer: null,
    parents: parents.map((parent) => ({ ...parent, url: `${url}/commits/${parent.sha}` })),
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/diff.mjs').FileChange} change
 * @param {string} commit in which the content is to be seen
 */
export function fileShape(api, hosted, change, commit) {
  const url = repositoryUrl(api, hosted);
  const path = encodePath(change.path);
  return {
    sha: change.oid ?? change.previousOid,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `https://github.com/${hosted.fullName}/blob/${commit}/${path}`,
    raw_url: `https://github.com/${hosted.fullName}/raw/${commit}/${path}`,
    contents_url: `${url}/contents/${path}?ref=${commit}`,
    ...(change.patch === null ? {} : { patch: change.patch }),
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 * @param {{ head: string | null, base: string | null }} tips ids of the two branches
 */
export function pullShape(api, hosted, pull, tips) {
  const url = repositoryUrl(api, hosted);
  const user = userShape(api, pull.author);
  const repo = repositoryShape(api, hosted, 'read');
  return {
    url: `${url}/pulls/${pull.number}`,
    id: hosted.id * 1000 + pull.number,
    node_id: nodeId('PR', `${hosted.fullName}:${pull.number}`),
    html_url: `https://github.com/${hosted.fullName}/pull/${pull.number}`,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user,
    body: pull.body === '' ? null : pull.body,
    created_at: pull.createdAt,
    updated_at: pull.createdAt,
    closed_at: null,
    merged_at: null,
    draft: pull.stage === 'draft',
    merged: false,
    mergeable: null,
    head: { label: `${hosted.owner}:${pull.head}`, ref: pull.head, sha: tips.head, user, repo },
    base: { label: `${hosted.owner}:${pull.base}`, ref: pull.base, sha: tips.base, user, repo },
  };
}

/** Encodes a path for a URL, keeping its slashes. @param {string} path */
export function encodePath(path) {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Writes Base64 as GitHub does, in lines of sixty. @param {Buffer} bytes */
export function wrappedBase64(bytes) {
  return bytes.toString('base64').replace(/.{1,60}/g, '$&\n');
}
