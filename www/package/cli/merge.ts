// `hedgerow merge`: three versions of a file into one, also for Git as a merge driver.

import { rm, writeFile } from 'node:fs/promises';
import { markers, merge, parse } from '../calls.js';
import type { Conflict, MergeAnswer, MergeOptions, Side, Versions } from '../engine.js';
import { HedgerowError } from '../error.js';
import { readArguments } from './arguments.js';
import type { Outcome, Terminal } from './command.js';
import { kindOf, readBytes, slashed } from './files.js';
import { plain } from './paint.js';
import { Problem, reasonOf } from './problem.js';
import { nameOf, showFinding } from './report-human.js';
import { markSemantic } from './semantic-lines.js';
import { Texts, decode, encodeLike, isText } from './texts.js';
import { count, nearest } from './words.js';

type Bytes = Versions<Uint8Array | null>;

const policies = [
  ...['careful', 'draft-first', 'git-first'],
  ...['gui_wins', 'github_wins', 'timestamp_wins', 'user_guided', 'merge', 'manual'],
] as const;

export async function runMerge(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const given = readArguments(words, { command: 'merge', flags: ['json'], values: ['path', 'policy', 'output'] });
  const [base, ours, theirs, ...more] = given.operands;
  if (base === undefined || ours === undefined || theirs === undefined || more.length > 0) {
    throw new Problem('`hedgerow merge` takes three files: `hedgerow merge BASE OURS THEIRS`.');
  }
  const versions = {
    base: withoutMarkers(await readSide(base)),
    ours: await readSide(ours),
    theirs: await readSide(theirs),
  };
  const output = given.value('output');
  const path = slashed(given.value('path') ?? (theirs === '-' ? 'the file' : theirs));
  const options: MergeOptions = { path, ...policyOption(given.value('policy')) };
  const answer = asked(() => merge(versions, options));
  const result = resultOf(versions, answer, options);
  if (output !== undefined) await write(output, result.bytes);
  const out = given.has('json') ? `${JSON.stringify(answer, undefined, 2)}\n` : outputOf(result.bytes, output);
  const target = output === undefined ? 'standard output' : (given.value('path') ?? output);
  return { code: result.isClean ? 0 : 1, out, notes: notesOf({ versions, answer, result, path, target }, terminal) };
}

/** A merge that is written. */
interface Written {
  versions: Bytes;
  answer: MergeAnswer;
  result: Result;
  path: string;
  target: string;
}

/** What is written, and how it came about. */
interface Result {
  /** The bytes of the merged file; nothing if it is gone. */
  bytes: Uint8Array | null;
  isClean: boolean;
  /** Whether a side is no text, so that no markers can be written. */
  isBinary: boolean;
}

function resultOf(versions: Bytes, answer: MergeAnswer, options: MergeOptions): Result {
  const { base, ours, theirs } = versions;
  if ([base, ours, theirs].some((side) => side !== null && !isText(side))) {
    // As Git does with what it cannot read: whoever changed it, else ours and a conflict.
    const taken = same(ours, base) ? theirs : ours;
    return { bytes: taken, isClean: same(ours, base) || same(theirs, base) || same(ours, theirs), isBinary: true };
  }
  const isClean = answer.type === 'clean';
  const text = isClean ? answer.content : markers(markSemantic(versions, answer, options));
  const bytes = text === null ? null : encodeLike(text, theirs ?? ours ?? new Uint8Array());
  return { bytes, isClean, isBinary: false };
}

async function readSide(path: string): Promise<Uint8Array | null> {
  // What Git and diff write for a file that is not there.
  if (path === '/dev/null' || (process.platform === 'win32' && path.toUpperCase() === 'NUL')) return null;
  if ((await kindOf(path === '-' ? '.' : path)) === 'folder' && path !== '-') {
    throw new Problem(
      `\`${path}\` is a folder; \`hedgerow merge\` takes files. Merge the files one by one, or let Git call it.`,
    );
  }
  return readBytes(path);
}

/**
 * Undoes conflicts in a base: Git merges the bases of branches that merged
 * each other first, and keeps the markers. What was before them stays.
 */
function withoutMarkers(base: Uint8Array | null): Uint8Array | null {
  if (base === null || !isText(base)) return base;
  const text = decode(base);
  const hunk = /^<<<<<<< ours: .*\r?\n[^]*?^\|{7} base\r?\n([^]*?)^=======\r?\n[^]*?^>>>>>>> theirs(?:\r?\n|$)/gmu;
  const before = text.replaceAll(hunk, '$1');
  return before === text ? base : encodeLike(before, base);
}

async function write(output: string, bytes: Uint8Array | null): Promise<void> {
  try {
    if (bytes === null) await rm(output, { force: true });
    else await writeFile(output, bytes);
  } catch (error) {
    throw new Problem(`\`${output}\` cannot be written: ${reasonOf(error)}.`);
  }
}

function outputOf(bytes: Uint8Array | null, output: string | undefined): string | Uint8Array {
  return output === undefined && bytes !== null ? bytes : '';
}

function policyOption(policy: string | undefined): Pick<MergeOptions, 'policies'> {
  if (policy === undefined) return {};
  const known = policies.find((name) => name === policy);
  if (known !== undefined) return { policies: known };
  const near = nearest(policy, policies);
  const hint = near === undefined ? `The policies: ${policies.join(', ')}.` : `Did you mean \`${near}\`?`;
  throw new Problem(`There is no policy \`${policy}\`. ${hint}`);
}

function notesOf({ versions, answer, result, path, target }: Written, terminal: Terminal): string[] {
  const paint = terminal.notePaint;
  const shown = plain(path);
  if (result.isBinary) {
    if (result.isClean) return [];
    return [
      `${shown}: both sides changed it, and it is no text, so ours was kept as it is. Take theirs, or ours, in whole.`,
    ];
  }
  const texts = new Texts([]);
  const findings = answer.findings.filter(({ severity }) => severity !== 'info');
  const notes = findings.map((finding) => showFinding(finding, texts, paint).trimEnd());
  if (result.isClean) return notes;
  const conflicts = answer.conflicts.map((conflict) => {
    const line = conflict.kind === 'parse' ? unreadable(versions) : conflictLine(conflict);
    return `${paint.error('conflict')}: ${line}`;
  });
  const many = count(answer.conflicts.length, 'conflict');
  return [
    ...notes,
    ...conflicts,
    `${shown}: ${many}, marked in ${target}. Decide between the markers, and take them out.`,
  ];
}

function conflictLine({ kind, label, resource, base, ours, theirs }: Conflict): string {
  const where =
    resource === undefined || label.includes(resource.name) ? plain(label) : `${nameOf(resource)}, ${plain(label)}`;
  if (kind === 'semantic') return `${where} [${kind}]`;
  return `${where}: ours ${sideText(ours)}, theirs ${sideText(theirs)}, before ${sideText(base)} [${kind}]`;
}

/** Says which sides cannot be read, and why: the reason that lines were merged, not fields. */
function unreadable(versions: Bytes): string {
  const reasons = (['base', 'ours', 'theirs'] as const).flatMap((side) => {
    const content = versions[side];
    const errors = content === null ? [] : parse(content).findings.filter(({ severity }) => severity === 'error');
    return errors.slice(0, 1).map(({ message, range }) => `${side} line ${range?.start.line ?? 1}: ${plain(message)}`);
  });
  return `not all can be read as YAML; ${reasons.join('; ')} [parse]`;
}

function sideText({ present, text }: Side): string {
  if (!present) return 'has nothing';
  const short = plain((text ?? '').split(/\r?\n/, 1)[0] ?? '');
  const isLong = short.length > 60 || /\n./.test(text ?? '');
  return `\`${short.slice(0, 60)}${isLong ? '…' : ''}\``;
}

function same(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}

function asked<Answer>(call: () => Answer): Answer {
  try {
    return call();
  } catch (error) {
    if (error instanceof HedgerowError && error.code === 'bad-request') throw new Problem(`${error.message}.`);
    throw error;
  }
}
