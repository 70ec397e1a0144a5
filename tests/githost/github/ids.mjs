/**
 * Makes GitHub's opaque node ids and reads them back.
 */

/**
 * @param {string} prefix that tells the kind, such as `R` or `REF`
 * @param {string} content
 */
export function nodeId(prefix, content) {
  return `${prefix}_${Buffer.from(content, 'utf8').toString('base64url')}`;
}

/**
 * @param {string} prefix
 * @param {string} id
 * @returns {string | null} the content, when the id is of that kind
 */
export function contentOfId(prefix, id) {
  if (!id.startsWith(`${prefix}_`)) return null;
  return Buffer.from(id.slice(prefix.length + 1), 'base64url').toString('utf8');
}
