/**
 * Keeps one git process running and turns questions on its input into answers from its output.
 *
 * Starting a process costs milliseconds, a question to a running one microseconds. Answers come in the order of the questions.
 *
 * **Invariant:** every question is answered or refused, also when the process dies; the next question starts a new one.
 */

import { spawn } from 'node:child_process';

import { gitEnvironment } from './run.mjs';

/**
 * What a reader makes of the bytes so far: an answer and how many bytes it took, or how many bytes are needed at least.
 *
 * @template T
 * @typedef {{ answer: T, used: number } | { need: number }} Reading
 */

/**
 * @template T
 * @typedef {(bytes: Buffer) => Reading<T>} Reader
 */

export class Conversation {
  /** @type {import('node:child_process').ChildProcessWithoutNullStreams | null} */
  #child = null;
  /** @type {{ read: Reader<any>, resolve: (answer: any) => void, reject: (reason: Error) => void }[]} */
  #waiting = [];
  /** @type {Buffer[]} */
  #chunks = [];
  #held = 0;
  #needed = 1;
  #command;
  #directory;

  /**
   * @param {string} directory a Git directory
   * @param {readonly string[]} command
   */
  constructor(directory, command) {
    this.#directory = directory;
    this.#command = command;
  }

  /**
   * @template T
   * @param {string | Buffer} question
   * @param {Reader<T>} read
   * @returns {Promise<T>}
   */
  ask(question, read) {
    return new Promise((resolve, reject) => {
      const child = this.#running();
      this.#waiting.push({ read, resolve, reject });
      child.stdin.write(question);
    });
  }

  /** Ends the process and waits until it is gone. */
  async close() {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    await gone;
  }

  #running() {
    if (this.#child !== null) return this.#child;
    const child = spawn('git', ['--git-dir', this.#directory, ...this.#command], {
      env: gitEnvironment(),
      stdio: 'pipe',
    });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.stdout.on('data', (chunk) => this.#take(chunk));
    child.stdin.on('error', () => {});
    child.once('error', (error) => this.#end(child, error));
    child.once('close', (code) =>
      this.#end(child, new Error(`git ${this.#command.join(' ')} ended with ${code}: ${complaint.trim()}`)),
    );
    this.#child = child;
    return child;
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {Error} reason
   */
  #end(child, reason) {
    if (this.#child !== child) return;
    this.#child = null;
    this.#chunks = [];
    this.#held = 0;
    this.#needed = 1;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= this.#needed && this.#waiting.length > 0) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const reading = this.#waiting[0].read(bytes);
      if ('need' in reading) {
        this.#chunks = [bytes];
        this.#needed = Math.max(reading.need, this.#held + 1);
        return;
      }
      this.#waiting.shift()?.resolve(reading.answer);
      const rest = bytes.subarray(reading.used);
      this.#chunks = rest.length === 0 ? [] : [rest];
      this.#held = rest.length;
      this.#needed = 1;
    }
  }
}

/**
 * Reads one line, without its line end.
 *
 * @type {Reader<string>}
 */
export function readLine(bytes) {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return { need: bytes.length + 1 };
  return { answer: bytes.toString('utf8', 0, end), used: end + 1 };
}
