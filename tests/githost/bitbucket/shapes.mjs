/**
 * Turns what Git holds into the JSON that Bitbucket answers. There is no id of a blob or a tree in any of it.
 */

/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */
/** @typedef {import('../git/objects.mjs').Commit} Commit */

const DIRECTORY = '040000';

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 */
function addressOf(api, { fullName }) {
  return `${api}/repositories/${fullName}`;
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {'filled' | 'empty'} state an empty repository has no main branch
 */
export function repositoryShape(api, hosted, state) {
  const { id, owner, name, fullName, visibility, defaultBranch } = hosted;
  return {
    type: 'repository',
    uuid: uuid(id),
    full_name: fullName,
    name,
    slug: name,
    scm: 'git',
    is_private: visibility === 'private',
    workspace: { type: 'workspace', slug: owner, name: owner },
    mainbranch: state === 'empty' ? null : { type: 'branch', name: defaultBranch },
    links: {
      self: { href: addressOf(api, hosted) },
      html: { href: `https://bitbucket.org/${fullName}` },
    },
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {Commit} commit
 */
export function commitShape(api, hosted, { oid, parents, author, message }) {
  return {
    type: 'commit',
    hash: oid,
    date: new Date(author.seconds * 1000).toISOString().replace('.000Z', '+00:00'),
    author: { type: 'author', raw: `${author.name} <${author.email}>` },
    message,
    summary: { type: 'rendered', raw: message, markup: 'markdown', html: '' },
    parents: parents.map((hash) => ({ type: 'commit', hash, links: commitLinks(api, hosted, hash) })),
    links: commitLinks(api, hosted, oid),
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {string} hash
 */
function commitLinks(api, hosted, hash) {
  return { self: { href: `${addressOf(api, hosted)}/commit/${hash}` } };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {string} name
 * @param {Commit} tip
 */
export function branchShape(api, hosted, name, tip) {
  return {
    type: 'branch',
    name,
    target: commitShape(api, hosted, tip),
    merge_strategies: ['merge_commit', 'squash', 'fast_forward'],
    default_merge_strategy: 'merge_commit',
    links: { self: { href: `${addressOf(api, hosted)}/refs/branches/${name}` } },
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {string} commit
 * @param {{ path: string, mode: string, size: number | null }} entry
 */
export function entryShape(api, hosted, commit, { path, mode, size }) {
  const self = { href: `${addressOf(api, hosted)}/src/${commit}/${path}` };
  const at = { path, commit: { type: 'commit', hash: commit, links: commitLinks(api, hosted, commit) } };
  if (mode === DIRECTORY) return { type: 'commit_directory', ...at, links: { self } };
  return {
    type: 'commit_file',
    ...at,
    escaped_path: path,
    size: size ?? 0,
    attributes: attributesOf(mode),
    mimetype: null,
    links: { self },
  };
}

/** @param {string} mode */
function attributesOf(mode) {
  if (mode === '100755') return ['executable'];
  if (mode === '120000') return ['link'];
  return mode === '160000' ? ['subrepository'] : [];
}

/**
 * @param {import('../git/diff.mjs').FileChange} change
 */
export function diffstatShape({ status, path, previousPath, additions, deletions }) {
  const file = (/** @type {string} */ at) => ({ type: 'commit_file', path: at, escaped_path: at });
  return {
    type: 'diffstat',
    status,
    lines_added: additions,
    lines_removed: deletions,
    old: status === 'added' ? null : file(previousPath ?? path),
    new: status === 'removed' ? null : file(path),
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 * @param {{ head: string | null, base: string | null }} tips
 */
export function pullShape(api, hosted, pull, { head, base }) {
  const { number, title, body, state, author, createdAt } = pull;
  const end = (/** @type {string} */ name, /** @type {string | null} */ hash) => ({
    branch: { name },
    // Bitbucket cuts the ids of a pull request short.
    commit: hash === null ? null : { type: 'commit', hash: hash.slice(0, 12) },
    repository: { type: 'repository', full_name: hosted.fullName },
  });
  return {
    type: 'pullrequest',
    id: number,
    title,
    description: body,
    state: state === 'open' ? 'OPEN' : 'DECLINED',
    author: { type: 'user', display_name: author.name, nickname: author.login },
    created_on: createdAt,
    source: end(pull.head, head),
    destination: end(pull.base, base),
    links: {
      self: { href: `${addressOf(api, hosted)}/pullrequests/${number}` },
      html: { href: `https://bitbucket.org/${hosted.fullName}/pull-requests/${number}` },
    },
  };
}

/** @param {number} id */
function uuid(id) {
  return `{00000000-0000-4000-8000-${String(id).padStart(12, '0')}}`;
}
