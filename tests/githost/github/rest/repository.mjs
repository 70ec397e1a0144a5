/**
 * REST about the host, the person and the repository as a whole.
 */

import { empty, json } from '../../http.mjs';
import { contentsAccess, visibleRepository } from '../access.mjs';
import { linkHeader, pageOf } from '../paging.mjs';
import { Refusal, notFound } from '../refusal.mjs';
import { commitShape, repositoryShape, repositoryUrl, viewerShape } from '../shapes.mjs';
import { readingOf } from '../revision.mjs';
import { filledRepositoryFor, repositoryFor } from './context.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */
/** @typedef {import('./context.mjs').RestContext} RestContext */

const SEARCH_QUOTA = { limit: 30, used: 0, remaining: 30, reset: 0 };

/** @type {RestHandler} */
async function rateLimit({ credential, quota }) {
  const shapes = /** @type {const} */ (['core', 'graphql']).map((resource) => {
    const { limit, used, reset } = quota.bucket(credential, resource);
    return [resource, { limit, used, remaining: Math.max(limit - used, 0), reset }];
  });
  // Search is not answered here; the field is required all the same.
  const resources = { ...Object.fromEntries(shapes), search: SEARCH_QUOTA };
  return json(200, { resources, rate: resources.core });
}

/** @type {RestHandler} */
async function user({ api, credential }) {
  if (credential.type === 'anonymous') throw new Refusal(401, 'Requires authentication');
  const { account } = credential.token;
  return json(200, viewerShape(api, account));
}

/** Everybody who may see a repository may read what is said about it. @type {RestHandler} */
async function repository({ api, site, credential, params }) {
  const hosted = visibleRepository(site, credential, `${params.owner}/${params.repo}`);
  return json(200, repositoryShape(api, hosted, contentsAccess(credential)));
}

/** @type {RestHandler} */
async function branches(context) {
  const hosted = repositoryFor(context, 'read');
  const all = await hosted.git.refs('refs/heads/');
  const page = pageOf(context.call.request.query);
  const shapes = all
    .slice(page.skip, page.skip + page.size)
    .map(({ ref, oid }) => branchShape(context, hosted, ref.slice('refs/heads/'.length), oid));
  return json(200, shapes, linkHeader(context.call, page, all.length));
}

/** @type {RestHandler} */
async function branch(context) {
  const hosted = repositoryFor(context, 'read');
  const found = await hosted.ref(`refs/heads/${context.params.branch}`, readingOf(context.call));
  if (found === null) throw new Refusal(404, 'Branch not found');
  const commit = await hosted.git.commit(found.oid);
  if (commit === null) throw notFound();
  return json(200, {
    ...branchShape(context, hosted, context.params.branch, found.oid),
    commit: commitShape(context.api, hosted, commit),
    _links: {
      self: `${repositoryUrl(context.api, hosted)}/branches/${context.params.branch}`,
      html: `https://github.com/${hosted.fullName}/tree/${context.params.branch}`,
    },
  });
}

/**
 * @param {RestContext} context
 * @param {import('../../hosted.mjs').HostedRepository} hosted
 * @param {string} name
 * @param {string} oid
 */
function branchShape({ api }, hosted, name, oid) {
  const { approvals, signatures } = hosted.rules(name);
  const isProtected = approvals !== null || signatures === 'required';
  const url = repositoryUrl(api, hosted);
  return {
    name,
    commit: { sha: oid, url: `${url}/commits/${oid}` },
    protected: isProtected,
    protection: {
      enabled: isProtected,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${url}/branches/${encodeURIComponent(name)}/protection`,
  };
}

/** @type {RestHandler} */
async function branchRules(context) {
  const hosted = repositoryFor(context, 'read');
  const { approvals, signatures } = hosted.rules(context.params.branch);
  const source = { ruleset_source_type: 'Repository', ruleset_source: hosted.fullName, ruleset_id: 1 };
  const rules = [];
  if (approvals !== null) {
    const parameters = {
      allowed_merge_methods: ['merge', 'squash', 'rebase'],
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: approvals,
      required_review_thread_resolution: false,
    };
    rules.push({ type: 'pull_request', ...source, parameters });
  }
  if (signatures === 'required') rules.push({ type: 'required_signatures', ...source });
  return json(200, rules);
}

/** Sends the client to another host, whose answers no page may read. @type {RestHandler} */
async function archive(context) {
  const hosted = await filledRepositoryFor(context, 'read');
  const { params, call } = context;
  const ref = params.ref ?? hosted.defaultBranch;
  const form = params.form === 'zipball' ? 'legacy.zip' : 'legacy.tar.gz';
  return empty(302, { Location: `${call.origin}/codeload/${hosted.fullName}/${form}/${encodeURI(ref)}` });
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const REPOSITORY_ROUTES = [
  { method: 'GET', pattern: '/rate_limit', handler: rateLimit },
  { method: 'GET', pattern: '/user', handler: user },
  { method: 'GET', pattern: '/repos/:owner/:repo', handler: repository },
  { method: 'GET', pattern: '/repos/:owner/:repo/branches', handler: branches },
  { method: 'GET', pattern: '/repos/:owner/:repo/branches/*branch', handler: branch },
  { method: 'GET', pattern: '/repos/:owner/:repo/rules/branches/*branch', handler: branchRules },
  { method: 'GET', pattern: '/repos/:owner/:repo/(?<form>tarball|zipball)', handler: archive },
  { method: 'GET', pattern: '/repos/:owner/:repo/(?<form>tarball|zipball)/*ref', handler: archive },
];
