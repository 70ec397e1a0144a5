/**
 * GitHub, as a browser meets it: REST v3, GraphQL and the archive host, with their CORS, quotas and tags.
 *
 * It answers below `/api/v3` and `/api/graphql`, as a GitHub Enterprise Server does.
 */

import { empty, json } from '../http.mjs';
import { git } from '../git/run.mjs';
import { credentialOf } from './access.mjs';
import { conditional } from './conditional.mjs';
import { CROSS_ORIGIN, preflight } from './cors.mjs';
import { answerGraphql, operationsIn } from './graphql/answer.mjs';
import { Quota, isSpent, primaryLimit, quotaHeaders, secondaryLimit } from './quota.mjs';
import { Refusal, notFound } from './refusal.mjs';
import { commitOf } from './revision.mjs';
import { router } from './router.mjs';
import { COMMIT_ROUTES } from './rest/commits.mjs';
import { CONTENT_ROUTES } from './rest/contents.mjs';
import { OBJECT_ROUTES } from './rest/objects.mjs';
import { PULL_ROUTES } from './rest/pulls.mjs';
import { REF_ROUTES } from './rest/refs.mjs';
import { REPOSITORY_ROUTES } from './rest/repository.mjs';

/** @typedef {import('../facade.mjs').Call} Call */
/** @typedef {import('../http.mjs').Answer} Answer */
/** @typedef {import('./quota.mjs').Resource} Resource */

const API = '/api/v3';
const GRAPHQL = '/api/graphql';
const ARCHIVES = '/codeload/';
/** The only origin that GitHub's archive host lets read an archive. */
const ARCHIVE_READER = 'https://render.githubusercontent.com';

const route = router([
  ...REPOSITORY_ROUTES,
  ...REF_ROUTES,
  ...OBJECT_ROUTES,
  ...CONTENT_ROUTES,
  ...COMMIT_ROUTES,
  ...PULL_ROUTES,
]);

/**
 * @param {import('../facade.mjs').Site} site
 * @returns {import('../facade.mjs').Facade & { quota: Quota }}
 */
export function github(site) {
  const quota = new Quota(site.now);
  return {
    name: 'github',
    apiPath: API,
    quota,
    owns: (path) => path === GRAPHQL || path === API || path.startsWith(`${API}/`) || path.startsWith(ARCHIVES),
    operations: ({ method, path, body }) => (method === 'POST' && path === GRAPHQL ? operationsIn(body) : []),
    preflight,
    crossOrigin: ({ path }) =>
      path.startsWith(ARCHIVES) ? { 'Access-Control-Allow-Origin': ARCHIVE_READER } : CROSS_ORIGIN,
    answer: (call) => (call.request.path.startsWith(ARCHIVES) ? archive(site, call) : answer(site, quota, call)),
  };
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {Quota} quota
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
async function answer(site, quota, call) {
  /** @type {Record<string, string>} */
  let headers = {
    'X-GitHub-Request-Id': requestId(call.number),
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-Content-Type-Options': 'nosniff',
  };
  try {
    const credential = credentialOf(call, site.accounts);
    headers = { ...headers, ...scopeHeaders(credential) };
    const resource = call.request.path === GRAPHQL ? 'graphql' : 'core';
    const bucket = quota.bucket(credential, resource);
    const limited = limitOf(call, credential, bucket);
    if (limited !== null) {
      return withHeaders(limitedAnswer(limited, resource), { ...headers, ...quotaHeaders(bucket, resource) });
    }
    const result = await guarded(() => dispatch({ site, quota, call, credential, bucket }, resource));
    const final = conditional(call.request, result);
    if (final.status !== 304 && call.request.path !== `${API}/rate_limit`) bucket.used += 1;
    return withHeaders(final, { ...headers, ...quotaHeaders(bucket, resource) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return withHeaders(error.answer(), headers);
  }
}

/**
 * Turns a refusal into its answer, so that it is counted like any other.
 *
 * @param {() => Answer | Promise<Answer>} run
 */
async function guarded(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}

/**
 * @param {{ site: import('../facade.mjs').Site, quota: Quota, call: Call, credential: import('./access.mjs').Credential, bucket: import('./quota.mjs').Bucket }} context
 * @param {Resource} resource
 * @returns {Answer | Promise<Answer>}
 */
function dispatch({ site, quota, call, credential, bucket }, resource) {
  const { method, path } = call.request;
  if (resource === 'graphql') {
    if (method !== 'POST') throw notFound();
    return answerGraphql({ call, site, credential, bucket });
  }
  const found = route(method === 'HEAD' ? 'GET' : method, path.slice(API.length));
  if (found === null) throw notFound();
  return found.handler({ call, site, api: `${call.origin}${API}`, credential, params: found.params, quota });
}

/**
 * @param {Call} call
 * @param {import('./access.mjs').Credential} credential
 * @param {import('./quota.mjs').Bucket} bucket
 * @returns {Refusal | null}
 */
function limitOf({ struck, request }, credential, bucket) {
  const fault = struck.find('rate-limit');
  if (fault?.limit === 'secondary') return secondaryLimit(fault);
  if (fault?.limit === 'primary') bucket.used = bucket.limit;
  return isSpent(bucket) && request.path !== `${API}/rate_limit` ? primaryLimit(credential, fault?.status) : null;
}

/**
 * GraphQL tells of a spent hour with a status of 200.
 *
 * @param {Refusal} limited
 * @param {Resource} resource
 */
function limitedAnswer(limited, resource) {
  const spent = limited.message.startsWith('API rate limit');
  if (resource === 'core' || !spent) return limited.answer();
  return json(200, { errors: [{ type: 'RATE_LIMITED', message: limited.message }] });
}

/**
 * @param {import('./access.mjs').Credential} credential
 * @returns {Record<string, string>}
 */
function scopeHeaders(credential) {
  if (credential.type === 'anonymous' || credential.token.kind !== 'classic') return {};
  return { 'X-OAuth-Scopes': credential.token.scopes.join(', '), 'X-Accepted-OAuth-Scopes': 'repo' };
}

/**
 * @param {Answer} result
 * @param {Record<string, string>} headers
 * @returns {Answer}
 */
function withHeaders(result, headers) {
  return { ...result, headers: { ...headers, ...result.headers } };
}

/** @param {number} number */
function requestId(number) {
  const hex = number.toString(16).toUpperCase().padStart(4, '0');
  return `${hex}:1F2E:3D4C5B:${hex}:67890ABC`;
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
async function archive(site, call) {
  const [, owner, name, form, ref] = /^\/codeload\/([^/]+)\/([^/]+)\/([^/]+)\/(.+)$/.exec(call.request.path) ?? [];
  const hosted = ref === undefined ? null : site.repository(`${owner}/${name}`);
  const commit = hosted === null ? null : await commitOf(call, hosted, decodeURIComponent(ref));
  if (hosted === null || commit === null) return { ...empty(404), body: '404: Not Found' };
  const zip = form === 'legacy.zip';
  const prefix = `${owner}-${name}-${commit.oid.slice(0, 7)}/`;
  const body = await git(hosted.git.directory, [
    'archive',
    `--format=${zip ? 'zip' : 'tar.gz'}`,
    `--prefix=${prefix}`,
    commit.oid,
  ]);
  return { status: 200, headers: { 'Content-Type': zip ? 'application/zip' : 'application/x-gzip' }, body };
}
