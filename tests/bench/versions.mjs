// Three versions of documents, as two people leave them: both changed every fifth one, each another field.

import { documents } from './corpus.mjs';

/** Gives the documents of base, ours and theirs. */
export function versions(count) {
  const base = documents(count);
  const changed = (change) => base.map((text, index) => (index % 5 === 2 ? change(text) : text));
  return { base, ours: changed((text) => bumped(text, 'first')), theirs: changed((text) => bumped(text, 'last')) };
}

// A number outside comments.
const number = /^( +[^#\n]*[ "])(\d+)/gm;

/** Counts up the first or the last number behind the document's head. */
function bumped(text, which) {
  const from = text.search(/^(?:spec|data):/m);
  const found = [...text.slice(from).matchAll(number)].at(which === 'first' ? 0 : -1);
  const start = from + found.index + found[1].length;
  return text.slice(0, start) + String(Number(found[2]) + 1) + text.slice(start + found[2].length);
}
