// Runs all benchmarks where it is called, in Node or in a page, and answers with numbers.

import { benchmarks } from './benchmarks.mjs';
import { measure } from './measure.mjs';

export async function runBenchmarks(packages, { say = () => {} } = {}) {
  await packages.hedgerow.init();
  const results = [];
  for (const { name, title, input, things, contenders, bars, facts } of benchmarks(packages)) {
    say(title);
    const measuredFacts = facts?.() ?? [];
    const measured = await measure(contenders);
    const rows = contenders.map(({ name: contender, peer, mostMs }, index) => ({
      contender,
      peer,
      mostMs,
      ...measured[index],
    }));
    const [ours] = rows;
    for (const { contender, answer } of rows) {
      if (answer !== ours.answer) throw new Error(`${contender} found ${answer}, ${ours.contender} ${ours.answer}`);
    }
    results.push({ name, title, input, things, found: ours.answer, rows, bars, facts: measuredFacts });
  }
  return results;
}
