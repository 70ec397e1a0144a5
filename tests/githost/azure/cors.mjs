/**
 * Says what a page from another origin may send to Azure DevOps and read from it.
 *
 * Which headers are readable is not documented, so here none is beyond those that every page may read.
 */

import { empty } from '../http.mjs';

/**
 * Headers of every other answer. Only a request that carries credentials may be read.
 *
 * @param {import('../http.mjs').HttpRequest} request
 * @returns {Record<string, string>}
 */
export function crossOrigin({ headers }) {
  if (headers.authorization === undefined || headers.origin === undefined) return {};
  return { 'Access-Control-Allow-Origin': headers.origin, Vary: 'Origin' };
}

/** @param {import('../http.mjs').HttpRequest} request */
export function preflight({ headers }) {
  return empty(200, {
    'Access-Control-Allow-Origin': headers.origin ?? '*',
    'Access-Control-Allow-Headers': 'authorization, content-type, accept, x-vss-reauthenticationaction',
    'Access-Control-Allow-Methods': 'OPTIONS, GET, POST, PATCH, PUT, DELETE',
    'Access-Control-Max-Age': '3600',
    Vary: 'Origin',
  });
}
