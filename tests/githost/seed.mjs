/**
 * Fills an empty repository with the demo fabric that lies beside this file, in a few commits as people would have made them.
 */

import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { NO_OBJECT } from './git/repository.mjs';

/** Where the demo's resources lie; its content is the content of the repository. */
export const DEMO_DIRECTORY = fileURLToPath(new URL('./fabric/', import.meta.url));
/** The fabric that the demo opens. */
export const DEMO_FABRIC = 'fabrics/dc-east';

/** @type {{ message: string, author: import('./teammate.mjs').Person, at: string, holds: (path: string) => boolean }[]} */
const STEPS = [
  {
    message: 'Start the repository\n',
    author: { name: 'Noor Haddad', email: 'noor@fabric.example' },
    at: '2026-03-02T08:12:40Z',
    holds: (path) => !path.startsWith('fabrics/'),
  },
  {
    message: 'Cable plan of DC East\n\nSwitches, servers and connections as built, rows A and B.\n',
    author: { name: 'Noor Haddad', email: 'noor@fabric.example' },
    at: '2026-03-02T09:47:03Z',
    holds: (path) => /^fabrics\/dc-east\/managed\/(switch|server|connection|vlan)/.test(path),
  },
  {
    message: 'Networks of DC East: VPCs, attachments and the way out\n',
    author: { name: 'Dana Demo', email: 'dana@fabric.example' },
    at: '2026-03-09T14:31:55Z',
    holds: (path) => path.startsWith('fabrics/dc-east/'),
  },
  {
    message: 'A bench for trying things out\n',
    author: { name: 'Robin Okafor', email: 'robin@fabric.example' },
    at: '2026-04-21T16:05:12Z',
    holds: () => true,
  },
];

/**
 * Commits the demo. The commits are the same on every machine, ids and all.
 *
 * @param {import('./hosted.mjs').HostedRepository} hosted
 * @returns {Promise<string>} id of the last commit
 */
export async function seedDemo(hosted) {
  const files = await filesBelow(DEMO_DIRECTORY, '');
  const contents = await Promise.all(files.map((path) => readFile(`${DEMO_DIRECTORY}${path}`)));
  const oids = await hosted.git.writeBlobs(contents);
  const blobs = new Map(files.map((path, index) => [path, oids[index]]));
  const waiting = new Set(files);
  let tree = null;
  let head = null;
  for (const { message, author, at, holds } of STEPS) {
    const paths = [...waiting].filter(holds);
    for (const path of paths) waiting.delete(path);
    const changes = paths.map((path) => /** @type {const} */ ([path, { mode: '100644', oid: blobs.get(path) ?? '' }]));
    tree = await hosted.git.editTree(tree, new Map(changes));
    const signature = { ...author, seconds: Date.parse(at) / 1000, zone: '+0000' };
    const parents = head === null ? [] : [head];
    head = await hosted.git.writeCommit({ tree, parents, author: signature, committer: signature, message });
  }
  if (head === null) throw new Error('the demo has no commit');
  const ref = `refs/heads/${hosted.defaultBranch}`;
  const outcome = await hosted.git.moveRefs([{ ref, to: head, from: NO_OBJECT }]);
  if (outcome.type !== 'moved') throw new Error(`the demo could not be committed: ${outcome.reason}`);
  return head;
}

/**
 * @param {string} directory with a slash at its end
 * @param {string} below path of a directory in it, with a slash at its end unless empty
 * @returns {Promise<string[]>} paths with slashes, sorted
 */
async function filesBelow(directory, below) {
  const entries = await readdir(`${directory}${below}`, { withFileTypes: true });
  const paths = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${below}${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await filesBelow(directory, `${path}/`)));
    else paths.push(path);
  }
  return paths;
}
