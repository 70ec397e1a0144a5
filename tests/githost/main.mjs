/**
 * Starts a demo host from the command line and prints where it is, as one line of JSON.
 *
 *     node tests/githost/main.mjs [--host github] [--port N] [--seed-empty]
 *
 * `--host gitea` is a real Gitea, built by Go at the first start.
 *
 * Whatever host is named, the line has the same fields (a real host has no `bareDirectory`), and the host ends with SIGINT or SIGTERM and leaves nothing behind.
 */

import { parseArgs } from 'node:util';

import { FACADES, startGitHost } from './server.mjs';

/**
 * What stands in the slot of a demo host: one of the façades here, or a real host that is started and filled.
 *
 * @typedef {object} DemoHost
 * @property {string} host the kind of host, as a client calls it
 * @property {string} url
 * @property {string} repository
 * @property {string} branch
 * @property {string} directory
 * @property {string} token
 * @property {string} [bareDirectory] the repository itself, where it lies on this machine's disk
 * @property {() => Promise<void>} close
 */

/** @typedef {(options: import('./server.mjs').GitHostOptions) => Promise<DemoHost>} Start */

const kinds = /** @type {(keyof typeof FACADES)[]} */ (Object.keys(FACADES));
/** @type {Record<string, Start>} */
const HOSTS = Object.fromEntries(
  kinds.map((host) => /** @type {[string, Start]} */ ([host, (options) => startGitHost({ ...options, host })])),
);

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: 'github' },
    port: { type: 'string', default: '0' },
    'seed-empty': { type: 'boolean', default: false },
  },
});

HOSTS.gitea = async (options) => {
  // Building it takes its time and says so; the first line on standard output is the answer.
  console.log = console.error;
  const { startGitea } = await import(new URL('../gitea/server.mjs', import.meta.url).href);
  return startGitea(options);
};

const start = Object.hasOwn(HOSTS, values.host) ? HOSTS[values.host] : undefined;
if (start === undefined) {
  process.stderr.write(`There is no host "${values.host}". There are: ${Object.keys(HOSTS).join(', ')}\n`);
  process.exit(2);
}
const host = await start({ port: Number(values.port), seed: values['seed-empty'] ? 'empty' : 'demo' });
const { host: kind, url, repository, branch, directory, token, bareDirectory } = host;
process.stdout.write(`${JSON.stringify({ host: kind, url, repository, branch, directory, token, bareDirectory })}\n`);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    host.close().then(() => process.exit(0));
  });
}
