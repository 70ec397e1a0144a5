/**
 * Turns the contents of many files into one Git pack: one file to write instead of one for each.
 *
 * **Invariant:** a pack holds every object once, whole, with the id that git gives it.
 */

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const BLOB = 3;

/**
 * @param {readonly Buffer[]} contents
 * @returns {{ pack: Buffer, oids: string[] }} ids in the order of the contents
 */
export function packOfBlobs(contents) {
  const oids = contents.map(blobId);
  const once = new Map(oids.map((oid, index) => [oid, contents[index]]));
  const head = Buffer.alloc(12);
  head.write('PACK', 0, 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(once.size, 8);
  const entries = [...once.values()].flatMap((content) => [
    entryHead(content.length),
    deflateSync(content, { level: 1 }),
  ]);
  const body = Buffer.concat([head, ...entries]);
  return { pack: Buffer.concat([body, createHash('sha1').update(body).digest()]), oids };
}

/** @param {Buffer} content */
function blobId(content) {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Writes type and size: four bits in the first byte, seven in each that follows. @param {number} size */
function entryHead(size) {
  const bytes = [(BLOB << 4) | (size & 0x0f)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}
