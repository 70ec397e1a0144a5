/**
 * Pull requests.
 */

import { json } from '../http.mjs';
import { branchTip, openPull } from '../github/pulls.mjs';
import { bodyOf, readable, writable } from './context.mjs';
import { Refusal, badArgument } from './refusal.mjs';
import { pullShape } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */

const HEADS = 'refs/heads/';

/** @type {Handler} */
async function listPulls(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const status = query.get('searchCriteria.status') ?? 'active';
  const [source, target] = ['source', 'target'].map((end) => query.get(`searchCriteria.${end}RefName`));
  const found = hosted.pulls
    .filter(({ state }) => status === 'all' || (status === 'active') === (state === 'open'))
    .filter(({ head }) => source === null || source === `${HEADS}${head}`)
    .filter(({ base }) => target === null || target === `${HEADS}${base}`)
    .reverse();
  const value = await Promise.all(found.map((pull) => shapeOf(context, pull)));
  return json(200, { value, count: value.length });
}

/** @type {Handler} */
async function createPull(context) {
  const hosted = writable(context, 'pulls');
  const { sourceRefName, targetRefName, title, description, isDraft } = bodyOf(context);
  if (typeof title !== 'string' || !sourceRefName?.startsWith(HEADS) || !targetRefName?.startsWith(HEADS)) {
    throw badArgument('A pull request needs a title and two refs');
  }
  const outcome = await openPull(hosted, {
    title,
    body: description ?? '',
    head: sourceRefName.slice(HEADS.length),
    base: targetRefName.slice(HEADS.length),
    stage: isDraft === true ? 'draft' : 'ready',
    author: context.token.account,
    now: context.site.now(),
  });
  if (outcome.type === 'invalid') {
    throw new Refusal(
      400,
      'GitPullRequestInvalidParametersException',
      `TF401398: The pull request cannot be activated because the ${outcome.field} branch does not exist.`,
    );
  }
  if (outcome.type === 'refused') {
    throw new Refusal(
      409,
      'GitPullRequestExistsException',
      'TF401179: An active pull request for the source and target branch already exists.',
    );
  }
  return json(201, await shapeOf(context, outcome.pull));
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('../hosted.mjs').Pull} pull
 */
async function shapeOf(context, pull) {
  const hosted = readable(context);
  const tips = { head: await branchTip(hosted, pull.head), base: await branchTip(hosted, pull.base) };
  return pullShape(context.call.origin, hosted, pull, tips);
}

const AT = '/:organization/:project/_apis/git/repositories/:repository';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const PULL_ROUTES = [
  { method: 'GET', pattern: `${AT}/pullrequests`, handler: listPulls },
  { method: 'POST', pattern: `${AT}/pullrequests`, handler: createPull },
];
