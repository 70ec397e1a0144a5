// Runs the benchmarks in Node and in a browser, beside the packages people use today, and writes tests/bench/RESULTS.md.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { buildPackage } from './build.mjs';
import { serve } from './serve.mjs';
import { setup } from './setup.mjs';
import { Failure, ask, quietly, root, script, step } from './step.mjs';

const mergirafVersion = '0.20.0';

await script(async () => {
  await setup();
  await buildPackage();
  const load = loadavg()[0];
  const places = [
    { name: `Node ${process.versions.node}`, results: await step('Benchmarks in Node', inNode) },
    await step('Benchmarks in the browser', inBrowser),
    { name: 'Native', results: await step('Benchmarks as programs', natively) },
  ];
  const { text, missed } = report(places, load);
  const file = join(root, 'tests', 'bench', 'RESULTS.md');
  writeFileSync(file, text);
  console.log(`\n${text}\nWritten to ${file}`);
  if (missed.length === 0) return 0;
  console.error(`Bars missed:\n${missed.map((line) => `  ${line}`).join('\n')}`);
  return 1;
});

async function inNode() {
  const output = await ask(process.execPath, [join(root, 'tests', 'bench', 'node.mjs')], { showErrors: true });
  if (output === undefined) throw new Failure('The benchmarks did not run in Node; the message stands above.');
  return JSON.parse(output);
}

async function natively() {
  const { mergeNatively } = await import('../tests/bench/native.mjs');
  const said = await ask('cargo', ['bench', '--bench', 'merge', '--no-run', '--message-format', 'json']);
  const messages = (said ?? '').split('\n').filter((line) => line.startsWith('{'));
  const ours = messages.map((line) => JSON.parse(line)).findLast(({ executable }) => executable)?.executable;
  if (ours === undefined) throw new Failure('cargo did not build the program that merges: cargo bench --bench merge');
  return mergeNatively({ ours, mergiraf: await mergiraf() });
}

/** Gives the path of mergiraf, built where it is missing. */
async function mergiraf() {
  const folder = join(root, '.tools', `mergiraf-${mergirafVersion}`);
  const program = join(folder, 'bin', 'mergiraf');
  if (!existsSync(program)) {
    await quietly(`mergiraf ${mergirafVersion}, to compare with`, 'cargo', [
      ...['install', 'mergiraf', '--version', mergirafVersion, '--locked', '--root', folder],
    ]);
  }
  return program;
}

async function inBrowser() {
  const { readCrds } = await import('../tests/bench/crds.mjs');
  const imports = {
    ajv: '/bundle/ajv.js',
    hedgerow: '/pkg/index.js',
    yaml: '/node_modules/yaml/browser/index.js',
    'js-yaml': '/node_modules/js-yaml/dist/js-yaml.mjs',
    'node-diff3': '/node_modules/node-diff3/dist/diff3.mjs',
  };
  const html = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>`;
  const bundle = await bundled('ajv', join(root, 'tests', 'bench', 'ajv.mjs'));
  const folders = ['pkg', 'node_modules', 'tests/bench'].map((name) => [`/${name}/`, join(root, name)]);
  const server = await serve({
    folders: { ...Object.fromEntries(folders), '/bundle/': bundle },
    answers: { '/index.html': html },
  });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.log(`  ${message.text()}`));
    await page.goto(server.url);
    const results = await page.evaluate(async (crds) => {
      const names = ['hedgerow', 'yaml', 'js-yaml', 'node-diff3', 'ajv', '/pkg/engine.js', '/tests/bench/run.mjs'];
      const [hedgerow, yaml, jsYaml, nodeDiff3, { Ajv }, engine, { runBenchmarks }] = await Promise.all(
        names.map((name) => import(name)),
      );
      await hedgerow.init();
      const { memory } = await engine.default();
      const memoryBytes = () => memory.buffer.byteLength;
      const packages = { hedgerow, memoryBytes, yaml, jsYaml, nodeDiff3, Ajv, crds };
      return runBenchmarks(packages, { say: (message) => console.log(`Browser: ${message}`) });
    }, readCrds());
    return { name: `Chromium ${browser.version()}`, results };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Makes a module for browsers of a package that has none. Gives its folder. */
async function bundled(name, entry) {
  const { default: webpack } = await import('webpack');
  const path = join(root, 'target', 'bench-bundle');
  const output = { path, filename: `${name}.js`, library: { type: 'module' } };
  const compiler = webpack({
    mode: 'production',
    entry,
    context: root,
    output,
    experiments: { outputModule: true },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
  });
  if (stats.hasErrors()) throw new Failure(stats.toString('errors-only'));
  return path;
}

function report(places, load) {
  const version = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  const processor = cpus()[0]?.model ?? 'an unknown processor';
  const missed = [];
  const lines = [
    '# Benchmarks',
    '',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${processor}, load ${load.toFixed(1)} at the start.`,
    `Peers: yaml ${version('yaml')}, js-yaml ${version('js-yaml')}, ajv ${version('ajv')}, node-diff3 ${version('node-diff3')}, mergiraf ${mergirafVersion}. They take text, so reading the bytes as text is not counted for them.`,
    'Each time is the least of its runs; every contender has to find the same, in the same process, in turn.',
  ];
  const all = places.flatMap(({ results }) => results);
  for (const benchmark of new Set(all.map(({ name }) => name))) {
    const first = all.find(({ name }) => name === benchmark);
    lines.push(
      '',
      `## ${first.title}`,
      '',
      `${first.input}. Everybody finds ${first.found.toLocaleString('en')} ${first.things}.`,
    );
    for (const place of places) {
      const measured = place.results.find(({ name }) => name === benchmark);
      if (measured === undefined) continue;
      const { rows, bars, facts } = measured;
      const ours = rows[0].leastMs;
      lines.push('', `### ${place.name}`, '', '| | first ms | least ms | median ms | runs | ours is faster by | bar |');
      lines.push('|---|--:|--:|--:|--:|--:|--:|');
      for (const { contender, peer, mostMs, firstMs, leastMs, medianMs, runs } of rows) {
        const bar = bars.find(({ than }) => than === peer)?.times;
        const ratio = leastMs / ours;
        const isMet = leastMs <= (mostMs ?? Infinity) && ratio >= (bar ?? 0);
        const wanted = bar === undefined ? mostMs && `≤ ${mostMs} ms` : `≥ ${bar} ×`;
        const verdict = wanted === undefined ? '' : `${wanted} ${isMet ? 'met' : '**missed**'}`;
        if (mostMs !== undefined && !isMet) {
          missed.push(`${first.title}, ${place.name}: ${leastMs.toFixed(1)} ms, the bar is ${mostMs}`);
        }
        if (bar !== undefined && ratio < bar) {
          missed.push(`${first.title}, ${place.name}: ${ratio.toFixed(1)} times ${peer}, the bar is ${bar}`);
        }
        const numbers = [firstMs, leastMs, medianMs].map((ms) => ms.toFixed(1));
        lines.push(
          `| ${contender} | ${numbers.join(' | ')} | ${runs} | ${peer === undefined ? '' : `${ratio.toFixed(1)} ×`} | ${verdict} |`,
        );
      }
      for (const { what, value, most } of facts) {
        lines.push('', `${value.toFixed(2)} ${what}: ≤ ${most} ${value <= most ? 'met' : '**missed**'}.`);
        if (value > most) missed.push(`${first.title}, ${place.name}: ${value.toFixed(2)} ${what}, the bar is ${most}`);
      }
    }
  }
  return { text: `${lines.join('\n')}\n`, missed };
}
