// Runs the tests of tests/wasm, under Node and in a browser without a window.

import { spawn } from 'node:child_process';
import { openBrowser } from './browser.mjs';
import { Failure, root } from './step.mjs';
import { cargoTest, countCargo } from './suite.mjs';
import { target } from './wasm.mjs';

const args = ['--target', target, '--test', 'wasm'];
const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'wasm-bindgen-test-runner' };
const longestMs = 120_000;

/** The suite under Node. */
export function wasmTestsInNode() {
  return cargoTest(args, runner);
}

/**
 * The suite in a browser. The runner serves its test page and we open it:
 * so there is no need for a driver that fits the browser's version.
 */
export async function wasmTestsInBrowser() {
  const browser = await openBrowser();
  try {
    const server = startServer();
    try {
      const page = await browser.newPage();
      await page.goto(await addressOf(server));
      await page.waitForFunction(
        () => document.querySelector('#output')?.textContent.includes('test result:'),
        undefined,
        { timeout: longestMs },
      );
      const text = (await page.locator('#output').textContent()) ?? '';
      console.log(text);
      return countCargo(text);
    } finally {
      stop(server);
    }
  } finally {
    await browser.close();
  }
}

function startServer() {
  return spawn('cargo', ['test', ...args], {
    cwd: root,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...runner,
      WASM_BINDGEN_USE_BROWSER: '1',
      NO_HEADLESS: '1',
      WASM_BINDGEN_TEST_ADDRESS: '127.0.0.1:0',
    },
  });
}

function addressOf(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout.on('data', (data) => {
      output += data;
      const address = /available at (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    server.on('error', reject);
    server.on('close', (code) => reject(new Failure(`the test server ended with code ${code} before it served`)));
  });
}

/** Ends cargo and the runner it started. */
function stop(server) {
  if (server.pid === undefined || server.exitCode !== null) return;
  if (process.platform === 'win32') server.kill();
  else process.kill(-server.pid, 'SIGTERM');
}
