/**
 * Says what a page from another origin may send to GitHub and read from it.
 */

import { empty } from '../http.mjs';

const EXPOSED = [
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'X-GitHub-OTP',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Used',
  'X-RateLimit-Resource',
  'X-RateLimit-Reset',
  'X-OAuth-Scopes',
  'X-Accepted-OAuth-Scopes',
  'X-Poll-Interval',
  'X-GitHub-Media-Type',
  'X-GitHub-SSO',
  'X-GitHub-Request-Id',
  'Deprecation',
  'Sunset',
];

const ALLOWED = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Unmodified-Since',
  'Accept-Encoding',
  'X-GitHub-OTP',
  'X-Requested-With',
  'User-Agent',
  'GraphQL-Features',
  'X-Github-Next-Global-ID',
  'X-GitHub-Api-Version',
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
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, PUT, DELETE',
    'Access-Control-Max-Age': '86400',
  });
}
