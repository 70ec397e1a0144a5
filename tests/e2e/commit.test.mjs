/** From an edit to a commit, alone and beside a colleague who pushes to the same file. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bench,
  changedLines,
  commit,
  connect,
  kept,
  landed,
  openFabric,
  moveFront,
  openVpc,
  vlanOf,
} from './bench.mjs';

const web = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';
const comment = '   # what the load balancers were built with, they cannot change it';
const before = `-      vlan: 1010${comment}`;

test('a VLAN edited in the form becomes one commit of just that line', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-web');

  const findings = page.getByRole('region', { name: 'Findings' }).getByRole('list', { name: 'In this file' });
  await vlanOf(page, 'front').fill('5000');
  await findings.getByText('5000').first().waitFor();
  assert.equal(await vlanOf(page, 'front').getAttribute('aria-invalid'), 'true');
  await vlanOf(page, 'front').fill('1015');
  await findings.getByText('5000').first().waitFor({ state: 'detached' });
  await kept(page);

  const button = page.getByRole('button', { name: 'Commit to main' });
  assert.equal(await button.isDisabled(), true);
  await page.getByText('Write a commit message first').waitFor();
  await page.getByRole('button', { name: '1 draft: show diff' }).click();
  const diff = page.getByRole('article', { name: `Diff of ${web}` });
  await diff.waitFor();
  assert.deepEqual(await diff.locator('.hr-diff-removed code, .hr-diff-added code').allTextContents(), [
    before.slice(1),
    before.slice(1).replace('1010', '1015'),
  ]);

  await commit(page, 'Move the web front to VLAN 1015');
  await landed(page);
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
  assert.match(git('log', '-1', '--format=%B', 'main'), /^Move the web front to VLAN 1015\n/);
  assert.deepEqual(changedLines(git, start, 'main'), [before, `+${before.slice(1).replace('1010', '1015')}`]);
});

test("a colleague's change of another field stays, and ours goes on top of it", async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  const theirs = await host.teammate({ kind: 'other-field', path: web, field: 'leaseTimeSeconds', value: '7200' });

  await commit(page, 'Move the web front');
  await landed(page);
  assert.equal(git('rev-parse', 'main~1').trim(), theirs.commit);
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '2');
  assert.deepEqual(changedLines(git, theirs.commit, 'main'), [before, `+${before.slice(1).replace('1010', '1015')}`]);
  assert.deepEqual(changedLines(git, start, theirs.commit), [
    '-          leaseTimeSeconds: 3600',
    '+          leaseTimeSeconds: 7200',
  ]);
});

test('the same field changed by both is asked about, settled, and committed', async (t) => {
  const { page, host, git, address } = await bench(t);
  await moveFront(page, address, host.token, '1015');
  const theirs = await host.teammate({ kind: 'same-field', path: web, field: 'vlan', value: '1012' });
  await commit(page, 'Move the web front');

  const conflict = page.getByRole('group', { name: /^Conflict 1 of 1: spec\.subnets\.front\.vlan/ });
  await conflict.waitFor();
  assert.match(await conflict.getByRole('article', { name: 'Base, before both changes' }).innerText(), /\b1010\b/);
  assert.match(await conflict.getByRole('article', { name: 'Ours, your draft' }).innerText(), /\b1015\b/);
  assert.match(await conflict.getByRole('article', { name: 'Theirs, on main' }).innerText(), /\b1012\b/);
  assert.equal(await page.getByRole('button', { name: 'Commit to main' }).isDisabled(), true);
  await page.getByText('Settle the conflict first').waitFor();
  assert.equal(git('rev-parse', 'main').trim(), theirs.commit);

  await conflict.getByRole('button', { name: 'Use ours: 1015' }).click();
  await page.getByText('1 of 1 decided').waitFor();
  await page.getByRole('button', { name: 'Apply 1 choice' }).click();
  await page.getByRole('article', { name: `Diff of ${web}` }).waitFor();
  await page.getByRole('button', { name: 'Commit to main' }).click();
  await landed(page);
  assert.equal(git('rev-parse', 'main~1').trim(), theirs.commit);
  assert.deepEqual(changedLines(git, theirs.commit, 'main'), [
    before.replace('1010', '1012'),
    `+${before.slice(1).replace('1010', '1015')}`,
  ]);
});

test('a conflict is settled with the keyboard alone, and a choice can be undone', async (t) => {
  const { page, host, git, address } = await bench(t);
  await moveFront(page, address, host.token, '1015');
  const theirs = await host.teammate({ kind: 'same-field', path: web, field: 'vlan', value: '1012' });
  await page.getByRole('textbox', { name: 'Commit message' }).focus();
  await page.keyboard.type('Move the web front');
  await page.keyboard.press('Enter');

  await page.getByRole('group', { name: /^Conflict 1 of 1/ }).waitFor();
  await page.keyboard.press('2');
  await page.getByText('Decided: ours').waitFor();
  await page.keyboard.press('u');
  await page.getByText('0 of 1 decided').waitFor();
  await page.keyboard.press('e');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1018');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Decided: own value 1018').waitFor();
  // The focus stands on what comes next.
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: `Diff of ${web}` }).waitFor();
  await page.getByRole('textbox', { name: 'Commit message' }).press('Enter');
  await landed(page);
  assert.deepEqual(changedLines(git, theirs.commit, 'main'), [
    before.replace('1010', '1012'),
    `+${before.slice(1).replace('1010', '1018')}`,
  ]);
});

test('a reload loses no draft, of the form or of the text', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  await openVpc(page, 'vpc-db');
  await page.getByRole('tab', { name: 'YAML' }).click();
  const text = page.getByRole('textbox', { name: 'YAML of VPC vpc-db' });
  await text.press('ControlOrMeta+Home');
  await page.keyboard.type('# The database people own this; mail db@fabric.example, net 10.0.0.0/24\n');
  await kept(page);

  await page.reload();
  await connect(page, host.token);
  await page.getByRole('button', { name: '2 drafts: show diff' }).click();
  await page.getByRole('article', { name: /vpc-db/ }).waitFor();
  await openVpc(page, 'vpc-web');
  assert.equal(await vlanOf(page, 'front').inputValue(), '1015');
  await commit(page, 'Both drafts');
  await landed(page);
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
  assert.deepEqual(
    changedLines(git, start, 'main').toSorted(),
    [
      '+# The database people own this; mail db@fabric.example, net 10.0.0.0/24',
      `+${before.slice(1).replace('1010', '1015')}`,
      before,
    ].toSorted(),
  );
});
