/**
 * Turns questions about a bare repository into git plumbing: objects, trees, commits and guarded moves of refs.
 *
 * **Invariant:** a ref moves only by `git update-ref` with the value it is expected to have; who wins a race is Git's decision.
 */

import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Conversation, readLine } from './conversation.mjs';
import { fileChanges } from './diff.mjs';
import { formatCommit, parseCommit, parseTree, typeOfMode } from './objects.mjs';
import { packOfBlobs } from './pack.mjs';
import { git, tryGit } from './run.mjs';

/** The id that stands for "no object": as an old value it means "must not exist", as a new one "delete". */
export const NO_OBJECT = '0'.repeat(40);
/** The id of the tree without entries. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** So many blobs and more are written as one pack: that is faster than a file for each. */
const PACKED_FROM = 5;

/**
 * @typedef {object} GitObject
 * @property {string} oid
 * @property {'blob' | 'tree' | 'commit' | 'tag'} type
 * @property {Buffer} content
 */

/** @typedef {{ oid: string, type: GitObject['type'], size: number }} ObjectInfo */

/**
 * @typedef {object} ListedEntry one entry of a listing, below the tree it was asked for
 * @property {string} path
 * @property {string} mode
 * @property {'blob' | 'tree' | 'commit'} type
 * @property {string} oid
 * @property {number | null} size of a blob in bytes
 */

/**
 * What becomes of one path: content by id, or its removal.
 *
 * @typedef {{ mode: string, oid: string } | null} PathChange
 */

/**
 * @typedef {object} RefMove
 * @property {string} ref full name
 * @property {string} to new value, `NO_OBJECT` to delete
 * @property {string | null} from the value it must have; `NO_OBJECT` if it must not exist; null for any
 */

/**
 * @typedef {{ type: 'moved' } | { type: 'refused', reason: string }} RefOutcome
 */

export class GitRepository {
  #contents;
  #infos;
  #blobs;
  #commits;
  #trees;
  #inbox;
  #written = 0;

  /** @param {string} directory of a bare repository */
  constructor(directory) {
    this.directory = directory;
    this.#inbox = join(directory, 'githost-inbox');
    this.#contents = new Conversation(directory, ['cat-file', '--batch']);
    this.#infos = new Conversation(directory, ['cat-file', '--batch-check']);
    this.#blobs = new Conversation(directory, ['hash-object', '-w', '--no-filters', '--stdin-paths']);
    this.#commits = new Conversation(directory, ['hash-object', '-w', '-t', 'commit', '--no-filters', '--stdin-paths']);
    // A running `mktree` does not look for packs that came later, so it must take on trust that the objects exist.
    this.#trees = new Conversation(directory, ['mktree', '-z', '--missing', '--batch']);
  }

  /**
   * Makes an empty bare repository, with a log of every move of a ref.
   *
   * @param {string} directory
   * @param {string} branch that `HEAD` names
   */
  static async create(directory, branch) {
    await mkdir(dirname(directory), { recursive: true });
    await git(directory, ['init', '--quiet', '--bare', '--template=', directory]);
    // Written by hand: two processes fewer for every host that a test starts. What lies here need not survive a power cut.
    await writeFile(join(directory, 'HEAD'), `ref: refs/heads/${branch}\n`);
    await appendFile(
      join(directory, 'config'),
      '[core]\n\tlogAllRefUpdates = always\n\tfsync = none\n[gc]\n\tauto = 0\n',
    );
    const repository = new GitRepository(directory);
    await mkdir(repository.#inbox);
    return repository;
  }

  /**
   * Answers id, type and size of what `name` names (an id, a ref, `commit:path`), or null.
   *
   * @param {string} name
   * @returns {Promise<ObjectInfo | null>}
   */
  async info(name) {
    if (!isName(name)) return null;
    const [oid, type, size] = (await this.#infos.ask(`${name}\n`, readLine)).split(' ').slice(-3);
    if (size === undefined || !/^[0-9a-f]{40}$/.test(oid)) return null;
    return { oid, type: /** @type {GitObject['type']} */ (type), size: Number(size) };
  }

  /**
   * @param {string} name as for `info`
   * @returns {Promise<GitObject | null>}
   */
  async object(name) {
    if (!isName(name)) return null;
    return this.#contents.ask(`${name}\n`, readObject);
  }

  /**
   * @param {string} name of a commit
   * @returns {Promise<import('./objects.mjs').Commit | null>} null when there is no such commit
   */
  async commit(name) {
    const object = await this.object(`${name}^{commit}`);
    return object === null || object.type !== 'commit' ? null : parseCommit(object.oid, object.content);
  }

  /**
   * @param {string} name of a tree, or of a commit for its tree
   * @returns {Promise<{ oid: string, entries: import('./objects.mjs').TreeEntry[] } | null>}
   */
  async tree(name) {
    const object = await this.object(`${name}^{tree}`);
    return object === null || object.type !== 'tree' ? null : { oid: object.oid, entries: parseTree(object.content) };
  }

  /**
   * Lists what lies below a tree, directories before their content, in Git's order.
   *
   * @param {string} oid of a tree
   * @returns {Promise<ListedEntry[]>}
   */
  async listing(oid) {
    const listed = await git(this.directory, ['ls-tree', '-r', '-t', '-z', '--long', oid]);
    return records(listed).map((record) => {
      const [head, path] = splitOnce(record, '\t');
      const [mode, type, entry, size] = head.split(/ +/);
      return {
        path,
        mode,
        type: /** @type {ListedEntry['type']} */ (type),
        oid: entry,
        size: size === '-' ? null : Number(size),
      };
    });
  }

  /**
   * @param {Buffer} content
   * @returns {Promise<string>} id of the blob
   */
  writeBlob(content) {
    return this.#write(this.#blobs, content);
  }

  /**
   * @param {readonly Buffer[]} contents
   * @returns {Promise<string[]>} ids of the blobs, in the same order
   */
  async writeBlobs(contents) {
    if (contents.length < PACKED_FROM) return Promise.all(contents.map((content) => this.writeBlob(content)));
    const { pack, oids } = packOfBlobs(contents);
    await git(this.directory, ['index-pack', '--stdin'], pack);
    return oids;
  }

  /**
   * @param {import('./objects.mjs').NewCommit} commit
   * @returns {Promise<string>} id of the commit; the same input gives the same id
   */
  writeCommit(commit) {
    return this.#write(this.#commits, formatCommit(commit));
  }

  /**
   * @param {readonly import('./objects.mjs').TreeEntry[]} entries in any order
   * @returns {Promise<string>} id of the tree
   */
  writeTree(entries) {
    const lines = entries.map(({ mode, oid, name }) => `${mode} ${typeOfMode(mode)} ${oid}\t${name}\0`);
    return this.#trees.ask(`${lines.join('')}\0`, readLine);
  }

  /**
   * Writes a tree that is `base` with some paths changed. Directories that lose their last entry disappear.
   *
   * @param {string | null} base id of a tree; null for an empty one
   * @param {ReadonlyMap<string, PathChange>} changes by path
   * @returns {Promise<string>} id of the new tree
   */
  async editTree(base, changes) {
    return (await this.#editedTree(base, changes)) ?? EMPTY_TREE;
  }

  /**
   * Moves refs, all of them or none.
   *
   * @param {readonly RefMove[]} moves
   * @returns {Promise<RefOutcome>}
   */
  async moveRefs(moves) {
    const lines = moves.map(({ ref, to, from }) => `update ${ref}\0${to}\0${from ?? ''}\0`);
    const finished = await tryGit(
      this.directory,
      ['update-ref', '--create-reflog', '-m', 'githost', '-z', '--stdin'],
      `start\0${lines.join('')}prepare\0commit\0`,
    );
    return finished.code === 0 ? { type: 'moved' } : { type: 'refused', reason: finished.stderr.trim() };
  }

  /**
   * @param {string} prefix such as `refs/heads/`
   * @returns {Promise<{ ref: string, oid: string, type: string }[]>} in the order of the names
   */
  async refs(prefix) {
    const listed = await git(this.directory, [
      'for-each-ref',
      '--format=%(refname)%00%(objectname)%00%(objecttype)',
      `${prefix}*`,
      `${prefix}**`,
    ]);
    return lines(listed).map((line) => {
      const [ref, oid, type] = line.split('\0');
      return { ref, oid, type };
    });
  }

  /**
   * Answers what a ref pointed to before its last move.
   *
   * @param {string} ref full name
   * @returns {Promise<ObjectInfo | null>} null when it has moved once only
   */
  async before(ref) {
    const finished = await tryGit(this.directory, ['rev-parse', '--verify', '--quiet', `${ref}@{1}`]);
    const oid = finished.stdout.toString('latin1').trim();
    return finished.code !== 0 || oid === NO_OBJECT ? null : this.info(oid);
  }

  /**
   * Tells whether a branch or tag of this full name may exist.
   *
   * @param {string} ref
   */
  async isRefName(ref) {
    if (!isName(ref) || ref.includes('\0')) return false;
    return (await tryGit(this.directory, ['check-ref-format', ref])).code === 0;
  }

  /**
   * @param {string} ancestor
   * @param {string} descendant
   */
  async isAncestor(ancestor, descendant) {
    return (await tryGit(this.directory, ['merge-base', '--is-ancestor', ancestor, descendant])).code === 0;
  }

  /**
   * @param {string} a
   * @param {string} b
   * @returns {Promise<string | null>}
   */
  async mergeBase(a, b) {
    const finished = await tryGit(this.directory, ['merge-base', a, b]);
    return finished.code === 0 ? finished.stdout.toString('latin1').trim() : null;
  }

  /**
   * Lists commits, newest first.
   *
   * @param {readonly string[]} range revisions and options of `git rev-list`
   * @param {{ path?: string, skip?: number, count?: number }} [part]
   * @returns {Promise<string[]>}
   */
  async history(range, { path, skip = 0, count } = {}) {
    const command = ['rev-list', `--skip=${skip}`, ...(count === undefined ? [] : [`--max-count=${count}`]), ...range];
    return lines(await git(this.directory, [...command, '--', ...(path ? [`:(literal)${path}`] : [])]));
  }

  /**
   * Lists what changed between two trees or commits, with renames found by content.
   *
   * @param {string} from
   * @param {string} to
   * @returns {Promise<import('./diff.mjs').FileChange[]>}
   */
  changes(from, to) {
    return fileChanges(this.directory, from, to);
  }

  /** Ends every process of this repository. */
  async close() {
    await Promise.all(
      [this.#contents, this.#infos, this.#blobs, this.#commits, this.#trees].map((conversation) =>
        conversation.close(),
      ),
    );
  }

  /**
   * @param {Conversation} hasher
   * @param {Buffer} content
   */
  async #write(hasher, content) {
    this.#written += 1;
    const path = join(this.#inbox, String(this.#written));
    await writeFile(path, content);
    try {
      return await hasher.ask(`${path}\n`, readLine);
    } finally {
      await rm(path);
    }
  }

  /**
   * @param {string | null} base
   * @param {ReadonlyMap<string, PathChange>} changes
   * @returns {Promise<string | null>} null when nothing is left
   */
  async #editedTree(base, changes) {
    const held = base === null ? null : await this.tree(base);
    const entries = new Map((held?.entries ?? []).map((entry) => [entry.name, entry]));
    for (const [name, below] of byFirstName(changes)) {
      if (below instanceof Map) {
        const old = entries.get(name);
        const oid = await this.#editedTree(old?.type === 'tree' ? old.oid : null, below);
        if (oid === null) entries.delete(name);
        else entries.set(name, { mode: '040000', type: 'tree', oid, name });
      } else if (below === null) {
        entries.delete(name);
      } else {
        entries.set(name, { ...below, type: typeOfMode(below.mode), name });
      }
    }
    return entries.size === 0 ? null : this.writeTree([...entries.values()]);
  }
}

/**
 * Sorts changes by the first name of their path: a change of that very name, or a map of the changes below it.
 *
 * @param {ReadonlyMap<string, PathChange>} changes
 */
function byFirstName(changes) {
  /** @type {Map<string, PathChange | Map<string, PathChange>>} */
  const sorted = new Map();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      if (!(sorted.get(path) instanceof Map && change === null)) sorted.set(path, change);
      continue;
    }
    const name = path.slice(0, slash);
    const held = sorted.get(name);
    const below = held instanceof Map ? held : new Map();
    below.set(path.slice(slash + 1), change);
    sorted.set(name, below);
  }
  return sorted;
}

/** @type {import('./conversation.mjs').Reader<GitObject | null>} */
function readObject(bytes) {
  const head = readLine(bytes);
  if ('need' in head) return head;
  const [oid, type, size] = head.answer.split(' ').slice(-3);
  if (size === undefined || !/^[0-9a-f]{40}$/.test(oid)) return { answer: null, used: head.used };
  const end = head.used + Number(size);
  if (bytes.length < end + 1) return { need: end + 1 };
  const content = Buffer.from(bytes.subarray(head.used, end));
  return { answer: { oid, type: /** @type {GitObject['type']} */ (type), content }, used: end + 1 };
}

/**
 * Tells whether a running git may be asked for this. A line break would be two questions, and at a place in the log of a
 * ref that does not exist (`main@{9}`) git gives up altogether.
 *
 * @param {string} name
 */
function isName(name) {
  return name !== '' && !name.includes('\n') && !name.split(':', 1)[0].includes('@{');
}

/** @param {Buffer} bytes */
function records(bytes) {
  return bytes.toString('utf8').split('\0').slice(0, -1);
}

/** @param {Buffer} bytes */
function lines(bytes) {
  return bytes.toString('utf8').split('\n').slice(0, -1);
}

/**
 * @param {string} text
 * @param {string} separator
 */
function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
