// The benchmarks: what is done, by whom, and how much faster we have to be. They run alike in Node and in a browser.

import { documents, stream } from './corpus.mjs';
import { clashing, fabric } from './fabric.mjs';
import { leastOf } from './measure.mjs';
import { merging } from './merging.mjs';

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} [peer] name of the package, where it is not ours
 * @property {() => unknown} work answers what it found; all contenders have to find the same
 * @property {(found: any) => unknown} [answer] reads that out of what the work gives; its time is not counted
 * @property {number} [mostMs] the bar for its least time
 * @property {number} [runs] how often it runs at most, where it takes seconds
 */

/**
 * @typedef {object} Benchmark
 * @property {string} name
 * @property {string} title
 * @property {string} input in words
 * @property {string} things what everybody finds
 * @property {Contender[]} contenders ours first
 * @property {{ than: string, times: number }[]} bars
 * @property {() => { what: string, value: number, most: number }[]} [facts] what is measured otherwise, with the bar
 */

/**
 * @param {object} packages
 * @param {typeof import('hedgerow')} packages.hedgerow
 * @param {() => number} packages.memoryBytes what the engine has taken
 * @param {typeof import('yaml')} packages.yaml
 * @param {any} packages.jsYaml
 * @param {typeof import('node-diff3')} packages.nodeDiff3
 * @param {typeof import('ajv').Ajv} packages.Ajv
 * @param {{ apiVersion: string, kind: string, schema: object }[]} packages.crds schemas of the fabric's kinds
 * @returns {Benchmark[]}
 */
export function benchmarks(packages) {
  // The first one measures memory, so that it is its own.
  return [opening(packages), editing(packages), parsing(packages), ...merging(packages)];
}

function opening({ hedgerow, memoryBytes, yaml, Ajv, crds }) {
  const files = encoded(fabric(5_000));
  const texts = fabric(5_000).map(({ content }) => content);
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const open = (some) => {
    const opened = hedgerow.openFabric(some);
    const { total } = opened.resources({ offset: 0, limit: 0 });
    opened.free();
    return total;
  };
  const ours = { name: 'hedgerow `openFabric`: all rules and references', work: () => open(files), mostMs: 300 };
  const name = 'yaml `parse` and ajv: the schemas of the definitions alone';
  const theirs = {
    name,
    peer: 'yaml and ajv',
    work: () => countValid(texts, { yaml, validators: compiled(Ajv, crds) }),
  };
  return {
    name: 'open',
    title: 'Open a valid fabric of 5,000 resources',
    input: `${files.length.toLocaleString('en')} files, ${(bytes / 1e6).toFixed(2)} MB`,
    things: 'valid resources',
    contenders: crds.length > 0 ? [ours, theirs] : [ours],
    bars: [{ than: 'yaml and ajv', times: 10 }],
    facts: () => {
      const opened = hedgerow.openFabric(files);
      const findings = opened.report().findings.length;
      if (findings > 0) throw new Error(`the fabric of the benchmark has ${findings} findings`);
      const memory = memoryBytes() / 1e6;
      opened.free();
      const [small, large] = [encoded(fabric(1_000)), encoded(fabric(10_000))];
      // In turn, so that a busy moment of the machine meets both.
      const times = [Infinity, Infinity];
      for (let round = 0; round < 8; round += 1) {
        times[0] = Math.min(
          times[0],
          leastOf(4, () => open(small)),
        );
        times[1] = Math.min(
          times[1],
          leastOf(1, () => open(large)),
        );
      }
      const exponent = Math.log(times[1] / times[0]) / Math.log(large.length / small.length);
      const many = [{ path: 'vpcs.yaml', content: new TextEncoder().encode(clashing(65_434)) }];
      const clash = leastOf(4, () => hedgerow.validate(many));
      return [
        { what: 'MB of memory of the engine, the fabric open', value: memory, most: 100 },
        { what: 'growth exponent from 1,000 to 10,000 resources', value: exponent, most: 1.1 },
        { what: 'ms to validate 8.8 MB of 65,434 VPCs that all clash', value: clash, most: 1000 },
      ];
    },
  };
}

function editing({ hedgerow }) {
  const files = encoded(fabric(5_000));
  let opened;
  const { path, content } = files.find((file) => file.path.startsWith('vpcs/'));
  const text = new TextDecoder().decode(content);
  const texts = [text, text.replace('vlan: 1000', 'vlan: 2999')];
  let turn = 0;
  const edit = () => {
    opened ??= hedgerow.openFabric(files);
    turn += 1;
    return opened.replace(path, texts[turn % 2]).findings.length === 0 ? 1 : 0;
  };
  return {
    name: 'edit',
    title: 'Edit a VPC of that fabric',
    input: 'Another VLAN, and back',
    things: 'VPC that is valid',
    contenders: [{ name: 'hedgerow `replace`', work: edit, mostMs: 5 }],
    bars: [],
  };
}

/** What a team would put together: each file parsed, its kind's schema applied, its identity kept. */
function countValid(texts, { yaml, validators }) {
  const seen = new Map();
  let valid = 0;
  for (const text of texts) {
    const object = yaml.parse(text);
    const { apiVersion, kind, metadata } = object;
    seen.set(`${apiVersion}/${kind}/${metadata.namespace ?? 'default'}/${metadata.name}`, object);
    if (validators.get(`${apiVersion}/${kind}`)?.(object) === true) valid += 1;
  }
  return Math.min(valid, seen.size);
}

const compiledOnce = new WeakMap();

/** Compiles the schemas once; that is not counted for anybody. */
function compiled(Ajv, crds) {
  const known = compiledOnce.get(crds);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map(
    crds.map(({ apiVersion, kind, schema }) => [`${apiVersion}/${kind}`, ajv.compile(schema)]),
  );
  compiledOnce.set(crds, validators);
  return validators;
}

function encoded(files) {
  const encoder = new TextEncoder();
  return files.map(({ path, content }) => ({ path, content: encoder.encode(content) }));
}

function parsing({ hedgerow, yaml, jsYaml }) {
  const text = stream(documents(5_000));
  const bytes = new TextEncoder().encode(text);
  const comments = text.match(/(?:^|\s)#/g)?.length ?? 0;
  return {
    name: 'parse',
    title: 'Parse 5,000 documents as one file',
    things: 'documents',
    // To be fair: js-yaml makes all values as it parses, yaml and hedgerow make them when they are asked for.
    input: `${(bytes.length / 1e6).toFixed(2)} MB, about ${comments.toLocaleString('en')} comments. js-yaml makes every value as it parses; yaml and hedgerow make them when asked, and the row with every value says what that costs`,
    contenders: [
      { name: 'hedgerow `parse`, bytes', work: () => hedgerow.parse(bytes).documents.length },
      { name: 'hedgerow `parse`, text', work: () => hedgerow.parse(text).documents.length },
      { name: 'hedgerow `parse` and every value, bytes', work: () => withValues(hedgerow.parse(bytes).documents) },
      { name: 'yaml `parseAllDocuments`', peer: 'yaml', work: () => yaml.parseAllDocuments(text).length },
      { name: 'js-yaml `loadAll`', peer: 'js-yaml', work: () => jsYaml.loadAll(text).length },
    ],
    bars: [
      { than: 'yaml', times: 30 },
      { than: 'js-yaml', times: 4 },
    ],
  };
}

/** Values are made when they are read; whoever wants them all pays for them. */
function withValues(parsed) {
  return parsed.filter(({ value }) => value !== undefined).length;
}
