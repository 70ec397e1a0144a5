/**
 * What was typed and is not yet where the engine keeps drafts.
 *
 * A page may go away at any time, and its worker with it. What was handed to
 * a journal is there all the same at the next opening of the fabric.
 */

import type { Target } from '../engine.js';
import type { ResourceId } from '../shapes.js';
import type { Change } from './fields.js';

export type Unkept =
  | {
      readonly type: 'text';
      readonly id: ResourceId;
      readonly path: string;
      readonly text: string;
      /** The text it was typed into. */
      readonly was: string;
    }
  | { readonly type: 'field'; readonly id: ResourceId; readonly change: Change };

export interface Journal {
  /** Puts down at once all this page has not yet kept of a fabric, in the place of what it put down before. */
  put(fabric: string, edits: readonly Unkept[]): 'put' | 'refused';
  /**
   * Hands over what this page and those that are gone left of a fabric. What
   * `adopt` has put down again is forgotten where it was.
   */
  take(fabric: string, adopt: (left: readonly Unkept[]) => 'put' | 'refused'): Promise<void>;
  /** Leaves what is not yet kept to the next page. */
  end(): void;
}

/** One text per fabric that can be opened. */
export function fabricOf({ type, url, repository, directory }: Target, branch: string): string {
  return JSON.stringify([type, url, repository, branch, directory]);
}
