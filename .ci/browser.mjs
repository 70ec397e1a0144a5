// Finds a Chromium and opens it without a window.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, which } from './step.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Finds the browser that tests use: CHROME_BIN, one that is installed, or one that the set-up brought. */
export function findBrowser() {
  const named = process.env.CHROME_BIN;
  if (named) {
    if (!existsSync(named)) throw new Failure(`CHROME_BIN is ${named}, which does not exist. Unset or correct it.`);
    return named;
  }
  for (const name of names) {
    const found = which(name);
    if (found !== undefined) return found;
  }
  return usualPlaces.find((path) => existsSync(path)) ?? broughtByPlaywright();
}

/** Opens a browser without a window. The caller closes it. */
export async function openBrowser() {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Failure('There is no Chromium. Run `npm run setup`.');
  const { chromium } = await import('playwright-core');
  // A browser that calls home makes tests wait on a closed network.
  const args = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
  ];
  return chromium.launch({ executablePath, args });
}

function broughtByPlaywright() {
  const folder = join(root, '.tools', 'browsers');
  if (!existsSync(folder)) return undefined;
  const programs = ['chrome-headless-shell', 'headless_shell', 'chrome', 'chrome-headless-shell.exe'];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && programs.includes(entry.name)) return join(entry.parentPath ?? entry.path, entry.name);
  }
  return undefined;
}
