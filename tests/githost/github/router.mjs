/**
 * Finds the handler of a request by method and path.
 *
 * In a pattern `:name` stands for one part of the path and `*name` for the rest of it, slashes included.
 */

/**
 * @template Handler
 * @typedef {{ method: string, pattern: string, handler: Handler }} Route
 */

/**
 * @template Handler
 * @param {readonly Route<Handler>[]} routes of which the first that fits is taken
 * @returns {(method: string, path: string) => { handler: Handler, params: Record<string, string> } | null}
 */
export function router(routes) {
  const compiled = routes.map(({ method, pattern, handler }) => ({
    method,
    handler,
    expression: expressionOf(pattern),
  }));
  return (method, path) => {
    for (const route of compiled) {
      const match = route.method === method ? route.expression.exec(path) : null;
      if (match === null) continue;
      const params = decodedAll(match.groups ?? {});
      if (params !== null) return { handler: route.handler, params };
    }
    return null;
  };
}

/** @param {string} pattern */
function expressionOf(pattern) {
  const source = pattern
    .replace(/[.]/g, '\\.')
    .replace(/:(\w+)/g, '(?<$1>[^/]+)')
    .replace(/\*(\w+)/g, '(?<$1>.+)');
  return new RegExp(`^${source}/?$`);
}

/**
 * @param {Record<string, string>} groups
 * @returns {Record<string, string> | null} null when something is not properly encoded
 */
function decodedAll(groups) {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    return null;
  }
}
