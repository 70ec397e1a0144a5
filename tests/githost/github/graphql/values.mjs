/**
 * Turns what Git and the host know into the values that GraphQL's fields start from.
 *
 * **Invariant:** a value of an interface carries `__typename`.
 */

import { utcTime } from '../../git/objects.mjs';
import { contentsAccess } from '../access.mjs';
import { nodeId } from '../ids.mjs';

/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

/**
 * What every resolver has at hand.
 *
 * @typedef {object} GraphqlContext
 * @property {import('../../facade.mjs').Call} call
 * @property {import('../../facade.mjs').Site} site
 * @property {import('../access.mjs').Credential} credential
 * @property {import('../quota.mjs').Bucket} bucket of the person's GraphQL points
 */

/**
 * @param {HostedRepository} hosted
 * @param {import('../access.mjs').Credential} credential
 */
export function repositoryValue(hosted, credential) {
  const access = contentsAccess(credential);
  return {
    hosted,
    id: nodeId('R', hosted.fullName),
    databaseId: hosted.id,
    name: hosted.name,
    nameWithOwner: hosted.fullName,
    owner: { __typename: 'User', id: nodeId('U', hosted.owner), login: hosted.owner },
    isPrivate: hosted.visibility === 'private',
    visibility: hosted.visibility.toUpperCase(),
    isArchived: hosted.state === 'archived',
    isDisabled: false,
    isLocked: false,
    url: `https://github.com/${hosted.fullName}`,
    viewerPermission: access === 'none' ? null : access.toUpperCase(),
    viewerCanAdminister: false,
  };
}

/**
 * @param {HostedRepository} hosted
 * @param {{ ref: string, oid: string }} ref full name and id
 */
export function refValue(hosted, { ref, oid }) {
  const [, prefix, name] = /^(refs\/[^/]+\/)(.*)$/.exec(ref) ?? ['', '', ref];
  return { hosted, ref, oid, id: nodeId('REF', `${hosted.fullName}:${ref}`), name, prefix };
}

/**
 * @param {HostedRepository} hosted
 * @param {string} name of an object, in git's words
 */
export async function objectValue(hosted, name) {
  const info = await hosted.git.info(name);
  if (info === null) return null;
  const shared = { hosted, oid: info.oid, abbreviatedOid: info.oid.slice(0, 7) };
  switch (info.type) {
    case 'commit':
      return commitValue(hosted, info.oid);
    case 'tree':
      return { __typename: 'Tree', ...shared, id: nodeId('T', `${hosted.fullName}:${info.oid}`) };
    case 'blob':
      return { __typename: 'Blob', ...shared, id: nodeId('B', `${hosted.fullName}:${info.oid}`), byteSize: info.size };
    default:
      return { __typename: 'Tag', ...shared, id: nodeId('TA', `${hosted.fullName}:${info.oid}`) };
  }
}

/**
 * @param {HostedRepository} hosted
 * @param {string} oid
 */
export async function commitValue(hosted, oid) {
  const commit = await hosted.git.commit(oid);
  if (commit === null) return null;
  const { message, author, committer } = commit;
  const lineEnd = message.indexOf('\n');
  return {
    __typename: 'Commit',
    hosted,
    commit,
    oid: commit.oid,
    abbreviatedOid: commit.oid.slice(0, 7),
    id: nodeId('C', `${hosted.fullName}:${commit.oid}`),
    message,
    messageHeadline: lineEnd < 0 ? message : message.slice(0, lineEnd),
    messageBody: lineEnd < 0 ? '' : message.slice(lineEnd + 1).trim(),
    author: actorValue(author),
    committer: actorValue(committer),
    authoredDate: utcTime(author),
    committedDate: utcTime(committer),
    url: `https://github.com/${hosted.fullName}/commit/${commit.oid}`,
    commitUrl: `https://github.com/${hosted.fullName}/commit/${commit.oid}`,
  };
}

/** @param {import('../../git/objects.mjs').Signature} signature */
function actorValue(signature) {
  return { name: signature.name, email: signature.email, date: utcTime(signature), user: null };
}

/** @param {import('../../accounts.mjs').Account} account */
export function userValue({ id, login, name, email }) {
  return { __typename: 'User', id: nodeId('U', String(id)), databaseId: id, login, name, email };
}

/**
 * @param {HostedRepository} hosted
 * @param {import('../../hosted.mjs').Pull} pull
 */
export function pullValue(hosted, pull) {
  return {
    hosted,
    id: nodeId('PR', `${hosted.fullName}:${pull.number}`),
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state.toUpperCase(),
    isDraft: pull.stage === 'draft',
    url: `https://github.com/${hosted.fullName}/pull/${pull.number}`,
    permalink: `https://github.com/${hosted.fullName}/pull/${pull.number}`,
    headRefName: pull.head,
    baseRefName: pull.base,
    createdAt: pull.createdAt,
  };
}
