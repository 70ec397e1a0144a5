// Patterns of paths, for shells that hand them on as they are: `*`, `**`, `?`, `[a-c]`, `{one,two}`.

import { Problem } from './problem.js';

const magic = /[*?[{]/;

/** Returns the folder that all matches lie in; nothing if this is no pattern. */
export function patternBase(pattern: string): string | undefined {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => magic.test(part));
  if (first === -1) return undefined;
  const base = parts.slice(0, first).join('/');
  if (base === '') return pattern.startsWith('/') ? '/' : '.';
  return base;
}

/** Makes the test whether a path, with `/` between its parts, fits a pattern. */
export function matcher(pattern: string): (path: string) => boolean {
  const wanted = normal(pattern);
  const expression = compiled(alternatives(wanted).map(translated).join('|'), pattern);
  return (path) => expression.test(normal(path));
}

function compiled(written: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${written})$`, 'u');
  } catch {
    throw new Problem(
      `\`${pattern}\` is no pattern: what stands in its brackets is no range of letters. Write \`[a-z]\`.`,
    );
  }
}

/** Leaves out `./` and doubled slashes. */
function normal(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/').replaceAll(/(^|\/)(?:\.\/)+/g, '$1');
}

/** Multiplies `{one,two}` out. */
function alternatives(pattern: string): string[] {
  const found = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const before = pattern.slice(0, found.index);
  const after = pattern.slice(found.index + found[0].length);
  return (found[1] ?? '').split(',').flatMap((part) => alternatives(before + part + after));
}

function translated(pattern: string): string {
  const parts = pattern.split('/');
  const written = parts.map((part, at) => {
    if (part !== '**') return at === parts.length - 1 ? segment(part) : `${segment(part)}/`;
    return at === parts.length - 1 ? '.*' : '(?:[^/]+/)*';
  });
  return `(?:${written.join('')})`;
}

function segment(part: string): string {
  const pieces = part.matchAll(/\*+|\?|\[[!^]?\]?[^\]]*\]|[\s\S]/gu);
  return Array.from(pieces, ([piece]) => {
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length < 3 || !piece.startsWith('[')) return escaped(piece);
    const isNot = piece[1] === '!' || piece[1] === '^';
    const letters = piece.slice(isNot ? 2 : 1, -1).replaceAll(/[\\[\]^&~|]/g, '\\$&');
    return `[${isNot ? '^/' : ''}${letters}]`;
  }).join('');
}

function escaped(letter: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter;
}
