/**
 * Turns Node's request into a value, and an answer value into bytes on the wire, or into a connection that breaks.
 *
 * **Invariant:** a body is read whole before anything is decided about it, and never beyond the limit.
 */

const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * @typedef {object} HttpRequest
 * @property {string} method
 * @property {string} path without the query, as sent (percent signs kept)
 * @property {URLSearchParams} query
 * @property {Record<string, string>} headers by lower-case name
 * @property {Buffer} body
 */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string | Buffer} body
 */

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {Promise<HttpRequest>}
 */
export async function readRequest(incoming) {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  /** @type {Record<string, string>} */
  const headers = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
}

/**
 * @param {number} status
 * @param {unknown} value
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function json(status, value, headers = {}) {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/**
 * @param {number} status
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function empty(status, headers = {}) {
  return { status, headers, body: '' };
}

/**
 * Sends an answer; with `cut`, breaks the connection after that many bytes of the body.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 * @param {{ cut?: number }} [options]
 */
export async function send(response, answer, { cut } = {}) {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : answer.body;
  const bodyless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bodyless ? {} : { 'Content-Length': String(body.length) }),
  });
  if (cut === undefined) {
    await new Promise((resolve) =>
      response.end(bodyless || response.req.method === 'HEAD' ? '' : body, () => resolve(null)),
    );
    return;
  }
  response.flushHeaders();
  const part = body.subarray(0, Math.min(cut, Math.max(body.length - 1, 0)));
  await new Promise((resolve) => (part.length === 0 ? resolve(null) : response.write(part, resolve)));
  response.destroy();
}
