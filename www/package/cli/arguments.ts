// Turns the words behind a command into its options and operands.

import { parseArgs } from 'node:util';
import { Problem } from './problem.js';
import { nearest } from './words.js';

/** What a command takes: options without a value, with one, and with one each time they are named. */
export interface Signature {
  command: string;
  flags?: readonly string[];
  values?: readonly string[];
  lists?: readonly string[];
}

/** What was given. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(operands: readonly string[], given: ReadonlyMap<string, readonly string[]>) {
    this.operands = operands;
    this.#given = given;
  }

  has(flag: string): boolean {
    return this.#given.has(flag);
  }

  value(name: string): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  list(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }
}

/** Reads the words behind a command. */
export function readArguments(words: readonly string[], signature: Signature): Arguments {
  const flags = signature.flags ?? [];
  const values = [...(signature.values ?? []), ...(signature.lists ?? [])];
  const options: Record<string, { type: 'boolean' | 'string' }> = {};
  for (const name of flags) options[name] = { type: 'boolean' };
  for (const name of values) options[name] = { type: 'string' };
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!(name in options)) throw unknown(rawName, [...flags, ...values], signature.command);
    if (flags.includes(name)) {
      if (value !== undefined) throw new Problem(`\`${rawName}\` takes no value; leave \`=${value}\` out.`);
      given.set(name, []);
      continue;
    }
    // A file may begin with a dash; only what is an option is none.
    const named =
      inlineValue !== true && value?.startsWith('--') === true ? value.slice(2).split('=', 1)[0] : undefined;
    const isOption = named !== undefined && named in options;
    if (value === undefined || value === '' || isOption) {
      throw new Problem(`\`${rawName}\` needs a value behind it: \`${rawName} …\`.`);
    }
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return new Arguments(operands, given);
}

function unknown(rawName: string, known: readonly string[], command: string): Problem {
  const near = rawName.startsWith('--') ? nearest(rawName.slice(2), known) : undefined;
  const hint = near === undefined ? `\`hedgerow ${command} --help\` lists the options` : `Did you mean \`--${near}\``;
  return new Problem(`\`hedgerow ${command}\` has no option \`${rawName}\`. ${hint}${near === undefined ? '.' : '?'}`);
}
