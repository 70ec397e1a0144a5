/**
 * Says what a page from another origin may send to Bitbucket and read from it.
 *
 * Neither `Location` nor any header about limits is known to be readable, so none is exposed here.
 */

import { empty } from '../http.mjs';

const EXPOSED = ['Accept-Ranges', 'Content-Encoding', 'Content-Length', 'Content-Type', 'ETag', 'Last-Modified'];

// `User-Agent` is not among them: a request that sets it fails outside Chromium, which does not send it.
const ALLOWED = [
  'Accept',
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'If-Unmodified-Since',
  'Range',
  'X-Requested-With',
];

/** Headers of every answer but the preflight's. */
export const CROSS_ORIGIN = Object.freeze({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED.join(', '),
});

export function preflight() {
  return empty(204, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': ALLOWED.join(', '),
    'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
    'Access-Control-Max-Age': '86400',
  });
}
