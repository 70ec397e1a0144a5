/**
 * A Git host on loopback: façades of real hosts over real bare repositories, with faults on demand.
 *
 * **Invariant:** nothing but loopback is listened on, and everything written lies in one temporary folder that `close` removes.
 */

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Accounts, DEMO_TOKENS } from './accounts.mjs';
import { answerControl, ownsControl } from './control.mjs';
import { deliver } from './deliver.mjs';
import { Faults } from './faults.mjs';
import { GitRepository } from './git/repository.mjs';
import { azure } from './azure/facade.mjs';
import { bitbucket } from './bitbucket/facade.mjs';
import { gitea } from './gitea/facade.mjs';
import { github } from './github/facade.mjs';
import { gitlab } from './gitlab/facade.mjs';
import { HostedRepository } from './hosted.mjs';
import { json, readRequest, send } from './http.mjs';
import { RequestLog } from './log.mjs';
import { DEMO_FABRIC, seedDemo } from './seed.mjs';
import { commit, teammate } from './teammate.mjs';

/**
 * @typedef {object} GitHostOptions
 * @property {keyof typeof FACADES} [host] the kind of host that clients are told of; GitHub when not given
 * @property {number} [port] any free one when not given
 * @property {'demo' | 'empty'} [seed] what the first repository holds; the demo fabric when not given
 * @property {string} [repository] `owner/name` of the first repository
 * @property {string} [branch] its default branch
 * @property {() => number} [now] milliseconds since 1970
 */

/** @typedef {Awaited<ReturnType<typeof startGitHost>>} GitHost */

/** Factories of the hosts that are spoken here; another host is another folder and a line in this list. */
export const FACADES = { github, gitlab, gitea, bitbucket, azure };

/**
 * Starts a host.
 *
 * @param {GitHostOptions} [options]
 */
export async function startGitHost({
  host: kind = 'github',
  port = 0,
  seed = 'demo',
  repository = 'demo/fabric',
  branch = 'main',
  now = Date.now,
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'githost-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);

  const accounts = new Accounts();
  const faults = new Faults();
  const requests = new RequestLog();
  /** @type {Map<string, HostedRepository>} */
  const repositories = new Map();
  /** @type {import('./facade.mjs').Site} */
  const site = { accounts, now, repository: (name) => repositories.get(name.toLowerCase()) ?? null };
  const facades = {
    github: FACADES.github(site),
    gitlab: FACADES.gitlab(site),
    gitea: FACADES.gitea(site),
    bitbucket: FACADES.bitbucket(site),
    azure: FACADES.azure(site),
  };

  /**
   * Makes another repository.
   *
   * @param {string} fullName
   * @param {{ branch?: string, seed?: 'demo' | 'empty' }} [settings]
   */
  async function addRepository(fullName, { branch: defaultBranch = 'main', seed: content = 'empty' } = {}) {
    const [owner, name] = fullName.split('/');
    const git = await GitRepository.create(join(folder, owner, `${name}.git`), defaultBranch);
    const hosted = new HostedRepository({ id: repositories.size + 1, owner, name, defaultBranch, git });
    repositories.set(fullName.toLowerCase(), hosted);
    if (content === 'demo') await seedDemo(hosted);
    return hosted;
  }

  const first = await addRepository(repository, { branch, seed });
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error) => {
      // A mistake of this server must not look like a fault that somebody asked for.
      process.stderr.write(`githost: ${error.stack}\n`);
      if (!response.headersSent) response.writeHead(599, { 'Content-Type': 'text/plain' });
      response.end(`githost failed: ${error.message}`);
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${address.port}`;

  const host = {
    /** The kind of host, as a client calls it. */
    host: kind,
    /** Address of its API. */
    url: `${origin}${facades[kind].apiPath}`,
    origin,
    repository,
    branch,
    /** Directory of the demo's main fabric in the repository. */
    directory: DEMO_FABRIC,
    token: DEMO_TOKENS.write,
    tokens: DEMO_TOKENS,
    bareDirectory: first.git.directory,
    accounts,
    facades,
    faults,
    requests,
    addRepository,
    /** @param {string} [fullName] the first one when not given */
    hosted: (fullName = repository) => {
      const hosted = site.repository(fullName);
      if (hosted === null) throw new RangeError(`there is no repository ${fullName}`);
      return hosted;
    },
    /** @param {import('./log.mjs').RequestPattern} [pattern] */
    log: (pattern) => requests.entries(pattern),
    /** @param {import('./faults.mjs').FaultRule} rule */
    fault: (rule) => faults.add(rule),
    /** @param {import('./teammate.mjs').TeammateRequest} request */
    teammate: (request) => teammate(first, request),
    /** @param {import('./teammate.mjs').CommitRequest} request */
    commit: (request) => commit(first, request),
    /** Ends the server and every git process, and removes all that was written. */
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...repositories.values()].map((hosted) => hosted.git.close()));
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      process.removeListener('exit', removeFolder);
    },
  };

  /**
   * @param {import('node:http').IncomingMessage} incoming
   * @param {import('node:http').ServerResponse} response
   */
  async function serve(incoming, response) {
    const request = await readRequest(incoming);
    if (ownsControl(request.path)) return send(response, await answerControl(host, request));
    // GitHub and GitLab have GraphQL at one address; the kind that clients are told of comes first.
    const facade = [facades[kind], ...Object.values(facades)].find(({ owns }) => owns(request.path));
    if (facade === undefined) return send(response, json(404, { message: 'no host answers here' }));
    const entry = requests.add({
      facade: facade.name,
      method: request.method,
      path: request.path,
      query: request.query.size === 0 ? '' : `?${request.query}`,
      headers: request.headers,
      body: request.body.toString('utf8'),
      operations: facade.operations(request),
      kind: request.method === 'OPTIONS' ? 'preflight' : 'request',
    });
    return deliver({ facade, request, entry, struck: faults.take(entry), origin, response });
  }

  return host;
}
