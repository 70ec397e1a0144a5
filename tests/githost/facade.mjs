/**
 * What a façade is: one kind of Git host, spoken over the same repositories.
 *
 * A façade is a folder beside this file with a factory that takes a `Site` and answers a `Facade`.
 *
 * **Invariant:** a façade keeps no copy of what Git holds; two façades over one repository cannot disagree.
 */

/**
 * What all façades of one server share.
 *
 * @typedef {object} Site
 * @property {import('./accounts.mjs').Accounts} accounts
 * @property {(fullName: string) => import('./hosted.mjs').HostedRepository | null} repository by `owner/name`, whatever the case
 * @property {() => number} now milliseconds since 1970
 */

/**
 * One request on its way through a façade.
 *
 * @typedef {object} Call
 * @property {import('./http.mjs').HttpRequest} request
 * @property {string} origin of the server, such as `http://127.0.0.1:4000`
 * @property {import('./faults.mjs').Struck} struck
 * @property {number} number of the request in the log
 */

/**
 * @typedef {object} Facade
 * @property {string} name
 * @property {string} apiPath below the origin; what a client is configured with
 * @property {(path: string) => boolean} owns
 * @property {(request: import('./http.mjs').HttpRequest) => string[]} operations names of what the request asks for, for the log
 * @property {(request: import('./http.mjs').HttpRequest) => import('./http.mjs').Answer} preflight
 * @property {(request: import('./http.mjs').HttpRequest) => Record<string, string>} crossOrigin headers of every other answer
 * @property {(call: Call) => Promise<import('./http.mjs').Answer>} answer
 */

export {};
