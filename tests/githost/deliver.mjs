/**
 * Carries one request through a façade and its answer to the client, with what a fault does to the connection.
 *
 * **Invariant:** a fault at the moment `answer` strikes after everything the request asked for is done.
 */

import { setTimeout as delay } from 'node:timers/promises';

import { send } from './http.mjs';

/**
 * @typedef {object} Delivery
 * @property {import('./facade.mjs').Facade} facade
 * @property {import('./http.mjs').HttpRequest} request
 * @property {import('./log.mjs').LogEntry} entry
 * @property {import('./faults.mjs').Struck} struck
 * @property {string} origin
 * @property {import('node:http').ServerResponse} response
 */

/** @typedef {import('./http.mjs').Answer} Answer */

/** @param {Delivery} delivery */
export async function deliver({ facade, request, entry, struck, origin, response }) {
  if (await strikes({ facade, request, entry, struck, response }, 'arrival')) return;
  const preflight = request.method === 'OPTIONS';
  const given = preflight
    ? facade.preflight(request)
    : await facade.answer({ request, origin, struck, number: entry.number });
  if (await strikes({ facade, request, entry, struck, response }, 'answer')) return;
  const answer = without(
    preflight ? given : { ...given, headers: { ...facade.crossOrigin(request), ...given.headers } },
    struck.find('hidden-headers')?.names ?? [],
  );
  const cut = struck.find('drop', 'body');
  entry.status = cut === undefined ? answer.status : null;
  await send(response, answer, cut === undefined ? {} : { cut: cut.bytes ?? 0 });
}

/**
 * Carries out what strikes at this moment.
 *
 * @param {Omit<Delivery, 'origin'>} delivery
 * @param {import('./faults.mjs').Moment} moment
 * @returns {Promise<boolean>} whether the request has its end with that
 */
async function strikes({ facade, request, entry, struck, response }, moment) {
  const wait = struck.find('delay', moment);
  if (wait !== undefined) await delay(wait.ms);
  if (struck.find('drop', moment) !== undefined) {
    response.destroy();
    return true;
  }
  const status = struck.find('status', moment);
  if (status === undefined) return false;
  entry.status = status.status;
  await send(response, {
    status: status.status,
    headers: {
      ...(status.cors === 'missing' ? {} : facade.crossOrigin(request)),
      'Content-Type': 'text/html; charset=utf-8',
      ...status.headers,
    },
    body: status.body ?? `<html><body>${status.status}</body></html>`,
  });
  return true;
}

/**
 * @param {Answer} answer
 * @param {readonly string[]} names of headers, in any case
 * @returns {Answer}
 */
function without(answer, names) {
  const hidden = new Set(names.map((name) => name.toLowerCase()));
  const headers = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !hidden.has(name.toLowerCase())),
  );
  return { ...answer, headers };
}
