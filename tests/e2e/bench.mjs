/**
 * What the journeys share: a Git host over a real repository, the built page, a browser, and Git itself to look at
 * what came of it.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';

import { openBrowser } from '../../.ci/browser.mjs';
import { serve } from '../../.ci/serve.mjs';
import { root } from '../../.ci/step.mjs';
import { startGitHost } from '../githost/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Where the built page is. */
export const dist = join(root, 'www', 'dist');

/** What the strictest page around ours may demand: no inline script, no inline style, no eval. */
const strictPolicy = (origins) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${origins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

let launched;

/** One browser for all journeys of a file. */
function browser() {
  launched ??= openBrowser();
  return launched;
}

after(async () => (await launched)?.close());

/**
 * Starts a host and the page for one test; both end with it.
 *
 * @param {import('node:test').TestContext} test
 * @param {{ kind?: string, answers?: Record<string, string>, seed?: 'demo' | 'empty', origins?: string[], viewport?: { width: number, height: number } }} [options]
 */
export async function bench(
  test,
  { kind = 'github', answers = {}, seed = 'demo', origins = [], viewport = { width: 1280, height: 800 } } = {},
) {
  assert.ok(existsSync(join(dist, 'hedgerow.js')), 'www/dist holds the built page: npm run build');
  const host = await startGitHost({ host: kind, seed });
  test.after(() => host.close());
  const site = await serve({
    folders: { '/': dist },
    answers,
    headers: { 'content-security-policy': strictPolicy([host.origin, ...origins]) },
  });
  test.after(() => site.close());
  const context = await (await browser()).newContext({ viewport });
  test.after(() => context.close());
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    // A browser reports every answer of 4xx; what the page makes of it is what counts.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  test.after(() => assert.deepEqual(complaints, [], 'the browser complained'));

  const git = (...args) => execFileSync('git', ['--git-dir', host.bareDirectory, ...args], { encoding: 'utf8' });
  return { host, site, context, page, git, address: addressOf(site.url, host) };
}

/** The page's address with all it has to know. A token never stands in it. */
export function addressOf(url, host, more = {}) {
  const address = new URL(url);
  const { host: kind, repository, branch, directory } = host;
  const query = { host: kind, api: host.url, repository, branch, directory, ...more };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}

/**
 * @param {Page} page
 * @param {string} address
 * @param {string} token
 */
export async function openFabric(page, address, token) {
  await page.goto(address);
  await connect(page, token);
  await page.getByRole('tree', { name: 'Resources by kind' }).waitFor();
}

/** @param {Page} page @param {string} token */
export async function connect(page, token) {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Open fabric' }).click();
}

/** @param {Page} page @param {string} name */
export async function openVpc(page, name) {
  await page.getByRole('treeitem', { name: new RegExp(`^${name}(,|$)`) }).click();
  await page.getByRole('form', { name: `VPC ${name}` }).waitFor();
}

/** @param {Page} page @param {string} subnet */
export function vlanOf(page, subnet) {
  return page.getByRole('textbox', { name: `VLAN of subnet ${subnet}` });
}

/** The lines that {@link moveFront} to VLAN 1015 changes. */
export const frontDiff = [
  '-      vlan: 1010   # what the load balancers were built with, they cannot change it',
  '+      vlan: 1015   # what the load balancers were built with, they cannot change it',
];

/** Opens the fabric and gives the front of vpc-web another VLAN, as a draft. */
export async function moveFront(page, address, token, vlan) {
  await openFabric(page, address, token);
  await openVpc(page, 'vpc-web');
  await vlanOf(page, 'front').fill(vlan);
  await kept(page);
}

/** Waits until what was typed is checked and kept. @param {Page} page */
export async function kept(page) {
  await page.getByText('Draft kept').waitFor();
}

/** @param {Page} page @param {string} message */
export async function commit(page, message) {
  await page.getByRole('textbox', { name: 'Commit message' }).fill(message);
  await page.getByRole('button', { name: 'Commit to main' }).click();
}

/** @param {Page} page */
export async function landed(page) {
  await page.getByRole('region', { name: 'Outcome' }).getByText('Committed to main').waitFor();
}

/** The lines that differ between two commits, without what stands around them. */
export function changedLines(git, from, to) {
  return git('diff', '--unified=0', '--no-color', from, to)
    .split('\n')
    .filter((line) => /^[-+](?![-+]{2} )/.test(line));
}
