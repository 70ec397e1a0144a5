// Times work as the least of many runs: on a shared machine the least is what the work costs, the rest is the neighbours'.

/** Gives the least time of some runs in milliseconds. */
export function leastOf(runs, work) {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    work();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}

/**
 * Runs the contenders in turn, round after round, so that a busy moment of the
 * machine meets all of them. In a round each runs at least once and for about
 * `turnMs`. Gives the times of each in milliseconds, and what it found first:
 * nobody is to be fast by leaving something out.
 */
export async function measure(contenders, { rounds = 6, turnMs = 400 } = {}) {
  const rows = contenders.map(({ work, runs = Infinity, answer = (found) => found }) => {
    return { work, most: runs, read: answer, times: [], answer: undefined };
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows.filter(({ most, times }) => times.length < most)) {
      const started = performance.now();
      do {
        const begun = performance.now();
        const found = row.work();
        row.times.push(performance.now() - begun);
        row.answer ??= row.read(found);
        // Between runs the program lives on, as it would elsewhere: what is no longer used can be freed.
        await new Promise((resolve) => setTimeout(resolve));
      } while (performance.now() - started < turnMs);
    }
  }
  return rows.map(({ times, answer }) => {
    const sorted = times.toSorted((a, b) => a - b);
    const medianMs = sorted[Math.floor(sorted.length / 2)];
    return { firstMs: times[0], leastMs: sorted[0], medianMs, runs: times.length, answer };
  });
}
