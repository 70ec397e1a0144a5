// Runs one command of a set-up, build or test, and shows what it does.
//
// A step prints one line when it begins and one when it ends, with the time it
// took. Commands that print little of use run quietly: their output goes to a
// log, and is shown when they fail or when they take long.

import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const heartbeatMs = 20_000;

/** A failure that is not a bug: its message says what to do next. */
export class Failure extends Error {}

/** Runs `work` as a step named `title`, and gives back its result. */
export async function step(title, work) {
  const started = Date.now();
  console.log(`▶ ${title}`);
  try {
    const result = await work();
    console.log(`✔ ${title} (${seconds(started)})`);
    return result;
  } catch (error) {
    console.log(`✘ ${title} (${seconds(started)})`);
    throw error;
  }
}

/** Runs a program, with its output shown as it comes. Gives back its output and exit code. */
export function run(command, args = [], { env = {}, cwd = root, allowFailure = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (data) => {
      chunks.push(data);
      process.stdout.write(data);
    });
    child.stderr.on('data', (data) => {
      chunks.push(data);
      process.stderr.write(data);
    });
    child.on('error', (error) => reject(new Failure(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString();
      if (code === 0 || allowFailure) resolve({ output, code: code ?? 1 });
      else reject(new Failure(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** Runs a program as a step, with its output in a log that is shown only on failure. */
export function quietly(title, command, args = [], { env = {}, cwd = root, hint = '' } = {}) {
  const logs = join(root, '.tools', 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${title.replace(/[^A-Za-z0-9]+/g, '-')}.log`);
  return step(title, () => {
    const started = Date.now();
    return new Promise((resolve, reject) => {
      const file = createWriteStream(log);
      const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      let last = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (data) => {
          file.write(data);
          last = data.toString().trim().split('\n').at(-1) || last;
        });
      }
      const heartbeat = setInterval(
        () => console.log(`  ${title}: ${seconds(started)}, now: ${last.slice(0, 100)}`),
        heartbeatMs,
      );
      const fail = (reason) => {
        clearInterval(heartbeat);
        file.end(() => {
          const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40).join('\n');
          if (tail !== '') console.error(tail);
          reject(new Failure(`${title}: ${reason}.${hint === '' ? '' : ` ${hint}`} The whole log: ${log}`));
        });
      };
      child.on('error', (error) => fail(`${command} could not be started (${error.message})`));
      child.on('close', (code, signal) => {
        if (code !== 0) return fail(`${command} ended with ${signal ?? `code ${code}`}`);
        clearInterval(heartbeat);
        file.end(resolve);
      });
    });
  });
}

/** Runs a program unseen and gives back what it printed, or `undefined` where it cannot run or fails. */
export function ask(command, args = [], { env = {}, showErrors = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', showErrors ? 'inherit' : 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? output : undefined));
  });
}

/** Finds a program on the PATH. */
export function which(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (folder !== '' && existsSync(path) && statSync(path).isFile()) return path;
    }
  }
  return undefined;
}

/** Runs a script's `main`, and ends the process the way its caller expects. */
export async function script(main) {
  try {
    if (Number(process.versions.node.split('.')[0]) < 20) {
      throw new Failure(
        `this is Node ${process.versions.node}; 20 or later is needed. Get it from https://nodejs.org.`,
      );
    }
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? `\nStopped: ${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Says how long ago `started` (of `Date.now`) was. */
export function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
