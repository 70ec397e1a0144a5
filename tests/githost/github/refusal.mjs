/**
 * GitHub's way to say no: a status, a sentence, and sometimes a list of what was wrong.
 *
 * **Invariant:** whatever a handler refuses is thrown as a `Refusal`; anything else that is thrown is a fault of this server.
 */

import { json } from '../http.mjs';

const DOCUMENTATION = 'https://docs.github.com/rest';

/**
 * @typedef {object} ValidationError
 * @property {string} resource
 * @property {string} [field]
 * @property {string} code
 * @property {string} [message]
 */

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {{ errors?: ValidationError[], headers?: Record<string, string> }} [more]
   */
  constructor(status, message, { errors, headers = {} } = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  answer() {
    const { message, errors, status } = this;
    const body = { message, ...(errors ? { errors } : {}), documentation_url: DOCUMENTATION, status: String(status) };
    return json(status, body, this.headers);
  }
}

export function notFound() {
  return new Refusal(404, 'Not Found');
}

export function emptyRepository() {
  return new Refusal(409, 'Git Repository is empty.');
}

/** @param {string} message */
export function unprocessable(message) {
  return new Refusal(422, message);
}

/** @param {ValidationError[]} errors */
export function validationFailed(...errors) {
  return new Refusal(422, 'Validation Failed', { errors });
}

/** @param {string} field */
export function missingField(field) {
  return unprocessable(`Invalid request.\n\n"${field}" wasn't supplied.`);
}

/** @param {'pull-request' | 'signature'} rule */
export function ruleViolation(rule) {
  const reason =
    rule === 'pull-request' ? 'Changes must be made through a pull request.' : 'Commits must have verified signatures.';
  return `Repository rule violations found\n\n${reason}\n\n`;
}
