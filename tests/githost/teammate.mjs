/**
 * Plays a colleague who pushes to the same branch: by real Git objects and a real move of the ref, past the host's API.
 *
 * **Invariant:** what a colleague changes is one small thing, and all other bytes of the file stay.
 */

import { NO_OBJECT } from './git/repository.mjs';

/** @typedef {{ name: string, email: string }} Person */

/**
 * @typedef {object} CommitRequest
 * @property {Record<string, string | null>} files content by path; null removes
 * @property {string} message
 * @property {Person} [author]
 * @property {string} [branch] the default branch when not given; made when it is missing
 */

/**
 * @typedef {'other-field' | 'same-field' | 'comment' | 'new-file' | 'delete-file' | 'rename-file' | 'force-push'} TeammateKind
 *
 * - `same-field` changes the field `field` (`vlan` when not given) of the file.
 * - `other-field` changes another field of the same file, or adds a label where there is none.
 * - `comment` writes a comment on top of the file.
 * - `new-file` adds a server beside the others.
 * - `force-push` replaces the last commit of the branch by another one.
 */

/**
 * @typedef {object} TeammateRequest
 * @property {TeammateKind} kind
 * @property {string} [path] of the file; the first VPC of the demo fabric when not given
 * @property {string} [field] name of a key, for `same-field` and `other-field`
 * @property {string} [value] what the field becomes; something that differs when not given
 * @property {string} [branch]
 */

/** @typedef {{ commit: string, parent: string | null, path: string | null }} Pushed */

/** @type {Person} */
const TEAMMATE = { name: 'Robin Okafor', email: 'robin@fabric.example' };
const DEFAULT_PATH = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';
/** Fields that a colleague may change in any fabric without making it invalid, tried in this order. */
const OTHER_FIELDS = ['leaseTimeSeconds', 'interfaceMTU', 'description', 'nativeVLAN'];
const ATTEMPTS = 20;

/** Raised when a colleague is asked for something that cannot be done to this repository. */
export class TeammateError extends Error {}

/**
 * Commits files on top of the branch, whoever else is pushing.
 *
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {CommitRequest} request
 * @returns {Promise<Pushed>}
 */
export async function commit(hosted, { files, message, author = TEAMMATE, branch = hosted.defaultBranch }) {
  const blobs = await blobsOf(hosted, files);
  return pushOnto(hosted, branch, async (head) => ({
    tree: await hosted.git.editTree(head?.tree ?? null, blobs),
    parents: head === null ? [] : [head.oid],
    message,
    author,
  }));
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {TeammateRequest} request
 * @returns {Promise<Pushed>}
 */
export async function teammate(hosted, { kind, path = DEFAULT_PATH, field, value, branch = hosted.defaultBranch }) {
  if (kind === 'force-push') return forcePush(hosted, branch, path);
  const { files, touched, message } = await changeOf(hosted, { kind, path, field, value, branch });
  return { ...(await commit(hosted, { files, message, branch })), path: touched };
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {Required<Pick<TeammateRequest, 'kind' | 'path' | 'branch'>> & Pick<TeammateRequest, 'field' | 'value'>} request
 * @returns {Promise<{ files: Record<string, string | null>, touched: string, message: string }>}
 */
async function changeOf(hosted, { kind, path, field, value, branch }) {
  if (kind === 'new-file') return newServer(hosted, path, branch);
  const text = await textOf(hosted, branch, path);
  switch (kind) {
    case 'same-field':
      return edited(path, withField(text, field ?? 'vlan', value));
    case 'other-field':
      return edited(path, withOtherField(text, field, value));
    case 'comment':
      return edited(path, `# Checked with the people on site, all fine.\n${text}`);
    case 'delete-file':
      return { files: { [path]: null }, touched: path, message: `Remove ${nameOf(path)}` };
    case 'rename-file': {
      const to = path.replace(/(\.ya?ml)?$/, '-renamed$1');
      return { files: { [path]: null, [to]: text }, touched: to, message: `Rename ${nameOf(path)}` };
    }
    default:
      throw new TeammateError(`a teammate does not know how to do "${kind}"`);
  }
}

/**
 * @param {string} path
 * @param {string} text
 */
function edited(path, text) {
  return { files: { [path]: text }, touched: path, message: `Adjust ${nameOf(path)}` };
}

/**
 * Replaces the value of the first line `field: …`; comments and everything else stay.
 *
 * @param {string} text
 * @param {string} field
 * @param {string | undefined} value
 */
function withField(text, field, value) {
  const line = new RegExp(
    `^((?:[ \\t-]*)${escaped(field)}:[ \\t]+)([^\\s#][^\\n\\r#]*?)((?:[ \\t]+#[^\\n\\r]*)?)$`,
    'm',
  );
  const match = line.exec(text);
  if (match === null) throw new TeammateError(`the file has no line with the field "${field}"`);
  const [whole, before, old, after] = match;
  const changed = text.slice(0, match.index) + before + (value ?? differing(old)) + after;
  return changed + text.slice(match.index + whole.length);
}

/**
 * @param {string} text
 * @param {string | undefined} field
 * @param {string | undefined} value
 */
function withOtherField(text, field, value) {
  if (field !== undefined) return withField(text, field, value);
  for (const candidate of OTHER_FIELDS) {
    if (new RegExp(`^[ \\t-]*${candidate}:[ \\t]+[^\\s#]`, 'm').test(text)) return withField(text, candidate, value);
  }
  const labelled = text.replace(/^( +)name:[^\n\r]*(\r?\n)/m, (line, indent, end) =>
    [line, `${indent}labels:${end}`, `${indent}${indent}reviewed-by: robin${end}`].join(''),
  );
  if (labelled === text) throw new TeammateError('the file has no field that a teammate could change');
  return labelled;
}

/** Answers a value of the same sort that is not the old one. @param {string} old */
function differing(old) {
  if (/^\d+$/.test(old)) return String(Number(old) + 1);
  if (old === 'true' || old === 'false') return old === 'true' ? 'false' : 'true';
  const quoted = /^(["'])(.*)\1$/.exec(old);
  return quoted === null ? `${old} (reviewed)` : `${quoted[1]}${quoted[2]} (reviewed)${quoted[1]}`;
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {string} path of any file of the fabric
 * @param {string} branch
 */
async function newServer(hosted, path, branch) {
  const fabric = path.replace(/\/managed\/.*$/, '');
  for (let number = 90; number < 1000; number += 1) {
    const name = `server-${number}`;
    const server = `${fabric}/managed/servers/${name}.yaml`;
    if ((await hosted.git.info(`refs/heads/${branch}:${server}`)) !== null) continue;
    const text = [
      'apiVersion: wiring.githedgehog.com/v1beta1',
      'kind: Server',
      'metadata:',
      `  name: ${name}`,
      '  namespace: default',
      'spec:',
      '  description: spare, racked but not cabled yet',
      '',
    ].join('\n');
    return { files: { [server]: text }, touched: server, message: `Add ${name}` };
  }
  throw new TeammateError('no name is left for another server');
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {string} branch
 * @param {string} path
 * @returns {Promise<Pushed>}
 */
async function forcePush(hosted, branch, path) {
  const text = await textOf(hosted, branch, path);
  const blobs = await blobsOf(hosted, { [path]: `${text}# Rewritten.\n` });
  const pushed = await pushOnto(hosted, branch, async (head) => {
    if (head === null) throw new TeammateError('the branch has no commit to replace');
    return {
      tree: await hosted.git.editTree(head.tree, blobs),
      parents: head.parents,
      message: `${head.message.trimEnd()} (amended)`,
      author: TEAMMATE,
    };
  });
  return { ...pushed, path };
}

/**
 * Pushes what `make` makes of the head, again when somebody else was faster.
 *
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {string} branch
 * @param {(head: import('./git/objects.mjs').Commit | null) => Promise<{ tree: string, parents: string[], message: string, author: Person }>} make
 * @returns {Promise<Pushed>}
 */
async function pushOnto(hosted, branch, make) {
  const ref = `refs/heads/${branch}`;
  let reason = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await hosted.git.commit(ref);
    const { tree, parents, message, author } = await make(head);
    const signature = { ...author, seconds: Math.floor(Date.now() / 1000), zone: '+0000' };
    const oid = await hosted.git.writeCommit({ tree, parents, message, author: signature, committer: signature });
    const outcome = await hosted.git.moveRefs([{ ref, to: oid, from: head?.oid ?? NO_OBJECT }]);
    if (outcome.type === 'moved') return { commit: oid, parent: parents[0] ?? null, path: null };
    reason = outcome.reason;
  }
  throw new TeammateError(`the branch could not be moved: ${reason}`);
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {Record<string, string | null>} files
 */
async function blobsOf(hosted, files) {
  const kept = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [{ path, text }]));
  const oids = await hosted.git.writeBlobs(kept.map(({ text }) => Buffer.from(text, 'utf8')));
  /** @type {Map<string, import('./git/repository.mjs').PathChange>} */
  const blobs = new Map(Object.keys(files).map((path) => [path, null]));
  for (const [index, { path }] of kept.entries()) blobs.set(path, { mode: '100644', oid: oids[index] });
  return blobs;
}

/**
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @param {string} branch
 * @param {string} path
 */
async function textOf(hosted, branch, path) {
  const object = await hosted.git.object(`refs/heads/${branch}:${path}`);
  if (object === null || object.type !== 'blob') throw new TeammateError(`there is no file ${path} on ${branch}`);
  return object.content.toString('utf8');
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
