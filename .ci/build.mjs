// Builds the package into pkg/ and the page into www/dist/.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setup } from './setup.mjs';
import { whenChanged } from './stamp.mjs';
import { Failure, ask, root, run, script, step } from './step.mjs';
import { buildEngine, engineFolder } from './wasm.mjs';

const pkg = join(root, 'pkg');
const bin = 'cli/hedgerow.js';

/** Builds the package, where it has changed. */
export async function buildPackage() {
  await setup('rust', 'npm', 'bindgen');
  await buildEngine();
  const inputs = ['target/engine', 'www/package', '.ci/build.mjs', 'Cargo.toml', 'LICENSE', 'CHANGELOG.md'];
  const settings = ['tsconfig.json', 'tsconfig.package.json', 'package-lock.json'];
  await whenChanged({ name: 'package', inputs: [...inputs, ...settings], output: 'pkg/package.json' }, () =>
    step('Package, into pkg/', async () => {
      rmSync(pkg, { recursive: true, force: true });
      mkdirSync(pkg);
      await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', settings[1]]);
      // Programs, not modules to import.
      const cli = join(pkg, 'cli');
      for (const name of readdirSync(cli).filter((name) => name.endsWith('.d.ts'))) rmSync(join(cli, name));
      chmodSync(join(pkg, bin), 0o755);
      for (const name of ['engine.js', 'engine.d.ts', 'engine-types.d.ts', 'engine_bg.wasm', 'workspace_bg.wasm']) {
        copyFileSync(join(engineFolder, name), join(pkg, name));
      }
      for (const name of ['LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(pkg, name));
      copyFileSync(join(root, 'www', 'package', 'README.md'), join(pkg, 'README.md'));
      writeFileSync(join(pkg, 'package.json'), `${JSON.stringify(await manifest(), undefined, 2)}\n`);
    }),
  );
  linkPackage();
}

/** Builds the page, where it has changed. Needs the package. */
export async function buildPage() {
  const apart = ['dist', 'package', 'netbox'];
  const sources = readdirSync(join(root, 'www')).filter((name) => !apart.includes(name));
  const settings = ['pkg', 'webpack.config.js', 'tsconfig.json', 'package-lock.json'];
  const inputs = [...sources.map((name) => `www/${name}`), ...settings];
  await whenChanged({ name: 'page', inputs, output: 'www/dist/hedgerow.js' }, () =>
    step('Page, into www/dist/', async () => {
      const { default: webpack } = await import('webpack');
      const { default: config } = await import(pathToFileURL(join(root, 'webpack.config.js')).href);
      const stats = await new Promise((resolve, reject) => {
        const compiler = webpack(config({}, { mode: 'production' }));
        compiler.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
      });
      const messages = stats.toString({ preset: 'errors-warnings', colors: process.stdout.isTTY });
      if (messages !== '') console.log(messages);
      if (stats.hasErrors()) throw new Failure('The page does not build; the messages stand above.');
    }),
  );
}

/** Says whether the page is there to be built. */
export function hasPage() {
  return existsSync(join(root, 'www', 'src', 'index.ts'));
}

async function manifest() {
  const metadata = await ask('cargo', ['metadata', '--no-deps', '--format-version', '1']);
  if (metadata === undefined) throw new Failure('cargo metadata failed. Run it by hand to see why.');
  const [crate] = JSON.parse(metadata).packages;
  const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return {
    name: crate.name,
    version: crate.version,
    description: crate.description,
    license: crate.license,
    keywords: ['hedgehog', 'kubernetes', 'yaml', 'merge', 'git', 'webassembly'],
    type: 'module',
    // A bundler may leave out what is not imported; the engine starts only with init().
    sideEffects: false,
    main: './node.js',
    browser: './index.js',
    types: './index.d.ts',
    exports: {
      '.': { browser: entry('index'), node: entry('node'), default: entry('index') },
      './engine_bg.wasm': './engine_bg.wasm',
      './workspace_bg.wasm': './workspace_bg.wasm',
      './package.json': './package.json',
    },
    bin: { hedgerow: bin },
    engines: { node: '>=20' },
    files: readdirSync(pkg).filter((name) => name !== 'package.json'),
  };
}

/** Lets the page, its tests and the benchmarks import the package by its name, as its users do. */
function linkPackage() {
  const link = join(root, 'node_modules', 'hedgerow');
  if (!existsSync(link)) {
    rmSync(link, { force: true });
    symlinkSync(pkg, link, 'junction');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    await buildPackage();
    if (hasPage()) await buildPage();
    console.log('The package is in pkg/. `npm pack ./pkg` makes the tarball.');
  });
}
