/**
 * The part of GitHub's GraphQL schema that reads.
 */

import { demand, visibleRepository } from '../access.mjs';
import { damaged } from '../damage.mjs';
import { Refusal } from '../refusal.mjs';
import { isPlainRef, oidOf, readingOf } from '../revision.mjs';
import { FieldError } from './execute.mjs';
import { commitValue, objectValue, refValue, repositoryValue, userValue } from './values.mjs';

/** @typedef {import('./schema.mjs').FieldType} FieldType */
/** @typedef {import('./values.mjs').GraphqlContext} GraphqlContext */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

const TEXT_LIMIT_BYTES = 512 * 1024;
const BLOB_LIMIT_BYTES = 10 * 1024 * 1024;
const BINARY_PROBE_BYTES = 8000;
const PAGE_LIMIT = 100;

/** @type {FieldType} */
const text = { type: 'String' };
/** @type {FieldType} */
const number = { type: 'Int' };
/** @type {FieldType} */
const flag = { type: 'Boolean' };
/** @type {FieldType} */
const id = { type: 'ID!' };

/** @type {Record<string, FieldType>} */
const OBJECT_FIELDS = {
  id,
  oid: { type: 'GitObjectID!' },
  abbreviatedOid: text,
  commitUrl: { type: 'URI', resolve: ({ hosted, oid }) => `https://github.com/${hosted.fullName}/commit/${oid}` },
  repository: {
    type: 'Repository!',
    resolve: ({ hosted }, _given, { credential }) => repositoryValue(hosted, credential),
  },
};

/** @type {Record<string, string>} */
const PAGING = { first: 'Int', after: 'String', last: 'Int', before: 'String' };

/** @type {import('./schema.mjs').Schema['interfaces']} */
export const INTERFACES = {
  GitObject: { fields: OBJECT_FIELDS, possible: ['Commit', 'Tree', 'Blob', 'Tag'] },
  RepositoryOwner: { fields: { id, login: text }, possible: ['User', 'Organization'] },
};

/** @type {import('./schema.mjs').Schema['objects']} */
export const OBJECTS = {
  Query: {
    repository: {
      type: 'Repository',
      arguments: { owner: 'String!', name: 'String!', followRenames: 'Boolean' },
      resolve: (_parent, { owner, name }, context) => repositoryNamed(context, owner, name),
    },
    viewer: { type: 'User!', resolve: (_parent, _given, { credential }) => userValue(credential.token.account) },
    rateLimit: {
      type: 'RateLimit',
      arguments: { dryRun: 'Boolean' },
      resolve: (_parent, _given, { bucket: { limit, used, reset } }) => ({
        limit,
        used,
        cost: 1,
        nodeCount: 0,
        remaining: Math.max(limit - used, 0),
        resetAt: new Date(reset * 1000).toISOString().replace('.000Z', 'Z'),
      }),
    },
  },
  RateLimit: { limit: number, cost: number, nodeCount: number, remaining: number, used: number, resetAt: text },
  User: { id, databaseId: number, login: text, name: text, email: text },
  Organization: { id, login: text },
  Repository: {
    id,
    databaseId: number,
    name: text,
    nameWithOwner: text,
    owner: { type: 'RepositoryOwner!' },
    isPrivate: flag,
    visibility: text,
    isArchived: flag,
    isDisabled: flag,
    isLocked: flag,
    isEmpty: { type: 'Boolean!', resolve: ({ hosted }) => hosted.isEmpty() },
    url: text,
    viewerPermission: text,
    viewerCanAdminister: flag,
    defaultBranchRef: {
      type: 'Ref',
      resolve: ({ hosted }, _given, { call }) => refNamed(call, hosted, `refs/heads/${hosted.defaultBranch}`),
    },
    ref: {
      type: 'Ref',
      arguments: { qualifiedName: 'String!' },
      resolve: ({ hosted }, { qualifiedName }, { call }) => anyRefNamed(call, hosted, qualifiedName),
    },
    refs: {
      type: 'RefConnection',
      arguments: { refPrefix: 'String!', query: 'String', direction: 'OrderDirection', ...PAGING },
      resolve: ({ hosted }, { refPrefix, ...given }) => refsOf(hosted, { refPrefix, ...given }),
    },
    object: {
      type: 'GitObject',
      arguments: { oid: 'GitObjectID', expression: 'String' },
      resolve: ({ hosted }, given, { call }) => objectNamed(call, hosted, given),
    },
  },
  RefConnection: { nodes: { type: '[Ref]' }, totalCount: number, pageInfo: { type: 'PageInfo!' } },
  PageInfo: { hasNextPage: flag, hasPreviousPage: flag, startCursor: text, endCursor: text },
  Ref: {
    id,
    name: text,
    prefix: text,
    repository: OBJECT_FIELDS.repository,
    target: { type: 'GitObject', resolve: ({ hosted, oid }) => objectValue(hosted, oid) },
    refUpdateRule: {
      type: 'RefUpdateRule',
      resolve: ({ hosted, name, prefix }, _given, { credential }) =>
        prefix === 'refs/heads/' ? updateRule(hosted, name, credential) : null,
    },
  },
  RefUpdateRule: {
    pattern: text,
    allowsDeletions: flag,
    allowsForcePushes: flag,
    blocksCreations: flag,
    requiredApprovingReviewCount: number,
    requiredStatusCheckContexts: { type: '[String]' },
    requiresCodeOwnerReviews: flag,
    requiresConversationResolution: flag,
    requiresLinearHistory: flag,
    requiresSignatures: flag,
    viewerAllowedToDismissReviews: flag,
    viewerCanPush: flag,
  },
  Commit: {
    ...OBJECT_FIELDS,
    message: text,
    messageHeadline: text,
    messageBody: text,
    author: { type: 'GitActor' },
    committer: { type: 'GitActor' },
    authoredDate: text,
    committedDate: text,
    url: text,
    tree: { type: 'Tree!', resolve: ({ hosted, commit }) => objectValue(hosted, commit.tree) },
    parents: {
      type: 'CommitConnection!',
      arguments: PAGING,
      resolve: ({ hosted, commit }, paging) => connection(commit.parents, paging, (oid) => commitValue(hosted, oid)),
    },
    history: {
      type: 'CommitHistoryConnection!',
      arguments: { ...PAGING, path: 'String', since: 'GitTimestamp', until: 'GitTimestamp' },
      resolve: ({ hosted, oid }, given) => historyOf(hosted, oid, given),
    },
    file: {
      type: 'TreeEntry',
      arguments: { path: 'String!' },
      resolve: ({ hosted, oid }, { path }) => entryNamed(hosted, oid, path),
    },
  },
  GitActor: { name: text, email: text, date: text, user: { type: 'User' } },
  CommitConnection: { nodes: { type: '[Commit]' }, totalCount: number, pageInfo: { type: 'PageInfo!' } },
  CommitHistoryConnection: { nodes: { type: '[Commit]' }, totalCount: number, pageInfo: { type: 'PageInfo!' } },
  Tree: {
    ...OBJECT_FIELDS,
    entries: { type: '[TreeEntry!]', resolve: ({ hosted, oid }, _given, { call }) => entriesOf(call, hosted, oid) },
  },
  TreeEntry: {
    name: text,
    path: text,
    mode: number,
    type: text,
    oid: { type: 'GitObjectID!' },
    size: number,
    extension: text,
    object: {
      type: 'GitObject',
      resolve: ({ hosted, oid, type }) => (type === 'commit' ? null : objectValue(hosted, oid)),
    },
  },
  Blob: {
    ...OBJECT_FIELDS,
    byteSize: { type: 'Int!' },
    isBinary: { type: 'Boolean', resolve: (blob) => isBinary(blob) },
    isTruncated: { type: 'Boolean!', resolve: ({ byteSize }) => byteSize > TEXT_LIMIT_BYTES },
    text: { type: 'String', resolve: (blob, _given, { call }) => textOf(call, blob) },
  },
  Tag: OBJECT_FIELDS,
};

/**
 * @param {GraphqlContext} context
 * @param {string} owner
 * @param {string} name
 */
function repositoryNamed({ site, credential }, owner, name) {
  return repositoryValue(readable(site, credential, `${owner}/${name}`), credential);
}

/**
 * @param {import('../../facade.mjs').Site} site
 * @param {import('../access.mjs').Credential} credential
 * @param {string} fullName
 */
function readable(site, credential, fullName) {
  try {
    const hosted = visibleRepository(site, credential, fullName);
    demand(credential, hosted, { permission: 'contents', access: 'read' });
    return hosted;
  } catch (error) {
    throw asFieldError(error, `Could not resolve to a Repository with the name '${fullName}'.`);
  }
}

/**
 * Says in GraphQL's words what REST says with a status.
 *
 * @param {unknown} error
 * @param {string} missing what is said of something that is not there
 */
export function asFieldError(error, missing) {
  if (!(error instanceof Refusal)) return error;
  if (error.status === 404) return new FieldError('NOT_FOUND', missing);
  return new FieldError('FORBIDDEN', error.message);
}

/**
 * @param {import('../../facade.mjs').Call} call
 * @param {HostedRepository} hosted
 * @param {string} ref full name
 */
async function refNamed(call, hosted, ref) {
  const found = isPlainRef(ref) ? await hosted.ref(ref, readingOf(call)) : null;
  return found === null ? null : refValue(hosted, { ref, oid: found.oid });
}

/**
 * @param {import('../../facade.mjs').Call} call
 * @param {HostedRepository} hosted
 * @param {string} name full, or a branch or tag
 */
async function anyRefNamed(call, hosted, name) {
  for (const ref of [name, `refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`]) {
    const found = ref.startsWith('refs/') ? await refNamed(call, hosted, ref) : null;
    if (found !== null) return found;
  }
  return null;
}

/**
 * @param {HostedRepository} hosted
 * @param {{ refPrefix: string, query?: string, direction?: 'ASC' | 'DESC', first?: number, last?: number, after?: string }} given
 */
async function refsOf(hosted, { refPrefix, query, direction, ...paging }) {
  const refs = (await hosted.git.refs(refPrefix)).filter(({ ref }) =>
    ref.slice(refPrefix.length).includes(query ?? ''),
  );
  return connection(direction === 'DESC' ? refs.reverse() : refs, paging, (ref) => refValue(hosted, ref));
}

/**
 * @param {import('../../facade.mjs').Call} call
 * @param {HostedRepository} hosted
 * @param {{ oid?: string, expression?: string }} given
 */
async function objectNamed(call, hosted, { oid, expression }) {
  if (oid !== undefined && oid !== null) return objectValue(hosted, oid);
  if (expression === undefined || expression === null) {
    throw new FieldError('INVALID_ARGUMENT', 'One of oid and expression must be given');
  }
  const colon = expression.indexOf(':');
  const start = await oidOf(call, hosted, colon < 0 ? expression : expression.slice(0, colon));
  if (start === null) return null;
  return objectValue(hosted, colon < 0 ? start : `${start}:${expression.slice(colon + 1).replace(/\/$/, '')}`);
}

/**
 * @param {HostedRepository} hosted
 * @param {string} branch
 * @param {import('../access.mjs').Credential} credential
 */
function updateRule(hosted, branch, credential) {
  const { approvals, signatures } = hosted.rules(branch);
  const mayWrite = credential.type === 'token' && credential.token.contents === 'write' && hosted.state === 'active';
  if (approvals === null && signatures === 'optional') return null;
  return {
    pattern: branch,
    allowsDeletions: false,
    allowsForcePushes: false,
    blocksCreations: false,
    requiredApprovingReviewCount: approvals,
    requiredStatusCheckContexts: [],
    requiresCodeOwnerReviews: false,
    requiresConversationResolution: false,
    requiresLinearHistory: false,
    requiresSignatures: signatures === 'required',
    viewerAllowedToDismissReviews: false,
    viewerCanPush: mayWrite && approvals === null,
  };
}

/**
 * @template T, U
 * @param {readonly T[]} all
 * @param {{ first?: number, last?: number, after?: string }} paging
 * @param {(item: T) => U | Promise<U>} toNode
 */
async function connection(all, { first, last, after }, toNode) {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw new FieldError(
      'MISSING_PAGINATION_BOUNDARIES',
      'You must provide a `first` or `last` value to properly paginate the connection.',
    );
  }
  if (size < 0 || size > PAGE_LIMIT) {
    throw new FieldError(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the connection exceeds the \`first\` limit of 100 records.`,
    );
  }
  const from = after ? Number(Buffer.from(after, 'base64').toString('utf8').replace('cursor:', '')) : 0;
  const start = first === undefined || first === null ? Math.max(all.length - size, 0) : from;
  const part = all.slice(start, start + size);
  const cursor = (/** @type {number} */ at) => Buffer.from(`cursor:${at}`, 'utf8').toString('base64');
  return {
    nodes: await Promise.all(part.map(toNode)),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: start + part.length < all.length,
      hasPreviousPage: start > 0,
      startCursor: part.length === 0 ? null : cursor(start),
      endCursor: part.length === 0 ? null : cursor(start + part.length),
    },
  };
}

/**
 * @param {HostedRepository} hosted
 * @param {string} oid
 * @param {{ path?: string, since?: string, until?: string, first?: number, last?: number, after?: string }} given
 */
async function historyOf(hosted, oid, { path, since, until, ...paging }) {
  const bounds = [since ? `--since=${since}` : '', until ? `--until=${until}` : ''].filter((bound) => bound !== '');
  const all = await hosted.git.history([...bounds, oid], { path });
  return connection(all, paging, (commit) => commitValue(hosted, commit));
}

/**
 * @param {import('../../facade.mjs').Call} call
 * @param {HostedRepository} hosted
 * @param {string} oid
 */
async function entriesOf(call, hosted, oid) {
  const entries = (await hosted.git.tree(oid))?.entries ?? [];
  const values = await Promise.all(entries.map((entry) => entryValue(hosted, entry, entry.name)));
  return call.struck.find('reordered') ? values.reverse() : values;
}

/**
 * @param {HostedRepository} hosted
 * @param {string} commit
 * @param {string} path
 */
async function entryNamed(hosted, commit, path) {
  const [directory, name] = [path.split('/').slice(0, -1).join('/'), path.split('/').slice(-1)[0]];
  const holder = await hosted.git.info(`${commit}:${directory}`);
  const tree = holder?.type === 'tree' ? await hosted.git.tree(holder.oid) : null;
  const entry = tree?.entries.find((candidate) => candidate.name === name);
  return entry === undefined ? null : entryValue(hosted, entry, path);
}

/**
 * @param {HostedRepository} hosted
 * @param {import('../../git/objects.mjs').TreeEntry} entry
 * @param {string} path
 */
async function entryValue(hosted, { name, mode, type, oid }, path) {
  const size = type === 'blob' ? ((await hosted.git.info(oid))?.size ?? 0) : 0;
  return {
    hosted,
    name,
    path,
    mode: Number.parseInt(mode, 8),
    type,
    oid,
    size,
    extension: /\.[^.]*$/.exec(name)?.[0] ?? '',
  };
}

/** @param {{ hosted: HostedRepository, oid: string, byteSize: number }} blob */
async function contentOf({ hosted, oid, byteSize }) {
  if (byteSize > BLOB_LIMIT_BYTES) {
    throw new FieldError('UNPROCESSABLE', `The blob ${oid} is too large to be read here.`);
  }
  return (await hosted.git.object(oid))?.content ?? Buffer.alloc(0);
}

/** @param {{ hosted: HostedRepository, oid: string, byteSize: number }} blob */
async function isBinary(blob) {
  return (await contentOf(blob)).subarray(0, BINARY_PROBE_BYTES).includes(0);
}

/**
 * @param {import('../../facade.mjs').Call} call
 * @param {{ hosted: HostedRepository, oid: string, byteSize: number }} blob
 */
async function textOf(call, blob) {
  const content = await contentOf(blob);
  if (content.subarray(0, BINARY_PROBE_BYTES).includes(0)) return null;
  return damaged(call, content).subarray(0, TEXT_LIMIT_BYTES).toString('utf8');
}
