/**
 * A real Gitea on loopback, with the demo fabric in it, in the slot of a demo host.
 *
 * **Invariant:** nothing but loopback is listened on, and everything written lies in one temporary folder that `close`
 * removes once the process is gone.
 */

import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { DEMO_DIRECTORY, DEMO_FABRIC } from '../githost/seed.mjs';
import { buildGitea } from './build.mjs';

const run = promisify(execFile);
const password = 'Passw0rd123';
const owner = 'demo';

/** @typedef {Awaited<ReturnType<typeof startGitea>>} Gitea */

/**
 * Starts a Gitea with one repository.
 *
 * @param {{ port?: number, seed?: 'demo' | 'empty' }} [options]
 */
export async function startGitea({ port = 0, seed = 'demo' } = {}) {
  const { binary, resources } = await buildGitea();
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-gitea-'));
  const chosen = port === 0 ? await freePort() : port;
  const origin = `http://127.0.0.1:${chosen}`;
  const settings = join(folder, 'app.ini');
  await writeFile(settings, settingsOf(chosen, origin, resources));
  const log = await open(join(folder, 'log'), 'w');
  const words = ['-w', folder, '-c', settings];
  const child = spawn(binary, [...words, 'web'], { stdio: ['ignore', log.fd, log.fd] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => child.kill();
  process.once('exit', kill);

  async function close() {
    process.off('exit', kill);
    kill();
    await ended;
    await log.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await ready(origin, child);
    // The first account is an administrator; what is tested is never done as one, who is told more than others.
    const account = ['--username', 'root1', '--email', 'root1@fabric.example', '--password', password];
    const more = ['--admin', '--must-change-password=false', '--access-token', '--access-token-scopes', 'all'];
    const { stdout } = await run(binary, [...words, 'admin', 'user', 'create', ...account, ...more]);
    const admin = /[0-9a-f]{40}$/m.exec(stdout)?.[0];
    if (admin === undefined) throw new Error('Gitea gave no token to its administrator');
    const host = { origin, url: `${origin}/api/v1`, folder, admin, close };
    await addPerson(host, owner);
    const token = await addToken(host, owner, ['write:repository']);
    const repository = await addRepository({ ...host, token }, 'fabric', seed);
    return {
      ...host,
      host: 'gitea',
      repository,
      branch: 'main',
      directory: DEMO_FABRIC,
      token,
      /** The repository on disk, to look at with git. @param {string} [name] */
      bare: (name = repository) => join(folder, 'data', 'gitea-repositories', `${name}.git`),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Asks Gitea something as its administrator, or as who a token belongs to.
 *
 * @param {{ url: string, admin: string }} host
 * @param {string} asked method and path, such as `GET /version`
 * @param {{ body?: unknown, authorization?: string }} [options]
 */
export async function ask(host, asked, { body, authorization = `token ${host.admin}` } = {}) {
  const [method, path] = asked.split(' ');
  const response = await fetch(`${host.url}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${asked}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** @param {{ url: string, admin: string }} host @param {string} name */
export function addPerson(host, name) {
  const body = { username: name, email: `${name}@fabric.example`, password, must_change_password: false };
  return ask(host, 'POST /admin/users', { body });
}

/**
 * @param {{ url: string, admin: string }} host
 * @param {string} name whose it is
 * @param {string[]} scopes
 * @returns {Promise<string>}
 */
export async function addToken(host, name, scopes) {
  const authorization = basic(name);
  const body = { name: `token-${Math.random().toString(36).slice(2)}`, scopes };
  return (await ask(host, `POST /users/${name}/tokens`, { body, authorization })).sha1;
}

/** Takes all tokens of a person away. @param {{ url: string, admin: string }} host @param {string} name */
export async function revokeTokens(host, name) {
  const authorization = basic(name);
  for (const { id } of await ask(host, `GET /users/${name}/tokens`, { authorization })) {
    await ask(host, `DELETE /users/${name}/tokens/${id}`, { authorization });
  }
}

/**
 * Makes another repository, by a real push.
 *
 * @param {{ origin: string, url: string, admin: string, token: string }} host
 * @param {string} name
 * @param {'demo' | 'empty'} seed
 */
export async function addRepository(host, name, seed) {
  await ask(host, `POST /admin/users/${owner}/repos`, { body: { name, default_branch: 'main' } });
  if (seed === 'demo') {
    const folder = await mkdtemp(join(tmpdir(), 'hedgerow-seed-'));
    const who = ['-c', 'user.name=Noor Haddad', '-c', 'user.email=noor@fabric.example'];
    const git = (/** @type {string[]} */ ...words) => run('git', ['-C', folder, ...who, ...words]);
    await cp(DEMO_DIRECTORY, folder, { recursive: true });
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-qm', 'The fabric as built');
    await git('push', '-q', pushAddress(host, `${owner}/${name}`), 'main');
    await rm(folder, { recursive: true, force: true });
    await known(host, name);
  }
  return `${owner}/${name}`;
}

/** Waits until Gitea's own books have the push, too. @param {{ url: string, admin: string }} host @param {string} name */
async function known(host, name) {
  for (let look = 0; look < 200; look += 1) {
    if (!(await ask(host, `GET /repos/${owner}/${name}`)).empty) return;
    await delay(25);
  }
  throw new Error(`Gitea does not know what was pushed to ${name}`);
}

/** Where git pushes to. @param {{ origin: string, token: string }} host @param {string} repository */
export function pushAddress({ origin, token }, repository) {
  return `${origin.replace('://', `://${owner}:${token}@`)}/${repository}.git`;
}

/** @param {string} name */
function basic(name) {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** @param {number} port @param {string} origin @param {string} resources */
function settingsOf(port, origin, resources) {
  const sections = {
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      ROOT_URL: `${origin}/`,
      STATIC_ROOT_PATH: resources,
      OFFLINE_MODE: true,
      DISABLE_SSH: true,
    },
    database: { DB_TYPE: 'sqlite3' },
    security: { INSTALL_LOCK: true },
    // Otherwise as it comes: most operators allow no further headers.
    cors: { ENABLED: true },
    actions: { ENABLED: false },
    log: { LEVEL: 'Warn' },
  };
  const section = ([name, values]) =>
    [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`)].join('\n');
  return `I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\n${Object.entries(sections).map(section).join('\n')}\n`;
}

/** @param {string} origin @param {import('node:child_process').ChildProcess} child */
async function ready(origin, child) {
  for (let look = 0; look < 600; look += 1) {
    if (child.exitCode !== null) throw new Error(`Gitea ended with code ${child.exitCode} before it was ready`);
    const answer = await fetch(`${origin}/api/healthz`).catch(() => null);
    if (answer?.ok) return;
    await delay(50);
  }
  throw new Error('Gitea is not ready after 30 s');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
