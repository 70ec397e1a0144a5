/**
 * REST about refs: reading, creating, moving and deleting them.
 *
 * **Invariant:** a ref moves by `update-ref` from the value the check was made on.
 */

import { NO_OBJECT } from '../../git/repository.mjs';
import { empty, json } from '../../http.mjs';
import { Refusal, emptyRepository, notFound, ruleViolation, unprocessable } from '../refusal.mjs';
import { isPlainRef, readingOf } from '../revision.mjs';
import { refShape } from '../shapes.mjs';
import { bodyOf, filledRepositoryFor, isOid, repositoryFor, requiredText, wrongType } from './context.mjs';

/** @typedef {import('./context.mjs').RestHandler} RestHandler */
/** @typedef {import('../../hosted.mjs').HostedRepository} HostedRepository */

const ATTEMPTS = 5;

/** @type {RestHandler} */
async function getRef(context) {
  const hosted = await filledRepositoryFor(context, 'read');
  const ref = `refs/${context.params.ref}`;
  const found = isPlainRef(ref) ? await hosted.ref(ref, readingOf(context.call)) : null;
  if (found === null) throw notFound();
  return json(200, refShape(context.api, hosted, { ref, oid: found.oid, type: found.type }));
}

/** @type {RestHandler} */
async function matchingRefs(context) {
  const hosted = repositoryFor(context, 'read');
  const refs = await hosted.git.refs('refs/');
  const wanted = `refs/${context.params.ref}`;
  return json(
    200,
    refs.filter(({ ref }) => ref.startsWith(wanted)).map((ref) => refShape(context.api, hosted, ref)),
  );
}

/** @type {RestHandler} */
async function createRef(context) {
  const hosted = repositoryFor(context, 'write');
  const body = bodyOf(context);
  const ref = requiredText(body, 'ref');
  const sha = requiredText(body, 'sha');
  if (await hosted.isEmpty()) throw emptyRepository();
  if (!/^refs\/[^/]+\/./.test(ref) || !(await hosted.git.isRefName(ref))) {
    throw unprocessable(`${ref} is not a valid ref name.`);
  }
  const object = isOid(sha) ? await hosted.git.info(sha) : null;
  if (object === null || (ref.startsWith('refs/heads/') && object.type !== 'commit')) {
    throw unprocessable('Object does not exist');
  }
  const outcome = await hosted.move([{ ref, to: sha, from: NO_OBJECT }], 'unsigned');
  if (outcome.type === 'rule') throw unprocessable(ruleViolation(outcome.rule));
  if (outcome.type === 'refused') {
    throw unprocessable(
      (await hosted.git.info(ref)) === null ? 'Reference cannot be created' : 'Reference already exists',
    );
  }
  const shape = refShape(context.api, hosted, { ref, oid: sha, type: object.type });
  return json(201, shape, { Location: shape.url });
}

/** @type {RestHandler} */
async function updateRef(context) {
  const hosted = await filledRepositoryFor(context, 'write');
  const body = bodyOf(context);
  const sha = requiredText(body, 'sha');
  if (body.force !== undefined && typeof body.force !== 'boolean') throw wrongType('force', body.force, 'a boolean');
  const ref = `refs/${context.params.ref}`;
  const object = isOid(sha) ? await hosted.git.info(sha) : null;
  if (object === null || (ref.startsWith('refs/heads/') && object.type !== 'commit')) {
    throw unprocessable('Object does not exist');
  }
  await advance(context, hosted, { ref, to: sha, leap: body.force === true ? 'any' : 'fast-forward' });
  return json(200, refShape(context.api, hosted, { ref, oid: sha, type: object.type }));
}

/**
 * @param {import('./context.mjs').RestContext} context
 * @param {HostedRepository} hosted
 * @param {{ ref: string, to: string, leap: 'fast-forward' | 'any' }} move
 */
async function advance({ call }, hosted, { ref, to, leap }) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const held = isPlainRef(ref) ? await hosted.git.info(ref) : null;
    if (held === null) throw unprocessable('Reference does not exist');
    if (leap === 'fast-forward' && !(await hosted.git.isAncestor(held.oid, to))) {
      throw unprocessable('Update is not a fast forward');
    }
    const outcome = await hosted.move([{ ref, to, from: held.oid }], 'unsigned');
    if (outcome.type === 'moved') return;
    if (outcome.type === 'rule') throw unprocessable(ruleViolation(outcome.rule));
    if (call.struck.find('loser-forbidden')) throw new Refusal(403, 'Resource not accessible by personal access token');
  }
  throw unprocessable('Reference cannot be updated');
}

/** @type {RestHandler} */
async function deleteRef(context) {
  const hosted = await filledRepositoryFor(context, 'write');
  const ref = `refs/${context.params.ref}`;
  const held = isPlainRef(ref) ? await hosted.git.info(ref) : null;
  if (held === null) throw unprocessable('Reference does not exist');
  const outcome = await hosted.move([{ ref, to: NO_OBJECT, from: held.oid }], 'unsigned');
  if (outcome.type === 'rule') throw unprocessable(ruleViolation(outcome.rule));
  if (outcome.type === 'refused') throw unprocessable('Reference cannot be deleted');
  return empty(204);
}

/** @type {import('../router.mjs').Route<RestHandler>[]} */
export const REF_ROUTES = [
  { method: 'GET', pattern: '/repos/:owner/:repo/git/ref/*ref', handler: getRef },
  { method: 'GET', pattern: '/repos/:owner/:repo/git/matching-refs/*ref', handler: matchingRefs },
  { method: 'POST', pattern: '/repos/:owner/:repo/git/refs', handler: createRef },
  { method: 'PATCH', pattern: '/repos/:owner/:repo/git/refs/*ref', handler: updateRef },
  { method: 'DELETE', pattern: '/repos/:owner/:repo/git/refs/*ref', handler: deleteRef },
];
