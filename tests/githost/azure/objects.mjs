/**
 * Reading: the repository, its refs, trees, files, and many blobs in one zip.
 */

import { json } from '../http.mjs';
import { damaged } from '../github/damage.mjs';
import { readingOf } from '../github/revision.mjs';
import { bodyOf, isOid, readable, versionOf } from './context.mjs';
import { badArgument, noItem, noObject } from './refusal.mjs';
import { itemShape, repositoryShape, treeEntryShape } from './shapes.mjs';
import { zipOf } from './zip.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */
/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/** @type {Handler} */
async function getRepository(context) {
  const hosted = readable(context);
  return json(200, repositoryShape(context.call.origin, hosted, (await hosted.isEmpty()) ? 'empty' : 'filled'));
}

/** The filter is the beginning of a name, so it may find more than the one that is meant. @type {Handler} */
async function listRefs(context) {
  const hosted = readable(context);
  const prefix = `refs/${context.call.request.query.get('filter') ?? ''}`;
  const refs = (await hosted.git.refs('refs/')).filter(({ ref }) => ref.startsWith(prefix));
  const value = [];
  for (const { ref } of refs) {
    const shown = await hosted.ref(ref, readingOf(context.call));
    if (shown !== null) value.push({ name: ref, objectId: shown.oid, creator: { displayName: 'Dana Demo' } });
  }
  return json(200, { value, count: value.length });
}

/** @type {Handler} */
async function getTree(context) {
  const hosted = readable(context);
  const { oid } = context.params;
  const { call } = context;
  const found = isOid(oid) ? await hosted.git.info(oid) : null;
  if (found?.type !== 'tree') throw noObject(oid);
  const listing = await hosted.git.listing(oid);
  const deep = call.request.query.get('recursive') === 'true';
  let entries = deep ? listing : listing.filter(({ path }) => !path.includes('/'));
  const cut = deep ? call.struck.find('truncated-tree') : undefined;
  if (cut !== undefined) entries = entries.slice(0, cut.entries);
  if (call.struck.find('reordered') !== undefined) entries = entries.toReversed();
  return json(200, {
    objectId: oid,
    treeEntries: entries.map((entry) => treeEntryShape(call.origin, hosted, entry)),
    size: 0,
  });
}

/** @type {Handler} */
async function getBlob(context) {
  const hosted = readable(context);
  const { oid } = context.params;
  const { request } = context.call;
  const found = isOid(oid) ? await hosted.git.object(oid) : null;
  if (found?.type !== 'blob') throw noObject(oid);
  if (formatOf(request) === 'json') return json(200, { objectId: oid, size: found.content.length });
  return octets(damaged(context.call, found.content));
}

/** @type {Handler} */
async function getBlobs(context) {
  const hosted = readable(context);
  const { call } = context;
  const wanted = bodyOf(context);
  if (!Array.isArray(wanted) || !wanted.every(isOid)) throw badArgument('The body is no list of ids');
  if (formatOf(call.request) !== 'zip') throw badArgument('Only a zip can hold blobs');
  const oids = [...new Set(wanted)];
  if (call.struck.find('reordered') !== undefined) oids.reverse();
  const files = [];
  for (const oid of oids) {
    const found = await hosted.git.object(oid);
    if (found?.type !== 'blob') throw noObject(oid);
    files.push({ name: oid, content: damaged(call, found.content) });
  }
  return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: zipOf(files) };
}

/** @type {Handler} */
async function getItems(context) {
  const hosted = readable(context);
  const { origin, request } = context.call;
  const { query } = request;
  const path = query.get('path') ?? query.get('scopePath') ?? '/';
  const commit = await versionOf(context, hosted, {
    version: query.get('versionDescriptor.version'),
    type: query.get('versionDescriptor.versionType'),
  });
  const plain = path.replace(/^\/+|\/+$/g, '');
  const found = await hosted.git.info(plain === '' ? `${commit.oid}^{tree}` : `${commit.oid}:${plain}`);
  if (found === null) throw noItem(path);
  const shape = (/** @type {{ path: string, type: string, oid: string }} */ item) =>
    itemShape(origin, hosted, { ...item, commit: commit.oid });
  const self = { path: `/${plain}`, type: found.type, oid: found.oid };
  const level = (query.get('recursionLevel') ?? 'none').toLowerCase();
  const listing = found.type === 'tree' ? await hosted.git.listing(found.oid) : [];
  const below = listing.map((entry) => ({ ...entry, path: `${plain === '' ? '' : `/${plain}`}/${entry.path}` }));
  const format = formatOf(request);
  if (format === 'zip') return zipOfFolder(context, hosted, below);
  if (format === 'octets') {
    if (found.type !== 'blob') throw badArgument('A folder is no file');
    const object = await hosted.git.object(found.oid);
    return octets(damaged(context.call, object?.content ?? Buffer.alloc(0)));
  }
  // A single path is answered as one item, a scope as a list.
  if (query.has('path') && level === 'none') return json(200, shape(self));
  const direct = below.filter((_, index) => !listing[index].path.includes('/'));
  const items = level === 'full' ? below : level === 'onelevel' ? direct : [];
  return json(200, { count: items.length + 1, value: [self, ...items].map(shape) });
}

/**
 * @param {Context} context
 * @param {HostedRepository} hosted
 * @param {readonly { path: string, type: string, oid: string }[]} entries
 */
async function zipOfFolder({ call }, hosted, entries) {
  const files = [];
  for (const { path, type, oid } of entries) {
    const object = type === 'blob' ? await hosted.git.object(oid) : null;
    if (object !== null) files.push({ name: path.slice(1), content: damaged(call, object.content) });
  }
  return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: zipOf(files) };
}

/**
 * @param {import('../http.mjs').HttpRequest} request
 * @returns {'json' | 'zip' | 'octets'}
 */
function formatOf({ query, headers }) {
  const asked = (query.get('$format') ?? headers.accept ?? '').toLowerCase();
  if (asked.includes('zip')) return 'zip';
  return asked.includes('octetstream') || asked.includes('octet-stream') ? 'octets' : 'json';
}

/** @param {Buffer} body */
function octets(body) {
  return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body };
}

const AT = '/:organization/:project/_apis/git/repositories/:repository';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const OBJECT_ROUTES = [
  { method: 'GET', pattern: AT, handler: getRepository },
  { method: 'GET', pattern: `${AT}/refs`, handler: listRefs },
  { method: 'GET', pattern: `${AT}/trees/:oid`, handler: getTree },
  { method: 'GET', pattern: `${AT}/blobs/:oid`, handler: getBlob },
  { method: 'POST', pattern: `${AT}/blobs`, handler: getBlobs },
  { method: 'GET', pattern: `${AT}/items`, handler: getItems },
];
