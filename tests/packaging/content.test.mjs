// What is in the package, and how big it and the page are.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../../.ci/step.mjs';

const pkg = join(root, 'pkg');
const page = join(root, 'www', 'dist');
const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
const crate = readFileSync(join(root, 'Cargo.toml'), 'utf8');

// What every user waits for, and what only a workspace fetches.
const engineBudgetBytes = 350_000;
const workspaceBudgetBytes = 150_000;
const pageBudgetBytes = 250_000;

test('the package has the name and version of the crate', () => {
  assert.equal(manifest.name, 'hedgerow');
  assert.equal(manifest.version, /^version = "([^"]+)"/m.exec(crate)?.[1]);
});

test('the package needs nothing at run time', () => {
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    assert.equal(manifest[kind], undefined);
  }
  assert.equal(manifest.scripts, undefined);
});

test('the package has its papers', () => {
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) assert.ok(existsSync(join(pkg, name)), name);
  assert.equal(manifest.license, 'Apache-2.0');
});

test('every entry point is there, as a module with types', () => {
  assert.equal(manifest.type, 'module');
  const entries = Object.values(manifest.exports['.']);
  assert.ok(entries.length >= 3);
  for (const { types, default: script } of entries) {
    assert.ok(existsSync(join(pkg, types)), types);
    assert.ok(existsSync(join(pkg, script)), script);
  }
});

test('the browser and the Node entry export the same names', async () => {
  const [browser, node] = await Promise.all(['index.js', 'node.js'].map((name) => import(join(pkg, name))));
  assert.deepEqual(Object.keys(browser).toSorted(), Object.keys(node).toSorted());
  assert.ok(Object.keys(node).includes('init'));
});

test('scripts end in .js, which every server knows', () => {
  const endings = new Set(readdirSync(pkg, { recursive: true }).map((name) => extname(name)));
  assert.ok(endings.has('.js'));
  assert.ok(!endings.has('.mjs') && !endings.has('.cjs'));
});

test('no script of the package evaluates text', () => {
  const scripts = readdirSync(pkg, { recursive: true }).filter((name) => name.endsWith('.js'));
  for (const name of scripts) {
    assert.doesNotMatch(readFileSync(join(pkg, name), 'utf8'), /\beval\(|new Function\(/, name);
  }
});

for (const [name, budget] of [
  ['engine_bg.wasm', engineBudgetBytes],
  ['workspace_bg.wasm', workspaceBudgetBytes],
]) {
  test(`${name} keeps its budget`, (t) => {
    const wasm = readFileSync(join(pkg, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    const size = brotliCompressSync(wasm, { params }).length;
    t.diagnostic(`${wasm.length} bytes, ${size} with brotli, budget ${budget}`);
    assert.ok(size <= budget, `${size} bytes`);
  });
}

test('the page keeps its budget, engine apart', { skip: existsSync(page) ? false : 'there is no page yet' }, (t) => {
  const endings = ['.html', '.css', '.js'];
  const files = readdirSync(page, { recursive: true }).filter((name) => endings.includes(extname(name)));
  assert.ok(files.length > 2);
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(page, name)), { level: 9 }).length, 0);
  t.diagnostic(`page: ${files.length} files, ${size} bytes with gzip, budget ${pageBudgetBytes}`);
  assert.ok(size <= pageBudgetBytes, `${size} bytes`);
});
