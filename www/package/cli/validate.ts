// `hedgerow validate`: what the fabric would say about files.

import { parse, validate } from '../calls.js';
import type { Json, Report, ValidateOptions } from '../engine.js';
import { HedgerowError } from '../error.js';
import { readArguments } from './arguments.js';
import type { Outcome, Terminal } from './command.js';
import { readBytes, readPaths, shown } from './files.js';
import { Problem } from './problem.js';
import { github } from './report-github.js';
import { human, notChecked, summary } from './report-human.js';
import { sarif } from './report-sarif.js';
import { Texts } from './texts.js';
import { nearest } from './words.js';

const formats = ['human', 'json', 'github', 'sarif'] as const;
type Format = (typeof formats)[number];

export async function runValidate(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const given = readArguments(words, {
    command: 'validate',
    flags: ['part', 'drop-unknown'],
    values: ['settings', 'format'],
    lists: ['crd'],
  });
  const format = formatOf(given.value('format') ?? 'human');
  if (given.operands.length === 0) {
    throw new Problem(
      '`hedgerow validate` needs files or folders: `hedgerow validate fabrics/`. `-` is standard input.',
    );
  }
  const settings = given.value('settings');
  const options: ValidateOptions = {
    scope: given.has('part') ? 'part' : 'fabric',
    unknownFields: given.has('drop-unknown') ? 'drop' : 'refuse',
    crds: await Promise.all(given.list('crd').map(readBytes)),
    ...(settings === undefined ? {} : { settings: await readSettings(settings) }),
  };
  const { files, notes } = await readPaths(given.operands);
  if (files.length === 0) {
    throw new Problem([...notes, 'Nothing was validated. Name a YAML file, or a folder that holds one.'].join('\n'));
  }
  const report = asked(() => validate(files, options));
  // What was not checked is not known to be right.
  const isUnknown = (report.omitted?.resources ?? 0) > 0;
  const hasErrors = isUnknown || report.findings.some(({ severity }) => severity === 'error');
  return {
    code: hasErrors ? 1 : 0,
    out: written(report, format, { texts: new Texts(files), files: files.length }, terminal),
    notes,
  };
}

function written(report: Report, format: Format, of: { texts: Texts; files: number }, terminal: Terminal): string {
  switch (format) {
    case 'human':
      return human(report, of.texts, of.files, terminal.paint);
    case 'json':
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case 'sarif':
      return sarif(report, terminal.version);
    case 'github': {
      const rest = [...notChecked(report, terminal.paint), summary(report, of.files, terminal.paint)];
      return `${github(report)}${rest.join('\n')}\n`;
    }
    default:
      return format satisfies never;
  }
}

function formatOf(word: string): Format {
  const format = formats.find((known) => known === word);
  if (format !== undefined) return format;
  const near = nearest(word, formats);
  const hint = near === undefined ? `The formats: ${formats.join(', ')}.` : `Did you mean \`${near}\`?`;
  throw new Problem(`There is no format \`${word}\`. ${hint}`);
}

async function readSettings(path: string): Promise<Json> {
  const { documents, findings } = parse(await readBytes(path), { path: shown(path) });
  const error = findings.find(({ severity }) => severity === 'error');
  const [first] = documents;
  if (error !== undefined || first === undefined) {
    const place = error?.range === undefined ? shown(path) : `${shown(path)}:${error.range.start.line}`;
    throw new Problem(
      `The settings cannot be read: ${place}: ${error?.message ?? 'the file is empty'}. Mend the file.`,
    );
  }
  return first.value;
}

/** Turns what the engine says of a request into a message with a next step. */
function asked<Answer>(call: () => Answer): Answer {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof HedgerowError) || error.code !== 'bad-request') throw error;
    const file = error.message.startsWith('settings') ? 'the file behind `--settings`' : 'the files behind `--crd`';
    throw new Problem(`${error.message}. Look at ${file}.`);
  }
}
