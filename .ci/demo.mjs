// Puts up the page and a Git host to try it on, both on the loopback interface.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pagePolicy, serve } from './serve.mjs';
import { Failure, root, step } from './step.mjs';

const usualPort = 8080;

/**
 * Starts both, the page being built. Gives back `page`, the address with all
 * the page has to know, `host`, what the demo host said of itself, and
 * `close`. Port 0 takes a free one; no port, a usual one where it is free.
 */
export async function startDemo({ port, hostPort = 0, hostArguments = [] } = {}) {
  const host = await step('Demo host', () => startHost(hostPort, hostArguments));
  const origin = new URL(host.said.url).origin;
  const page = await servePage(port, origin).catch(async (error) => {
    await host.stop();
    throw error;
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

/** How to look at the demo's repository with Git itself, and to have somebody else push to it. */
export function teammateLines({ url, bareDirectory }) {
  if (bareDirectory === undefined) return [];
  const { origin } = new URL(url);
  return [
    `Its repository:     git clone ${bareDirectory} demo-fabric`,
    `A teammate pushes:  curl -d '{"kind":"same-field"}' ${origin}/_control/teammate`,
  ];
}

/** Serves the page on the port that is asked for, or on a usual one that is free. */
async function servePage(port, hostOrigin) {
  const settings = {
    folders: { '/': join(root, 'www', 'dist') },
    headers: { 'content-security-policy': pagePolicy(hostOrigin), 'referrer-policy': 'no-referrer' },
  };
  try {
    return await serve({ port: port ?? usualPort, ...settings });
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    if (port !== undefined) throw new Failure(`Port ${port} is taken. Name another, or none for one that is free.`);
    return serve({ port: 0, ...settings });
  }
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
function addressFor(url, { host, url: api, repository, branch, directory }) {
  const address = new URL(url);
  const query = { host, api, repository, branch, directory };
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  return address.href;
}
