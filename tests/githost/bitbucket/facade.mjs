/**
 * Bitbucket Cloud, as a browser meets it: REST 2.0 with its CORS and its hidden quota. It answers below `/2.0`.
 */

import { router } from '../github/router.mjs';
import { credentialOf } from './access.mjs';
import { CROSS_ORIGIN, preflight } from './cors.mjs';
import { HISTORY_ROUTES } from './history.mjs';
import { PULL_ROUTES } from './pulls.mjs';
import { Quota, limited } from './quota.mjs';
import { Refusal, notFound } from './refusal.mjs';
import { REPOSITORY_ROUTES } from './repository.mjs';
import { SOURCE_ROUTES } from './source.mjs';

const API = '/2.0';

const route = router([...REPOSITORY_ROUTES, ...SOURCE_ROUTES, ...HISTORY_ROUTES, ...PULL_ROUTES]);

/**
 * @param {import('../facade.mjs').Site} site
 * @returns {import('../facade.mjs').Facade & { quota: Quota }}
 */
export function bitbucket(site) {
  const quota = new Quota(site.now);
  return {
    name: 'bitbucket',
    apiPath: API,
    quota,
    owns: (path) => path.startsWith(`${API}/`),
    operations: () => [],
    preflight,
    crossOrigin: () => CROSS_ORIGIN,
    answer: (call) => answer(site, quota, call),
  };
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {Quota} quota
 * @param {import('../facade.mjs').Call} call
 * @returns {Promise<import('../http.mjs').Answer>}
 */
async function answer(site, quota, call) {
  const { method, path } = call.request;
  try {
    const credential = credentialOf(call, site.accounts);
    if (call.struck.find('rate-limit') !== undefined) throw limited();
    quota.take(credential);
    const found = route(method === 'HEAD' ? 'GET' : method, path.slice(API.length));
    if (found === null) throw notFound('The resource');
    return await found.handler({ call, site, api: `${call.origin}${API}`, credential, params: found.params });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.answer();
  }
}
