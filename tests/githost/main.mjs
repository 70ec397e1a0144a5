/**
 * Starts a demo host from the command line and prints where it is, as one line of JSON.
 *
 *     node tests/githost/main.mjs [--port N] [--seed-empty]
 */

import { parseArgs } from 'node:util';

import { startGitHost } from './server.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'seed-empty': { type: 'boolean', default: false } },
});

const host = await startGitHost({ port: Number(values.port), seed: values['seed-empty'] ? 'empty' : 'demo' });
const { url, repository, branch, directory, token } = host;
process.stdout.write(`${JSON.stringify({ url, repository, branch, directory, token })}\n`);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    host.close().then(() => process.exit(0));
  });
}
