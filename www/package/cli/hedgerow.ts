#!/usr/bin/env node
// The command line of the package: the same engine, for pipelines, hooks, and Git itself.

import { readFile } from 'node:fs/promises';
import { init } from '../node.js';
import type { Outcome, Terminal } from './command.js';
import { runDiff } from './diff.js';
import { type CommandName, commandNames, helpOf, overview } from './help.js';
import { runMerge } from './merge.js';
import { paintFor } from './paint.js';
import { Problem } from './problem.js';
import { runValidate } from './validate.js';
import { nearest } from './words.js';

/** How each command runs, and the exit code that says that it could not. Git takes codes over 128 for that. */
const commands: Record<CommandName, { run: typeof runValidate; failed: number }> = {
  validate: { run: runValidate, failed: 2 },
  merge: { run: runMerge, failed: 129 },
  diff: { run: runDiff, failed: 2 },
};

async function answer(words: readonly string[]): Promise<Outcome> {
  const [first, ...rest] = words;
  if (first === undefined) return { code: 2, out: '', notes: [overview.trimEnd()] };
  if (first === '--help' || first === '-h' || first === 'help') return help(rest[0]);
  if (first === '--version') return { code: 0, out: `${await version()}\n`, notes: [] };
  const name = commandNames.find((known) => known === first);
  if (name === undefined) return { code: 2, out: '', notes: [`hedgerow: ${unknownCommand(first)}`] };
  const end = rest.indexOf('--');
  if (rest.slice(0, end === -1 ? rest.length : end).some((word) => word === '--help' || word === '-h')) {
    return help(name);
  }
  const { run, failed } = commands[name];
  try {
    const terminal: Terminal = {
      paint: paintFor(process.stdout, process.env),
      notePaint: paintFor(process.stderr, process.env),
      version: await version(),
    };
    await init();
    return await run(rest, terminal);
  } catch (error) {
    const isExpected = error instanceof Problem;
    const message = isExpected ? error.message : `this is a bug of Hedgerow, please report it: ${String(error)}`;
    return { code: failed, out: '', notes: [`hedgerow ${name}: ${message}`] };
  }
}

function help(command: string | undefined): Outcome {
  if (command === undefined) return { code: 0, out: overview, notes: [] };
  const name = commandNames.find((known) => known === command);
  if (name === undefined) return { code: 2, out: '', notes: [`hedgerow: ${unknownCommand(command)}`] };
  return { code: 0, out: helpOf[name], notes: [] };
}

function unknownCommand(word: string): string {
  const near = nearest(word, [...commandNames, 'help']);
  const known = `The commands are ${commandNames.join(', ')}; \`hedgerow --help\` says more.`;
  const what = word.startsWith('-') ? 'option' : 'command';
  return `there is no ${what} \`${word}\`. ${near === undefined ? known : `Did you mean \`${near}\`?`}`;
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return String(found);
}

/** Ends quietly, with the code that is set, when whoever reads the output has had enough. */
function endWhenUnread(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 2;
    process.exit();
  });
}

endWhenUnread(process.stdout);
endWhenUnread(process.stderr);
const { code, out, notes } = await answer(process.argv.slice(2));
process.exitCode = code;
for (const note of notes) process.stderr.write(`${note}\n`);
if (out.length > 0) process.stdout.write(out);
