// A fabric of 1,000 resources at a Git host on loopback: opened, and a hundred of its files changed as one commit.

import { execFileSync } from 'node:child_process';
import { startGitHost } from '../githost/server.mjs';
import { fabric } from './fabric.mjs';

const runs = 3;
const directory = 'fabrics/bench';
const lease = '/spec/subnets/front/dhcp/options/leaseTimeSeconds';

/**
 * Client and host share one process here, so their times add up.
 *
 * @param {object} packages
 * @param {typeof import('hedgerow')} packages.hedgerow
 * @param {(title: string) => void} packages.say
 * @returns {Promise<object[]>} results as the other benchmarks have them
 */
export async function commitToHost({ hedgerow, say }) {
  const files = fabric(1_000).map(({ path, content }) => [`${directory}/managed/${path}`, content]);
  const host = await startGitHost({ seed: 'empty' });
  try {
    await host.commit({ files: Object.fromEntries(files), message: 'Start the fabric' });
    const open = () =>
      hedgerow.openWorkspace({
        host: { type: 'github', url: host.url, repository: host.repository },
        branch: host.branch,
        fabrics: [{ name: 'bench', directory }],
        token: () => host.token,
        storage: 'memory',
      });
    const input = `${files.length.toLocaleString('en')} files at the demo host, as GitHub, in the same process`;
    const about = { input, bars: [], facts: [] };
    const load = { ...about, name: 'load', title: 'Load a fabric of 1,000 resources', things: 'resources' };
    const commit = { ...about, name: 'commit', title: 'Commit 100 changed files of it', things: 'changed files' };

    say(load.title);
    const loading = await measured(async () => {
      const workspace = await open();
      const ms = await timed(() => workspace.load());
      const found = workspace.resources({ offset: 0, limit: 0 }).total;
      workspace.close();
      return { ms, found };
    });
    say(commit.title);
    const committing = await measured(async (run) => {
      // A new one each time: one that has just committed waits a second, as GitHub asks for.
      const workspace = await open();
      await workspace.load();
      for (const id of vpcs(files).slice(0, 100)) workspace.edit(id, [{ op: 'set', field: lease, value: 7200 + run }]);
      let answer;
      const ms = await timed(async () => {
        answer = await workspace.commit({ message: 'Keep leases longer' });
      });
      if (answer.type !== 'landed') throw new Error(`the commit did not land: ${JSON.stringify(answer)}`);
      workspace.close();
      return { ms, found: changedFiles(host.bareDirectory, answer.commit) };
    });
    const row = (contender, mostMs, { answer, ...times }) => [{ contender, mostMs, answer, ...times }];
    return [
      { ...load, found: loading.answer, rows: row('hedgerow `load`', 3_000, loading) },
      { ...commit, found: committing.answer, rows: row('hedgerow `commit`', 2_000, committing) },
    ];
  } finally {
    await host.close();
  }
}

function vpcs(files) {
  const names = files.map(([path]) => /\/vpcs\/(.*)\.yaml$/.exec(path)?.[1]).filter((name) => name !== undefined);
  return names.map((name) => ({ group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name }));
}

/** What Git itself says of a commit. */
function changedFiles(repository, commit) {
  const said = execFileSync('git', ['-C', repository, 'show', '--format=', '--name-only', commit], {
    encoding: 'utf8',
  });
  return said.trim().split('\n').length;
}

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function measured(once) {
  const times = [];
  let answer;
  for (let run = 0; run < runs; run += 1) {
    const { ms, found } = await once(run);
    if (found !== (answer ?? found)) throw new Error(`a run found ${found}, the one before ${answer}`);
    [answer, times[run]] = [found, ms];
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { answer, firstMs: times[0], leastMs: sorted[0], medianMs: sorted[Math.floor(runs / 2)], runs };
}
