// Three versions of documents, as two people leave them: both changed every fifth one, in lines beside each other.

import { documents } from './corpus.mjs';

/** Gives the documents of base, ours and theirs. */
export function versions(count) {
  const base = documents(count);
  const changed = (which) => base.map((text, index) => (index % 5 === 2 ? bumped(text, which) : text));
  return { base, ours: changed(0), theirs: changed(1) };
}

// Two lines side by side, each with a number outside comments.
const neighbours = /^( +[^#\n]*[ "'/-])(\d+)(.*\n +[^#\n]*[ "'/-])(\d+)/m;

/** Counts up the number in the first or the second of two lines behind the document's head. */
function bumped(text, which) {
  // Lines of a text that lie side by side are a conflict; there it is done in the head.
  const from = text.includes('\ndata:') ? 0 : text.indexOf('\nspec:');
  return (
    text.slice(0, from) +
    text.slice(from).replace(neighbours, (_, before, first, between, second) => {
      const [left, right] = which === 0 ? [Number(first) + 1, second] : [first, Number(second) + 1];
      return before + left + between + right;
    })
  );
}
