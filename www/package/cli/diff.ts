// `hedgerow diff`: what differs between two files or folders, resource by resource.

import { diff, parse } from '../calls.js';
import type { DiffAnswer, Finding, Json, LeafChange, ResourceChange } from '../engine.js';
import { readArguments } from './arguments.js';
import type { Outcome, Terminal } from './command.js';
import { type DiskFile, kindOf, readBytes, readFolder, shown, slashed } from './files.js';
import { type Paint, plain } from './paint.js';
import { Problem } from './problem.js';
import { nameOf, showFinding } from './report-human.js';
import { Texts } from './texts.js';
import { count } from './words.js';

/** One of the two states. */
interface State {
  name: string;
  files: DiskFile[];
}

export async function runDiff(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const given = readArguments(words, { command: 'diff', flags: ['json'] });
  const [old, now, ...more] = given.operands;
  if (old === undefined || now === undefined || more.length > 0) {
    throw new Problem('`hedgerow diff` takes two files, or two folders: `hedgerow diff OLD NEW`.');
  }
  const [before, after] = await readStates(old, now);
  const answer = diff(before.files, after.files);
  const broken = [...errorsOf(before), ...errorsOf(after)];
  const notes = broken.map(({ finding, texts }) => showFinding(finding, texts, terminal.notePaint).trimEnd());
  if (broken.length > 0 && answer.changes.length === 0 && !isSame(before, after)) {
    throw new Problem(
      [...notes, 'What is no YAML cannot be compared. Mend it, or compare the files as text.'].join('\n'),
    );
  }
  const out = given.has('json') ? `${JSON.stringify(answer, undefined, 2)}\n` : human(answer, terminal.paint);
  return { code: answer.changes.length === 0 ? 0 : 1, out, notes };
}

async function readStates(old: string, now: string): Promise<[State, State]> {
  const [oldKind, nowKind] = [await kindOfState(old), await kindOfState(now)];
  if (oldKind !== nowKind) {
    const [folder, file] = oldKind === 'folder' ? [old, now] : [now, old];
    throw new Problem(`\`${folder}\` is a folder and \`${file}\` is a file. Name two folders, or two files.`);
  }
  if (oldKind === 'folder') {
    return [
      { name: slashed(old), files: await readFolder(old) },
      { name: slashed(now), files: await readFolder(now) },
    ];
  }
  // Two files are two versions of one, whatever they are called.
  const path = shown(now === '-' ? old : now);
  return [
    { name: '', files: [{ path, content: await readBytes(old) }] },
    { name: '', files: [{ path, content: await readBytes(now) }] },
  ];
}

async function kindOfState(path: string): Promise<'file' | 'folder'> {
  if (path === '-') return 'file';
  return (await kindOf(path)) === 'folder' ? 'folder' : 'file';
}

/** Returns what keeps the files of a state from being read whole. */
function errorsOf({ name, files }: State): { finding: Finding; texts: Texts }[] {
  return files.flatMap(({ path, content }) => {
    const named = name === '' ? path : `${name.replace(/\/$/, '')}/${path}`;
    const errors = parse(content, { path: named }).findings.filter(({ severity }) => severity === 'error');
    const texts = new Texts([{ path: named, content }]);
    return errors.map((finding) => ({ finding, texts }));
  });
}

function isSame(before: State, after: State): boolean {
  return (
    before.files.length === after.files.length &&
    before.files.every((file, at) => {
      const other = after.files[at];
      return file.path === other?.path && Buffer.compare(file.content, other.content) === 0;
    })
  );
}

function human({ changes }: DiffAnswer, paint: Paint): string {
  if (changes.length === 0) return 'No differences.\n';
  const kinds = ['changed', 'added', 'removed', 'moved'] as const;
  const numbers = kinds.map((kind) => [kind, changes.filter(({ type }) => type === kind).length] as const);
  const sums = numbers
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${count(number, 'resource')} ${kind}`);
  return `${changes.map((change) => showChange(change, paint)).join('')}\n${sums.join(', ')}.\n`;
}

function showChange(change: ResourceChange, paint: Paint): string {
  const { type, resource, before, after, leaves } = change;
  const name = resource === undefined ? 'a document' : nameOf(resource);
  const path = plain(
    before !== undefined && after !== undefined && before !== after ? `${before} → ${after}` : (after ?? before ?? ''),
  );
  const head = `${name} ${paint.faint(`(${path})`)}`;
  switch (type) {
    case 'added':
      return `${paint.added('+')} ${head}\n`;
    case 'removed':
      return `${paint.removed('-')} ${head}\n`;
    case 'moved':
      return `${paint.info('>')} ${head}\n`;
    case 'changed':
      return `${paint.warning('~')} ${head}\n${leaves.map((leaf) => `    ${showLeaf(leaf, paint)}\n`).join('')}`;
    default:
      return type satisfies never;
  }
}

function showLeaf({ field, label, before, after }: LeafChange, paint: Paint): string {
  const name = plain(label === '' ? field : label);
  if (before === undefined) return paint.added(`+ ${name}: ${value(after)}`);
  if (after === undefined) return paint.removed(`- ${name}: ${value(before)}`);
  return `${name}: ${paint.removed(value(before))} → ${paint.added(value(after))}`;
}

function value(json: Json | undefined): string {
  const written = json === undefined ? '' : plain(JSON.stringify(json));
  return written.length > 100 ? `${written.slice(0, 99)}…` : written;
}
