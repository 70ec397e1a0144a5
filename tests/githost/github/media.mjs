/**
 * Reads which form of an answer the `Accept` header asks for.
 */

/** @typedef {'json' | 'raw' | 'sha' | 'diff' | 'patch'} Media */

/** @type {[RegExp, Media][]} */
const FORMS = [
  [/application\/vnd\.github(?:\.v3)?\.sha\b/, 'sha'],
  [/application\/vnd\.github(?:\.v3)?\.raw\b/, 'raw'],
  [/application\/vnd\.github(?:\.v3)?\.diff\b/, 'diff'],
  [/application\/vnd\.github(?:\.v3)?\.patch\b/, 'patch'],
];

/**
 * @param {import('../http.mjs').HttpRequest} request
 * @returns {Media}
 */
export function mediaOf({ headers }) {
  const accept = headers.accept ?? '';
  return FORMS.find(([form]) => form.test(accept))?.[1] ?? 'json';
}
