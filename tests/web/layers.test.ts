import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const source = join(process.cwd(), 'www', 'src');

/** Folder or file, and what it may use. What is in the first column may use what is in its own folder. */
const LAYERS: readonly (readonly [string, readonly string[]])[] = [
  ['shapes', []],
  ['engine', ['shapes']],
  ['git/', []],
  ['protocol', ['engine']],
  ['serve', ['engine', 'git/', 'protocol']],
  ['client', ['engine', 'protocol']],
  ['store/', ['engine', 'shapes']],
  ['views/', ['engine', 'shapes', 'store/']],
  ['editor/', ['shapes']],
];

function layerOf(file: string): readonly [string, readonly string[]] | undefined {
  return LAYERS.find(([name]) => file === `${name}.ts` || (name.endsWith('/') && file.startsWith(name)));
}

test('no part of the page uses one to its right', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 20);
  for (const file of files) {
    const layer = layerOf(file);
    if (layer === undefined) continue;
    const [name, allowed] = layer;
    for (const [, path] of readFileSync(join(source, file), 'utf8').matchAll(/from '(\.[^']*)'/g)) {
      const used = join(file, '..', path ?? '')
        .replaceAll('\\', '/')
        .replace(/\.js$/, '');
      const fits = [name, ...allowed].some((each) => used === each || (each.endsWith('/') && used.startsWith(each)));
      assert.ok(fits, `${file} uses ${used}`);
    }
  }
});

test('views and store know no network, storage or worker', () => {
  for (const folder of ['views', 'store', 'editor']) {
    for (const file of readdirSync(join(source, folder))) {
      const text = readFileSync(join(source, folder, file), 'utf8');
      assert.doesNotMatch(
        text,
        /\b(fetch|XMLHttpRequest|localStorage|sessionStorage|indexedDB|Worker)\b *[(.]/,
        `${folder}/${file}`,
      );
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML/, `${folder}/${file}`);
    }
  }
});
