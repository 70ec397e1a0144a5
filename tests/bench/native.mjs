// Merging as programs of their own: ours, built natively, beside mergiraf, which parses YAML too.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { stream } from './corpus.mjs';
import { measure } from './measure.mjs';
import { about, changes, each } from './merging.mjs';

const count = 250;

/**
 * @param {{ ours: string, mergiraf: string }} programs paths of the programs
 * @returns {Promise<object[]>} results as the other benchmarks have them
 */
export async function mergeNatively(programs) {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-bench-'));
  try {
    const texts = each(count, stream);
    const path = (name) => join(folder, `${name}.yaml`);
    for (const [side, text] of Object.entries(texts)) writeFileSync(path(side), text);
    const [base, ours, theirs] = ['base', 'ours', 'theirs'].map(path);
    const answer = (output) => changes(texts.theirs, readFileSync(output, 'utf8'));
    const contenders = [
      { name: 'hedgerow', work: () => run(programs.ours, [base, ours, theirs, path('a')], path('a')), answer },
      {
        name: 'mergiraf `merge`',
        peer: 'mergiraf',
        runs: 3,
        work: () => run(programs.mergiraf, ['merge', base, ours, theirs, '-o', path('b')], path('b')),
        answer,
      },
    ];
    const measured = await measure(contenders);
    const rows = contenders.map(({ name, peer }, index) => ({ contender: name, peer, ...measured[index] }));
    const bars = [{ than: 'mergiraf', times: 1 }];
    const found = about(count, texts.base.length, 'as programs');
    return [{ ...found, found: rows[0].answer, rows, bars, facts: [] }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(program, options, output) {
  const { status, error, stderr } = spawnSync(program, options, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${program} ended with ${status}: ${stderr}`);
  return output;
}
