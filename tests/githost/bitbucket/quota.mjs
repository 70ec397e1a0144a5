/**
 * Counts what each credential has asked for in the last hour. A page is told nothing of it before it is too much.
 *
 * **Invariant:** an hour is the hour before now, not one that begins at a full hour.
 */

import { Refusal } from './refusal.mjs';

const HOUR_MS = 3_600_000;
const LIMIT = 1000;
const ANONYMOUS_LIMIT = 60;

export class Quota {
  /** @type {Map<string, number[]>} times of requests, the oldest first */
  #asked = new Map();
  #limit = LIMIT;
  #now;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /**
   * Sets how many requests an hour may have, as paid seats do.
   *
   * @param {number} limit
   */
  limit(limit) {
    this.#limit = limit;
  }

  /**
   * Counts a request, or refuses it.
   *
   * @param {import('./access.mjs').Credential} credential
   */
  take(credential) {
    const who = credential.type === 'anonymous' ? '' : credential.token.text;
    const since = this.#now() - HOUR_MS;
    const asked = (this.#asked.get(who) ?? []).filter((time) => time > since);
    if (asked.length >= (credential.type === 'anonymous' ? ANONYMOUS_LIMIT : this.#limit)) throw limited();
    this.#asked.set(who, [...asked, this.#now()]);
  }
}

export function limited() {
  return new Refusal(429, 'Rate limit for this resource has been exceeded');
}
