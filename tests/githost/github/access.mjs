/**
 * Turns the header of a request into a credential and decides what it may do, in GitHub's words.
 *
 * **Invariant:** who may not see a repository cannot tell it from one that does not exist.
 */

import { Refusal, notFound } from './refusal.mjs';

/**
 * @typedef {{ type: 'anonymous' } | { type: 'token', token: import('../accounts.mjs').Token }} Credential
 */

/** @typedef {'contents' | 'pulls'} Permission */

const NAME_OF_PERMISSION = { contents: 'contents', pulls: 'pull_requests' };

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
  if (token === null || token.state !== 'valid' || expired) throw new Refusal(401, 'Bad credentials');
  return { type: 'token', token };
}

/** @param {string} header */
function secretIn(header) {
  const [, scheme, secret] = /^(\S+)\s+(.*)$/.exec(header.trim()) ?? [];
  if (scheme === undefined) return '';
  if (scheme.toLowerCase() !== 'basic') return secret;
  return Buffer.from(secret, 'base64').toString('utf8').split(':').slice(1).join(':');
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
  if (hosted === null) throw notFound();
  if (credential.type === 'anonymous') {
    if (hosted.visibility === 'private') throw notFound();
    return hosted;
  }
  const { token } = credential;
  if (token.singleSignOn !== null) {
    throw new Refusal(
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      { headers: { 'X-GitHub-SSO': `required; url=${token.singleSignOn}` } },
    );
  }
  const unscoped = token.kind === 'classic' && !token.scopes.includes('repo');
  if (hosted.visibility === 'private' && unscoped) throw notFound();
  return hosted;
}

/**
 * Refuses who may not do this to the repository.
 *
 * @param {Credential} credential
 * @param {import('../hosted.mjs').HostedRepository} hosted that the credential may see
 * @param {{ permission: Permission, access: 'read' | 'write' }} wanted
 */
export function demand(credential, hosted, { permission, access }) {
  if (credential.type === 'anonymous') {
    if (access === 'write') throw new Refusal(401, 'Requires authentication');
    return;
  }
  if (!allows(credential.token, hosted, { permission, access })) {
    if (credential.token.kind === 'classic') throw notFound();
    throw new Refusal(403, 'Resource not accessible by personal access token', {
      headers: { 'X-Accepted-GitHub-Permissions': `${NAME_OF_PERMISSION[permission]}=${access}` },
    });
  }
  if (access === 'write' && hosted.state === 'archived') {
    throw new Refusal(403, 'Repository was archived so is read-only.');
  }
}

/**
 * @param {import('../accounts.mjs').Token} token
 * @param {import('../hosted.mjs').HostedRepository} hosted
 * @param {{ permission: Permission, access: 'read' | 'write' }} wanted
 */
function allows(token, hosted, { permission, access }) {
  if (token.kind === 'classic' && !token.scopes.includes('repo')) {
    return access === 'read' ? hosted.visibility === 'public' : token.scopes.includes('public_repo');
  }
  if (access === 'read' && hosted.visibility === 'public') return true;
  const held = token[permission];
  return held === 'write' || held === access;
}

/**
 * Says what a credential may do with the files of a repository.
 *
 * @param {Credential} credential
 * @returns {import('../accounts.mjs').Access}
 */
export function contentsAccess(credential) {
  return credential.type === 'anonymous' ? 'read' : credential.token.contents;
}
