/**
 * Turns `git diff-tree` into a list of changed files, with counts and patches.
 *
 * **Invariant:** the three listings git prints for one pair of trees have the same files in the same order.
 */

import { git } from './run.mjs';

/**
 * @typedef {object} FileChange
 * @property {'added' | 'removed' | 'modified' | 'renamed'} status
 * @property {string} path
 * @property {string | null} previousPath of a renamed file
 * @property {string | null} oid after the change; null when removed
 * @property {string} previousOid
 * @property {number} additions in lines; 0 for binary files
 * @property {number} deletions
 * @property {string | null} patch hunks in unified form; null for binary files and pure renames
 */

/** @type {Record<string, FileChange['status']>} */
const STATUS = { A: 'added', D: 'removed', M: 'modified', T: 'modified', R: 'renamed' };

/**
 * @param {string} directory
 * @param {string} from
 * @param {string} to
 * @returns {Promise<FileChange[]>}
 */
export async function fileChanges(directory, from, to) {
  const command = ['diff-tree', '-r', '-M', '--full-index', '--no-color', '--no-ext-diff'];
  const [raw, counted, patched] = await Promise.all([
    git(directory, [...command, '--raw', '-z', from, to]),
    git(directory, [...command, '--numstat', '-z', from, to]),
    git(directory, [...command, '--patch', from, to]),
  ]);
  const counts = readCounts(counted.toString('utf8'));
  const patches = readPatches(patched.toString('utf8'));
  return readRaw(raw.toString('utf8')).map((change, index) => ({
    ...change,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
    patch: patches[index] ?? null,
  }));
}

/** @param {string} text */
function readRaw(text) {
  const fields = text.split('\0');
  const changes = [];
  for (let at = 0; at + 1 < fields.length;) {
    const [, , previousOid, oid, letter] = fields[at].split(' ');
    const status = STATUS[letter[0]] ?? 'modified';
    const renamed = status === 'renamed';
    changes.push({
      status,
      path: renamed ? fields[at + 2] : fields[at + 1],
      previousPath: renamed ? fields[at + 1] : null,
      oid: status === 'removed' ? null : oid,
      previousOid,
    });
    at += renamed ? 3 : 2;
  }
  return changes;
}

/** @param {string} text */
function readCounts(text) {
  const fields = text.split('\0');
  const counts = [];
  for (let at = 0; at < fields.length && fields[at] !== '';) {
    const [additions, deletions, path] = fields[at].split('\t');
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    at += path === '' ? 3 : 1;
  }
  return counts;
}

/** @param {string} text */
function readPatches(text) {
  return text
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((part) => {
      const hunks = part.search(/^@@ /m);
      return hunks < 0 ? null : part.slice(hunks).replace(/\n$/, '');
    });
}
