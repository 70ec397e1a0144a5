/**
 * Opens pull requests between real branches, for REST and GraphQL alike.
 */

/** @typedef {import('../hosted.mjs').HostedRepository} HostedRepository */

/**
 * @typedef {{ type: 'opened', pull: import('../hosted.mjs').Pull }
 *   | { type: 'invalid', field: 'head' | 'base' }
 *   | { type: 'refused', message: string }} PullOutcome
 */

/**
 * @param {HostedRepository} hosted
 * @param {{ title: string, body: string, head: string, base: string, stage: 'draft' | 'ready', author: import('../accounts.mjs').Account, now: number }} request
 * @returns {Promise<PullOutcome>}
 */
export async function openPull(hosted, { title, body, head, base, stage, author, now }) {
  const branch = head.startsWith(`${hosted.owner}:`) ? head.slice(hosted.owner.length + 1) : head;
  const [headOid, baseOid] = [await branchTip(hosted, branch), await branchTip(hosted, base)];
  if (headOid === null) return { type: 'invalid', field: 'head' };
  if (baseOid === null) return { type: 'invalid', field: 'base' };
  if (hosted.pulls.some((pull) => pull.state === 'open' && pull.head === branch && pull.base === base)) {
    return { type: 'refused', message: `A pull request already exists for ${hosted.owner}:${branch}.` };
  }
  if ((await hosted.git.history([headOid, `^${baseOid}`], { count: 1 })).length === 0) {
    return { type: 'refused', message: `No commits between ${base} and ${branch}` };
  }
  /** @type {import('../hosted.mjs').Pull} */
  const pull = {
    number: hosted.pulls.length + 1,
    title,
    body,
    head: branch,
    base,
    state: 'open',
    stage,
    author,
    createdAt: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  hosted.pulls.push(pull);
  return { type: 'opened', pull };
}

/**
 * @param {HostedRepository} hosted
 * @param {string} branch
 * @returns {Promise<string | null>}
 */
export async function branchTip(hosted, branch) {
  return (await hosted.git.info(`refs/heads/${branch}`))?.oid ?? null;
}
