/**
 * Gitea, as a browser meets it whose operator has switched CORS on and nothing else: few request headers pass.
 */

import { empty } from '../http.mjs';
import { router } from '../github/router.mjs';
import { READ_ROUTES } from './read.mjs';
import { Refusal } from './refusal.mjs';
import { WRITE_ROUTES } from './write.mjs';

const API = '/api/v1';
const route = router([...READ_ROUTES, ...WRITE_ROUTES]);

/** Request headers that an instance lets through as it comes. */
const ALLOWED = ['authorization', 'x-gitea-otp', 'content-type', 'user-agent'];

/**
 * @param {import('../facade.mjs').Site} site
 * @returns {import('../facade.mjs').Facade}
 */
export function gitea(site) {
  return {
    name: 'gitea',
    apiPath: API,
    owns: (path) => path.startsWith(`${API}/`),
    operations: () => [],
    preflight: ({ headers }) => {
      const asked = (headers['access-control-request-headers'] ?? '')
        .toLowerCase()
        .split(/\s*,\s*/)
        .filter(Boolean);
      // A header that is not allowed leaves the page without any word.
      if (!asked.every((name) => ALLOWED.includes(name))) return empty(200);
      return empty(200, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': headers['access-control-request-method'] ?? 'GET',
        'Access-Control-Allow-Headers': asked.join(', '),
        'Access-Control-Max-Age': '600',
      });
    },
    crossOrigin: () => ({ 'Access-Control-Allow-Origin': '*' }),
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
    const found = route(method, path);
    if (found === null) return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: '404 page not found\n' };
    return await found.handler({ call, site, token, params: found.params });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.answer(call.origin);
  }
}

/** A bad token is refused on every call, public ones too. @param {import('../facade.mjs').Site} site @param {import('../facade.mjs').Call} call */
function tokenOf({ accounts }, { request, struck }) {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const [, text] = /^(?:token|bearer)\s+(.*)$/i.exec(header) ?? [];
  const token = accounts.find(text ?? '');
  if (token?.state !== 'valid' || struck.find('expired-token') !== undefined) {
    throw new Refusal(401, 'invalid username, password or token');
  }
  return token;
}
