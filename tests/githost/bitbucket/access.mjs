/**
 * Turns the header of a request into a credential and decides what it may do, in Bitbucket's words.
 *
 * An API token goes with the mail address of its owner, as Basic; the token of a repository or workspace goes alone, as
 * Bearer. A user name instead of an address is an app password, and those are gone.
 */

import { Refusal, notFound } from './refusal.mjs';

/** @typedef {{ type: 'anonymous' } | { type: 'token', token: import('../accounts.mjs').Token }} Credential */

/**
 * Reads who is asking. A token that is unknown, expired or revoked is refused.
 *
 * @param {import('../facade.mjs').Call} call
 * @param {import('../accounts.mjs').Accounts} accounts
 * @returns {Credential}
 */
export function credentialOf({ request, struck }, accounts) {
  const header = request.headers.authorization;
  if (header === undefined) return { type: 'anonymous' };
  const token = accounts.find(secretIn(header));
  const expired = struck.find('expired-token') !== undefined;
  if (token === null || token.state !== 'valid' || expired) {
    throw new Refusal(401, 'Token is invalid, expired, or not supported for this endpoint.');
  }
  return { type: 'token', token };
}

/** @param {string} header */
function secretIn(header) {
  const [, scheme, secret] = /^(\S+)\s+(.*)$/.exec(header.trim()) ?? [];
  if (scheme?.toLowerCase() === 'bearer') return secret;
  if (scheme?.toLowerCase() !== 'basic') return '';
  const [user, ...rest] = Buffer.from(secret, 'base64').toString('utf8').split(':');
  if (!user.includes('@')) throw new Refusal(410, 'App passwords are no longer supported. Use an API token.');
  return rest.join(':');
}

/**
 * Finds a repository that the credential may see.
 *
 * @param {import('../facade.mjs').Site} site
 * @param {Credential} credential
 * @param {string} fullName
 */
export function visibleRepository(site, credential, fullName) {
  const hosted = site.repository(fullName);
  if (hosted === null) throw notFound(`Repository ${fullName}`);
  if (hosted.visibility === 'public') return hosted;
  if (credential.type === 'anonymous' || credential.token.contents === 'none') {
    throw new Refusal(403, 'You may not have access to this repository or it no longer exists in this workspace.');
  }
  return hosted;
}

/**
 * Refuses who may not do this to the repository.
 *
 * @param {Credential} credential
 * @param {import('../hosted.mjs').HostedRepository} hosted that the credential may see
 * @param {'contents' | 'pulls'} permission
 * @returns {import('../accounts.mjs').Account} who is asking
 */
export function demandWrite(credential, hosted, permission) {
  if (credential.type === 'anonymous') throw new Refusal(401, 'Authentication required');
  if (credential.token[permission] !== 'write') {
    throw new Refusal(403, 'Your credentials lack one or more required privilege scopes.');
  }
  if (hosted.state === 'archived') throw new Refusal(403, 'Repository is read-only.');
  return credential.token.account;
}
