/**
 * Finds the commit that a request names by branch, tag or id.
 */

/**
 * @param {import('../facade.mjs').Call} call
 * @returns {'current' | 'lagging'}
 */
export function readingOf({ struck }) {
  return struck.find('stale-refs') === undefined ? 'current' : 'lagging';
}

/**
 * @param {import('../facade.mjs').Call} call
 * @param {import('../hosted.mjs').HostedRepository} hosted
 * @param {string} name branch, tag, full or shortened ref, `HEAD`, or id
 * @returns {Promise<string | null>} id of what is named
 */
export async function oidOf(call, hosted, name) {
  const reading = readingOf(call);
  if (name === 'HEAD') return (await hosted.ref(`refs/heads/${hosted.defaultBranch}`, reading))?.oid ?? null;
  const refs = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const ref of refs) {
    const found = isPlainRef(ref) ? await hosted.ref(ref, reading) : null;
    if (found !== null) return found.oid;
  }
  return /^[0-9a-f]{7,40}$/i.test(name) ? ((await hosted.git.info(name.toLowerCase()))?.oid ?? null) : null;
}

/**
 * @param {import('../facade.mjs').Call} call
 * @param {import('../hosted.mjs').HostedRepository} hosted
 * @param {string} name as for `oidOf`
 * @returns {Promise<import('../git/objects.mjs').Commit | null>}
 */
export async function commitOf(call, hosted, name) {
  const oid = await oidOf(call, hosted, name);
  return oid === null ? null : hosted.git.commit(oid);
}

/** Keeps git's own grammar (`main~1`, `main^{tree}`, `a:b`) out of names. @param {string} ref */
export function isPlainRef(ref) {
  return !/[~^:?*[\\\s@{}]|\.\.|\/\/|\/$/.test(ref);
}
