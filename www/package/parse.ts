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
  readonly resource?: ResourceId;
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
  const unknown = Object.keys(options).find((name) => name !== 'path');
  if (unknown !== undefined) throw new HedgerowError('bad-request', `parse has no option \`${unknown}\``);
  const file = engine.parseFile(content, options.path);
  const documents = Array.from({ length: file.length }, (_, index) => lazy(file, index));
  return { documents, findings: file.findings() };
}

function lazy(file: engine.ParsedFile, index: number): ParsedDocument {
  let value: Json | undefined;
  return {
    get resource() {
      return file.resource(index);
    },
    get range() {
      return file.range(index);
    },
    get value() {
      return (value ??= file.value(index));
    },
  } as ParsedDocument;
}
