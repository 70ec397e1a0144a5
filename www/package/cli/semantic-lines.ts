// Finds the lines that ours' side of a semantic conflict would bring, so that markers can stand around them.

import { merge } from '../calls.js';
import type { Choice, Conflict, Content, MergeAnswer, MergeOptions, Range, Versions } from '../engine.js';

/** A conflict with the lines of the content for which ours has other lines. */
type LinedConflict = Conflict & { lines?: Range };

/** More conflicts than these are shown as one, for each costs a merge. */
const mostMerges = 32;

/**
 * Gives each semantic conflict the lines it is about: the content holds
 * theirs without the edit of ours, and ours is what comes in with `both`.
 */
export function markSemantic(
  versions: Versions<Content | null>,
  answer: MergeAnswer,
  options: MergeOptions,
): MergeAnswer {
  const semantic = answer.conflicts.filter(({ kind }) => kind === 'semantic');
  const content = answer.content;
  if (semantic.length === 0 || content === null) return answer;
  const lined = new Map<string, LinedConflict | undefined>();
  for (const together of semantic.length > mostMerges ? [semantic] : semantic.map((conflict) => [conflict])) {
    const choices = together.map((conflict): Choice => ({ conflict: conflict.id, take: 'both' }));
    const both = merge(versions, { ...options, choices }).content;
    const [first, ...rest] = together;
    const lines = both === null ? undefined : changedLines(content, both);
    if (first === undefined || lines === undefined) continue;
    const label = together.map((conflict) => conflict.label).join(', ');
    lined.set(first.id, { ...first, label, lines: lines.range, ours: { present: true, text: lines.text } });
    for (const { id } of rest) lined.set(id, undefined);
  }
  const conflicts = answer.conflicts.map((conflict) => (lined.has(conflict.id) ? lined.get(conflict.id) : conflict));
  return { ...answer, conflicts: conflicts.filter((conflict) => conflict !== undefined) };
}

/** Returns the whole lines in which two texts differ: where they stand in the first, and what the second has. */
function changedLines(before: string, after: string): { range: Range; text: string } | undefined {
  if (before === after) return undefined;
  const [one, two] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < one.length && one[start] === two[start]) start += 1;
  let end = 0;
  const most = Math.min(one.length, two.length) - start;
  while (end < most && one[one.length - 1 - end] === two[two.length - 1 - end]) end += 1;
  const from = one.slice(0, start).join('').length;
  const to = before.length - one.slice(one.length - end).join('').length;
  const position = (offset: number) => ({ offset, line: 1, column: 1 });
  return { range: { start: position(from), end: position(to) }, text: two.slice(start, two.length - end).join('') };
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}
