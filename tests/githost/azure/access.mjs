/**
 * Turns the header of a request into a credential and decides what it may do, in the words of Azure DevOps.
 *
 * **Invariant:** who does not sign in with a good token gets a page for people, with a status of success.
 */

import { Refusal, needsPermission, noRepository } from './refusal.mjs';

/** @typedef {import('../accounts.mjs').Token} Token */

/**
 * Reads who is asking: a personal token as the password of nobody, or a token of Entra as it is.
 *
 * @param {import('../facade.mjs').Call} call
 * @param {import('../accounts.mjs').Accounts} accounts
 * @returns {Token | null} null for who has no good token
 */
export function tokenOf({ request, struck }, accounts) {
  if (struck.find('expired-token') !== undefined) return null;
  const [, scheme, secret] = /^(\S+)\s+(.*)$/.exec((request.headers.authorization ?? '').trim()) ?? [];
  if (scheme?.toLowerCase() === 'bearer') return goodToken(secret, accounts);
  if (scheme?.toLowerCase() !== 'basic') return null;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(secret, 'base64').toString('utf8')) ?? [];
  return password === undefined ? null : goodToken(password, accounts);
}

/**
 * @param {string} text
 * @param {import('../accounts.mjs').Accounts} accounts
 */
function goodToken(text, accounts) {
  const token = accounts.find(text);
  return token?.state === 'valid' ? token : null;
}

/**
 * Answers a person who shall sign in. A program takes it for success if it only looks at the status.
 *
 * @returns {import('../http.mjs').Answer}
 */
export function signInPage() {
  return {
    status: 203,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'X-TFS-FedAuthRealm': 'https://app.vssps.visualstudio.com/',
    },
    body: '<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>',
  };
}

/**
 * @param {import('../facade.mjs').Site} site
 * @param {Token} token
 * @param {{ organization: string, project: string, repository: string }} names the project bears the name of its repository
 */
export function visibleRepository(site, token, { organization, project, repository }) {
  const hosted = project === repository ? site.repository(`${organization}/${repository}`) : null;
  if (hosted === null) throw noRepository(repository);
  if (token.contents === 'none') {
    throw new Refusal(
      401,
      'UnauthorizedRequestException',
      'TF400813: The user is not authorized to access this resource.',
    );
  }
  return hosted;
}

/**
 * Refuses who may not write.
 *
 * @param {Token} token
 * @param {import('../hosted.mjs').HostedRepository} hosted
 * @param {'contents' | 'pulls'} permission
 */
export function demandWrite(token, hosted, permission) {
  if (token[permission] !== 'write') {
    throw needsPermission(permission === 'contents' ? 'GenericContribute' : 'PullRequestContribute');
  }
  if (hosted.state === 'archived') {
    throw new Refusal(403, 'GitRepositoryDisabledException', 'TF401019: The Git repository is disabled.');
  }
}
