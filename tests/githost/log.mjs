/**
 * Keeps what every request carried and how it ended, so that tests can count requests and look for a token that leaked.
 *
 * **Invariant:** a request is in the log before anything is done about it; preflights are marked and not counted as requests.
 */

/**
 * @typedef {object} LogEntry
 * @property {number} number in the order of arrival, from 1
 * @property {string} facade name of the host that was spoken to
 * @property {string} method
 * @property {string} path
 * @property {string} query with its `?`, or empty
 * @property {Record<string, string>} headers
 * @property {string} body
 * @property {string[]} operations GraphQL's root fields, such as `createCommitOnBranch`; empty for REST
 * @property {'request' | 'preflight'} kind
 * @property {number | null} status null while it runs, and when no answer went out
 * @property {string[]} faults types of the faults that struck
 */

/**
 * @typedef {object} RequestPattern everything given must hold
 * @property {string} [facade]
 * @property {string} [method]
 * @property {string} [path] a part of the path, or a regular expression between slashes
 * @property {string} [operation] a GraphQL root field
 * @property {'request' | 'preflight'} [kind] `request` when not given
 */

export class RequestLog {
  /** @type {LogEntry[]} */
  #entries = [];

  /**
   * @param {Omit<LogEntry, 'number' | 'status' | 'faults'>} seen
   * @returns {LogEntry}
   */
  add(seen) {
    const entry = { number: this.#entries.length + 1, ...seen, status: null, faults: [] };
    this.#entries.push(entry);
    return entry;
  }

  /**
   * @param {RequestPattern} [pattern]
   * @returns {LogEntry[]} in the order of arrival
   */
  entries(pattern = {}) {
    return this.#entries.filter((entry) => matches(entry, pattern));
  }

  /** @param {RequestPattern} [pattern] */
  count(pattern) {
    return this.entries(pattern).length;
  }

  /**
   * Finds every place in which a text, such as a token, came in.
   *
   * @param {string} text
   * @returns {{ number: number, place: string }[]} places are `header:<name>`, `url` and `body`
   */
  carriers(text) {
    return this.#entries.flatMap(({ number, path, query, headers, body }) => {
      const places = Object.entries(headers)
        .filter(([, value]) => value.includes(text))
        .map(([name]) => `header:${name}`);
      if (decoded(path + query).includes(text)) places.push('url');
      if (body.includes(text)) places.push('body');
      return places.map((place) => ({ number, place }));
    });
  }

  clear() {
    this.#entries = [];
  }
}

/**
 * @param {LogEntry} entry
 * @param {RequestPattern} pattern
 */
export function matches(entry, { facade, method, path, operation, kind = 'request' }) {
  if (entry.kind !== kind) return false;
  if (facade !== undefined && entry.facade !== facade) return false;
  if (method !== undefined && entry.method !== method) return false;
  if (operation !== undefined && !entry.operations.includes(operation)) return false;
  if (path === undefined) return true;
  const expression = /^\/(.+)\/([a-z]*)$/.exec(path);
  // A plain path such as `/git/trees/` has slashes around it too; only what uses the signs of an expression is one.
  if (expression !== null && /[\\^$*+?()[\]{}|]/.test(expression[1])) {
    return new RegExp(expression[1], expression[2]).test(entry.path);
  }
  return entry.path.includes(path);
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
