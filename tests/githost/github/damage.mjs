/**
 * Changes what is read, where a fault says so: a client that does not check ids would take it for the file.
 */

/**
 * @param {import('../facade.mjs').Call} call
 * @param {Buffer} content
 * @returns {Buffer}
 */
export function damaged({ struck }, content) {
  if (struck.find('wrong-bytes') === undefined || content.length === 0) return content;
  const copy = Buffer.from(content);
  const middle = copy.length >> 1;
  // Stays inside ASCII, so that the text around it can still be read.
  copy[middle] = copy[middle] === 0x78 ? 0x79 : 0x78;
  return copy;
}
