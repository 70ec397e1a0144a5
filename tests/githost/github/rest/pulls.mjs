/**
 * REST about pull requests.
 */

import { json } from '../../http.mjs';
import { linkHeader, pageOf } from '../paging.mjs';
import { branchTip, openPull } from '../pulls.mjs';
import { Refusal, notFound, validationFailed } from '../refusal.mjs';
import { pullShape } from '../shapes.mjs';
import { bodyOf, optionalText, repositoryFor, requiredText } from './context.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

/** @type {RestHandler} */
async function listPulls(context) {
  const hosted = repositoryFor(context, 'read', 'pulls');
  const { query } = context.call.request;
  const [state, base, head] = [query.get('state') ?? 'open', query.get('base'), query.get('head')];
  const found = hosted.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.base === base)
    .filter((pull) => head === null || `${hosted.owner}:${pull.head}` === head)
    .reverse();
  const page = pageOf(query);
  const shapes = await Promise.all(
    found.slice(page.skip, page.skip + page.size).map((pull) => shapeOf(context, hosted, pull)),
  );
  return json(200, shapes, linkHeader(context.call, page, found.length));
}

/** @type {RestHandler} */
async function getPull(context) {
  const hosted = repositoryFor(context, 'read', 'pulls');
  return json(200, await shapeOf(context, hosted, pullNamed(hosted, context.params.number)));
}

/** @type {RestHandler} */
async function createPull(context) {
  const hosted = repositoryFor(context, 'write', 'pulls');
  const { credential, site } = context;
  if (credential.type === 'anonymous') throw new Refusal(401, 'Requires authentication');
  const body = bodyOf(context);
  const outcome = await openPull(hosted, {
    title: requiredText(body, 'title'),
    body: optionalText(body, 'body') ?? '',
    head: requiredText(body, 'head'),
    base: requiredText(body, 'base'),
    stage: body.draft === true ? 'draft' : 'ready',
    author: credential.token.account,
    now: site.now(),
  });
  if (outcome.type === 'invalid') {
    throw validationFailed({ resource: 'PullRequest', field: outcome.field, code: 'invalid' });
  }
  if (outcome.type === 'refused') {
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message: outcome.message });
  }
  const shape = await shapeOf(context, hosted, outcome.pull);
  return json(201, shape, { Location: shape.url });
}

/** @type {RestHandler} */
async function updatePull(context) {
  const hosted = repositoryFor(context, 'write', 'pulls');
  const pull = pullNamed(hosted, context.params.number);
  const body = bodyOf(context);
  const state = optionalText(body, 'state');
  if (state !== undefined && state !== 'open' && state !== 'closed') {
    throw validationFailed({ resource: 'PullRequest', field: 'state', code: 'invalid' });
  }
  pull.title = optionalText(body, 'title') ?? pull.title;
  pull.body = optionalText(body, 'body') ?? pull.body;
  pull.state = state ?? pull.state;
  return json(200, await shapeOf(context, hosted, pull));
}

/**
 * @param {HostedRepository} hosted
 * @param {string} number
 */
function pullNamed(hosted, number) {
  const pull = hosted.pulls.find((candidate) => String(candidate.number) === number);
  if (pull === undefined) throw notFound();
  return pull;
}

/**
 * @param {import('./context.mjs').RestContext} context
 * @param {HostedRepository} hosted
 * @param {import('../../hosted.mjs').Pull} pull
 */
async function shapeOf({ api }, hosted, pull) {
  const [head, base] = [await branchTip(hosted, pull.head), await branchTip(hosted, pull.base)];
  const common = head === null || base === null ? null : await hosted.git.mergeBase(base, head);
  const state = { head, base, commits: 0, changes: [] };
  if (head === null || base === null || common === null) return pullShape(api, hosted, pull, state);
  return pullShape(api, hosted, pull, {
    ...state,
    commits: (await hosted.git.history([head, `^${base}`])).length,
    changes: await hosted.git.changes(common, head),
  });
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const PULL_ROUTES = [
  { method: 'GET', pattern: '/repos/:owner/:repo/pulls', handler: listPulls },
  { method: 'POST', pattern: '/repos/:owner/:repo/pulls', handler: createPull },
  { method: 'GET', pattern: '/repos/:owner/:repo/pulls/:number', handler: getPull },
  { method: 'PATCH', pattern: '/repos/:owner/:repo/pulls/:number', handler: updatePull },
];
