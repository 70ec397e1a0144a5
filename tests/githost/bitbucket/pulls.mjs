/**
 * Pull requests.
 */

import { json } from '../http.mjs';
import { branchTip, openPull } from '../github/pulls.mjs';
import { bodyOf, readable, writable } from './context.mjs';
import { page } from './paging.mjs';
import { badRequest, notFound } from './refusal.mjs';
import { pullShape } from './shapes.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('../hosted.mjs').Pull} Pull */

const STATE = { open: 'OPEN', closed: 'DECLINED' };
/** The one kind of query that is spoken here: equal texts, joined by AND. */
const TERM = /^\s*([\w.]+)\s*=\s*"([^"]*)"\s*$/;

/** @type {Handler} */
async function listPulls(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  const states = query.getAll('state').map((state) => state.toUpperCase());
  const fits = filterOf(query.get('q'));
  const found = hosted.pulls
    .filter(({ state }) => (states.length === 0 ? state === 'open' : states.includes(STATE[state])))
    .filter(fits)
    .reverse();
  return page(context.call, found, (pull) => shapeOf(context, pull), {
    size: 10,
    max: 50,
    naming: 'number',
    total: 'told',
  });
}

/**
 * @param {string | null} text
 * @returns {(pull: Pull) => boolean}
 */
function filterOf(text) {
  if (text === null) return () => true;
  const terms = text.split(/\s+AND\s+/).map((term) => {
    const [, field, value] = TERM.exec(term) ?? [];
    if (field !== 'source.branch.name' && field !== 'destination.branch.name') throw badRequest('Invalid query');
    return { field, value };
  });
  return ({ head, base }) =>
    terms.every(({ field, value }) => value === (field === 'source.branch.name' ? head : base));
}

/** @type {Handler} */
async function createPull(context) {
  const { hosted, account } = writable(context, 'pulls');
  const { title, description, source, destination, draft } = bodyOf(context);
  const head = source?.branch?.name;
  if (typeof title !== 'string' || typeof head !== 'string') throw badRequest('title and source are required');
  const outcome = await openPull(hosted, {
    title,
    body: description ?? '',
    head,
    base: destination?.branch?.name ?? hosted.defaultBranch,
    stage: draft === true ? 'draft' : 'ready',
    author: account,
    now: context.site.now(),
  });
  if (outcome.type === 'invalid') {
    throw badRequest(`${outcome.field === 'head' ? 'source' : 'destination'}: branch not found`);
  }
  if (outcome.type === 'refused') throw badRequest(outcome.message);
  return json(201, await shapeOf(context, outcome.pull));
}

/** @type {Handler} */
async function getPull(context) {
  const pull = readable(context).pulls.find(({ number }) => String(number) === context.params.number);
  if (pull === undefined) throw notFound('Pull request');
  return json(200, await shapeOf(context, pull));
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Pull} pull
 */
async function shapeOf(context, pull) {
  const hosted = readable(context);
  const tips = { head: await branchTip(hosted, pull.head), base: await branchTip(hosted, pull.base) };
  return pullShape(context.api, hosted, pull, tips);
}

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const PULL_ROUTES = [
  { method: 'GET', pattern: '/repositories/:workspace/:slug/pullrequests', handler: listPulls },
  { method: 'POST', pattern: '/repositories/:workspace/:slug/pullrequests', handler: createPull },
  { method: 'GET', pattern: '/repositories/:workspace/:slug/pullrequests/:number', handler: getPull },
];
