/**
 * Reads which page is asked for and says, in the `Link` header, where the others are.
 */

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

/** @typedef {{ number: number, size: number, skip: number }} Page */

/**
 * @param {URLSearchParams} query
 * @param {{ size?: number, max?: number }} [limits]
 * @returns {Page}
 */
export function pageOf(query, { size = DEFAULT_SIZE, max = MAX_SIZE } = {}) {
  const number = positive(query.get('page'), 1);
  const asked = Math.min(positive(query.get('per_page'), size), max);
  return { number, size: asked, skip: (number - 1) * asked };
}

/**
 * @param {string | null} text
 * @param {number} otherwise
 */
function positive(text, otherwise) {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

/**
 * @param {import('../facade.mjs').Call} call
 * @param {Page} page
 * @param {number} total
 * @returns {Record<string, string>} without the header when all is on one page
 */
export function linkHeader({ request, origin }, { number, size }, total) {
  const last = Math.max(Math.ceil(total / size), 1);
  /** @type {[string, number][]} */
  const links = [];
  if (number > 1) links.push(['prev', number - 1]);
  if (number < last) links.push(['next', number + 1], ['last', last]);
  if (number > 1) links.push(['first', 1]);
  if (links.length === 0) return {};
  const text = links.map(([relation, target]) => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(target));
    return `<${origin}${request.path}?${query}>; rel="${relation}"`;
  });
  return { Link: text.join(', ') };
}
