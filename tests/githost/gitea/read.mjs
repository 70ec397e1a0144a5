/**
 * What is read of a repository: its branches, folders, files, archives and history.
 */

import { git } from '../git/run.mjs';
import { damaged } from '../github/damage.mjs';
import { json } from '../http.mjs';
import { commitNamed, readable } from './context.mjs';
import { Refusal } from './refusal.mjs';

/** @typedef {import('./context.mjs').Handler} Handler */

const TREE_PAGE = 1000;
const COMMIT_PAGE = 50;

/** @type {Handler} */
async function repository(context) {
  const hosted = readable(context);
  const empty = await hosted.isEmpty();
  return json(200, {
    id: hosted.id,
    full_name: hosted.fullName,
    default_branch: hosted.defaultBranch,
    empty,
    archived: hosted.state === 'archived',
    // What the person may do, whatever the token may.
    permissions: { admin: false, push: true, pull: true },
  });
}

/** @type {Handler} */
async function tree(context) {
  const hosted = readable(context);
  const asked = context.params.ref;
  const [, revision, part] = /^([^:^]*)(\^\{tree\}|:.*)?$/.exec(asked) ?? [];
  const commit = revision === undefined ? null : await commitNamed(context, hosted, revision);
  const place = part?.startsWith(':') ? `:${part.slice(1)}` : '^{tree}';
  const found = await hosted.git.info(commit === null ? `${revision}^{tree}` : `${commit.oid}${place}`);
  if (found?.type !== 'tree') throw new Refusal(400, `sha not found [${asked}]`);
  const { query } = context.call.request;
  const deep = query.get('recursive') !== null;
  const listed = (await hosted.git.listing(found.oid)).filter(({ path }) => deep || !path.includes('/'));
  const size = Math.min(Number(query.get('per_page') ?? TREE_PAGE), TREE_PAGE);
  const page = Number(query.get('page') ?? 1);
  const fault = context.call.struck.find('truncated-tree');
  const whole = listed.slice((page - 1) * size, page * size);
  const shown = fault === undefined ? whole : whole.slice(0, Math.floor(whole.length / 2));
  // Asked by a branch or a commit, the answer names the commit.
  const sha = commit !== null && part === undefined ? commit.oid : found.oid;
  const items = shown.map(({ path, mode, type, oid, size: bytes }) => ({
    path,
    mode,
    type,
    size: bytes ?? 0,
    sha: oid,
  }));
  const body = {
    sha,
    tree: items.length === 0 ? null : items,
    truncated: page * size < listed.length,
    page,
    total_count: listed.length,
  };
  return json(200, body, { 'X-Total-Count': String(listed.length), 'Access-Control-Expose-Headers': 'X-Total-Count' });
}

/** @type {Handler} */
async function blob(context) {
  const hosted = readable(context);
  const object = await hosted.git.object(context.params.oid);
  if (object?.type !== 'blob') throw new Refusal(400, `object does not exist [id: ${context.params.oid}, rel_path: ]`);
  const content = damaged(context.call, object.content).toString('base64');
  return json(200, { content, encoding: 'base64', sha: object.oid, size: object.content.length });
}

/** @type {Handler} */
async function archive(context) {
  const hosted = readable(context);
  const ref = context.params.file.replace(/\.zip$/, '');
  const commit = await commitNamed(context, hosted, ref);
  if (commit === null || ref === context.params.file) {
    throw new Refusal(404, `unrecognized repository reference: ${ref}`);
  }
  const paths = context.call.request.query.getAll('path');
  const words = [
    'archive',
    '--format=zip',
    `--prefix=${hosted.name}/`,
    commit.oid,
    ...(paths.length ? ['--', ...paths] : []),
  ];
  try {
    const body = await git(hosted.git.directory, words);
    return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: damaged(context.call, body) };
  } catch {
    throw new Refusal(400, "path doesn't exist or is invalid");
  }
}

/** @type {Handler} */
async function commits(context) {
  const hosted = readable(context);
  const { query } = context.call.request;
  if (await hosted.isEmpty()) throw new Refusal(409, 'Git Repository is empty.');
  const tip = await commitNamed(context, hosted, query.get('sha') ?? hosted.defaultBranch);
  if (tip === null) return json(404, null);
  const path = query.get('path')?.replace(/^:\(literal\)/, '');
  const size = Math.min(Number(query.get('limit') ?? 30), COMMIT_PAGE);
  const page = Number(query.get('page') ?? 1);
  const oids = await hosted.git.history([tip.oid], { ...(path ? { path } : {}), skip: (page - 1) * size, count: size });
  if (path && page === 1 && oids.length === 0) throw new Refusal(404, 'FileCommitsCount');
  const shown = [];
  for (const oid of oids) {
    const commit = await hosted.git.commit(oid);
    if (commit === null) continue;
    const { author, message, parents } = commit;
    const who = { name: author.name, email: author.email, date: new Date(author.seconds * 1000).toISOString() };
    // What stands here as the tree is the commit once more.
    const inner = { message, author: who, tree: { sha: oid } };
    shown.push({ sha: oid, commit: inner, parents: parents.map((sha) => ({ sha })) });
  }
  return json(200, shown);
}

const AT = '/api/v1/repos/:owner/:name';

/** @type {import('../github/router.mjs').Route<Handler>[]} */
export const READ_ROUTES = [
  { method: 'GET', pattern: AT, handler: repository },
  { method: 'GET', pattern: `${AT}/git/trees/:ref`, handler: tree },
  { method: 'GET', pattern: `${AT}/git/blobs/:oid`, handler: blob },
  { method: 'GET', pattern: `${AT}/archive/*file`, handler: archive },
  { method: 'GET', pattern: `${AT}/commits`, handler: commits },
];
