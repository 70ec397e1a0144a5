// Times work as the least of many runs: on a shared machine the least is what the work costs, the rest is the neighbours'.

/**
 * Runs `work` at least `leastRuns` times and for `budgetMs`, and gives the
 * times in milliseconds. `work` says what it found, so that nobody is fast by
 * leaving something out; the first answer is given back too.
 */
export async function measure(work, { leastRuns = 5, budgetMs = 2_000 } = {}) {
  const times = [];
  let answer;
  const started = performance.now();
  while (times.length < leastRuns || performance.now() - started < budgetMs) {
    const begun = performance.now();
    const found = await work();
    times.push(performance.now() - begun);
    answer ??= found;
  }
  const sorted = times.toSorted((a, b) => a - b);
  return {
    firstMs: times[0],
    leastMs: sorted[0],
    medianMs: sorted[Math.floor(sorted.length / 2)],
    runs: times.length,
    answer,
  };
}
