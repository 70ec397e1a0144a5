/** The same journey at the other kinds of host, from another origin: what a page may send and read there is enough. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bench, changedLines, commit, landed, moveFront } from './bench.mjs';

for (const kind of ['gitlab', 'bitbucket', 'azure']) {
  test(`at ${kind} a page from another origin saves beside a colleague who pushes`, async (t) => {
    const { page, host, git, address } = await bench(t, { kind });
    const start = git('rev-parse', 'main').trim();
    await moveFront(page, address, host.token, '1015');
    const web = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';
    const theirs = await host.teammate({ kind: 'other-field', path: web, field: 'leaseTimeSeconds', value: '7200' });
    await commit(page, 'Move the web front to VLAN 1015');
    await landed(page);
    assert.equal(git('rev-parse', 'main~1').trim(), theirs.commit);
    assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '2');
    assert.equal(changedLines(git, theirs.commit, 'main').length, 2);
    // The browser asked before it sent: the page was at another origin.
    assert.ok(host.log({ kind: 'preflight' }).length > 0);
  });
}

test('what a colleague pushed unseen and does not go together with a save is told beside it', async (t) => {
  const { page, host, git, address } = await bench(t, { kind: 'gitlab' });
  await moveFront(page, address, host.token, '1015');
  const other = 'fabrics/dc-east/managed/vpcs/vpc-lab.yaml';
  await host.teammate({ kind: 'same-field', path: other, field: 'vlan', value: '1015' });
  await commit(page, 'Move the web front to VLAN 1015');
  await landed(page);
  assert.match(git('show', `main:${other}`), /vlan: 1015/);
  await page.getByText(/VLAN 1015 is already used .* Mend it with another commit\./).waitFor();
});
