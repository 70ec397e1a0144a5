/**
 * Azure DevOps, as a browser meets it: REST below the organisation and the project, whatever these are called.
 */

import { setTimeout as delay } from 'node:timers/promises';

import { router } from '../github/router.mjs';
import { signInPage, tokenOf } from './access.mjs';
import { crossOrigin, preflight } from './cors.mjs';
import { HISTORY_ROUTES } from './history.mjs';
import { OBJECT_ROUTES } from './objects.mjs';
import { PULL_ROUTES } from './pulls.mjs';
import { PUSH_ROUTES } from './pushes.mjs';
import { Refusal, badArgument } from './refusal.mjs';

const route = router([...OBJECT_ROUTES, ...HISTORY_ROUTES, ...PUSH_ROUTES, ...PULL_ROUTES]);

/**
 * @param {import('../facade.mjs').Site} site
 * @returns {import('../facade.mjs').Facade}
 */
export function azure(site) {
  return {
    name: 'azure',
    apiPath: '',
    owns: (path) => /^\/[^/]+\/[^/]+\/_apis\//.test(path),
    operations: () => [],
    preflight,
    crossOrigin,
    answer: (call) => answer(site, call),
  };
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {import('../facade.mjs').Call} call
 * @returns {Promise<import('../http.mjs').Answer>}
 */
async function answer(site, call) {
  const { method, path, query } = call.request;
  try {
    const token = tokenOf(call, site.accounts);
    if (token === null) return signInPage();
    const limit = call.struck.find('rate-limit');
    // Before it refuses, Azure makes who asks too much wait for an answer that is as good as any.
    if (limit?.limit === 'secondary') await delay((limit.retryAfter ?? 0) * 10);
    if (limit?.limit === 'primary') throw blocked();
    if (!/^\d+\.\d+(?:-preview)?/.test(query.get('api-version') ?? '')) {
      throw badArgument('No api-version was supplied for the request.');
    }
    const found = route(method === 'HEAD' ? 'GET' : method, path);
    if (found === null) throw new Refusal(404, 'VssResourceNotFoundException', 'The resource cannot be found.');
    return await found.handler({ call, site, token, params: found.params });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.answer();
  }
}

function blocked() {
  return new Refusal(
    429,
    'RequestBlockedException',
    'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource in namespace.',
  );
}
