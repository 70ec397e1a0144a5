/**
 * Runs one git command to its end, cut off from the user's own git settings.
 *
 * **Invariant:** no command reads a configuration file or an environment variable of the person who runs the tests.
 */

import { spawn } from 'node:child_process';
import { devNull } from 'node:os';

/**
 * @typedef {object} Finished
 * @property {number} code exit status; 128 and more is git's "fatal"
 * @property {Buffer} stdout
 * @property {string} stderr
 */

/** Raised when git refuses something that this server believed to be sound. */
export class GitError extends Error {
  /**
   * @param {readonly string[]} command
   * @param {Finished} finished
   */
  constructor(command, finished) {
    super(`git ${command.join(' ')} ended with ${finished.code}: ${finished.stderr.trim()}`);
    this.name = 'GitError';
    this.code = finished.code;
    this.stderr = finished.stderr;
  }
}

/** Returns the environment for a git process: the parent's, without anything that steers git. */
export function gitEnvironment() {
  /** @type {Record<string, string | undefined>} */
  const environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('GIT_')) environment[name] = value;
  }
  return {
    ...environment,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_COMMITTER_NAME: 'githost',
    GIT_COMMITTER_EMAIL: 'githost@localhost',
    GIT_AUTHOR_NAME: 'githost',
    GIT_AUTHOR_EMAIL: 'githost@localhost',
    LC_ALL: 'C',
  };
}

/**
 * Runs git and answers how it ended, whatever its exit status.
 *
 * @param {string} directory a Git directory
 * @param {readonly string[]} command
 * @param {string | Buffer} [input]
 * @returns {Promise<Finished>}
 */
export function tryGit(directory, command, input) {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', directory, ...command], { env: gitEnvironment(), stdio: 'pipe' });
    /** @type {Buffer[]} */
    const stdout = [];
    /** @type {Buffer[]} */
    const stderr = [];
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => stdout.push(chunk));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }),
    );
    // A command that ends before it has read its input is judged by its exit status.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/**
 * Runs git and answers what it printed; anything but success is a `GitError`.
 *
 * @param {string} directory
 * @param {readonly string[]} command
 * @param {string | Buffer} [input]
 * @returns {Promise<Buffer>}
 */
export async function git(directory, command, input) {
  const finished = await tryGit(directory, command, input);
  if (finished.code !== 0) throw new GitError(command, finished);
  return finished.stdout;
}
