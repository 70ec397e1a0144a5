// A Node program that uses the package. Its argument says how the engine is given; it prints what it saw.

import { readFile } from 'node:fs/promises';
import { HedgerowError, init, openWorkspace, version } from 'hedgerow';
import { workspaceOptions } from './workspace.js';

const file = new URL(import.meta.resolve('hedgerow/engine_bg.wasm'));

const modules = {
  beside: async () => undefined,
  url: async () => file,
  'url-text': async () => file.href,
  bytes: async () => readFile(file),
  compiled: async () => WebAssembly.compile(await readFile(file)),
  response: async () => new Response(await readFile(file), { headers: { 'content-type': 'application/wasm' } }),
  'response-of-unknown-type': async () => new Response(await readFile(file)),
  'response-of-failure': async () => new Response('gone', { status: 410 }),
  'another-wasm': async () => Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
  'no-wasm': async () => new TextEncoder().encode('this is no WebAssembly'),
  'no-file': async () => new URL('./there-is-no-such-file.wasm', import.meta.url),
};

const part = new URL(import.meta.resolve('hedgerow/workspace_bg.wasm'));

const parts = {
  beside: async () => undefined,
  url: async () => part,
  bytes: async () => readFile(part),
  'no-file': async () => new URL('./there-is-no-such-file.wasm', import.meta.url),
  'another-wasm': async () => readFile(file),
};

const seen = { early: await codeOf(() => version()) };
const module = await modules[process.argv[2]]();
const workspace = await parts[process.argv[3] ?? 'beside']();
const [first, second] = [init({ module, workspace }), init()];
seen.shared = first === second;
seen.init = await codeOf(() => first);
seen.again = await codeOf(() => init());
seen.misuse = await codeOf(() => init({ modul: module }));
seen.version = version();
seen.workspace = await codeOf(() => openWorkspace(workspaceOptions));
seen.workspaceAgain = await codeOf(() => openWorkspace(workspaceOptions));
console.log(JSON.stringify(seen));

async function codeOf(call) {
  try {
    await call();
    return 'ok';
  } catch (error) {
    return error instanceof HedgerowError ? error.code : `not ours: ${error}`;
  }
}
