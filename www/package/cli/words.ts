// Words in sentences, and what was probably meant by a misspelt one.

/** Counts things: `1 error`, `2 errors`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Returns the known word nearest to `word`, if one is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const ranked = known.map((other) => ({ other, distance: distance(word, other) }));
  ranked.sort((one, two) => one.distance - two.distance);
  const [first] = ranked;
  if (first === undefined) return undefined;
  const isStart = word.length > 2 && first.other.startsWith(word);
  return first.distance <= most || isStart
    ? first.other
    : known.find((other) => word.length > 2 && other.startsWith(word));
}

/** Counts the letters to put in, take out, change, or swap with their neighbour. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? 0;
      let least = Math.min(at(1, 1) + (isSame ? 0 : 1), at(1, 0) + 1, (line[column - 1] ?? 0) + 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, at(2, 2) + 1);
      line.push(least);
    }
    rows.push(line);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
