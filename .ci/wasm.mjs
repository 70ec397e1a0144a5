// Builds the engine: Rust to WebAssembly, its glue to JavaScript, then smaller and faster.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { glue, split } from './split.mjs';
import { whenChanged } from './stamp.mjs';
import { quietly, root, run, step } from './step.mjs';

/** Where the engine lies once it is built: engine.js, engine.d.ts, engine-types.d.ts, engine_bg.wasm, workspace_bg.wasm. */
export const engineFolder = join(root, 'target', 'engine');

export const target = 'wasm32-unknown-unknown';

// What rustc and the crate use of WebAssembly beyond its first version.
const features = [
  'bulk-memory',
  'bulk-memory-opt',
  'call-indirect-overlong',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
  'simd',
];

// Measured: inlining and what `simplify-locals` makes compress worse and are no faster (-O3 is 8 % more with brotli).
const passes = ['-O1', '--shrink-level=2', '--skip-pass=simplify-locals'];

const secondType = `/** Both modules name it in an export. */
export const build: string;

/** Starts the second module beside the engine, which has to run. */
export function startSecond(module: WebAssembly.Module): Promise<void>;
`;

/** Builds the engine, where it has changed. Needs rust, npm and bindgen of the set-up. */
export async function buildEngine() {
  await step('Engine, Rust to WebAssembly', () => run('cargo', ['build', '--release', '--lib', '--target', target]));
  const built = `target/${target}/release/hedgerow.wasm`;
  const inputs = [built, '.ci/wasm.mjs', '.ci/split.mjs', 'Cargo.toml', 'package-lock.json'];
  await whenChanged({ name: 'engine', inputs, output: 'target/engine/engine-types.d.ts' }, async () => {
    const raw = join(root, 'target', 'engine-raw');
    mkdirSync(raw, { recursive: true });
    mkdirSync(engineFolder, { recursive: true });
    await quietly('Engine, its JavaScript and types', 'wasm-bindgen', [
      join(root, built),
      ...['--target', 'web', '--out-dir', raw, '--out-name', 'engine', '--omit-default-module-path'],
    ]);
    const binaryen = (tool, ...args) =>
      quietly(`Engine, ${tool}`, process.execPath, [
        join(root, 'node_modules', 'binaryen', 'bin', tool),
        ...args,
        ...features.map((name) => `--enable-${name}`),
      ]);
    const text = join(raw, 'engine.wat');
    const halves = { first: join(raw, 'first.wat'), second: join(raw, 'second.wat') };
    await binaryen('wasm-dis', join(raw, 'engine_bg.wasm'), '-o', text);
    const parts = split({ source: text, ...halves });
    const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];
    await binaryen('wasm-opt', halves.first, '-o', join(engineFolder, 'engine_bg.wasm'), ...passes, ...strip);
    await binaryen('wasm-opt', halves.second, '-o', join(engineFolder, 'workspace_bg.wasm'), ...passes, ...strip);
    writeFileSync(join(engineFolder, 'engine.js'), glue(readFileSync(join(raw, 'engine.js'), 'utf8'), parts));
    const types = readFileSync(join(raw, 'engine.d.ts'), 'utf8');
    writeFileSync(join(engineFolder, 'engine.d.ts'), `${types}\n${secondType}`);
    await writeTypeList();
  });
}

/** Lists the types of the engine's calls, so that the package exports them all, and none of wasm-bindgen's own. */
async function writeTypeList() {
  const { default: ts } = await import('typescript');
  const path = join(engineFolder, 'engine.d.ts');
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const ofBindgen = ['InitInput', 'InitOutput', 'SyncInitInput'];
  const names = file.statements
    .filter(
      (statement) =>
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement),
    )
    .map((statement) => statement.name.text)
    .filter((name) => !ofBindgen.includes(name))
    .toSorted();
  const list = names.map((name) => `  ${name},\n`).join('');
  writeFileSync(
    join(engineFolder, 'engine-types.d.ts'),
    names.length === 0 ? 'export {};\n' : `export type {\n${list}} from './engine.js';\n`,
  );
}
