/**
 * Gitea's way to say no: a message beside the address of its documentation. A status says little, 403 may be a lost race.
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

  /** @param {string} origin */
  answer(origin) {
    return json(this.status, { message: this.message, url: `${origin}/api/swagger` });
  }
}

export function notFound() {
  return new Refusal(404, 'not found');
}
