/**
 * Gives answers a tag and turns a repeated question with that tag into a 304.
 *
 * **Invariant:** a 304 is only answered when the whole answer would have been the same, byte for byte.
 */

import { createHash } from 'node:crypto';

import { empty } from '../http.mjs';

/**
 * @param {import('../http.mjs').HttpRequest} request
 * @param {import('../http.mjs').Answer} answer
 * @returns {import('../http.mjs').Answer}
 */
export function conditional(request, answer) {
  if (request.method !== 'GET' || answer.status !== 200) return answer;
  const etag = answer.headers.ETag ?? `W/"${createHash('sha256').update(answer.body).digest('hex')}"`;
  /** @type {Record<string, string>} */
  const headers = {
    'Cache-Control': 'private, max-age=60, s-maxage=60',
    Vary: 'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
    ...answer.headers,
    ETag: etag,
  };
  if (!names(request.headers['if-none-match'], etag)) return { ...answer, headers };
  const { 'Content-Type': _type, ...kept } = headers;
  return empty(304, kept);
}

/**
 * Tells whether an `If-None-Match` header names the tag. Weak and strong tags are compared alike.
 *
 * @param {string | undefined} header
 * @param {string} etag
 */
function names(header, etag) {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  const named = header.match(/(?:W\/)?"[^"]*"/g) ?? [header.trim()];
  return named.some((tag) => tag.replace(/^W\//, '') === opaque || `"${tag}"` === opaque);
}
