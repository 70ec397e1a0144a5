// The texts of files, to show lines of them.

import type { FileInput, Range } from '../engine.js';

/** A line of a text with a part of it marked. */
export interface MarkedLine {
  before: string;
  marked: string;
  after: string;
}

/** Decodes a file as the engine does: UTF-8, or UTF-16 with a byte order mark, which stays a character. */
export function decode(content: string | Uint8Array): string {
  if (typeof content === 'string') return content;
  return new TextDecoder(encodingOf(content), { ignoreBOM: true }).decode(content);
}

/** Says whether a file is text in an encoding that the engine knows. */
export function isText(content: Uint8Array): boolean {
  try {
    new TextDecoder(encodingOf(content), { ignoreBOM: true, fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

/** Encodes a text the way another file is encoded. */
export function encodeLike(text: string, file: Uint8Array): Uint8Array {
  const encoding = encodingOf(file);
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

/** The texts of files by path, decoded when they are asked for. */
export class Texts {
  readonly #files: ReadonlyMap<string, FileInput>;
  readonly #texts = new Map<string, string>();

  constructor(files: readonly FileInput[]) {
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  /** Returns the line in which a range begins, with as much of the range as is on it. */
  line(path: string, range: Range): MarkedLine | undefined {
    const text = this.#text(path);
    if (text === undefined) return undefined;
    const { start, end } = range;
    const lineStart = start.offset - (start.column - 1);
    const lineEnd = endOfLine(text, start.offset);
    const markEnd = Math.min(Math.max(end.offset, start.offset), lineEnd);
    return {
      before: text.slice(lineStart, start.offset),
      marked: text.slice(start.offset, markEnd),
      after: text.slice(markEnd, lineEnd),
    };
  }

  #text(path: string): string | undefined {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    const text = decode(file.content);
    this.#texts.set(path, text);
    return text;
  }
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
  }
  return text.length;
}

function encodingOf(content: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le';
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
