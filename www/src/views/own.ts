/** Turns what a person wrote as a conflict's value into a choice. */

import type { Choice, Conflict } from '../shapes.js';

export function readOwn(conflict: Conflict, typed: string): Choice {
  const { id, kind, ours, theirs, base } = conflict;
  const sides = [ours, theirs, base].filter(({ present }) => present);
  const scalar = sides.every(({ value }) => value !== undefined && (typeof value !== 'object' || value === null));
  if (kind === 'text' || kind === 'comment' || kind === 'parse' || !scalar) return { conflict: id, text: typed };
  const text = typed.trim();
  // A text that is to stay text on both sides is not made a number by its look.
  if (sides.every(({ value }) => typeof value === 'string')) return { conflict: id, value: text };
  if (/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)) return { conflict: id, value: Number(text) };
  if (text === 'true' || text === 'false') return { conflict: id, value: text === 'true' };
  if (text === 'null' || text === '~' || text === '') return { conflict: id, value: null };
  return { conflict: id, value: text };
}
