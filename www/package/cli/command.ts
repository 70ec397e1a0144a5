import type { Paint } from './paint.js';

/** What became of a command. */
export interface Outcome {
  /** The exit code. */
  code: number;
  /** What goes to standard output. */
  out: string | Uint8Array;
  /** Lines for standard error. */
  notes: readonly string[];
}

/** What a command knows of where it writes to. */
export interface Terminal {
  /** Colours for standard output. */
  paint: Paint;
  /** Colours for standard error. */
  notePaint: Paint;
  /** The version of the package. */
  version: string;
}
