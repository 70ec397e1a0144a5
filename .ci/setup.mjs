// Puts in place what a build or a test needs, and finds it there the next time.
//
// Each part looks first and installs only what is missing, so a second run
// costs well under a second. What is installed for this repository alone goes
// into node_modules/ and .tools/.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from './browser.mjs';
import { Failure, ask, quietly, root, script, which } from './step.mjs';

/** The one version of wasm-bindgen that fits the crate; Cargo.toml pins the same. */
export const bindgenVersion = pinned('wasm-bindgen');

const parts = { rust, npm, bindgen, browser };

/** Makes sure of the named parts. Parts that do not depend on each other are installed at the same time. */
export async function setup(...names) {
  const wanted = names.length === 0 ? Object.keys(parts) : names;
  if (wanted.includes('rust') || wanted.includes('bindgen')) await rust();
  const jobs = wanted.filter((name) => name !== 'rust' && name !== 'browser').map((name) => parts[name]());
  // The browser may come from npm's playwright-core, so it waits for npm where it has to.
  if (wanted.includes('browser')) jobs.push(browser([...jobs]));
  const results = await Promise.allSettled(jobs);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The toolchain of rust-toolchain.toml, its parts and target, and a linker. */
async function rust() {
  const rustup = tool('rustup');
  if (rustup === undefined) {
    throw new Failure('rustup is not installed. Get it from https://rustup.rs and start this again.');
  }
  process.env.PATH = `${join(rustup, '..')}${delimiter}${process.env.PATH}`;
  const text = readFileSync(join(root, 'rust-toolchain.toml'), 'utf8');
  const channel = /channel = "([^"]+)"/.exec(text)?.[1] ?? '';
  const components = list(text, 'components');
  const targets = list(text, 'targets');

  const ofToolchain = ['--toolchain', channel];
  const installed = (await ask(rustup, ['toolchain', 'list'])) ?? '';
  const present =
    installed.split('\n').some((line) => line.startsWith(`${channel}-`)) &&
    hasAll(await ask(rustup, ['component', 'list', '--installed', ...ofToolchain]), components) &&
    hasAll(await ask(rustup, ['target', 'list', '--installed', ...ofToolchain]), targets);
  if (!present) {
    const more = [
      ...components.flatMap((name) => ['--component', name]),
      ...targets.flatMap((name) => ['--target', name]),
    ];
    await quietly(
      `Rust ${channel} with ${[...components, ...targets].join(', ')}`,
      rustup,
      ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update', ...more],
      { hint: 'rustup needs https://static.rust-lang.org.' },
    );
  }
  await linker();
}

/** Rust calls the system's C compiler to link. */
async function linker() {
  if (process.platform === 'win32' || ['cc', 'gcc', 'clang'].some((name) => which(name) !== undefined)) return;
  if (process.platform === 'darwin') {
    throw new Failure('There is no linker. Run `xcode-select --install` and start this again.');
  }
  const installed = await aptInstall('a linker for Rust', ['gcc', 'libc6-dev']);
  if (!installed) throw new Failure('There is no linker. Install gcc with the libc headers and start this again.');
}

/** The packages of package-lock.json, exactly. */
async function npm() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = join(root, 'node_modules', '.hedgerow-lock');
  const wanted = createHash('sha256').update(lock).update(process.version).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await quietly('npm packages', ...npmCommand('ci', '--no-audit', '--no-fund'), {
    hint: 'npm needs its registry; `npm ping` says whether it is reached.',
  });
  writeFileSync(stamp, wanted);
}

/** The command that runs npm itself, also where it is a script of Windows. */
export function npmCommand(...args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return [process.execPath, [cli, ...args]];
  return process.platform === 'win32' ? ['cmd.exe', ['/c', 'npm', ...args]] : ['npm', args];
}

/**
 * wasm-bindgen and its test runner, of exactly the crate's version. They are
 * built without optimization: that takes a fifth of the time, and they have
 * little to do.
 */
async function bindgen() {
  const folder = bindgenFolder();
  const ours = join(folder, 'bin');
  if (process.env.PATH.split(delimiter)[0] === ours) return;
  const fits = async (path) =>
    path !== undefined && ((await ask(path, ['--version'])) ?? '').trim().endsWith(` ${bindgenVersion}`);
  if ((await fits(which('wasm-bindgen'))) && (await fits(which('wasm-bindgen-test-runner')))) return;
  if (!(await fits(join(ours, executable('wasm-bindgen'))))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await quietly(
      `wasm-bindgen ${bindgenVersion}, built by cargo (two minutes, once)`,
      'cargo',
      ['install', '--root', folder, '--version', bindgenVersion, '--profile', 'dev', 'wasm-bindgen-cli'],
      { hint: 'cargo needs https://index.crates.io and https://static.crates.io.' },
    );
  }
  process.env.PATH = `${ours}${delimiter}${process.env.PATH}`;
}

/** A Chromium: one that is there, else from Debian's packages, else Playwright's own. */
async function browser(before) {
  if (findBrowser() !== undefined) return;
  if (await aptInstall('Chromium', ['chromium'])) {
    if (findBrowser() !== undefined) return;
  }
  // Whether npm failed is said by its own step.
  await Promise.allSettled(before);
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js');
  if (!existsSync(cli)) await npm();
  await quietly('Chromium, by Playwright', process.execPath, [cli, 'install', '--only-shell', 'chromium'], {
    env: { PLAYWRIGHT_BROWSERS_PATH: join(root, '.tools', 'browsers') },
    hint: 'Install Chromium or Google Chrome, or set CHROME_BIN to one.',
  });
}

/** Installs Debian packages where that is possible without asking; says whether it did. */
export async function aptInstall(title, packages) {
  const apt = which('apt-get');
  if (apt === undefined) return false;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && (await ask('sudo', ['-n', 'true'])) === undefined) return false;
  const command = (...args) => (isRoot ? [apt, args] : ['sudo', ['-n', apt, ...args]]);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await quietly('Debian package lists', ...command('update', '-qq'), { env });
    await quietly(
      `${title}, from Debian's packages`,
      ...command('install', '-y', '-qq', '--no-install-recommends', ...packages),
      { env },
    );
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function bindgenFolder() {
  return join(root, '.tools', `wasm-bindgen-${bindgenVersion}`);
}

function executable(name) {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** A program on the PATH or where rustup puts its own. */
function tool(name) {
  const home = process.env.CARGO_HOME ?? join(process.env.HOME ?? process.env.USERPROFILE ?? '', '.cargo');
  const usual = join(home, 'bin', executable(name));
  return which(name) ?? (existsSync(usual) ? usual : undefined);
}

function list(text, key) {
  const items = new RegExp(`${key} = \\[([^\\]]*)\\]`).exec(text)?.[1] ?? '';
  return [...items.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

function hasAll(output, names) {
  const lines = (output ?? '').split('\n');
  return names.every((name) => lines.some((line) => line.startsWith(name)));
}

function pinned(crate) {
  const text = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const version = new RegExp(`^${crate} = "=([^"]+)"`, 'm').exec(text)?.[1];
  if (version === undefined) throw new Failure(`Cargo.toml does not pin ${crate} with "="`);
  return version;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    await setup(...process.argv.slice(2));
    console.log('All that is needed is there.');
  });
}
