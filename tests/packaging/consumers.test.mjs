// The package, packed and installed as its users get it, works where it says it works.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openBrowser } from '../../.ci/browser.mjs';
import { serve } from '../../.ci/serve.mjs';
import { npmCommand } from '../../.ci/setup.mjs';
import { root } from '../../.ci/step.mjs';

const runFile = promisify(execFile);
const { version } = JSON.parse(readFileSync(join(root, 'pkg', 'package.json'), 'utf8'));

/** A user's folder with the package in its node_modules. */
let consumer;
let browser;

before(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'hedgerow-consumer-'));
  const [npm, packing] = npmCommand('pack', join(root, 'pkg'), '--pack-destination', consumer, '--silent');
  await runFile(npm, packing);
  const tarball = readdirSync(consumer).find((name) => name.endsWith('.tgz'));
  cpSync(join(root, 'tests', 'packaging', 'consumer'), consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  // Offline: the package must need nothing but itself.
  const [, installing] = npmCommand('install', `./${tarball}`, '--offline', '--no-audit', '--no-fund', '--silent');
  await runFile(npm, installing, { cwd: consumer });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(consumer, { recursive: true, force: true });
});

describe('in Node', () => {
  const seenBy = async (how) => {
    const { stdout } = await runFile(process.execPath, ['node.js', ...how], { cwd: consumer });
    return JSON.parse(stdout);
  };
  const good = {
    early: 'not-initialized',
    shared: true,
    init: 'ok',
    again: 'ok',
    misuse: 'bad-request',
    version,
    workspace: 'ok',
    workspaceAgain: 'ok',
  };

  for (const how of ['beside', 'url', 'url-text', 'bytes', 'compiled', 'response', 'response-of-unknown-type']) {
    test(`the engine starts from: ${how}`, async () => {
      assert.deepEqual(await seenBy([how]), good);
    });
  }
  for (const how of ['url', 'bytes']) {
    test(`the part for workspaces starts from: ${how}`, async () => {
      assert.deepEqual(await seenBy(['beside', how]), good);
    });
  }
  for (const how of ['no-file', 'another-wasm']) {
    test(`a part for workspaces that does not start says so: ${how}`, async () => {
      const failed = { workspace: 'load-failed', workspaceAgain: 'load-failed' };
      assert.deepEqual(await seenBy(['beside', how]), { ...good, ...failed });
    });
  }
  for (const how of ['response-of-failure', 'no-wasm', 'no-file', 'another-wasm']) {
    test(`a start that fails says so and can be tried again: ${how}`, async () => {
      assert.deepEqual(await seenBy([how]), { ...good, init: 'load-failed' });
    });
  }
});

test(
  'the command line is installed beside it',
  { skip: process.platform === 'win32' && 'npm starts it otherwise' },
  async () => {
    const program = join(consumer, 'node_modules', '.bin', 'hedgerow');
    const { stdout } = await runFile(program, ['--version']);
    assert.equal(stdout, `${version}\n`);
    writeFileSync(join(consumer, 'one.yaml'), 'a: 1\n');
    const failure = await runFile(program, ['validate', '--part', 'one.yaml'], { cwd: consumer }).catch(
      (error) => error,
    );
    assert.equal(failure.code, 1);
    assert.match(failure.stdout, /^one\.yaml:1:1: error: /);
  },
);

describe('types', () => {
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    test(`they are found and right with module resolution ${moduleResolution}`, async () => {
      const settings = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom,esnext.disposable'];
      const resolution = ['--module', module, '--moduleResolution', moduleResolution];
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const { stdout } = await runFile(process.execPath, [tsc, ...settings, ...resolution, 'types.ts'], {
        cwd: consumer,
      }).catch((error) => error);
      assert.equal(stdout, '');
    });
  }
});

describe('in a page', () => {
  const good = { early: 'not-initialized', version, workspace: 'opened', worker: version };
  const html = (script, head = '') =>
    `<!doctype html><meta charset="utf-8">${head}<body><script type="module" src="${script}"></script>`;
  const policy = (...sources) => ({ 'content-security-policy': `script-src 'self' ${sources.join(' ')}` });

  /** Opens a page that loads `script` from `folder`, and gives back what it saw. */
  async function seenIn(folder, { script = './page.js', head, ...settings } = {}) {
    const server = await serve({
      folders: { '/': folder },
      answers: { '/index.html': html(script, head) },
      ...settings,
    });
    const page = await browser.newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    try {
      await page.goto(server.url);
      const text = await page.locator('#seen').textContent({ timeout: 20_000 });
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`the page showed nothing; its errors: ${problems.join('; ') || 'none'}`, { cause: error });
    } finally {
      await page.close();
      await server.close();
    }
  }

  /** The consumer as files that a browser loads without a bundler: names become addresses. */
  function unbundled() {
    const folder = join(consumer, 'unbundled');
    cpSync(join(consumer, 'node_modules', 'hedgerow'), join(folder, 'hedgerow'), { recursive: true });
    for (const name of ['page.js', 'worker.js', 'workspace.js']) {
      const text = readFileSync(join(consumer, name), 'utf8');
      writeFileSync(join(folder, name), text.replace("'hedgerow'", "'./hedgerow/index.js'"));
    }
    return folder;
  }

  test('a plain module script and a module worker', async () => {
    assert.deepEqual(await seenIn(unbundled()), good);
  });

  test('a server that does not know the type of wasm files', async () => {
    const contentTypes = { '.wasm': 'application/octet-stream' };
    assert.deepEqual(await seenIn(unbundled(), { contentTypes }), good);
  });

  test("a policy with 'wasm-unsafe-eval' and nothing else", async () => {
    assert.deepEqual(await seenIn(unbundled(), { headers: policy("'wasm-unsafe-eval'") }), good);
  });

  test("a policy without 'wasm-unsafe-eval' is named in the error", async () => {
    const { failed } = await seenIn(unbundled(), { headers: policy() });
    assert.equal(failed.isOurs, true);
    assert.equal(failed.code, 'blocked-by-csp');
    assert.match(failed.message, /'wasm-unsafe-eval'/);
  });

  test('the same policy, and a server that does not know the type of wasm files', async () => {
    const contentTypes = { '.wasm': 'application/octet-stream' };
    const { failed } = await seenIn(unbundled(), { headers: policy(), contentTypes });
    assert.equal(failed.code, 'blocked-by-csp');
  });

  test('a missing wasm file is a failed load with its address', async () => {
    const folder = unbundled();
    rmSync(join(folder, 'hedgerow', 'engine_bg.wasm'));
    const { failed } = await seenIn(folder);
    assert.equal(failed.code, 'load-failed');
    assert.match(failed.message, /engine_bg\.wasm.*404/);
  });

  test('without the second wasm file all works but workspaces, which say what is missing', async () => {
    const folder = unbundled();
    rmSync(join(folder, 'hedgerow', 'workspace_bg.wasm'));
    const { workspace, ...seen } = await seenIn(folder);
    assert.deepEqual({ ...seen, workspace: 'opened' }, good);
    assert.match(workspace, /^load-failed: .*workspace_bg\.wasm.*404/);
  });

  test('bundled by webpack', async () => {
    const { default: webpack } = await import('webpack');
    const folder = join(consumer, 'webpack');
    const stats = await new Promise((resolve, reject) => {
      const compiler = webpack({
        mode: 'production',
        context: consumer,
        entry: './page.js',
        output: { path: folder, filename: 'page.js' },
        // The engine's size has a budget of its own.
        performance: { hints: false },
      });
      compiler.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
    });
    assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString({ preset: 'errors-warnings' }));
    assert.deepEqual(await seenIn(folder, { headers: policy("'wasm-unsafe-eval'") }), good);
  });

  test('bundled by Vite', async () => {
    const { build } = await import('vite');
    const outDir = join(consumer, 'vite');
    await build({
      root: consumer,
      base: './',
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: {
        outDir,
        assetsInlineLimit: 0,
        rollupOptions: { input: 'page.js', output: { entryFileNames: 'page.js' } },
      },
    });
    assert.deepEqual(await seenIn(outDir, { headers: policy("'wasm-unsafe-eval'") }), good);
  });
});
