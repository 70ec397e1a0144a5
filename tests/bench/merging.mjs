// Merging three ways, in one file and in many, beside a merge of lines.

import { stream } from './corpus.mjs';
import { leastOf } from './measure.mjs';
import { versions } from './versions.mjs';

const sides = ['base', 'ours', 'theirs'];

/** @returns {import('./benchmarks.mjs').Benchmark[]} */
export function merging(packages) {
  return [
    oneFile(packages, 250, 20),
    oneFile(packages, 1_000, 80),
    manyFiles(packages, 250, 20),
    manyFiles(packages, 1_000, 80),
  ];
}

function oneFile({ hedgerow, nodeDiff3 }, count, mostMs) {
  const texts = each(count, stream);
  const bytes = each(count, (documents) => encode(stream(documents)));
  const ours = {
    name: 'hedgerow `merge`',
    mostMs,
    work: () => hedgerow.merge(bytes),
    answer: (merged) => changes(texts.theirs, contentOf(merged)),
  };
  const lines = {
    // It knows lines alone: all that both sides changed is a conflict to it.
    name: 'node-diff3 `diff3Merge`, lines: it asks about every one of the changes',
    peer: 'node-diff3',
    runs: 2,
    work: () => nodeDiff3.diff3Merge(texts.ours, texts.base, texts.theirs, { stringSeparator: '\n' }),
    answer: (parts) => parts.filter(({ conflict }) => conflict !== undefined).length,
  };
  return {
    ...about(count, bytes.base.length, 'one file'),
    // It compares every line with every other: 1,000 documents take it minutes.
    contenders: count > 250 ? [ours] : [ours, lines],
    bars: [{ than: 'node-diff3', times: 1 }],
    facts: () => (count > 250 ? [growth(hedgerow, count)] : []),
  };
}

function manyFiles({ hedgerow }, count, mostMs) {
  const files = each(count, (documents) =>
    documents.map((text, index) => ({ path: `managed/${index}.yaml`, content: encode(text) })),
  );
  const size = files.base.reduce((sum, { content }) => sum + content.length, 0);
  const work = () => hedgerow.mergeFiles(files);
  const answer = (merged) => clean(merged).files.length;
  const ours = { name: 'hedgerow `mergeFiles`', mostMs, work, answer };
  return { ...about(count, size, 'a file each'), contenders: [ours], bars: [] };
}

/** What a benchmark of merging is called. */
export function about(count, size, how) {
  const documents = count.toLocaleString('en');
  return {
    name: `merge ${count}, ${how}`,
    title: `Merge ${documents} documents, ${how}`,
    input: `${(size / 1e3).toFixed(0)} KB; both sides changed every fifth document`,
    things: 'changes of ours brought to theirs',
  };
}

/** How the time grows from a size to the fivefold. */
function growth(hedgerow, count) {
  const [small, large] = [count, 5 * count].map((size) => each(size, (documents) => encode(stream(documents))));
  const times = [leastOf(12, () => hedgerow.merge(small)), leastOf(6, () => hedgerow.merge(large))];
  const value = Math.log(times[1] / times[0]) / Math.log(large.base.length / small.base.length);
  return { what: `growth exponent to ${(large.base.length / 1e6).toFixed(1)} MB`, value, most: 1.1 };
}

/** Makes something of the documents of each version. */
export function each(count, make) {
  const all = versions(count);
  return Object.fromEntries(sides.map((side) => [side, make(all[side])]));
}

function encode(text) {
  return new TextEncoder().encode(text);
}

function clean(answer) {
  if (answer.type !== 'clean') throw new Error(`the merge of the benchmark asks ${answer.conflicts.length} times`);
  return answer;
}

function contentOf(answer) {
  return clean(answer).content;
}

/** Counts the lines that differ: no line comes or goes in these versions. */
export function changes(before, after) {
  const lines = before.split('\n');
  return after.split('\n').filter((line, index) => line !== lines[index]).length;
}
