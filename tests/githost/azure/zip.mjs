/**
 * Packs files into a zip, as .NET writes one to a stream that cannot go back: sizes and checksums follow the data.
 */

import { deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Sizes follow the data, and names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const STORED = 0;

/**
 * @param {readonly { name: string, content: Buffer }[]} files
 * @returns {Buffer}
 */
export function zipOf(files) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer[]} */
  const directory = [];
  let at = 0;
  for (const { name, content } of files) {
    const method = content.length === 0 ? STORED : DEFLATED;
    const data = method === STORED ? content : deflateRawSync(content);
    const label = Buffer.from(name, 'utf8');
    const local = words(
      [4, LOCAL],
      [2, 20],
      [2, FLAGS],
      [2, method],
      [4, 0],
      [4, 0],
      [4, 0],
      [4, 0],
      [2, label.length],
      [2, 0],
    );
    const sum = crc32(content);
    const descriptor = words([4, DESCRIPTOR], [4, sum], [4, data.length], [4, content.length]);
    directory.push(
      words(
        [4, CENTRAL],
        [2, 20],
        [2, 20],
        [2, FLAGS],
        [2, method],
        [4, 0],
        [4, sum],
        [4, data.length],
        [4, content.length],
      ),
      words([2, label.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]),
      label,
    );
    const part = Buffer.concat([local, label, data, descriptor]);
    parts.push(part);
    at += part.length;
  }
  const central = Buffer.concat(directory);
  const end = words(
    [4, END],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, central.length],
    [4, at],
    [2, 0],
  );
  return Buffer.concat([...parts, central, end]);
}

/** @param {...[number, number]} fields length in bytes and value of each, little end first */
function words(...fields) {
  const buffer = Buffer.alloc(fields.reduce((sum, [length]) => sum + length, 0));
  let at = 0;
  for (const [length, value] of fields) {
    buffer.writeUIntLE(value >>> 0, at, length);
    at += length;
  }
  return buffer;
}

const TABLE = Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** @param {Buffer} content */
function crc32(content) {
  let sum = 0xffffffff;
  for (const byte of content) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
