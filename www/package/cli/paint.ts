// Colours for terminals, and text that cannot take a terminal over.

/** Writes text in a colour, or as it is. */
export type Paint = Readonly<
  Record<'error' | 'warning' | 'info' | 'faint' | 'strong' | 'added' | 'removed', (text: string) => string>
>;

const codes = { error: '31;1', warning: '33;1', info: '36;1', faint: '2', strong: '1', added: '32', removed: '31' };

/** Paints for a stream: only a terminal is shown colours, and only if nobody asked for none. */
export function paintFor(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): Paint {
  const wanted = stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const paint = (code: string) => (text: string) => (wanted ? `\u{1B}[${code}m${text}\u{1B}[0m` : text);
  return Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, paint(code)])) as unknown as Paint;
}

/** Shows characters that a terminal would obey, or that would turn the writing around, as signs. Tabs become blanks. */
export function plain(text: string): string {
  return text
    .replaceAll('\t', '    ')
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '\u{FFFD}');
}

/** Counts the columns that a text takes on a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const letter of text) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(letter)) continue;
    columns += isWide(letter.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return columns;
}

function isWide(code: number): boolean {
  const ranges = [
    [0x1100, 0x115f],
    [0x2e80, 0xa4cf],
    [0xac00, 0xd7a3],
    [0xf900, 0xfaff],
    [0xfe30, 0xfe6f],
    [0xff00, 0xff60],
    [0xffe0, 0xffe6],
    [0x1f300, 0x1f64f],
    [0x1f680, 0x1f6ff],
    [0x1f900, 0x1faff],
    [0x20000, 0x3fffd],
  ];
  return ranges.some(([from = 0, to = 0]) => code >= from && code <= to);
}
