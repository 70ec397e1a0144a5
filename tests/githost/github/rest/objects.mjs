/**
 * REST about Git's objects: blobs, trees and commits by id.
 */

import { json } from '../../http.mjs';
import { damaged } from '../damage.mjs';
import { nodeId } from '../ids.mjs';
import { mediaOf } from '../media.mjs';
import { Refusal, notFound, unprocessable } from '../refusal.mjs';
import { oidOf } from '../revision.mjs';
import { gitCommitShape, repositoryUrl, wrappedBase64 } from '../shapes.mjs';
import { bodyOf, filledRepositoryFor, isOid, optionalText, requiredText, wrongType } from './context.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */
/** @typedef {import('./context.mjs').RestContext} RestContext */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

const BLOB_LIMIT_BYTES = 100 * 1024 * 1024;
const TREE_LIMIT_ENTRIES = 100_000;
const MODES = new Set(['100644', '100755', '040000', '160000', '120000']);

/** @type {RestHandler} */
async function getBlob(context) {
  const hosted = await filledRepositoryFor(context, 'read');
  const info = isOid(context.params.sha) ? await hosted.git.info(context.params.sha) : null;
  if (info === null || info.type !== 'blob') throw notFound();
  if (info.size > BLOB_LIMIT_BYTES) {
    throw new Refusal(
      403,
      'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.',
    );
  }
  const object = await hosted.git.object(info.oid);
  if (object === null) throw notFound();
  const content = damaged(context.call, object.content);
  if (mediaOf(context.call.request) === 'raw') {
    return { status: 200, headers: { 'Content-Type': 'application/vnd.github.raw; charset=utf-8' }, body: content };
  }
  return json(200, {
    sha: info.oid,
    node_id: nodeId('B', `${hosted.fullName}:${info.oid}`),
    size: info.size,
    url: `${repositoryUrl(context.api, hosted)}/git/blobs/${info.oid}`,
    content: wrappedBase64(content),
    encoding: 'base64',
  });
}

/** @type {RestHandler} */
async function createBlob(context) {
  const hosted = await filledRepositoryFor(context, 'write');
  const body = bodyOf(context);
  const content = requiredText(body, 'content');
  const encoding = optionalText(body, 'encoding') ?? 'utf-8';
  if (encoding !== 'utf-8' && encoding !== 'base64') throw unprocessable(`"${encoding}" is not a valid encoding.`);
  if (encoding === 'base64' && !isBase64(content)) throw unprocessable('content is not valid Base64');
  const sha = await hosted.git.writeBlob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
  const url = `${repositoryUrl(context.api, hosted)}/git/blobs/${sha}`;
  return json(201, { sha, url }, { Location: url });
}

/** @param {string} text */
export function isBase64(text) {
  return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
}

/** @type {RestHandler} */
async function getTree(context) {
  const hosted = await filledRepositoryFor(context, 'read');
  const { call, params } = context;
  const oid = await oidOf(call, hosted, params.sha);
  const tree = oid === null ? null : await hosted.git.tree(oid);
  if (oid === null || tree === null) throw notFound();
  const recursive = call.request.query.has('recursive');
  const all = recursive ? await hosted.git.listing(tree.oid) : await flatListing(hosted, tree.entries);
  const limit = call.struck.find('truncated-tree')?.entries ?? TREE_LIMIT_ENTRIES;
  const kept = all.slice(0, recursive ? limit : TREE_LIMIT_ENTRIES);
  if (call.struck.find('reordered')) kept.reverse();
  const url = repositoryUrl(context.api, hosted);
  return json(200, {
    // GitHub names what it was asked for: the commit, when a branch or a commit was asked for.
    sha: oid,
    url: `${url}/git/trees/${oid}`,
    tree: kept.map((entry) => treeEntryShape(url, entry)),
    truncated: kept.length < all.length,
  });
}

/**
 * @param {HostedRepository} hosted
 * @param {readonly import('../../git/objects.mjs').TreeEntry[]} entries
 * @returns {Promise<import('../../git/repository.mjs').ListedEntry[]>}
 */
function flatListing(hosted, entries) {
  return Promise.all(
    entries.map(async ({ name, mode, type, oid }) => ({
      path: name,
      mode,
      type,
      oid,
      size: type === 'blob' ? ((await hosted.git.info(oid))?.size ?? null) : null,
    })),
  );
}

/**
 * @param {string} url of the repository
 * @param {import('../../git/repository.mjs').ListedEntry} entry
 */
function treeEntryShape(url, { path, mode, type, oid, size }) {
  const head = { path, mode, type, sha: oid };
  if (type === 'commit') return head;
  return { ...head, ...(size === null ? {} : { size }), url: `${url}/git/${type}s/${oid}` };
}

/** @type {RestHandler} */
async function createTree(context) {
  const hosted = await filledRepositoryFor(context, 'write');
  const body = bodyOf(context);
  if (!Array.isArray(body.tree)) throw unprocessable('Invalid tree info');
  const base = optionalText(body, 'base_tree');
  const held = base === undefined ? null : isOid(base) ? await hosted.git.tree(base) : null;
  if (base !== undefined && held === null) throw notFound();
  const changes = await treeChanges(hosted, body.tree, held?.oid ?? null);
  const oid = await hosted.git.editTree(held?.oid ?? null, changes);
  const tree = await hosted.git.tree(oid);
  const url = repositoryUrl(context.api, hosted);
  const listed = await flatListing(hosted, tree?.entries ?? []);
  const shape = {
    sha: oid,
    url: `${url}/git/trees/${oid}`,
    tree: listed.map((entry) => treeEntryShape(url, entry)),
    truncated: false,
  };
  return json(201, shape, { Location: shape.url });
}

/**
 * @param {HostedRepository} hosted
 * @param {readonly unknown[]} entries
 * @param {string | null} base
 */
async function treeChanges(hosted, entries, base) {
  /** @type {Map<string, import('../../git/repository.mjs').PathChange>} */
  const changes = new Map();
  /** @type {{ path: string, mode: string, content: Buffer }[]} */
  const inline = [];
  for (const entry of entries) {
    const { path, mode, sha, content } = treeEntry(entry);
    if (sha === null) {
      if (base === null || (await hosted.git.info(`${base}:${path}`)) === null) {
        throw unprocessable('GitRPC::BadObjectState');
      }
      changes.set(path, null);
    } else if (content !== undefined) {
      inline.push({ path, mode, content: Buffer.from(content, 'utf8') });
    } else {
      await objectMustFit(hosted, mode, sha);
      changes.set(path, { mode, oid: sha });
    }
  }
  const oids = await hosted.git.writeBlobs(inline.map(({ content }) => content));
  for (const [index, { path, mode }] of inline.entries()) changes.set(path, { mode, oid: oids[index] });
  return changes;
}

/**
 * Reads one entry of a tree that is to be made; a null id removes the path.
 *
 * @param {unknown} entry
 * @returns {{ path: string, mode: string, sha: string | null, content: string | undefined }}
 */
function treeEntry(entry) {
  if (typeof entry !== 'object' || entry === null) throw unprocessable('Invalid tree info');
  const { path, mode, sha, content } = /** @type {Record<string, unknown>} */ (entry);
  if (typeof path !== 'string' || !isTreePath(path)) {
    throw unprocessable('tree.path contains a malformed path component');
  }
  if (sha !== undefined && content !== undefined) throw unprocessable('Must supply either tree.sha or tree.content');
  if (sha === null) return { path, mode: '100644', sha, content: undefined };
  if (typeof mode !== 'string' || !MODES.has(mode)) throw unprocessable('Must supply a valid tree.mode');
  if (typeof content === 'string') return { path, mode, sha: '', content };
  if (typeof sha !== 'string' || !isOid(sha)) throw unprocessable(`tree.sha ${sha} is not a valid object id`);
  return { path, mode, sha, content: undefined };
}

/**
 * @param {HostedRepository} hosted
 * @param {string} mode
 * @param {string} sha
 */
async function objectMustFit(hosted, mode, sha) {
  // What a submodule names lies in another repository.
  if (mode === '160000') return;
  const wanted = mode === '040000' ? 'tree' : 'blob';
  if ((await hosted.git.info(sha))?.type !== wanted) throw unprocessable(`tree.sha ${sha} is not a valid ${wanted}`);
}

/** Tells whether Git would take the path. @param {string} path */
export function isTreePath(path) {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

/** @type {RestHandler} */
async function getCommit(context) {
  const hosted = await filledRepositoryFor(context, 'read');
  const commit = isOid(context.params.sha) ? await hosted.git.commit(context.params.sha) : null;
  if (commit === null) throw notFound();
  return json(200, gitCommitShape(context.api, hosted, commit));
}

/** @type {RestHandler} */
async function createCommit(context) {
  const hosted = await filledRepositoryFor(context, 'write');
  const body = bodyOf(context);
  const message = requiredText(body, 'message');
  const tree = requiredText(body, 'tree');
  const parents = body.parents ?? [];
  if (!Array.isArray(parents)) throw wrongType('parents', parents, 'an array');
  if (!isOid(tree) || (await hosted.git.info(tree))?.type !== 'tree') throw unprocessable('Tree SHA does not exist');
  for (const parent of parents) {
    if (!isOid(parent) || (await hosted.git.info(parent))?.type !== 'commit') {
      throw unprocessable('Parent SHA does not exist or is not a commit object');
    }
  }
  const author = signatureOf(context, body.author) ?? defaultSignature(context);
  const committer = signatureOf(context, body.committer) ?? author;
  const oid = await hosted.git.writeCommit({ tree, parents, message, author, committer });
  const commit = await hosted.git.commit(oid);
  if (commit === null) throw notFound();
  const shape = gitCommitShape(context.api, hosted, commit);
  return json(201, shape, { Location: shape.url });
}

/**
 * @param {RestContext} context
 * @returns {import('../../git/objects.mjs').Signature}
 */
export function defaultSignature({ credential, site }) {
  if (credential.type === 'anonymous') throw new Refusal(401, 'Requires authentication');
  const { name, email } = credential.token.account;
  return { name, email, seconds: Math.floor(site.now() / 1000), zone: '+0000' };
}

/**
 * Reads an author or committer; what is left out is the person's who asks.
 *
 * @param {RestContext} context
 * @param {unknown} value
 * @returns {import('../../git/objects.mjs').Signature | null}
 */
export function signatureOf(context, value) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') throw wrongType('author', value, 'an object');
  const fields = /** @type {Record<string, unknown>} */ (value);
  const [name, email] = [requiredText(fields, 'name'), requiredText(fields, 'email')];
  const date = optionalText(fields, 'date');
  const otherwise = defaultSignature(context);
  if (date === undefined) return { ...otherwise, name, email };
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/.exec(date);
  if (match === null || Number.isNaN(Date.parse(date))) throw unprocessable(`"${date}" is not a valid date.`);
  const zone = match[1] === 'Z' ? '+0000' : match[1].replace(':', '');
  return { name, email, seconds: Math.floor(Date.parse(date) / 1000), zone };
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const OBJECT_ROUTES = [
  { method: 'GET', pattern: '/repos/:owner/:repo/git/blobs/:sha', handler: getBlob },
  { method: 'POST', pattern: '/repos/:owner/:repo/git/blobs', handler: createBlob },
  { method: 'GET', pattern: '/repos/:owner/:repo/git/trees/*sha', handler: getTree },
  { method: 'POST', pattern: '/repos/:owner/:repo/git/trees', handler: createTree },
  { method: 'GET', pattern: '/repos/:owner/:repo/git/commits/:sha', handler: getCommit },
  { method: 'POST', pattern: '/repos/:owner/:repo/git/commits', handler: createCommit },
];
