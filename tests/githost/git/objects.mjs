/**
 * Turns the bytes of Git's trees and commits into values and back.
 *
 * **Invariant:** a commit that is formatted and parsed again has the same message, byte for byte.
 */

/**
 * @typedef {object} TreeEntry
 * @property {string} mode as Git writes it, six digits (`100644`, `040000`)
 * @property {'blob' | 'tree' | 'commit'} type
 * @property {string} oid
 * @property {string} name
 */

/**
 * @typedef {object} Signature
 * @property {string} name
 * @property {string} email
 * @property {number} seconds since 1970
 * @property {string} zone such as `+0200`
 */

/**
 * @typedef {object} Commit
 * @property {string} oid
 * @property {string} tree
 * @property {string[]} parents
 * @property {Signature} author
 * @property {Signature} committer
 * @property {string} message
 */

/** @typedef {Omit<Commit, 'oid'>} NewCommit */

const TYPE_OF_MODE = new Map(
  /** @type {[string, TreeEntry['type']][]} */ ([
    ['040000', 'tree'],
    ['160000', 'commit'],
  ]),
);

/**
 * @param {string} mode
 * @returns {TreeEntry['type']}
 */
export function typeOfMode(mode) {
  return TYPE_OF_MODE.get(mode) ?? 'blob';
}

/**
 * @param {Buffer} bytes content of a tree object
 * @returns {TreeEntry[]}
 */
export function parseTree(bytes) {
  const entries = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, space);
    const mode = bytes.toString('latin1', at, space).padStart(6, '0');
    const name = bytes.toString('utf8', space + 1, zero);
    const oid = bytes.toString('hex', zero + 1, zero + 21);
    entries.push({ mode, type: typeOfMode(mode), oid, name });
    at = zero + 21;
  }
  return entries;
}

/**
 * @param {string} oid
 * @param {Buffer} bytes content of a commit object
 * @returns {Commit}
 */
export function parseCommit(oid, bytes) {
  const split = bytes.indexOf('\n\n');
  const header = bytes.toString('utf8', 0, split < 0 ? bytes.length : split);
  const commit = {
    oid,
    tree: '',
    /** @type {string[]} */
    parents: [],
    author: UNKNOWN,
    committer: UNKNOWN,
    message: split < 0 ? '' : bytes.toString('utf8', split + 2),
  };
  for (const line of header.split('\n')) {
    const [key, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (key === 'tree') commit.tree = rest;
    else if (key === 'parent') commit.parents.push(rest);
    else if (key === 'author') commit.author = parseSignature(rest);
    else if (key === 'committer') commit.committer = parseSignature(rest);
  }
  return commit;
}

/** @type {Signature} */
const UNKNOWN = { name: '', email: '', seconds: 0, zone: '+0000' };

/**
 * @param {string} text
 * @returns {Signature}
 */
function parseSignature(text) {
  const match = /^(.*?) ?<([^>]*)> (-?\d+) ([+-]\d{4})$/.exec(text);
  if (match === null) return UNKNOWN;
  return { name: match[1], email: match[2], seconds: Number(match[3]), zone: match[4] };
}

/**
 * @param {NewCommit} commit
 * @returns {Buffer}
 */
export function formatCommit({ tree, parents, author, committer, message }) {
  const header = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(author)}`,
    `committer ${formatSignature(committer)}`,
  ];
  return Buffer.from(`${header.join('\n')}\n\n${message}`, 'utf8');
}

/** @param {Signature} signature */
function formatSignature({ name, email, seconds, zone }) {
  return `${withoutBreaks(name)} <${withoutBreaks(email)}> ${seconds} ${zone}`;
}

/** Takes out what would break a header line. @param {string} text */
function withoutBreaks(text) {
  return text.replace(/[\n<>\0]/g, '').trim();
}

/**
 * Writes the time of a signature as GitHub and most hosts do: in UTC, to the second.
 *
 * @param {Signature} signature
 */
export function utcTime({ seconds }) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
