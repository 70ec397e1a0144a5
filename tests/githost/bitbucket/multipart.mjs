/**
 * Reads a form that carries files: the parts of `multipart/form-data`, or the pairs of an encoded form.
 *
 * **Invariant:** the bytes of a part are those that were sent.
 */

import { badRequest } from './refusal.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string | null} filename null for a field that is no file
 * @property {string | null} attributes of a file, such as `executable`
 * @property {Buffer} content
 */

/**
 * @param {import('../http.mjs').HttpRequest} request
 * @returns {Part[]}
 */
export function partsOf({ headers, body }) {
  const type = headers['content-type'] ?? '';
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    return [...new URLSearchParams(body.toString('utf8'))].map(([name, text]) => ({
      name,
      filename: null,
      attributes: null,
      content: Buffer.from(text),
    }));
  }
  const [, quoted, plain] = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw badRequest('The request is not a form');
  return split(body, `--${boundary}`).map(partOf);
}

/**
 * @param {Buffer} body
 * @param {string} mark
 * @returns {Buffer[]}
 */
function split(body, mark) {
  const parts = [];
  // A mark stands at the beginning of a line, so it is looked for with its line break.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const between = Buffer.from(`\r\n${mark}`);
  let at = whole.indexOf(between);
  if (at < 0) throw badRequest('The form has no part');
  for (;;) {
    const start = at + between.length;
    if (whole.toString('latin1', start, start + 2) === '--') return parts;
    const end = whole.indexOf(between, start);
    if (end < 0) throw badRequest('The form has no end');
    parts.push(whole.subarray(start + 2, end));
    at = end;
  }
}

/**
 * @param {Buffer} bytes
 * @returns {Part}
 */
function partOf(bytes) {
  const gap = bytes.indexOf('\r\n\r\n');
  const head = gap < 0 ? '' : bytes.toString('utf8', 0, gap);
  const disposition = /^content-disposition:\s*(.*)$/im.exec(head)?.[1] ?? '';
  const value = (/** @type {string} */ key) =>
    new RegExp(`(?:^|;)\\s*${key}[=:]\\s*"([^"]*)"`, 'i').exec(disposition)?.[1] ?? null;
  const name = value('name');
  if (name === null) throw badRequest('A part of the form has no name');
  const attributes = value('x-attributes');
  return { name: unescape(name), filename: value('filename'), attributes, content: bytes.subarray(gap + 4) };
}

/** Reads what browsers write for quotes and line breaks in a name. @param {string} name */
function unescape(name) {
  return name.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}
