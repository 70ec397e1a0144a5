/**
 * Commits with their move of a ref in one request, and moves of refs alone.
 *
 * **Invariant:** a ref moves only from the value that the request names.
 */

import { NO_OBJECT } from '../git/repository.mjs';
import { json } from '../http.mjs';
import { bodyOf, isOid, writable } from './context.mjs';
import { Refusal, badArgument, badPath, noObject, rejectedByPolicy, stale } from './refusal.mjs';
import { addressOf, wholeCommit } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */
/** @typedef {Map<string, import('../git/repository.mjs').PathChange>} Changes */

let pushes = 0;

/** @type {Handler} */
async function createPush(context) {
  const hosted = writable(context, 'contents');
  const { refUpdates, commits } = bodyOf(context);
  const [update] = Array.isArray(refUpdates) ? refUpdates : [];
  if (refUpdates?.length !== 1 || commits?.length !== 1) throw badArgument('A push has one ref and one commit');
  const { name, oldObjectId } = update;
  if (!isOid(oldObjectId) || typeof name !== 'string' || !name.startsWith('refs/heads/')) {
    throw badArgument('A push names a ref and its old value');
  }
  if (!(await hosted.git.isRefName(name))) {
    throw new Refusal(400, 'InvalidGitRefNameException', `TF401025: '${name}' is not a valid name for a Git ref.`);
  }
  const tip = (await hosted.git.info(name))?.oid ?? null;
  if (tip !== null && tip !== oldObjectId) throw stale(name);
  const parent = oldObjectId === NO_OBJECT ? null : await hosted.git.commit(oldObjectId);
  if (parent === null && oldObjectId !== NO_OBJECT) throw noObject(oldObjectId);
  const commit = await written(context, hosted, commits[0], parent);
  // A ref that is not there is made, whatever old value was named: that is where its first commit stands. Somebody may have
  // been faster since the tip was read: Git decides.
  const outcome = await hosted.move([{ ref: name, to: commit.oid, from: tip ?? NO_OBJECT }], 'unsigned');
  if (outcome.type === 'rule') throw rejectedByPolicy();
  if (outcome.type === 'refused') throw stale(name);
  const { origin } = context.call;
  pushes += 1;
  return json(201, {
    commits: [wholeCommit(origin, hosted, commit)],
    refUpdates: [{ name, oldObjectId: tip ?? NO_OBJECT, newObjectId: commit.oid }],
    pushedBy: { displayName: context.token.account.name, uniqueName: context.token.account.email },
    pushId: pushes,
    url: `${addressOf(origin, hosted)}/pushes/${pushes}`,
  });
}

/**
 * @param {Context} context
 * @param {HostedRepository} hosted
 * @param {any} wanted
 * @param {import('../git/objects.mjs').Commit | null} parent
 */
async function written({ token, site }, hosted, { comment, author, changes }, parent) {
  if (typeof comment !== 'string' || !Array.isArray(changes) || changes.length === 0) {
    throw badArgument('A commit has a comment and changes');
  }
  const tree = await hosted.git.editTree(parent?.tree ?? null, await changesOf(hosted, parent?.tree ?? null, changes));
  const who = {
    name: author?.name ?? token.account.name,
    email: author?.email ?? token.account.email,
    seconds: Math.floor(site.now() / 1000),
    zone: '+0000',
  };
  const oid = await hosted.git.writeCommit({
    tree,
    parents: parent === null ? [] : [parent.oid],
    author: who,
    committer: { ...who, name: token.account.name, email: token.account.email },
    message: comment,
  });
  const commit = await hosted.git.commit(oid);
  if (commit === null) throw new Error('a commit that was written is not there');
  return commit;
}

/**
 * @param {HostedRepository} hosted
 * @param {string | null} tree
 * @param {readonly any[]} wanted
 */
async function changesOf(hosted, tree, wanted) {
  /** @type {Changes} */
  const changes = new Map();
  for (const { changeType, item, newContent, sourceServerItem } of wanted) {
    const path = plainPath(item?.path);
    const old = await entryAt(hosted, tree, path);
    if (changes.has(path)) {
      throw badArgument(`Multiple operations were attempted on file '${item.path}' within the same request.`);
    }
    if (changeType === 'add') {
      if (old !== null) {
        throw badPath(`The path '${item.path}' already exists.`);
      }
      changes.set(path, { mode: '100644', oid: await contentOf(hosted, newContent) });
    } else if (changeType === 'edit') {
      if (old === null) throw badPath(`The path '${item.path}' does not exist.`);
      changes.set(path, { mode: old.mode, oid: await contentOf(hosted, newContent) });
    } else if (changeType === 'delete') {
      if (old === null) throw badPath(`The path '${item.path}' does not exist.`);
      changes.set(path, null);
    } else if (changeType === 'rename') {
      const source = plainPath(sourceServerItem);
      const from = await entryAt(hosted, tree, source);
      if (from === null) throw badPath(`The path '${sourceServerItem}' does not exist.`);
      // What the file shall hold is not read here: a rename takes the bytes along as they are.
      changes.set(source, null);
      changes.set(path, { mode: from.mode, oid: from.oid });
    } else {
      throw badArgument(`changeType ${changeType} is not spoken here`);
    }
  }
  return changes;
}

/**
 * @param {HostedRepository} hosted
 * @param {string | null} tree
 * @param {string} path
 */
async function entryAt(hosted, tree, path) {
  if (tree === null) return null;
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? tree : (await hosted.git.info(`${tree}:${path.slice(0, slash)}`))?.oid;
  const held = folder === undefined ? null : await hosted.git.tree(folder);
  return held?.entries.find(({ name, type }) => name === path.slice(slash + 1) && type === 'blob') ?? null;
}

/**
 * @param {HostedRepository} hosted
 * @param {any} content
 */
async function contentOf(hosted, content) {
  if (typeof content?.content !== 'string') throw badArgument('A change has no content');
  if (content.contentType === 'base64encoded') return hosted.git.writeBlob(Buffer.from(content.content, 'base64'));
  if (content.contentType !== 'rawtext') throw badArgument('The content is of no known type');
  return hosted.git.writeBlob(Buffer.from(content.content, 'utf8'));
}

/** @param {unknown} path */
function plainPath(path) {
  if (typeof path !== 'string') throw badArgument('A change has no path');
  const plain = path.replace(/^\/+/, '');
  const bad = plain.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (bad) throw badArgument(`The path '${path}' is not valid`);
  return plain;
}

/** Moves refs, each for itself: the answer is 200 whatever became of them. @type {Handler} */
async function updateRefs(context) {
  const hosted = writable(context, 'contents');
  const updates = bodyOf(context);
  if (!Array.isArray(updates)) throw badArgument('The body is no list');
  const value = [];
  for (const { name, oldObjectId, newObjectId } of updates) {
    if (!isOid(oldObjectId) || !isOid(newObjectId)) throw badArgument('A ref needs an old and a new value');
    const status = await moved(hosted, { name, oldObjectId, newObjectId });
    value.push({
      name,
      oldObjectId,
      newObjectId,
      isLocked: false,
      updateStatus: status,
      success: status === 'succeeded',
    });
  }
  return json(200, { value, count: value.length });
}

/**
 * @param {HostedRepository} hosted
 * @param {{ name: string, oldObjectId: string, newObjectId: string }} update
 */
async function moved(hosted, { name, oldObjectId, newObjectId }) {
  if (!(await hosted.git.isRefName(name))) return 'invalidRefName';
  if (newObjectId !== NO_OBJECT && (await hosted.git.commit(newObjectId)) === null) return 'unresolvableToCommit';
  const outcome = await hosted.move([{ ref: name, to: newObjectId, from: oldObjectId }], 'unsigned');
  if (outcome.type === 'moved') return 'succeeded';
  return outcome.type === 'rule' ? 'rejectedByPolicy' : 'staleOldObjectId';
}

const AT = '/:organization/:project/_apis/git/repositories/:repository';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const PUSH_ROUTES = [
  { method: 'POST', pattern: `${AT}/pushes`, handler: createPush },
  { method: 'POST', pattern: `${AT}/refs`, handler: updateRefs },
];
