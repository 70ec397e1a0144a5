/**
 * Cuts lists into pages and says, in the body, where the next one is.
 */

import { json } from '../http.mjs';
import { badRequest } from './refusal.mjs';

/**
 * Answers one page of a list.
 *
 * @template T
 * @param {import('../facade.mjs').Call} call
 * @param {readonly T[]} all
 * @param {(item: T) => unknown} shape
 * @param {{ size: number, max: number, naming: 'number' | 'token', total?: 'told' | 'untold' }} rules of the list; a token
 *   names a page by a text that only the host understands
 */
export async function page(call, all, shape, { size, max, naming, total = 'untold' }) {
  const { request, origin, struck } = call;
  const length = count(request.query.get('pagelen'), size);
  if (length > max) throw badRequest(`Invalid pagelen: the most is ${max}`);
  const asked = request.query.get('page');
  const number = naming === 'number' || asked === null ? count(asked, 1) : numberIn(asked);
  const part = all.slice((number - 1) * length, number * length);
  const query = new URLSearchParams(request.query);
  query.set('page', naming === 'number' ? String(number + 1) : tokenOf(number + 1));
  const values = await Promise.all(part.map(shape));
  return json(200, {
    pagelen: length,
    values: struck.find('reordered') === undefined ? values : values.reverse(),
    page: number,
    ...(total === 'told' ? { size: all.length } : {}),
    ...(number * length < all.length ? { next: `${origin}${request.path}?${query}` } : {}),
  });
}

/**
 * @param {string | null} text
 * @param {number} otherwise
 */
function count(text, otherwise) {
  if (text === null) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw badRequest('Invalid page');
  return number;
}

/** @param {number} number */
function tokenOf(number) {
  return Buffer.from(`page ${number}`).toString('base64url');
}

/** @param {string} token */
function numberIn(token) {
  const [, number] = /^page (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  if (number === undefined) throw badRequest('Invalid page');
  return Number(number);
}
