/**
 * GitLab, as a browser meets it: REST v4 and the one query of GraphQL that reads files. Any origin may ask, and may read
 * the headers of pages, but neither the allowance nor when to come again.
 */

import { empty } from '../http.mjs';
import { router } from '../github/router.mjs';
import { READ_ROUTES } from './read.mjs';
import { Refusal, notFound } from './refusal.mjs';
import { WRITE_ROUTES } from './write.mjs';

const route = router([...READ_ROUTES, ...WRITE_ROUTES]);

const READABLE =
  'Link, X-Total, X-Total-Pages, X-Per-Page, X-Page, X-Next-Page, X-Prev-Page, X-Gitlab-Blob-Id, X-Gitlab-Size';

/**
 * @param {import('../facade.mjs').Site} site
 * @returns {import('../facade.mjs').Facade}
 */
export function gitlab(site) {
  return {
    name: 'gitlab',
    apiPath: '/api/v4',
    owns: (path) => path.startsWith('/api/v4/') || path === '/api/graphql',
    operations: () => [],
    preflight: ({ headers }) =>
      empty(200, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '',
        'Access-Control-Max-Age': '7200',
      }),
    crossOrigin: () => ({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': READABLE }),
    answer: (call) => answer(site, call),
  };
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {import('../facade.mjs').Call} call
 * @returns {Promise<import('../http.mjs').Answer>}
 */
async function answer(site, call) {
  const { method, path } = call.request;
  try {
    const token = tokenOf(site, call);
    if (call.struck.find('rate-limit') !== undefined) {
      const headers = { 'Content-Type': 'text/plain', 'Retry-After': '60', 'RateLimit-Remaining': '0' };
      return { status: 429, headers, body: 'Retry later\n' };
    }
    const found = route(method, path);
    if (found === null) throw notFound('Page');
    return await found.handler({ call, site, token, params: found.params });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.answer();
  }
}

/** @param {import('../facade.mjs').Site} site @param {import('../facade.mjs').Call} call */
function tokenOf({ accounts }, { request, struck }) {
  const [, text] = /^bearer\s+(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  const token = accounts.find(text ?? request.headers['private-token'] ?? '');
  const state = struck.find('expired-token') === undefined ? token?.state : 'expired';
  if (token === null || state === undefined) throw new Refusal(401, '401 Unauthorized');
  if (state === 'valid') return token;
  const words = `Token is ${state}. You have to re-authorize the user.`;
  throw new Refusal(401, words, { error: 'invalid_token', error_description: words });
}
