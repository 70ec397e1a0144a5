// Puts up the page and a Git host to try it on, both on the loopback interface.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pagePolicy, serve } from './serve.mjs';
import { Failure, root, step } from './step.mjs';

/**
 * Starts both, the page being built. Gives back `page`, the address with all
 * the page has to know, `host`, what the demo host said of itself, and
 * `close`. Port 0 takes a free one.
 */
export async function startDemo({ port = 0, hostPort = 0, hostArguments = [] } = {}) {
  const host = await step('Demo host', () => startHost(hostPort, hostArguments));
  const origin = new URL(host.said.url).origin;
  const page = await serve({
    port,
    folders: { '/': join(root, 'www', 'dist') },
    headers: { 'content-security-policy': pagePolicy(origin), 'referrer-policy': 'no-referrer' },
  }).catch((error) => {
    host.stop();
    throw error.code === 'EADDRINUSE'
      ? new Failure(`port ${port} is taken. Name another: npm start -- --port 0`)
      : error;
  });
  return {
    page: addressFor(page.url, host.said),
    host: host.said,
    close: async () => {
      await page.close();
      await host.stop();
    },
  };
}

/** Starts the demo host as a process that ends with this one, and reads the line in which it says where it is. */
function startHost(port, more) {
  const main = join(root, 'tests', 'githost', 'main.mjs');
  if (!existsSync(main)) throw new Failure('There is no demo host in tests/githost.');
  const child = spawn(process.execPath, [main, '--port', String(port), ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const kill = () => child.kill();
  process.on('exit', kill);
  const stop = () => {
    process.off('exit', kill);
    kill();
    return ended;
  };
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      try {
        resolve({ said: JSON.parse(line), stop });
      } catch {
        stop();
        reject(new Failure(`the demo host said: ${line}`));
      }
    });
    child.on('error', reject);
    child.on('close', (code) => reject(new Failure(`the demo host ended with code ${code} before it was ready`)));
  });
}

/** The page's address, with the place of the demo's fabric. A token never stands in an address. */
function addressFor(url, { url: api, repository, branch, directory }) {
  const address = new URL(url);
  const query = { host: 'github', api, repository, branch, directory };
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  return address.href;
}
