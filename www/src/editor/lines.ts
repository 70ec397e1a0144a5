/**
 * Carries what was typed back into a text whose line ends may differ.
 *
 * The editor knows lines, not line ends. A line that was not touched keeps
 * its own; a new one gets what most lines of the text have.
 *
 * **Invariant:** equal lines give the equal text, byte for byte.
 */

/** Splits as the editor does: `\r\n`, `\r` and `\n` each end a line. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n?|\n/);
}

export function rejoin(original: string, lines: readonly string[]): string {
  const before = linesOf(original);
  const ends = original.match(/\r\n?|\n/g) ?? [];
  let head = 0;
  const shorter = Math.min(before.length, lines.length);
  while (head < shorter && before[head] === lines[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === lines[lines.length - 1 - tail]) tail += 1;

  const usual = mostOf(ends);
  let text = '';
  for (const [index, line] of lines.entries()) {
    text += line;
    if (index === lines.length - 1) break;
    const after = lines.length - 1 - index;
    const kept = index < head ? ends[index] : after <= tail ? ends[ends.length - after] : undefined;
    text += kept ?? ends[index] ?? usual;
  }
  return text;
}

function mostOf(ends: readonly string[]): string {
  const windows = ends.filter((end) => end === '\r\n').length;
  return windows * 2 > ends.length ? '\r\n' : '\n';
}

/** The least stretch of `before` whose replacement gives `after`. */
export function difference(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly text: string } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from: head, to: before.length - tail, text: after.slice(head, after.length - tail) };
}
