/**
 * Turns a changed field into the edit that makes it.
 *
 * **Invariant:** an edit touches the one field that was changed. Fields that
 * have to be there first come with it; nothing else does.
 */

import type { Edit, Json } from '../shapes.js';
import { isMap, member } from './state.js';

/** A field with what it is to hold; undefined takes it out. */
export interface Change {
  readonly path: readonly string[];
  readonly to: Json | undefined;
}

/** Returns the edits of a change to `value`: one, or none where there is nothing to take out. */
export function editsFor(value: Json, { path, to }: Change): readonly Edit[] {
  if (to === undefined) {
    return member(value, ...path) === undefined ? [] : [{ op: 'remove', field: pointer(path) }];
  }
  // The deepest map that is there takes the rest as one new value.
  let depth = path.length - 1;
  while (depth > 0 && !isMap(member(value, ...path.slice(0, depth)))) depth -= 1;
  const missing = path.slice(depth + 1);
  const filled = missing.reduceRight<Json>((inner, key) => ({ [key]: inner }), to);
  return [{ op: 'set', field: pointer(path.slice(0, depth + 1)), value: filled }];
}

export function pointer(path: readonly string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
