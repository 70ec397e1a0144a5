/**
 * GitLab's way to say no: almost always 400 or 403, with a sentence that is the only thing to tell one from another.
 *
 * **Invariant:** whatever a handler refuses is thrown as a `Refusal`; anything else that is thrown is a fault of this server.
 */

import { json } from '../http.mjs';

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Record<string, unknown>} [body] instead of the message
   */
  constructor(status, message, body = { message }) {
    super(message);
    this.status = status;
    this.body = body;
  }

  answer() {
    return json(this.status, this.body);
  }
}

/** @param {string} what such as `Project` */
export function notFound(what) {
  return new Refusal(404, `404 ${what} Not Found`);
}

/** @param {string} branch */
export function notAllowed(branch) {
  return new Refusal(403, `403 Forbidden - You are not allowed to push into this branch: ${branch}`);
}
