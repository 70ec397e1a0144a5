/**
 * Counts what each credential has asked for, hour by hour, and says so in GitHub's headers.
 *
 * **Invariant:** an answer of 304 costs nothing.
 */

import { Refusal } from './refusal.mjs';

/** @typedef {'core' | 'graphql'} Resource */
/** @typedef {{ limit: number, used: number, reset: number }} Bucket reset in seconds since 1970 */

const HOUR_SECONDS = 3600;
const LIMIT = 5000;
const ANONYMOUS_LIMIT = 60;

export class Quota {
  /** @type {Map<string, Bucket>} */
  #buckets = new Map();
  #now;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /**
   * @param {import('./access.mjs').Credential} credential
   * @param {Resource} resource
   * @returns {Bucket}
   */
  bucket(credential, resource) {
    const who = credential.type === 'anonymous' ? 'anonymous' : `token ${credential.token.text}`;
    return this.#bucket(who, resource, credential.type === 'anonymous' ? ANONYMOUS_LIMIT : LIMIT);
  }

  /**
   * Sets how much a token has left.
   *
   * @param {string} token
   * @param {Resource} resource
   * @param {{ remaining: number, resetInSeconds?: number }} left
   */
  leave(token, resource, { remaining, resetInSeconds }) {
    const bucket = this.#bucket(`token ${token}`, resource, LIMIT);
    bucket.used = bucket.limit - remaining;
    if (resetInSeconds !== undefined) bucket.reset = Math.floor(this.#now() / 1000) + resetInSeconds;
  }

  /**
   * @param {string} who
   * @param {Resource} resource
   * @param {number} limit
   */
  #bucket(who, resource, limit) {
    const seconds = Math.floor(this.#now() / 1000);
    const key = `${resource} ${who}`;
    const held = this.#buckets.get(key);
    if (held !== undefined && seconds < held.reset) return held;
    const bucket = { limit, used: 0, reset: seconds + HOUR_SECONDS };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/**
 * @param {Bucket} bucket
 * @param {Resource} resource
 */
export function quotaHeaders({ limit, used, reset }, resource) {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(Math.max(limit - used, 0)),
    'X-RateLimit-Used': String(used),
    'X-RateLimit-Resource': resource,
    'X-RateLimit-Reset': String(reset),
  };
}

/** @param {Bucket} bucket */
export function isSpent({ limit, used }) {
  return used >= limit;
}

/**
 * Refuses who has used up the hour.
 *
 * @param {import('./access.mjs').Credential} credential
 * @param {403 | 429} [status]
 */
export function primaryLimit(credential, status = 403) {
  const who = credential.type === 'anonymous' ? '127.0.0.1' : `user ID ${credential.token.account.id}`;
  return new Refusal(status, `API rate limit exceeded for ${who}.`);
}

/**
 * Refuses who asks too fast.
 *
 * @param {{ status?: 403 | 429 | undefined, retryAfter?: number | undefined }} limit seconds to wait, left out when the host does not say
 */
export function secondaryLimit({ status = 403, retryAfter }) {
  return new Refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    retryAfter === undefined ? {} : { headers: { 'Retry-After': String(retryAfter) } },
  );
}
