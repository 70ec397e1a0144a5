// The benchmarks: what is done, by whom, and how much faster we have to be. They run alike in Node and in a browser.

import { documents, stream } from './corpus.mjs';

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} [peer] name of the package, where it is not ours
 * @property {() => unknown} work answers what it found; all contenders have to find the same
 */

/**
 * @typedef {object} Benchmark
 * @property {string} name
 * @property {string} title
 * @property {string} input in words
 * @property {Contender[]} contenders ours first
 * @property {{ than: string, times: number }[]} bars
 */

/**
 * @param {{ hedgerow: typeof import('hedgerow'), yaml: typeof import('yaml'), jsYaml: any }} packages
 * @returns {Benchmark[]}
 */
export function benchmarks(packages) {
  return [parsing(packages)];
}

function parsing({ hedgerow, yaml, jsYaml }) {
  const text = stream(documents(5_000));
  const bytes = new TextEncoder().encode(text);
  const comments = text.match(/(?:^|\s)#/g)?.length ?? 0;
  return {
    name: 'parse',
    title: 'Parse 5,000 documents as one file',
    input: `${(bytes.length / 1e6).toFixed(2)} MB, about ${comments.toLocaleString('en')} comments`,
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
