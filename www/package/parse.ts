// `parse`: an answer whose parts are made when they are read, so that a big file costs what is looked at.

import * as engine from './engine.js';
import type { Finding, Json, Range, ResourceId } from './engine.js';
import { HedgerowError } from './error.js';

/** What else `parse` may know. */
export interface ParseOptions {
  /** Named in the findings. */
  path?: string;
}

/** One document of a file. */
export interface ParsedDocument {
  /** The resource it holds, if it says who it is. */
  readonly resource?: ResourceId | undefined;
  /** Its place, markers included. */
  readonly range: Range;
  /** What it says, as the cluster reads it; `null` for an empty document. Made when it is first read. */
  readonly value: Json;
}

/** What a file holds, and what is wrong with it as YAML. */
export interface ParseAnswer {
  readonly documents: ParsedDocument[];
  readonly findings: Finding[];
}

export function parse(content: string | Uint8Array, options: ParseOptions = {}): ParseAnswer {
  // A caller without types may give null, as to every other call.
  const given = (options as ParseOptions | null) ?? {};
  const unknown = Object.keys(given).find((name) => name !== 'path');
  if (unknown !== undefined) throw new HedgerowError('bad-request', `parse has no option \`${unknown}\``);
  const file = engine.parseFile(content, given.path);
  const documents = Array.from({ length: file.length }, (_, index) => new LazyDocument(file, index));
  return { documents, findings: file.findings() };
}

/** A document that asks the engine when it is read. A class, since five thousand objects with getters of their own cost as much as the parsing. */
class LazyDocument implements ParsedDocument {
  readonly #file: engine.ParsedFile;
  readonly #index: number;
  #value: Json | undefined;

  constructor(file: engine.ParsedFile, index: number) {
    this.#file = file;
    this.#index = index;
  }

  get resource(): ResourceId | undefined {
    return this.#file.resource(this.#index);
  }

  get range(): Range {
    return this.#file.range(this.#index);
  }

  get value(): Json {
    return (this.#value ??= this.#file.value(this.#index));
  }

  toJSON(): ParsedDocument {
    const { resource, range, value } = this;
    return { resource, range, value };
  }
}
