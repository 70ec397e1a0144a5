/**
 * Bitbucket's way to say no: a status and a sentence inside `error`.
 *
 * **Invariant:** whatever a handler refuses is thrown as a `Refusal`; anything else that is thrown is a fault of this server.
 */

import { json } from '../http.mjs';

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  answer() {
    return json(this.status, { type: 'error', error: { message: this.message } });
  }
}

/** @param {string} what */
export function notFound(what) {
  return new Refusal(404, `${what} not found`);
}

/** @param {string} message */
export function badRequest(message) {
  return new Refusal(400, message);
}

/** Says that the named parent is not what the branch points to. */
export function conflict() {
  return new Refusal(409, 'The parent is not the tip of the branch');
}

/** Says that the work took too long, in the status that only Bitbucket has. */
export function tookTooLong() {
  return new Refusal(555, 'The request took too long');
}
