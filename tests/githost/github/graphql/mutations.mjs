/**
 * The part of GitHub's GraphQL schema that writes.
 *
 * **Invariant:** a branch moves only from the head that the request names, and Git decides who was first.
 */

import { NO_OBJECT } from '../../git/repository.mjs';
import { demand, visibleRepository } from '../access.mjs';
import { contentOfId } from '../ids.mjs';
import { openPull } from '../pulls.mjs';
import { ruleViolation } from '../refusal.mjs';
import { isTreePath } from '../rest/objects.mjs';
import { isPlainRef } from '../revision.mjs';
import { FieldError } from './execute.mjs';
import { asFieldError } from './queries.mjs';
import { commitValue, pullValue, refValue } from './values.mjs';

/** @typedef {import('./schema.mjs').FieldType} FieldType */
/** @typedef {import('./values.mjs').GraphqlContext} GraphqlContext */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

/** The address GitHub's own commits carry, and the name of who signs them. */
const WEB_COMMITTER = { name: 'GitHub', email: 'noreply@github.com' };
const REQUEST_LIMIT_BYTES = 40 * 1024 * 1024;

/** @type {import('./input.mjs').InputTypes} */
export const INPUTS = {
  OrderDirection: { values: ['ASC', 'DESC'] },
  CreateCommitOnBranchInput: {
    fields: {
      branch: 'CommittableBranch!',
      expectedHeadOid: 'GitObjectID!',
      fileChanges: 'FileChanges',
      message: 'CommitMessage!',
      clientMutationId: 'String',
    },
  },
  CommittableBranch: { fields: { id: 'ID', repositoryNameWithOwner: 'String', branchName: 'String' } },
  FileChanges: { fields: { additions: '[FileAddition!]', deletions: '[FileDeletion!]' } },
  FileAddition: { fields: { path: 'String!', contents: 'Base64String!' } },
  FileDeletion: { fields: { path: 'String!' } },
  CommitMessage: { fields: { headline: 'String!', body: 'String' } },
  CreateRefInput: {
    fields: { repositoryId: 'ID!', name: 'String!', oid: 'GitObjectID!', clientMutationId: 'String' },
  },
  UpdateRefInput: { fields: { refId: 'ID!', oid: 'GitObjectID!', force: 'Boolean', clientMutationId: 'String' } },
  DeleteRefInput: { fields: { refId: 'ID!', clientMutationId: 'String' } },
  UpdateRefsInput: {
    fields: { repositoryId: 'ID!', refUpdates: '[RefUpdate!]!', clientMutationId: 'String' },
  },
  RefUpdate: {
    fields: { name: 'GitRefname!', afterOid: 'GitObjectID!', beforeOid: 'GitObjectID', force: 'Boolean' },
  },
  CreatePullRequestInput: {
    fields: {
      repositoryId: 'ID!',
      baseRefName: 'String!',
      headRefName: 'String!',
      headRepositoryId: 'ID',
      title: 'String!',
      body: 'String',
      draft: 'Boolean',
      maintainerCanModify: 'Boolean',
      clientMutationId: 'String',
    },
  },
};

/** @type {FieldType} */
const clientMutationId = { type: 'String' };
/** @type {FieldType} */
const text = { type: 'String' };

/** @type {import('./schema.mjs').Schema['objects']} */
export const OBJECTS = {
  Mutation: {
    createCommitOnBranch: mutation('CreateCommitOnBranch', createCommitOnBranch),
    createRef: mutation('CreateRef', createRef),
    updateRef: mutation('UpdateRef', updateRef),
    updateRefs: mutation('UpdateRefs', updateRefs),
    deleteRef: mutation('DeleteRef', deleteRef),
    createPullRequest: mutation('CreatePullRequest', createPullRequest),
  },
  CreateCommitOnBranchPayload: { clientMutationId, commit: { type: 'Commit' }, ref: { type: 'Ref' } },
  CreateRefPayload: { clientMutationId, ref: { type: 'Ref' } },
  UpdateRefPayload: { clientMutationId, ref: { type: 'Ref' } },
  UpdateRefsPayload: { clientMutationId },
  DeleteRefPayload: { clientMutationId },
  CreatePullRequestPayload: { clientMutationId, pullRequest: { type: 'PullRequest' } },
  PullRequest: {
    id: { type: 'ID!' },
    number: { type: 'Int!' },
    title: text,
    body: text,
    state: text,
    isDraft: { type: 'Boolean!' },
    url: text,
    permalink: text,
    headRefName: text,
    baseRefName: text,
    createdAt: text,
  },
};

/**
 * @param {string} name
 * @param {(context: GraphqlContext, input: any) => Promise<object>} resolve
 * @returns {FieldType}
 */
function mutation(name, resolve) {
  return {
    type: `${name}Payload`,
    arguments: { input: `${name}Input!` },
    resolve: async (_parent, { input }, context) => ({
      clientMutationId: input.clientMutationId ?? null,
      ...(await resolve(context, input)),
    }),
  };
}

/**
 * @param {GraphqlContext} context
 * @param {{ branch: { id?: string, repositoryNameWithOwner?: string, branchName?: string }, expectedHeadOid: string,
 *   fileChanges?: { additions?: { path: string, contents: string }[], deletions?: { path: string }[] },
 *   message: { headline: string, body?: string } }} input
 */
async function createCommitOnBranch(context, { branch: target, expectedHeadOid, fileChanges, message }) {
  const { hosted, branch } = committable(context, target);
  if (context.call.request.body.length > REQUEST_LIMIT_BYTES) {
    throw new FieldError('UNPROCESSABLE', 'The changes are too large.');
  }
  const ref = `refs/heads/${branch}`;
  const head = isPlainRef(ref) ? await hosted.git.commit(ref) : null;
  if (head === null) {
    throw new FieldError('NOT_FOUND', `No branch named "${branch}" was found in the repository ${hosted.fullName}.`);
  }
  if (head.oid !== expectedHeadOid) throw lost(context, expectedHeadOid);
  const tree = await hosted.git.editTree(head.tree, await changesOf(hosted, head.oid, fileChanges ?? {}));
  const oid = await hosted.git.writeCommit({
    tree,
    parents: [head.oid],
    message: message.body ? `${message.headline}\n\n${message.body}` : message.headline,
    ...signatures(context),
  });
  const outcome = await hosted.move([{ ref, to: oid, from: expectedHeadOid }], 'signed');
  if (outcome.type === 'rule') throw violation(outcome.rule);
  if (outcome.type === 'refused') throw lost(context, expectedHeadOid);
  return { commit: await commitValue(hosted, oid), ref: refValue(hosted, { ref, oid }) };
}

/**
 * @param {GraphqlContext} context
 * @param {{ id?: string, repositoryNameWithOwner?: string, branchName?: string }} branch
 */
function committable(context, { id, repositoryNameWithOwner, branchName }) {
  if (id !== undefined && id !== null) {
    const { fullName, ref } = refOfId(id);
    return { hosted: writable(context, fullName), branch: ref.replace(/^refs\/heads\//, '') };
  }
  if (!repositoryNameWithOwner || !branchName) {
    throw new FieldError('UNPROCESSABLE', 'Either an id, or a repository and a branch name, must be given.');
  }
  return {
    hosted: writable(context, repositoryNameWithOwner),
    branch: branchName.replace(/^refs\/heads\//, ''),
  };
}

/**
 * @param {HostedRepository} hosted
 * @param {string} head
 * @param {{ additions?: { path: string, contents: string }[], deletions?: { path: string }[] }} fileChanges
 */
async function changesOf(hosted, head, { additions, deletions }) {
  /** @type {Map<string, import('../../git/repository.mjs').PathChange>} */
  const changes = new Map();
  for (const { path } of deletions ?? []) {
    if ((await hosted.git.info(`${head}:${path}`))?.type !== 'blob') {
      const message = `A path was requested for deletion which does not exist as of commit oid \`${head}\``;
      throw new FieldError('UNPROCESSABLE', message);
    }
    changes.set(path, null);
  }
  const added = additions ?? [];
  for (const { path } of added) {
    if (!isTreePath(path)) throw new FieldError('UNPROCESSABLE', `The path ${JSON.stringify(path)} is not valid.`);
  }
  const oids = await hosted.git.writeBlobs(added.map(({ contents }) => Buffer.from(contents, 'base64')));
  for (const [index, { path }] of added.entries()) changes.set(path, { mode: '100644', oid: oids[index] });
  return changes;
}

/** @param {GraphqlContext} context */
function signatures({ credential, site }) {
  const time = { seconds: Math.floor(site.now() / 1000), zone: '+0000' };
  if (credential.type === 'anonymous') throw new FieldError('FORBIDDEN', 'Requires authentication');
  const { name, email } = credential.token.account;
  return { author: { name, email, ...time }, committer: { ...WEB_COMMITTER, ...time } };
}

/**
 * @param {GraphqlContext} context
 * @param {{ repositoryId: string, name: string, oid: string }} input
 */
async function createRef(context, { repositoryId, name, oid }) {
  const hosted = writable(context, nameOfRepositoryId(repositoryId));
  if (!/^refs\/[^/]+\/./.test(name) || !(await hosted.git.isRefName(name))) {
    throw new FieldError('UNPROCESSABLE', `"${name}" is not a valid Ref name.`);
  }
  await commitMustExist(hosted, oid);
  await moveAll(
    context,
    hosted,
    [{ ref: name, to: oid, from: NO_OBJECT }],
    () => new FieldError('UNPROCESSABLE', `A ref named "${name}" already exists in the repository.`),
  );
  return { ref: refValue(hosted, { ref: name, oid }) };
}

/**
 * @param {GraphqlContext} context
 * @param {{ refId: string, oid: string, force?: boolean }} input
 */
async function updateRef(context, { refId, oid, force }) {
  const { fullName, ref } = refOfId(refId);
  const hosted = writable(context, fullName);
  await commitMustExist(hosted, oid);
  const held = await hosted.git.info(ref);
  if (held === null) throw new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${refId}'`);
  await mustFastForward(hosted, { from: held.oid, to: oid, leap: force === true ? 'any' : 'fast-forward' });
  await moveAll(context, hosted, [{ ref, to: oid, from: held.oid }], () => stale(held.oid));
  return { ref: refValue(hosted, { ref, oid }) };
}

/**
 * @param {GraphqlContext} context
 * @param {{ refId: string }} input
 */
async function deleteRef(context, { refId }) {
  const { fullName, ref } = refOfId(refId);
  const hosted = writable(context, fullName);
  const held = await hosted.git.info(ref);
  if (held === null) throw new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${refId}'`);
  await moveAll(context, hosted, [{ ref, to: NO_OBJECT, from: held.oid }], () => stale(held.oid));
  return {};
}

/**
 * Moves several refs, all or none. A zero id before means "must not exist", after it means "delete".
 *
 * @param {GraphqlContext} context
 * @param {{ repositoryId: string, refUpdates: { name: string, afterOid: string, beforeOid?: string, force?: boolean }[] }} input
 */
async function updateRefs(context, { repositoryId, refUpdates }) {
  const hosted = writable(context, nameOfRepositoryId(repositoryId));
  const moves = [];
  for (const { name, afterOid, beforeOid, force } of refUpdates) {
    if (!name.startsWith('refs/') || !(await hosted.git.isRefName(name))) {
      throw new FieldError('UNPROCESSABLE', `"${name}" is not a valid Ref name.`);
    }
    const held = await hosted.git.info(name);
    if (beforeOid && (held?.oid ?? NO_OBJECT) !== beforeOid) throw stale(beforeOid);
    if (afterOid !== NO_OBJECT) {
      await commitMustExist(hosted, afterOid);
      if (held !== null) {
        await mustFastForward(hosted, { from: held.oid, to: afterOid, leap: force === true ? 'any' : 'fast-forward' });
      }
    }
    moves.push({ ref: name, to: afterOid, from: held?.oid ?? NO_OBJECT });
  }
  await moveAll(context, hosted, moves, () => stale(refUpdates[0]?.beforeOid ?? NO_OBJECT));
  return {};
}

/**
 * @param {GraphqlContext} context
 * @param {{ repositoryId: string, baseRefName: string, headRefName: string, title: string, body?: string, draft?: boolean }} input
 */
async function createPullRequest(context, { repositoryId, baseRefName, headRefName, title, body, draft }) {
  const hosted = writable(context, nameOfRepositoryId(repositoryId), 'pulls');
  const { credential, site } = context;
  if (credential.type === 'anonymous') throw new FieldError('FORBIDDEN', 'Requires authentication');
  const outcome = await openPull(hosted, {
    title,
    body: body ?? '',
    head: headRefName.replace(/^refs\/heads\//, ''),
    base: baseRefName.replace(/^refs\/heads\//, ''),
    stage: draft === true ? 'draft' : 'ready',
    author: credential.token.account,
    now: site.now(),
  });
  if (outcome.type === 'invalid') {
    const field = outcome.field === 'head' ? 'Head' : 'Base';
    throw new FieldError('UNPROCESSABLE', `${field} sha can't be blank, ${field} ref must be a branch`);
  }
  if (outcome.type === 'refused') throw new FieldError('UNPROCESSABLE', outcome.message);
  return { pullRequest: pullValue(hosted, outcome.pull) };
}

/**
 * @param {GraphqlContext} context
 * @param {string} fullName
 * @param {import('../access.mjs').Permission} [permission]
 */
function writable({ site, credential }, fullName, permission = 'contents') {
  try {
    const hosted = visibleRepository(site, credential, fullName);
    demand(credential, hosted, { permission, access: 'write' });
    return hosted;
  } catch (error) {
    throw asFieldError(error, `Could not resolve to a Repository with the name '${fullName}'.`);
  }
}

/**
 * @param {GraphqlContext} context
 * @param {HostedRepository} hosted
 * @param {readonly import('../../git/repository.mjs').RefMove[]} moves
 * @param {() => FieldError} refused
 */
async function moveAll(context, hosted, moves, refused) {
  const outcome = await hosted.move(moves, 'unsigned');
  if (outcome.type === 'rule') throw violation(outcome.rule);
  if (outcome.type === 'refused') throw context.call.struck.find('loser-forbidden') ? forbidden() : refused();
}

/**
 * @param {HostedRepository} hosted
 * @param {string} oid
 */
async function commitMustExist(hosted, oid) {
  if ((await hosted.git.info(oid))?.type !== 'commit') {
    throw new FieldError('NOT_FOUND', `Could not resolve to a Git object with the oid '${oid}'.`);
  }
}

/**
 * @param {HostedRepository} hosted
 * @param {{ from: string, to: string, leap: 'fast-forward' | 'any' }} move
 */
async function mustFastForward(hosted, { from, to, leap }) {
  if (leap === 'fast-forward' && !(await hosted.git.isAncestor(from, to))) {
    throw new FieldError('UNPROCESSABLE', 'Update is not a fast forward');
  }
}

/** @param {string} id */
function refOfId(id) {
  const [, fullName, ref] = /^([^:]+):(.+)$/.exec(contentOfId('REF', id) ?? '') ?? [];
  if (ref === undefined) throw new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return { fullName, ref };
}

/** @param {string} id */
function nameOfRepositoryId(id) {
  const name = contentOfId('R', id);
  if (name === null) throw new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return name;
}

/**
 * What somebody hears who came second: that the branch has moved, or, where a fault says so, that they may not push.
 *
 * @param {GraphqlContext} context
 * @param {string} expected
 */
function lost({ call }, expected) {
  return call.struck.find('loser-forbidden') ? forbidden() : stale(expected);
}

function forbidden() {
  return new FieldError('FORBIDDEN', 'Resource not accessible by personal access token');
}

/** @param {string} expected */
function stale(expected) {
  return new FieldError('STALE_DATA', `Expected branch to point to "${expected}" but it did not.  Pull and try again.`);
}

/** @param {'pull-request' | 'signature'} rule */
function violation(rule) {
  return new FieldError('BRANCH_PROTECTION_RULE_VIOLATION', ruleViolation(rule));
}
