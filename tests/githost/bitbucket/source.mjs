/**
 * Reading folders and files of a commit, and committing by uploading files.
 *
 * **Invariant:** a branch moves only from the tip that the named parent is.
 */

import { createHash } from 'node:crypto';

import { NO_OBJECT } from '../git/repository.mjs';
import { empty, json } from '../http.mjs';
import { damaged } from '../github/damage.mjs';
import { namedCommit, readable, writable } from './context.mjs';
import { partsOf } from './multipart.mjs';
import { page } from './paging.mjs';
import { Refusal, badRequest, conflict, notFound, tookTooLong } from './refusal.mjs';
import { restricted } from './repository.mjs';
import { entryShape } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

const META = new Set(['message', 'author', 'parents', 'files', 'branch']);
const MODES = new Map([
  ['executable', '100755'],
  ['link', '120000'],
]);
const LISTING = /** @type {const} */ ({ size: 10, max: 100, naming: 'token' });

/** @type {Handler} */
async function readRoot(context) {
  const hosted = readable(context);
  // Bitbucket wants a slash at the end where the root is meant.
  if (!context.call.request.path.endsWith('/')) throw notFound('The path');
  const commit = await namedCommit(context, hosted, context.params.commit);
  return listed(context, hosted, { commit: commit.oid, tree: commit.tree, folder: '' });
}

/** @type {Handler} */
async function readPath(context) {
  const hosted = readable(context);
  const commit = await namedCommit(context, hosted, context.params.commit);
  const path = context.params.path.replace(/\/+$/, '');
  const found = await hosted.git.object(`${commit.oid}:${path}`);
  if (found === null) throw notFound(`No such file or directory: ${path}`);
  const { query } = context.call.request;
  if (found.type === 'tree') {
    return listed(context, hosted, { commit: commit.oid, tree: found.oid, folder: `${path}/` });
  }
  if (query.get('format') === 'meta') {
    const entry = (await hosted.git.listing(commit.tree)).find((candidate) => candidate.path === path);
    if (entry === undefined) throw notFound(`No such file or directory: ${path}`);
    return json(200, entryShape(context.api, hosted, commit.oid, entry));
  }
  if (found.content.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs.github.com/')) {
    return empty(301, { Location: `https://api.media.atlassian.com/file/${found.oid}/binary` });
  }
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment',
      ETag: `"${createHash('md5').update(found.content).digest('hex')}"`,
    },
    body: damaged(context.call, found.content),
  };
}

/**
 * @param {Context} context
 * @param {HostedRepository} hosted
 * @param {{ commit: string, tree: string, folder: string }} at
 */
async function listed({ api, call }, hosted, { commit, tree, folder }) {
  const { query } = call.request;
  const depth = Number(query.get('max_depth') ?? '1');
  if (!Number.isInteger(depth) || depth < 1) throw badRequest('Invalid max_depth');
  if (depth > 1 && call.struck.find('truncated-tree') !== undefined) throw tookTooLong();
  const [, type] = /^type\s*=\s*"(commit_file|commit_directory)"$/.exec(query.get('q') ?? '') ?? [];
  if (query.has('q') && type === undefined) throw badRequest('Invalid query');
  const levelOf = (/** @type {string} */ path) => path.split('/').length;
  const entries = (await hosted.git.listing(tree))
    .filter((entry) => levelOf(entry.path) <= depth)
    .filter((entry) => type === undefined || (entry.type === 'tree') === (type === 'commit_directory'))
    // Sorting keeps the order of entries on one level: breadth first.
    .sort((one, other) => levelOf(one.path) - levelOf(other.path))
    .map((entry) => ({ ...entry, path: `${folder}${entry.path}` }));
  return page(call, entries, (entry) => entryShape(api, hosted, commit, entry), LISTING);
}

/** @type {Handler} */
async function readMain(context) {
  const hosted = readable(context);
  if (await hosted.isEmpty()) throw notFound('The main branch');
  const { oid } = await namedCommit(context, hosted, hosted.defaultBranch);
  return empty(302, { Location: `${context.api}/repositories/${hosted.fullName}/src/${oid}/` });
}

/** @type {Handler} */
async function upload(context) {
  const { hosted, account } = writable(context, 'contents');
  const form = formOf(context);
  const branch = form.branch ?? hosted.defaultBranch;
  const ref = `refs/heads/${branch}`;
  if (!(await hosted.git.isRefName(ref))) throw badRequest('Not a valid branch name');
  const tip = (await hosted.git.info(ref))?.oid ?? null;
  const parent = await parentOf(hosted, tip, form.parents);
  const base = parent === null ? null : await hosted.git.commit(parent);
  if (parent !== null && base === null) throw badRequest(`Commit ${parent} not found`);
  const signature = {
    ...signatureOf(form.author, account),
    seconds: Math.floor(context.site.now() / 1000),
    zone: '+0000',
  };
  const tree = await hosted.git.editTree(base?.tree ?? null, await changesOf(hosted, base?.tree ?? null, form));
  const commit = await hosted.git.writeCommit({
    tree,
    parents: parent === null ? [] : [parent],
    author: signature,
    committer: { ...signature, name: account.name, email: account.email },
    message: form.message ?? 'Edited online with Bitbucket',
  });
  const outcome = await hosted.move([{ ref, to: commit, from: tip ?? NO_OBJECT }], 'unsigned');
  if (outcome.type === 'rule') throw restricted(branch);
  if (outcome.type === 'refused') throw conflict();
  if (parent === null) hosted.defaultBranch = branch;
  return empty(201, { Location: `${context.api}/repositories/${hosted.fullName}/commit/${commit}` });
}

/**
 * @typedef {object} Form
 * @property {string | undefined} message
 * @property {string | undefined} author
 * @property {string | undefined} branch
 * @property {string[]} parents
 * @property {Set<string>} named paths that are named, with or without content
 * @property {Map<string, { content: Buffer, mode: string }>} files
 */

/**
 * @param {Context} context
 * @returns {Form}
 */
function formOf({ call }) {
  /** @type {Record<string, string>} */
  const meta = {};
  /** @type {Form} */
  const form = {
    message: undefined,
    author: undefined,
    branch: undefined,
    parents: [],
    named: new Set(),
    files: new Map(),
  };
  for (const { name, filename, attributes, content } of partsOf(call.request)) {
    if (filename === null && name === 'files') {
      form.named.add(absolute(content.toString('utf8')));
    } else if (filename === null && META.has(name)) {
      if (name === 'branch' && 'branch' in meta) throw badRequest('The branch cannot be repeated');
      meta[name] = content.toString('utf8');
    } else {
      form.files.set(absolute(name), { content, mode: MODES.get(attributes ?? '') ?? '100644' });
    }
  }
  const parents = (meta.parents ?? '').split(',').filter((text) => text !== '');
  return { ...form, message: meta.message, author: meta.author, branch: meta.branch, parents };
}

/** @param {string} path */
function absolute(path) {
  const plain = path.replace(/^\/+/, '');
  const bad = plain.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (bad) throw badRequest(`Invalid path: ${path}`);
  return plain;
}

/**
 * Answers what the new commit stands on, and refuses a parent that is not the tip.
 *
 * @param {HostedRepository} hosted
 * @param {string | null} tip of the branch; null when there is none
 * @param {readonly string[]} parents
 */
async function parentOf(hosted, tip, parents) {
  const named = parents[0];
  if (tip !== null) {
    if (named !== undefined && named !== tip) throw conflict();
    return tip;
  }
  if (named !== undefined) return named;
  return (await hosted.git.info(`refs/heads/${hosted.defaultBranch}`))?.oid ?? null;
}

/**
 * @param {HostedRepository} hosted
 * @param {string | null} tree
 * @param {Form} form
 */
async function changesOf(hosted, tree, { named, files }) {
  /** @type {Map<string, import('../git/repository.mjs').PathChange>} */
  const changes = new Map();
  const oids = await hosted.git.writeBlobs([...files.values()].map(({ content }) => content));
  [...files].forEach(([path, { mode }], index) => changes.set(path, { mode, oid: oids[index] }));
  for (const path of named) {
    if (changes.has(path)) continue;
    if (tree === null || (await hosted.git.info(`${tree}:${path}`)) === null) {
      throw badRequest(`${path} does not exist`);
    }
    changes.set(path, null);
  }
  return changes;
}

/**
 * @param {string | undefined} author as `Name <mail>`
 * @param {import('../accounts.mjs').Account} account
 */
function signatureOf(author, account) {
  if (author === undefined) return { name: account.name, email: account.email };
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/.exec(author) ?? [];
  if (name === undefined) throw new Refusal(400, 'Invalid author');
  return { name, email };
}

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const SOURCE_ROUTES = [
  { method: 'GET', pattern: '/repositories/:workspace/:slug/src', handler: readMain },
  { method: 'POST', pattern: '/repositories/:workspace/:slug/src', handler: upload },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/src/:commit', handler: readRoot },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/src/:commit/*path', handler: readPath },
];
