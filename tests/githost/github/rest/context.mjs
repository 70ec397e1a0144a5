/**
 * What a REST handler has at hand, and the checks that handlers share.
 */

import { demand, visibleRepository } from '../access.mjs';
import { Refusal, emptyRepository, missingField, unprocessable } from '../refusal.mjs';

/**
 * @typedef {object} RestContext
 * @property {import('../../facade.mjs').Call} call
 * @property {import('../../facade.mjs').Site} site
 * @property {string} api address of the API
 * @property {import('../access.mjs').Credential} credential
 * @property {Record<string, string>} params from the path
 * @property {import('../quota.mjs').Quota} quota
 */

/** @typedef {(context: RestContext) => Promise<import('../../http.mjs').Answer>} RestHandler */

/**
 * Answers the repository that the path names, for who may do this to it.
 *
 * @param {RestContext} context
 * @param {'read' | 'write'} access
 * @param {import('../access.mjs').Permission} [permission]
 */
export function repositoryFor({ site, credential, params }, access, permission = 'contents') {
  const hosted = visibleRepository(site, credential, `${params.owner}/${params.repo}`);
  demand(credential, hosted, { permission, access });
  return hosted;
}

/**
 * The same, for what cannot be done before there is a first commit.
 *
 * @param {RestContext} context
 * @param {'read' | 'write'} access
 */
export async function filledRepositoryFor(context, access) {
  const hosted = repositoryFor(context, access);
  if (await hosted.isEmpty()) throw emptyRepository();
  return hosted;
}

/**
 * @param {RestContext} context
 * @returns {Record<string, unknown>}
 */
export function bodyOf({ call }) {
  let value;
  try {
    value = JSON.parse(call.request.body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'Body should be a JSON object');
  }
  return value;
}

/**
 * @param {Record<string, unknown>} body
 * @param {string} field
 * @returns {string}
 */
export function requiredText(body, field) {
  const value = body[field];
  if (value === undefined) throw missingField(field);
  if (typeof value !== 'string') throw wrongType(field, value, 'a string');
  return value;
}

/**
 * @param {Record<string, unknown>} body
 * @param {string} field
 * @returns {string | undefined}
 */
export function optionalText(body, field) {
  return body[field] === undefined || body[field] === null ? undefined : requiredText(body, field);
}

/**
 * @param {string} field
 * @param {unknown} value
 * @param {string} wanted
 */
export function wrongType(field, value, wanted) {
  return unprocessable(`Invalid request.\n\nFor '${field}', ${JSON.stringify(value)} is not ${wanted}.`);
}

/** @param {unknown} text */
export function isOid(text) {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
}
