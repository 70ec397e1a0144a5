/**
 * REST about files by path: reading them, and committing one at a time, guarded by the blob's id.
 */

import { NO_OBJECT } from '../../git/repository.mjs';
import { json } from '../../http.mjs';
import { damaged } from '../damage.mjs';
import { mediaOf } from '../media.mjs';
import { Refusal, missingField, notFound, ruleViolation, unprocessable } from '../refusal.mjs';
import { commitOf } from '../revision.mjs';
import { encodePath, gitCommitShape, repositoryUrl, wrappedBase64 } from '../shapes.mjs';
import { bodyOf, optionalText, repositoryFor, requiredText } from './context.mjs';
import { defaultSignature, isBase64, isTreePath, signatureOf } from './objects.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */
/** @typedef {import('./context.mjs').RestContext} RestContext */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

const INLINE_LIMIT_BYTES = 1024 * 1024;
const DIRECTORY_LIMIT_ENTRIES = 1000;

/** @type {RestHandler} */
async function getContents(context) {
  const hosted = repositoryFor(context, 'read');
  const { call, params } = context;
  const path = (params.path ?? '').replace(/\/$/, '');
  const ref = call.request.query.get('ref') ?? hosted.defaultBranch;
  if (await hosted.isEmpty()) throw new Refusal(404, 'This repository is empty.');
  const commit = await commitOf(call, hosted, ref);
  if (commit === null) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const object = await hosted.git.object(`${commit.oid}:${path}`);
  if (object === null) throw notFound();
  if (object.type === 'tree') return json(200, await directoryShape(context, hosted, { path, ref, oid: object.oid }));
  const content = damaged(call, object.content);
  if (mediaOf(call.request) === 'raw') {
    return { status: 200, headers: { 'Content-Type': 'application/vnd.github.raw; charset=utf-8' }, body: content };
  }
  const entry = { path, type: 'file', oid: object.oid, size: object.content.length };
  const inline = object.content.length <= INLINE_LIMIT_BYTES;
  return json(200, {
    ...entryShape(context, hosted, entry, ref),
    content: inline ? wrappedBase64(content) : '',
    encoding: inline ? 'base64' : 'none',
  });
}

/**
 * @param {RestContext} context
 * @param {HostedRepository} hosted
 * @param {{ path: string, ref: string, oid: string }} directory
 */
async function directoryShape(context, hosted, { path, ref, oid }) {
  const entries = (await hosted.git.tree(oid))?.entries ?? [];
  return Promise.all(
    entries.slice(0, DIRECTORY_LIMIT_ENTRIES).map(async (entry) => {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      const type = entry.type === 'tree' ? 'dir' : entry.type === 'commit' ? 'submodule' : 'file';
      const size = entry.type === 'blob' ? ((await hosted.git.info(entry.oid))?.size ?? 0) : 0;
      return entryShape(context, hosted, { path: below, type, oid: entry.oid, size }, ref);
    }),
  );
}

/**
 * @param {RestContext} context
 * @param {HostedRepository} hosted
 * @param {{ path: string, type: string, oid: string, size: number }} entry
 * @param {string} ref
 */
function entryShape({ api }, hosted, { path, type, oid, size }, ref) {
  const url = repositoryUrl(api, hosted);
  const self = `${url}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
  const git = `${url}/git/${type === 'dir' ? 'trees' : 'blobs'}/${oid}`;
  const html = `https://github.com/${hosted.fullName}/${type === 'dir' ? 'tree' : 'blob'}/${ref}/${encodePath(path)}`;
  const download = `https://raw.githubusercontent.com/${hosted.fullName}/${ref}/${encodePath(path)}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha: oid,
    size,
    url: self,
    git_url: git,
    html_url: html,
    download_url: type === 'file' ? download : null,
    type,
    _links: { self, git, html },
  };
}

/** @type {RestHandler} */
async function putContents(context) {
  const body = bodyOf(context);
  const content = requiredText(body, 'content');
  if (!isBase64(content)) throw unprocessable('content is not valid Base64');
  return commitOne(context, body, Buffer.from(content, 'base64'));
}

/** @type {RestHandler} */
async function deleteContents(context) {
  return commitOne(context, bodyOf(context), null);
}

/**
 * @param {RestContext} context
 * @param {Record<string, unknown>} body
 * @param {Buffer | null} content null to delete the file
 */
async function commitOne(context, body, content) {
  const hosted = repositoryFor(context, 'write');
  const message = requiredText(body, 'message');
  const guard = optionalText(body, 'sha');
  const branch = optionalText(body, 'branch') ?? hosted.defaultBranch;
  const { path } = context.params;
  if (!isTreePath(path)) throw unprocessable('path contains a malformed path component');
  const head = await hosted.git.commit(`refs/heads/${branch}`);
  if (head === null && !(await hosted.isEmpty())) throw new Refusal(404, `Branch ${branch} not found`);
  const held = head === null ? null : await hosted.git.info(`${head.oid}:${path}`);
  checkGuard({ path, guard, held: held?.oid ?? null, deletes: content === null ? 'yes' : 'no' });
  const oid = content === null ? null : await hosted.git.writeBlob(content);
  const change = new Map([[path, oid === null ? null : { mode: '100644', oid }]]);
  const author = signatureOf(context, body.author) ?? signatureOf(context, body.committer) ?? defaultSignature(context);
  const made = await hosted.git.writeCommit({
    tree: await hosted.git.editTree(head?.tree ?? null, change),
    parents: head === null ? [] : [head.oid],
    message,
    author,
    committer: signatureOf(context, body.committer) ?? author,
  });
  const ref = `refs/heads/${branch}`;
  const outcome = await hosted.move([{ ref, to: made, from: head?.oid ?? NO_OBJECT }], 'unsigned');
  if (outcome.type === 'rule') throw new Refusal(409, ruleViolation(outcome.rule));
  if (outcome.type === 'refused') throw new Refusal(409, `is at ${await tipOf(hosted, ref)} but expected ${head?.oid}`);
  const commit = await hosted.git.commit(made);
  if (commit === null) throw notFound();
  const shape =
    oid === null ? null : entryShape(context, hosted, { path, type: 'file', oid, size: content?.length ?? 0 }, branch);
  return json(held === null ? 201 : 200, { content: shape, commit: gitCommitShape(context.api, hosted, commit) });
}

/** @param {{ path: string, guard: string | undefined, held: string | null, deletes: 'yes' | 'no' }} check */
function checkGuard({ path, guard, held, deletes }) {
  if (held === null) {
    if (deletes === 'yes') throw notFound();
    if (guard !== undefined) throw new Refusal(409, `${path} does not match ${guard}`);
    return;
  }
  if (guard === undefined) throw missingField('sha');
  if (guard !== held) throw new Refusal(409, `${path} does not match ${guard}`);
}

/**
 * @param {HostedRepository} hosted
 * @param {string} ref
 */
async function tipOf(hosted, ref) {
  return (await hosted.git.info(ref))?.oid ?? NO_OBJECT;
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const CONTENT_ROUTES = [
  { method: 'GET', pattern: '/repos/:owner/:repo/contents', handler: getContents },
  { method: 'GET', pattern: '/repos/:owner/:repo/contents/*path', handler: getContents },
  { method: 'PUT', pattern: '/repos/:owner/:repo/contents/*path', handler: putContents },
  { method: 'DELETE', pattern: '/repos/:owner/:repo/contents/*path', handler: deleteContents },
];
