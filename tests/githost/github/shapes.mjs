/**
 * Turns what Git and the host know into the JSON that GitHub's REST answers with.
 */

import { utcTime } from '../git/objects.mjs';
import { nodeId } from './ids.mjs';

/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/**
 * @param {string} api address of the API
 * @param {import('../accounts.mjs').Account} account
 */
export function userShape(api, { id, login }) {
  const url = `${api}/users/${login}`;
  return {
    login,
    id,
    node_id: nodeId('U', String(id)),
    avatar_url: '',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: 'User',
    site_admin: false,
  };
}

/**
 * The person who asks, as `/user` shows them.
 *
 * @param {string} api
 * @param {import('../accounts.mjs').Account} account
 */
export function viewerShape(api, account) {
  return {
    ...userShape(api, account),
    name: account.name,
    email: account.email,
    company: null,
    blog: null,
    location: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: ACCOUNT_TIME,
    updated_at: ACCOUNT_TIME,
  };
}

const ACCOUNT_TIME = '2020-01-01T00:00:00Z';

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 */
export function repositoryUrl(api, hosted) {
  return `${api}/repos/${hosted.fullName}`;
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../accounts.mjs').Access} access
 */
export function repositoryShape(api, hosted, access) {
  return {
    id: hosted.id,
    node_id: nodeId('R', hosted.fullName),
    name: hosted.name,
    full_name: hosted.fullName,
    private: hosted.visibility === 'private',
    visibility: hosted.visibility,
    owner: { ...userShape(api, { id: hosted.id, login: hosted.owner, name: hosted.owner, email: '' }) },
    html_url: `https://github.com/${hosted.fullName}`,
    url: repositoryUrl(api, hosted),
    ...repositoryLinks(api, hosted),
    description: null,
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    size: 0,
    fork: false,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    has_discussions: false,
    has_downloads: false,
    has_issues: false,
    has_pages: false,
    has_projects: false,
    has_wiki: false,
    created_at: ACCOUNT_TIME,
    pushed_at: ACCOUNT_TIME,
    updated_at: ACCOUNT_TIME,
    default_branch: hosted.defaultBranch,
    archived: hosted.state === 'archived',
    disabled: false,
    allow_forking: true,
    permissions: {
      admin: false,
      maintain: false,
      push: access === 'write',
      triage: access === 'write',
      pull: access !== 'none',
    },
  };
}

/** Addresses of a repository's parts, by the name of the field that holds them, without `_url`. */
const PARTS = {
  archive: '{archive_format}{/ref}',
  assignees: 'assignees{/user}',
  blobs: 'git/blobs{/sha}',
  branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}',
  comments: 'comments{/number}',
  commits: 'commits{/sha}',
  compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}',
  contributors: 'contributors',
  deployments: 'deployments',
  downloads: 'downloads',
  events: 'events',
  forks: 'forks',
  git_commits: 'git/commits{/sha}',
  git_refs: 'git/refs{/sha}',
  git_tags: 'git/tags{/sha}',
  hooks: 'hooks',
  issue_comment: 'issues/comments{/number}',
  issue_events: 'issues/events{/number}',
  issues: 'issues{/number}',
  keys: 'keys{/key_id}',
  labels: 'labels{/name}',
  languages: 'languages',
  merges: 'merges',
  milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}',
  pulls: 'pulls{/number}',
  releases: 'releases{/id}',
  stargazers: 'stargazers',
  statuses: 'statuses/{sha}',
  subscribers: 'subscribers',
  subscription: 'subscription',
  tags: 'tags',
  teams: 'teams',
  trees: 'git/trees{/sha}',
};

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @returns {Record<string, string>}
 */
function repositoryLinks(api, hosted) {
  const url = repositoryUrl(api, hosted);
  const site = `github.com/${hosted.fullName}`;
  return {
    ...Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [`${name}_url`, `${url}/${part}`])),
    clone_url: `https://${site}.git`,
    git_url: `git://${site}.git`,
    ssh_url: `git@github.com:${hosted.fullName}.git`,
    svn_url: `https://${site}`,
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {{ ref: string, oid: string, type: string }} ref
 */
export function refShape(api, hosted, { ref, oid, type }) {
  const url = repositoryUrl(api, hosted);
  return {
    ref,
    node_id: nodeId('REF', `${hosted.fullName}:${ref}`),
    url: `${url}/git/${ref}`,
    object: { sha: oid, type, url: `${url}/git/${type}s/${oid}` },
  };
}

/** @param {import('../git/objects.mjs').Signature} signature */
function signatureShape(signature) {
  return { name: signature.name, email: signature.email, date: utcTime(signature) };
}

const UNVERIFIED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/**
 * A commit as `git/commits` shows it.
 *
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/objects.mjs').Commit} commit
 */
export function gitCommitShape(api, hosted, { oid, tree, parents, author, committer, message }) {
  const url = repositoryUrl(api, hosted);
  return {
    sha: oid,
    node_id: nodeId('C', `${hosted.fullName}:${oid}`),
    url: `${url}/git/commits/${oid}`,
    html_url: `https://github.com/${hosted.fullName}/commit/${oid}`,
    author: signatureShape(author),
    committer: signatureShape(committer),
    message,
    tree: { sha: tree, url: `${url}/git/trees/${tree}` },
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${url}/git/commits/${parent}`,
      html_url: `https://github.com/${hosted.fullName}/commit/${parent}`,
    })),
    verification: UNVERIFIED,
  };
}

/**
 * A commit as `commits` shows it.
 *
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/objects.mjs').Commit} commit
 */
export function commitShape(api, hosted, commit) {
  const url = repositoryUrl(api, hosted);
  const { sha, node_id, html_url, author, committer, message, tree, parents, verification } = gitCommitShape(
    api,
    hosted,
    commit,
  );
  return {
    sha,
    node_id,
    commit: { author, committer, message, tree, url: `${url}/git/commits/${sha}`, comment_count: 0, verification },
    url: `${url}/commits/${sha}`,
    html_url,
    comments_url: `${url}/commits/${sha}/comments`,
    author: null,
    committer: null,
    parents: parents.map((parent) => ({ ...parent, url: `${url}/commits/${parent.sha}` })),
  };
}

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../git/diff.mjs').FileChange} change
 * @param {string} commit in which the content is to be seen
 */
export function fileShape(api, hosted, change, commit) {
  const url = repositoryUrl(api, hosted);
  const path = encodePath(change.path);
  return {
    sha: change.oid ?? change.previousOid,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `https://github.com/${hosted.fullName}/blob/${commit}/${path}`,
    raw_url: `https://github.com/${hosted.fullName}/raw/${commit}/${path}`,
    contents_url: `${url}/contents/${path}?ref=${commit}`,
    ...(change.patch === null ? {} : { patch: change.patch }),
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
  };
}

/**
 * What is known of a pull request's branches.
 *
 * @typedef {object} PullState
 * @property {string | null} head id of the branch to be merged
 * @property {string | null} base id of the branch to merge into
 * @property {number} commits between them
 * @property {import('../git/diff.mjs').FileChange[]} changes
 */

/**
 * @param {string} api
 * @param {HostedRepository} hosted
 * @param {import('../hosted.mjs').Pull} pull
 * @param {PullState} state
 */
export function pullShape(api, hosted, pull, state) {
  const url = repositoryUrl(api, hosted);
  const own = `${url}/pulls/${pull.number}`;
  const issue = `${url}/issues/${pull.number}`;
  const page = `https://github.com/${hosted.fullName}/pull/${pull.number}`;
  const user = userShape(api, pull.author);
  const repo = repositoryShape(api, hosted, 'read');
  return {
    url: own,
    id: hosted.id * 1000 + pull.number,
    node_id: nodeId('PR', `${hosted.fullName}:${pull.number}`),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${own}/commits`,
    review_comments_url: `${own}/comments`,
    review_comment_url: `${url}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${url}/statuses/${state.head}`,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user,
    body: pull.body === '' ? null : pull.body,
    created_at: pull.createdAt,
    updated_at: pull.createdAt,
    closed_at: null,
    merged_at: null,
    draft: pull.stage === 'draft',
    merged: false,
    merged_by: null,
    merge_commit_sha: null,
    mergeable: null,
    mergeable_state: 'unknown',
    maintainer_can_modify: false,
    author_association: 'OWNER',
    auto_merge: null,
    assignee: null,
    assignees: [],
    labels: [],
    milestone: null,
    comments: 0,
    review_comments: 0,
    commits: state.commits,
    additions: state.changes.reduce((sum, { additions }) => sum + additions, 0),
    deletions: state.changes.reduce((sum, { deletions }) => sum + deletions, 0),
    changed_files: state.changes.length,
    _links: {
      self: { href: own },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${own}/comments` },
      review_comment: { href: `${url}/pulls/comments{/number}` },
      commits: { href: `${own}/commits` },
      statuses: { href: `${url}/statuses/${state.head}` },
    },
    head: { label: `${hosted.owner}:${pull.head}`, ref: pull.head, sha: state.head, user, repo },
    base: { label: `${hosted.owner}:${pull.base}`, ref: pull.base, sha: state.base, user, repo },
  };
}

/** Encodes a path for a URL, keeping its slashes. @param {string} path */
export function encodePath(path) {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Writes Base64 as GitHub does, in lines of sixty. @param {Buffer} bytes */
export function wrappedBase64(bytes) {
  return bytes.toString('base64').replace(/.{1,60}/g, '$&\n');
}
